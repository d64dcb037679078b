//! What a project's binaries do: the example `guestbook`, run as a process.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kopgen_runtime::Result;
use kopgen_runtime::core::report::{MARKER, PROTOCOL, Report};
use kopgen_runtime::testing::TestEnv;
use kube::Api;
use kube::api::{Patch, PatchParams};
use kube::runtime::wait::{await_condition, conditions};
use serde_json::json;

#[path = "../examples/guestbook.rs"]
#[allow(dead_code, reason = "its `main`")]
mod guestbook;

/// The example as a process: this test binary, started again for the one test `child`.
fn guestbook() -> Command {
    let mut command = Command::new(std::env::current_exe().expect("this test is a file"));
    command
        .args(["--exact", "child", "--nocapture"])
        .env("GUESTBOOK", "--health-probe-bind-address=127.0.0.1:0");
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn child() {
    if let Ok(flags) = std::env::var("GUESTBOOK") {
        let arguments = ["guestbook"].into_iter().chain(flags.split_whitespace());
        let ended = guestbook::program(arguments.map(str::to_owned)).await;
        std::process::exit(i32::from(ended != ExitCode::SUCCESS));
    }
}

fn report() -> Report {
    let output = guestbook()
        .env("GUESTBOOK", "--manifests")
        .env("KUBECONFIG", "/nowhere")
        .output()
        .expect("the example runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(MARKER))
        .expect("there is a report");
    serde_json::from_str(line).expect("it is a report")
}

#[test]
fn it_reports_without_a_cluster() {
    let report = report();
    assert_eq!(
        (report.protocol, report.kopgen.as_str()),
        (PROTOCOL, env!("CARGO_PKG_VERSION"))
    );
    assert_eq!(
        report.kinds[0].crd["metadata"]["name"],
        "guestbooks.example.kopgen.dev"
    );
    assert_eq!(report.controllers[0].name, "guestbook");
    assert_eq!(report.controllers[0].rules.len(), 5);
}

#[test]
fn without_a_cluster_it_says_so() {
    let output = guestbook()
        .env("KUBECONFIG", "/nowhere")
        .env_remove("KUBERNETES_SERVICE_HOST")
        .output();
    let output = output.expect("the example runs");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("error: cannot find a cluster to run against"),
        "{text}"
    );
}

#[test]
fn it_goes_through_the_proxy_unless_the_cluster_is_exempt() {
    let check = |server: Option<&str>, exempt: &str, expected: (&str, &str)| {
        let (asked, questions) = mpsc::channel();
        let cluster = listen("cluster", asked.clone());
        let proxy = listen("proxy", asked);
        let server = server.map_or(format!("http://127.0.0.1:{cluster}"), str::to_owned);
        let kubeconfig = json!({
            "clusters": [{ "name": "it", "cluster": { "server": server } }],
            "users": [{ "name": "it", "user": {} }],
            "contexts": [{ "name": "it", "context": { "cluster": "it", "user": "it" } }],
            "current-context": "it",
        });
        let file = tempfile::NamedTempFile::new().expect("there is a place for it");
        std::fs::write(file.path(), kubeconfig.to_string()).expect("it can be written");
        let child = guestbook()
            .env("KUBECONFIG", file.path())
            .env("HTTPS_PROXY", format!("http://localhost:{proxy}"))
            .env("NO_PROXY", exempt)
            .env_remove("no_proxy")
            .stderr(Stdio::null())
            .spawn();
        let _child = Killed(child.expect("the example runs"));
        let question = questions.recv_timeout(Duration::from_secs(30));
        let (name, line) = question.expect("somebody is asked");
        let is_expected = name == expected.0 && line.starts_with(expected.1);
        assert!(is_expected, "{server} but {exempt}: {name}: {line}");
    };
    let elsewhere = Some("http://cluster.invalid:6443");
    let tunnel = ("proxy", "CONNECT cluster.invalid:6443 HTTP/1.1");
    check(elsewhere, "", tunnel);
    check(elsewhere, "10.0.0.0/8, other.invalid", tunnel);
    // The proxy's own name is another one.
    check(None, "10.0.0.0/8, 127.0.0.1", ("cluster", "GET /api"));
}

/// The port of somebody who tells by this name what the first line of each connection is.
fn listen(name: &'static str, asked: mpsc::Sender<(&'static str, String)>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let port = listener.local_addr().expect("it has one").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut line = String::new();
            let read = BufReader::new(stream).read_line(&mut line);
            if read.is_err() || asked.send((name, line)).is_err() {
                break;
            }
        }
    });
    port
}

#[tokio::test]
async fn a_signal_ends_it_well_and_soon() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let crds: Api<CustomResourceDefinition> = Api::all(env.client());
    let (name, crd) = (
        "guestbooks.example.kopgen.dev",
        report().kinds.remove(0).crd,
    );
    crds.patch(
        name,
        &PatchParams::apply("test").force(),
        &Patch::Apply(crd),
    )
    .await?;
    let established = await_condition(crds, name, conditions::is_crd_established());
    tokio::time::timeout(Duration::from_secs(20), established).await??;

    let kubeconfig = env.kubeconfig();
    for signal in ["-INT", "-TERM"] {
        let kubeconfig = kubeconfig.clone();
        tokio::task::spawn_blocking(move || {
            signalled(signal, guestbook().env("KUBECONFIG", kubeconfig))
        })
        .await?;
    }
    Ok(())
}

/// Waits until the operator reconciles, sends it the signal, and looks how it ends.
fn signalled(signal: &str, command: &mut Command) {
    let mut child = Killed(
        command
            .stderr(Stdio::piped())
            .spawn()
            .expect("the example runs"),
    );
    let mut log = BufReader::new(child.0.stderr.take().expect("it is piped"));
    let mut line = String::new();
    while !line.contains("all caches are synced") {
        line.clear();
        assert_ne!(
            log.read_line(&mut line).expect("the log is text"),
            0,
            "it ended by itself"
        );
    }
    let sent = Instant::now();
    let kill = Command::new("kill")
        .args([signal, &child.0.id().to_string()])
        .status()
        .expect("there is a kill");
    assert!(kill.success());
    let status = child.0.wait().expect("it can be waited for");
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("the log is text");
    assert!(status.success(), "{signal}: {status}\n{rest}");
    assert!(
        sent.elapsed() < Duration::from_secs(2),
        "{signal}: {:?}",
        sent.elapsed()
    );
    assert!(!rest.contains("ERROR") && !rest.contains("panic"), "{rest}");
}

/// A child that does not outlive a failed test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}
