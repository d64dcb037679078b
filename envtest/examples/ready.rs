//! How long [`TestEnv`] takes to be ready, beside its binaries by themselves: `cargo run -p kopgen-envtest --example ready`.
//!
//! The binaries are started at once, as plainly as they can be, with keys made beforehand, and asked for `/readyz` until the
//! API server says that it is. [`TestEnv`] is timed from nothing to a client that has been answered. The two take turns.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use kopgen_envtest::{Assets, Lines, Program, TestEnv, VersionSpec, find};
use kube::{Client, Config};

const ROUNDS: usize = 7;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let assets = find(VersionSpec::Default, &Lines::default()).unwrap();
    let (mut bare, mut env) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let times = runtime.block_on(async { (time_bare(&assets).await, time_env().await) });
        // The first reads the programs from the disk.
        if round > 0 {
            println!(
                "binaries {:.2} s, TestEnv {:.2} s",
                times.0.as_secs_f64(),
                times.1.as_secs_f64()
            );
            bare.push(times.0);
            env.push(times.1);
        }
    }
    // The least is what the work takes; the rest is what else the machine does.
    for (name, pick) in [("least", 0), ("median", ROUNDS / 2)] {
        bare.sort_unstable();
        env.sort_unstable();
        let (bare, env) = (bare[pick].as_secs_f64(), env[pick].as_secs_f64());
        println!(
            "{name} of {ROUNDS}: binaries {bare:.2} s, TestEnv {env:.2} s, ratio {:.2}",
            env / bare
        );
    }
}

async fn time_env() -> Duration {
    let began = Instant::now();
    let env = TestEnv::start().await.unwrap();
    env.client().apiserver_version().await.unwrap();
    began.elapsed()
}

async fn time_bare(assets: &Assets) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let key = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    fs::write(path("crt"), key.cert.pem()).unwrap();
    fs::write(path("key"), key.signing_key.serialize_pem()).unwrap();
    fs::write(path("tokens"), "token,admin,admin,system:masters\n").unwrap();
    let (etcd_port, port) = (free_port(), free_port());
    let etcd_url = format!("http://127.0.0.1:{etcd_port}");
    let mut config = Config::new(format!("https://127.0.0.1:{port}").parse().unwrap());
    config.root_cert = Some(vec![key.cert.der().to_vec()]);
    config.auth_info.token = Some("token".to_owned().into());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::try_from(config).unwrap();

    let began = Instant::now();
    let mut servers = [
        start(
            &assets.program(Program::Etcd).unwrap(),
            &[
                format!("--data-dir={}", path("etcd")),
                format!("--listen-client-urls={etcd_url}"),
                format!("--advertise-client-urls={etcd_url}"),
                format!("--listen-peer-urls=http://127.0.0.1:{}", free_port()),
                "--unsafe-no-fsync".to_owned(),
            ],
        ),
        start(
            &assets.program(Program::ApiServer).unwrap(),
            &[
                format!("--etcd-servers={etcd_url}"),
                format!("--secure-port={port}"),
                "--bind-address=127.0.0.1".to_owned(),
                format!("--tls-cert-file={}", path("crt")),
                format!("--tls-private-key-file={}", path("key")),
                "--service-account-issuer=https://127.0.0.1/".to_owned(),
                format!("--service-account-key-file={}", path("crt")),
                format!("--service-account-signing-key-file={}", path("key")),
                format!("--token-auth-file={}", path("tokens")),
                "--authorization-mode=RBAC".to_owned(),
                "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
                "--disable-admission-plugins=ServiceAccount".to_owned(),
            ],
        ),
    ];
    let request = || http::Request::get("/readyz").body(Vec::new()).unwrap();
    while client.request_text(request()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let elapsed = began.elapsed();
    for server in &mut servers {
        server.kill().unwrap();
        server.wait().unwrap();
    }
    elapsed
}

fn start(program: &Path, arguments: &[String]) -> Child {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.spawn().unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
