//! What the chapter "Dropping down to plain kube-rs" shows, on a real API server.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kopgen_runtime::testing::{Guard, TestEnv};
use kopgen_runtime::{Action, Client, Context, Operator, Reconcile, Reconciler, Result};
use kube::Api;
use kube::api::{DeleteParams, EvictParams, PostParams};
use kube::runtime::conditions::is_deleted;
use kube::runtime::wait::await_condition;
use serde_json::json;
use tokio::time::timeout;

use crate::before;

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

/// The operator, and beside it a controller that is kube's own.
#[expect(dead_code, reason = "that it compiles is what is tested")]
pub async fn run(settings: kopgen_runtime::Settings, client: Client) -> Result<()> {
    tokio::select! {
        result = operator().run(settings, async |_: &Client| Ok(())) => result,
        () = before::run(client) => anyhow::bail!("the controller of pages has ended"),
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
