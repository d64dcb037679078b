//! Prometheus' own judgement: `promtool`, of Debian's package `prometheus`.

use std::io::Write;
use std::process::{Command, Stdio};

/// Gives this input to `promtool` with these arguments; it must approve. Without promtool that is skipped, unless
/// `KOPGEN_REQUIRE_CLUSTER=1` makes it a failure.
pub fn approves(arguments: &[&str], input: &str) {
    let mut command = Command::new("promtool");
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let required = std::env::var_os("KOPGEN_REQUIRE_CLUSTER").is_some_and(|it| it == "1");
            assert!(
                !required,
                "there is no promtool: install Debian's package prometheus"
            );
            // Past the test harness, which keeps what a passing test prints.
            let skipped =
                "PROMTOOL SKIPPED: there is none (KOPGEN_REQUIRE_CLUSTER=1 makes this a failure)\n";
            std::io::stderr()
                .write_all(skipped.as_bytes())
                .expect("stderr is open");
            return;
        }
        Err(error) => panic!("promtool: {error}"),
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
