//! An operator as a process: of two ConfigMaps, it fails at the one that is called `bad`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Parser;
use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Action, Client, Context, Operator, Reconcile, Reconciler, Result, Settings};
use kube::config::Kubeconfig;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::world::{NAMESPACE, World};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, name = "guestbook")]
pub struct Guests {}

impl Reconcile for Guests {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, guest: Arc<ConfigMap>, _: Context<Self>) -> Result<Action> {
        anyhow::ensure!(guest.metadata.name.as_deref() != Some("bad"), "bad guest");
        Ok(Action::requeue(Duration::from_secs(1)))
    }
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    operator: Settings,
}

/// What the process does.
pub async fn program(flags: &str) -> ExitCode {
    let arguments = ["guestbook"].into_iter().chain(flags.split_whitespace());
    let settings = Flags::parse_from(arguments).operator;
    settings.init_logging().expect("nobody else logs");
    let operator = Operator::new("guestbook").controller::<Guests>();
    match operator.run(settings, async |_: &Client| Ok(())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

pub struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
    _kubeconfig: NamedTempFile,
}

impl Process {
    /// Starts one as this account, which serves its metrics somewhere.
    pub async fn start(world: &World, account: &str, flags: &str) -> Result<Self> {
        let mut kubeconfig = serde_json::to_value(Kubeconfig::read_from(world.env.kubeconfig())?)?;
        kubeconfig["users"][0]["user"] = json!({ "token": world.token(account).await? });
        kubeconfig["contexts"][0]["context"]["namespace"] = NAMESPACE.into();
        let file = NamedTempFile::new()?;
        serde_json::to_writer(&file, &kubeconfig)?;
        let flags = format!(
            "--kubeconfig={} --health-probe-bind-address=0 --metrics-bind-address=127.0.0.1:0 {flags}",
            file.path().display()
        );
        // This test binary, started again for the one test `child`.
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", "child", "--nocapture"])
            .env("OPERATOR", flags)
            .env("WATCH_NAMESPACE", NAMESPACE)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let log: Arc<Mutex<String>> = Arc::default();
        let lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        std::thread::spawn({
            let log = log.clone();
            move || {
                for line in lines.map_while(Result::ok) {
                    *log.lock().unwrap() += &format!("{line}\n");
                }
            }
        });
        Ok(Self {
            child,
            log,
            _kubeconfig: file,
        })
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub async fn says(&self, what: &str) {
        eventually(what, async || self.log().contains(what)).await;
    }

    /// Where it serves its metrics.
    pub async fn address(&self) -> String {
        let serving = "serving the metrics address=";
        self.says(serving).await;
        let log = self.log();
        let (_, rest) = log.split_once(serving).expect("it says where");
        rest.split_whitespace()
            .next()
            .expect("it says where")
            .to_owned()
    }

    /// Waits until it ends, and gives its log.
    pub fn end(mut self) -> String {
        self.child.wait().expect("it can be waited for");
        self.log()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- the operator's log:\n{}", self.log());
        }
    }
}

/// Waits until `holds`.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let until = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), until).await;
    assert!(waited.is_ok(), "not within 30 seconds: {what}");
}
