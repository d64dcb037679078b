//! Files that kopgen shares with its user: `Cargo.toml` edited as a structure, Rust read and never written.

pub mod cargo;
pub mod rust;

/// `text` with the line ends that `like` has.
pub fn with_line_ends_of(like: &str, text: String) -> String {
    if like.contains("\r\n") {
        return text.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    text
}
