//! What rustc says of each misuse of the derives: `tests/ui/<kind of mistake>/<case>.rs`, and beside it what it prints.
//!
//! The text is rustc's as much as ours, so it is compared with the one rustc that it was written with.
//! `TRYBUILD=overwrite cargo test -p kopgen-derive --test ui` writes it anew.

use std::io::Write;
use std::process::Command;

const RUSTC: &str = "1.95.";

#[test]
fn each_misuse_is_told() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let version = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs")
        .stdout;
    let version = String::from_utf8_lossy(&version);
    if !version.starts_with(&format!("rustc {RUSTC}")) {
        // Past the test harness, which keeps what a passing test prints.
        let skipped = format!(
            "SKIPPED: the derives' messages are compared with rustc {RUSTC}x, and this is {version}"
        );
        std::io::stderr()
            .write_all(skipped.as_bytes())
            .expect("stderr is open");
        return;
    }
    let cases = trybuild::TestCases::new();
    // With a case that compiles, trybuild would build all dependencies instead of checking them: that is `everything.rs`.
    cases.compile_fail("tests/ui/*/*.rs");
}
