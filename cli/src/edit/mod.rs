//! Files that kopgen shares with its user: `Cargo.toml` edited as a structure, Rust read and never written.

pub mod cargo;
pub mod rust;
