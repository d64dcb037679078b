//! What is left when kopgen is killed, when another one runs, and when the file system refuses: the tree is as before, or the
//! next run completes it; nothing of the user's is lost; the message says what happened. (A failure at each single step of
//! `apply` is injected beside `apply`.)
#![expect(clippy::disallowed_methods, reason = "a test writes as it likes")]

#[path = "../common/project.rs"]
mod project;

#[cfg(target_os = "linux")]
mod full_disk;
mod in_the_way;
mod killed;
#[cfg(unix)]
mod read_only;

const APPLE: &str = "create api --group webapp --version v1 --kind Apple --image nginx:1.29";
const BANANA: &str = "create api --group webapp --version v1 --kind Banana";
