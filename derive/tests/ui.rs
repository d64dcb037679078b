//! What rustc says of each misuse of the derives: `tests/ui/<kind of mistake>/<case>.rs`, and beside it what it prints.
//!
//! The text is rustc's as much as ours, so it is compared with the one rustc that it was written with.
//! `TRYBUILD=overwrite cargo +1.95.0 test -p kopgen-derive --test ui` writes it anew.

use std::process::Command;

use kopgen_envtest::require;

/// The version of rustc; `.ci/run` reads it here.
const RUSTC: &str = "1.95.0";

#[test]
fn each_misuse_is_told() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs")
        .stdout;
    let version = String::from_utf8_lossy(&version);
    let is_pinned = version.starts_with(&format!("rustc {RUSTC} "));
    let found = is_pinned.then_some(()).ok_or(format!("this is {version}"));
    if require(&format!("rustc-{RUSTC}"), found).is_none() {
        return;
    }
    let cases = trybuild::TestCases::new();
    // With a case that compiles, trybuild would build all dependencies instead of checking them: that is `everything.rs`.
    cases.compile_fail("tests/ui/*/*.rs");
}
