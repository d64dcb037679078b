//! What the chapter "Dropping down to plain kube-rs" shows, on a real API server.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use futures::TryStreamExt;
use k8s_openapi::api::core::v1::{ConfigMap, Node, Pod};
use kopgen_runtime::testing::{Guard, TestEnv};
use kopgen_runtime::{Action, Client, Context, Operator, Reconcile, Reconciler, Result, Settings};
use kube::api::{DeleteParams, EvictParams, PostParams};
use kube::runtime::conditions::is_deleted;
use kube::runtime::wait::await_condition;
use kube::runtime::{WatchStreamExt, watcher};
use kube::{Api, ResourceExt};
use serde_json::json;
use tokio::time::timeout;

#[derive(Reconciler)]
#[reconciler(kind = Pod, rbac(group = "", resources("pods/eviction"), verbs("create")))]
pub struct Evictor {}

impl Reconcile for Evictor {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, pod: Arc<Pod>, cx: Context<Self>) -> Result<Action> {
        let labels = pod.metadata.labels.as_ref();
        if labels.is_some_and(|labels| labels.contains_key("evict")) {
            let namespace = pod.metadata.namespace.as_deref().unwrap_or_default();
            let name = pod.metadata.name.as_deref().unwrap_or_default();
            let pods: Api<Pod> = Api::namespaced(cx.client(), namespace);
            pods.evict(name, &EvictParams::default()).await?;
        }
        Ok(Action::await_change())
    }
}

fn operator() -> Operator<()> {
    Operator::new("press").controller::<Evictor>()
}

#[tokio::test]
async fn a_client_of_kube_evicts() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let guard = Guard::of(&operator());
    let client = guard.client(env.client());
    let mut running = operator().start(client, async |_: &Client| Ok(())).await?;
    running.ready().await?;

    let pods: Api<Pod> = Api::default_namespaced(env.client());
    let pod: Pod = serde_json::from_value(json!({
        "metadata": { "name": "idle", "labels": { "evict": "" } },
        "spec": { "containers": [{ "name": "idle", "image": "pause" }] },
    }))?;
    let pod = pods.create(&PostParams::default(), &pod).await?;
    let uid = pod.metadata.uid.unwrap_or_default();
    timeout(PATIENCE, await_condition(pods, "idle", is_deleted(&uid))).await??;
    running.stop().await?;
    guard.check::<Evictor>()
}

#[tokio::test]
async fn the_guard_sees_what_kube_is_used_for() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let guard = Guard::of(&operator());
    let maps: Api<ConfigMap> = Api::default_namespaced(guard.client(env.client()));
    let refused = maps.delete("a", &DeleteParams::default()).await;
    assert!(matches!(refused, Err(kube::Error::Api(status)) if status.is_forbidden()));
    assert!(guard.check::<Evictor>().is_err());
    Ok(())
}

/// The operator, and beside it a watch that is kube's own.
async fn run(settings: Settings, client: Client) -> Result<()> {
    tokio::select! {
        result = operator().run(settings, async |_: &Client| Ok(())) => result,
        Err(error) = follow_nodes(client) => Err(error.context("the watch of the nodes")),
    }
}

async fn follow_nodes(client: Client) -> Result<()> {
    let nodes = watcher(Api::<Node>::all(client), watcher::Config::default());
    let mut nodes = pin!(nodes.touched_objects());
    while let Some(node) = nodes.try_next().await? {
        println!("{} has changed", node.name_any());
    }
    Ok(())
}

#[tokio::test]
async fn what_runs_beside_the_operator_ends_it_when_it_fails() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let flags = Flags::parse_from([
        "operator",
        "--kubeconfig",
        env.kubeconfig().to_str().expect("a path of text"),
        "--health-probe-bind-address=0",
    ]);
    let unreachable = kube::Config::new("http://127.0.0.1:1".parse()?);
    let ended = run(flags.settings, Client::try_from(unreachable)?);
    let error = timeout(PATIENCE, ended).await?.unwrap_err();
    assert!(
        error.to_string().contains("the watch of the nodes"),
        "{error:#}"
    );
    Ok(())
}

#[tokio::test]
async fn a_client_for_what_runs_beside_the_operator_is_that_of_its_flags() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let Flags { settings } = Flags::parse_from([
        "operator",
        "--kubeconfig",
        env.kubeconfig().to_str().expect("a path of text"),
    ]);
    let client = settings.client("press-nodes").await?;
    let version = client.apiserver_version().await?;
    assert_eq!(version, env.client().apiserver_version().await?);
    Ok(())
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: Settings,
}

const PATIENCE: Duration = Duration::from_secs(30);
