//! How many objects of one controller are reconciled at a time: without a control plane.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::{Request, Response};
use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Action, Client, Context, Operator, Reconcile, Reconciler, Result};
use kube::client::Body;
use serde_json::json;
use tower::{BoxError, service_fn};

/// Counts reconciles.
#[derive(Clone, Default)]
struct Counter(Arc<Counts>);

#[derive(Default)]
struct Counts {
    now: AtomicUsize,
    most: AtomicUsize,
    done: AtomicUsize,
}

impl Counter {
    /// A reconcile that takes a second.
    async fn reconcile(&self) -> Result<Action> {
        let Counts { now, most, done } = &*self.0;
        let now_with_this = now.fetch_add(1, Ordering::Relaxed) + 1;
        most.fetch_max(now_with_this, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1)).await;
        now.fetch_sub(1, Ordering::Relaxed);
        done.fetch_add(1, Ordering::Relaxed);
        Ok(Action::await_change())
    }
}

macro_rules! reconciler {
    ($name:ident, $concurrency:literal) => {
        #[derive(Reconciler)]
        #[reconciler(kind = ConfigMap, concurrency = $concurrency)]
        struct $name(Counter);

        impl Reconcile for $name {
            type State = Counter;

            async fn setup(counter: &Counter) -> Result<Self> {
                Ok(Self(counter.clone()))
            }

            async fn reconcile(&self, _: Arc<ConfigMap>, _: Context<Self>) -> Result<Action> {
                self.0.reconcile().await
            }
        }
    };
}

reconciler!(One, 1);
reconciler!(Three, 3);

const OBJECTS: usize = 10;

/// A cluster with so many objects, in which nothing happens.
fn client() -> Client {
    let cluster = service_fn(async |request: Request<Body>| {
        if request
            .uri()
            .query()
            .unwrap_or_default()
            .contains("watch=true")
        {
            return std::future::pending().await;
        }
        let object = |number| {
            let name = format!("it-{number}");
            json!({ "metadata": { "name": name, "namespace": "default", "resourceVersion": "1" } })
        };
        let list = json!({
            "kind": "ConfigMapList",
            "apiVersion": "v1",
            "metadata": { "resourceVersion": "1" },
            "items": (0..OBJECTS).map(object).collect::<Vec<_>>(),
        });
        Ok::<_, BoxError>(Response::new(Body::from(list.to_string().into_bytes())))
    });
    Client::new(cluster, "default")
}

/// As many objects are reconciled at a time as this controller says, neither more nor, since there are more of them, fewer.
async fn check<R: Reconcile<State = Counter>>(expected: usize) -> Result<()> {
    let counter = Counter::default();
    let state = counter.clone();
    let operator = Operator::new("test").controller::<R>();
    let mut running = operator
        .start(client(), async move |_: &Client| Ok(state))
        .await?;
    running.ready().await?;
    tokio::time::sleep(Duration::from_secs(60)).await;
    running.stop().await?;
    let Counts { most, done, .. } = &*counter.0;
    let counted = (done.load(Ordering::Relaxed), most.load(Ordering::Relaxed));
    assert_eq!(counted, (OBJECTS, expected));
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_at_a_time() -> Result<()> {
    check::<One>(1).await
}

#[tokio::test(start_paused = true)]
async fn three_at_a_time() -> Result<()> {
    check::<Three>(3).await
}
