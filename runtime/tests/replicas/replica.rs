//! A replica of an operator, as a process with a ServiceAccount of its own.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::ServiceAccount;
use kopgen_runtime::Result;
use kube::Api;
use kube::api::PostParams;
use kube::config::Kubeconfig;
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{World, eventually};

pub struct Replica {
    /// Its ServiceAccount.
    pub account: &'static str,
    process: Child,
    log: Arc<Mutex<String>>,
    _kubeconfig: NamedTempFile,
}

impl Replica {
    /// Starts one that reaches the API server at `address`, and serves its probes and metrics somewhere. Its clock is `skew`
    /// seconds ahead.
    pub async fn start(
        world: &World,
        account: &'static str,
        address: SocketAddr,
        flags: &str,
        skew: i64,
    ) -> Result<Self> {
        let flags = format!(
            "--health-probe-bind-address=127.0.0.1:0 --metrics-bind-address=127.0.0.1:0 \
             --metrics-secure=false {flags}"
        );
        Self::start_with(world, account, address, &flags, skew).await
    }

    /// Starts one with these flags alone.
    pub async fn start_with(
        world: &World,
        account: &'static str,
        address: SocketAddr,
        flags: &str,
        skew: i64,
    ) -> Result<Self> {
        let kubeconfig = kubeconfig(world, account, address).await?;
        // This test binary, started again for the one test `child`.
        let mut process = Command::new(std::env::current_exe()?)
            .args(["--exact", "child", "--nocapture"])
            .env(
                "REPLICA",
                format!("--kubeconfig={} {flags}", kubeconfig.path().display()),
            )
            .env("WATCH_NAMESPACE", world.namespace)
            .env("SKEW", skew.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let log: Arc<Mutex<String>> = Arc::default();
        let lines = BufReader::new(process.stderr.take().expect("it is piped")).lines();
        std::thread::spawn({
            let log = log.clone();
            move || {
                for line in lines.map_while(Result::ok) {
                    *log.lock().unwrap() += &format!("{line}\n");
                }
            }
        });
        Ok(Self {
            account,
            process,
            log,
            _kubeconfig: kubeconfig,
        })
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub async fn says(&self, what: &str) {
        eventually(&format!("{} says `{what}`", self.account), async || {
            self.log().contains(what)
        })
        .await;
    }

    /// The status and the text of a health probe.
    pub async fn probe(&self, path: &str) -> Result<(u16, String)> {
        self.get("the health probes", path).await
    }

    /// What it tells Prometheus.
    pub async fn metrics(&self) -> Result<String> {
        Ok(self.get("the metrics", "/metrics").await?.1)
    }

    async fn get(&self, what: &str, path: &str) -> Result<(u16, String)> {
        let serving = format!("serving {what} address=");
        self.says(&serving).await;
        let log = self.log();
        let (_, rest) = log.split_once(&serving).expect("it says where");
        let address = rest.split_whitespace().next().expect("it says where");
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").expect("it is HTTP");
        let status = head.split(' ').nth(1).expect("it is HTTP").parse()?;
        Ok((status, body.to_owned()))
    }

    /// Sends it a signal, such as `-TERM`.
    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .args([signal, &self.process.id().to_string()])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "{signal}");
    }

    /// Ends its standard input.
    pub fn end_input(&mut self) {
        drop(self.process.stdin.take());
    }

    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.try_wait().unwrap()
    }

    /// Waits until it ends.
    pub async fn end(&mut self) -> ExitStatus {
        let mut status = None;
        for _ in 0..400 {
            status = self.ended();
            if status.is_some() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        status.unwrap_or_else(|| panic!("{} does not end:\n{}", self.account, self.log()))
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("--- the log of {}:\n{}", self.account, self.log());
        }
    }
}

async fn kubeconfig(world: &World, account: &str, address: SocketAddr) -> Result<NamedTempFile> {
    let accounts: Api<ServiceAccount> = Api::namespaced(world.admin(), world.namespace);
    let token = accounts
        .create_token_request(account, &PostParams::default(), &TokenRequest::default())
        .await?;
    let token = token.status.expect("it has been made").token;
    let mut kubeconfig = serde_json::to_value(Kubeconfig::read_from(world.env.kubeconfig())?)?;
    kubeconfig["clusters"][0]["cluster"]["server"] = format!("https://{address}").into();
    kubeconfig["users"][0]["user"] = json!({ "token": token });
    let context: &mut Value = &mut kubeconfig["contexts"][0]["context"];
    context["namespace"] = world.namespace.into();
    let file = NamedTempFile::new()?;
    serde_json::to_writer(&file, &kubeconfig)?;
    Ok(file)
}
