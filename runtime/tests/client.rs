//! Clients that a program makes before its operator runs, where rustls chooses no provider by itself: as in a program that
//! some dependency has given a second one. The choice is the process', so each test has a process of its own.

use std::process::Command;

use clap::Parser;
use kopgen_runtime::{Result, Settings};
use kube::{Client, Config};
use serde_json::json;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

#[tokio::test]
async fn a_program_that_logs_can_make_a_client_of_its_own() -> Result<()> {
    if is_alone("a_program_that_logs_can_make_a_client_of_its_own") {
        let flags = Flags::parse_from(["operator"]);
        flags.settings.init_logging()?;
        Client::try_from(Config::new("https://127.0.0.1:1".parse()?))?;
    }
    Ok(())
}

#[tokio::test]
async fn the_settings_have_a_client_of_the_operators_cluster() -> Result<()> {
    if is_alone("the_settings_have_a_client_of_the_operators_cluster") {
        let kubeconfig = json!({
            "clusters": [{ "name": "it", "cluster": { "server": "https://127.0.0.1:1" } }],
            "users": [{ "name": "it", "user": {} }],
            "contexts": [{ "name": "it", "context": { "cluster": "it", "user": "it", "namespace": "lounge" } }],
            "current-context": "it",
        });
        let file = tempfile::NamedTempFile::new()?;
        std::fs::write(file.path(), kubeconfig.to_string())?;
        let path = file.path().to_str().expect("a path of text");
        let flags = Flags::parse_from(["operator", "--kubeconfig", path]);
        let client = flags.settings.client("guestbook").await?;
        assert_eq!(client.default_namespace(), "lounge");
    }
    Ok(())
}

/// Whether this process is there for this test alone; if not, one that is runs it.
fn is_alone(test: &str) -> bool {
    const ALONE: &str = "KOPGEN_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let this = std::env::current_exe().expect("this test is a file");
    let output = Command::new(this)
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .output()
        .expect("it starts again");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    false
}
