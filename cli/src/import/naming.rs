//! The names of fields, variants and types: those that a person would choose, unique and the same every time.

mod common;
mod fields;
mod kubernetes;
mod parts;
mod places;
mod reserved;
mod types;
mod variants;

pub use common::unrelated;
pub use fields::{fields, rest};
pub use types::types;
pub use variants::variants;

/// The name itself, or with the first number from 2 on that `take` takes.
fn unique(name: &str, mut take: impl FnMut(&str) -> bool, separator: &str) -> String {
    if take(name) {
        return name.to_owned();
    }
    let base = name.trim_start_matches("r#");
    (2..)
        .map(|number| format!("{base}{separator}{number}"))
        .find(|name| take(name))
        .unwrap_or_default()
}
