//! The `kopgen` command.
fn main() {}
