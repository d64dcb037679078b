//! What the tests that build generated projects share.

use std::path::Path;
use std::process::Command;

/// Runs a program as a user's shell would, in a target folder that all generated projects share: kube is compiled once.
///
/// What `cargo test` sets for this test is taken away: build scripts watch some of it (ring's does), and every program that
/// sets it otherwise would have half of the folder built again, under the feet of the others.
pub fn as_a_user(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command.env("CARGO_TARGET_DIR", repository().join("target/generated"));
    command
}

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("cli/ lies in the repository")
}
