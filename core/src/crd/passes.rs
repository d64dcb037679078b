//! The passes that make a structural schema of a Rust type's, each alone.
