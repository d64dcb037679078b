//! Prometheus' own judgement: `promtool`, of Debian's package `prometheus`.

use std::io::Write;
use std::process::{Command, Stdio};

use kopgen_runtime::testing::require;

/// Asserts that `promtool` with these arguments approves of this input, where there is a promtool.
pub fn approves(arguments: &[&str], input: &str) {
    let mut command = Command::new("promtool");
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn();
    let child = child.map_err(|error| format!("{error}: install Debian's package prometheus"));
    let Some(mut child) = require("promtool", child) else {
        return;
    };
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        output.status.success(),
        "promtool {arguments:?}: {said}\nof\n{input}"
    );
}
