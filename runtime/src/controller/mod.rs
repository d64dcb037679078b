//! The controller, compiled once for all kinds: what it works on is JSON until the user's reconciler gets it.
//!
//! ```text
//! watch of the kind ──▶ cache ─┐
//!                              ├─▶ queue ──▶ workers ──▶ decode, finalize, reconcile
//! watches of others ──▶ keys ──┘      ▲           │
//!                                     └───────────┘ again: requeue, failure, change meanwhile
//! ```

mod applied;
mod backoff;
mod cache;
mod caches;
mod finalizer;
mod index;
mod key;
mod limit;
mod object;
mod own;
mod pulse;
mod queue;
mod raw;
mod reconcile;
mod seen;
mod watch;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use futures::future::BoxFuture;
use kopgen_core::report::Resource;
use kube::Client;
use tokio::sync::watch as latest;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::call::Call;
use crate::declarations::Declared;
use crate::election::Gate;
use crate::events::Events;
use crate::metrics::{ControllerMetrics, Metrics};
use crate::supervision::{Supervisor, UserCode};
use crate::{Action, Cleaned, Error, Result};

pub(crate) use applied::{Applied, Apply};
pub(crate) use backoff::{random, random_bits};
pub(crate) use caches::Caches;
pub(crate) use key::Key;
pub(crate) use object::RawObject;
pub(crate) use own::{Own, Progress};
pub(crate) use queue::Queue;
pub(crate) use reconcile::{Malformed, panic_error};
#[cfg(feature = "testing")]
pub(crate) use watch::key_of;

/// How many objects of one controller are reconciled at a time, unless it declares another number.
pub(crate) const CONCURRENCY: usize = 16;

/// How long the reconciles under way and the tasks may take after a stop: less than the 30 seconds that Kubernetes gives a pod.
pub(crate) const GRACE: Duration = Duration::from_secs(25);

/// A reconciler without its types.
pub(crate) trait ErasedReconciler: Send + Sync {
    /// Whether the object fits its type, but for its status.
    fn check(&self, object: &RawObject) -> Result<()>;
    fn reconcile(&self, call: Call) -> BoxFuture<'_, Result<Action>>;
    fn cleanup(&self, call: Call) -> BoxFuture<'_, Result<Cleaned>>;
}

/// What stays the same for all objects of a controller.
pub(crate) struct ControllerInfo {
    pub(crate) declared: Declared,
    /// The field manager of all that it writes.
    pub(crate) manager: Arc<str>,
    pub(crate) events: Arc<Events>,
}

impl ControllerInfo {
    pub(crate) fn new(operator: &str, declared: Declared, events: Arc<Events>) -> Self {
        Self {
            manager: manager(operator, &declared.report.name),
            declared,
            events,
        }
    }

    pub(crate) fn kind(&self) -> &Resource {
        &self.declared.report.kind
    }
}

/// The field manager of a controller or a task.
pub(crate) fn manager(operator: &str, name: &str) -> Arc<str> {
    format!("{operator}/{name}").into()
}

/// What the controllers and tasks of an operator have in common.
#[derive(Clone)]
pub(crate) struct Common {
    pub(crate) client: Client,
    /// The namespaces to watch; `None` is the whole cluster.
    pub(crate) namespaces: Arc<[Option<String>]>,
    pub(crate) gate: Gate,
    pub(crate) metrics: Metrics,
    pub(crate) user_code: UserCode,
    pub(crate) stop: CancellationToken,
}

/// A running controller.
struct Shared {
    client: Client,
    namespaces: Arc<[Option<String>]>,
    info: Arc<ControllerInfo>,
    reconciler: Arc<dyn ErasedReconciler>,
    caches: Arc<Caches>,
    applied: Arc<Applied>,
    queue: Arc<Queue>,
    metrics: ControllerMetrics,
    supervisor: Supervisor,
}

/// Runs a controller until `stop`, and then until the reconciles under way are finished. `ready` becomes true when all
/// watches hold all objects; no object is reconciled before, nor before the gate has opened.
pub(crate) async fn run(
    common: Common,
    info: Arc<ControllerInfo>,
    reconciler: Arc<dyn ErasedReconciler>,
    ready: latest::Sender<bool>,
) -> Result<()> {
    let Common {
        client,
        namespaces,
        gate,
        metrics,
        user_code,
        stop,
    } = common;
    let controller = info.declared.report.name.clone();
    let metrics = metrics.controller(&controller);
    metrics.limit(info.declared.concurrency);
    let applied = Arc::new(Applied::new(&info.declared.owned, &namespaces));
    let shared = Arc::new(Shared {
        client,
        caches: Arc::new(Caches::new(&info.declared, &namespaces)),
        info,
        reconciler,
        applied,
        queue: Arc::new(Queue::new(metrics.queue())),
        metrics,
        supervisor: user_code.supervisor(&controller),
        namespaces,
    });
    let mut watches = Watches::start(&shared);
    tokio::select! {
        () = stop.cancelled() => return Ok(()),
        () = synced(&mut watches.synced) => {}
        error = ended(&mut watches.tasks) => return Err(error),
    }
    ready.send_replace(true);
    tracing::info!(controller, "all caches are synced");
    tokio::select! {
        () = stop.cancelled() => return Ok(()),
        () = gate.until_open() => {}
        error = ended(&mut watches.tasks) => return Err(error),
    }
    tracing::info!(controller, "reconciling");
    // In this order: what arrives between the two is queued by its watch.
    shared.queue.open();
    let keys = shared.caches.objects.keys();
    keys.into_iter().for_each(|key| shared.queue.add(key));

    let mut work = pin!(reconcile::work(&shared, shared.info.declared.concurrency));
    tokio::select! {
        () = stop.cancelled() => {}
        () = &mut work => {}
        error = ended(&mut watches.tasks) => return Err(error),
    }
    shared.queue.close();
    if tokio::time::timeout(GRACE, work).await.is_err() {
        tracing::warn!(
            controller,
            "cut off the reconciles that took more than {} s to finish",
            GRACE.as_secs()
        );
    }
    Ok(())
}

/// The tasks that follow the API server; they end when this is dropped.
struct Watches {
    tasks: JoinSet<()>,
    synced: Vec<latest::Receiver<bool>>,
}

impl Watches {
    fn start(shared: &Arc<Shared>) -> Self {
        let namespaces = &shared.namespaces;
        let mut watches = Self {
            tasks: JoinSet::new(),
            synced: Vec::new(),
        };
        for namespace in scopes(shared.info.kind(), namespaces) {
            let synced = watches.synced();
            watches
                .tasks
                .spawn(watch::follow_kind(shared.clone(), namespace, synced));
        }
        for (place, other) in shared.info.declared.watches.iter().enumerate() {
            for namespace in scopes(&other.resource, namespaces) {
                let synced = watches.synced();
                let shared = shared.clone();
                watches
                    .tasks
                    .spawn(watch::follow_other(shared, place, namespace, synced));
            }
        }
        watches
    }

    fn synced(&mut self) -> latest::Sender<bool> {
        let (sender, receiver) = latest::channel(false);
        self.synced.push(receiver);
        sender
    }
}

/// Where to watch a kind: in each namespace, or in the cluster that it lives in.
fn scopes(resource: &Resource, namespaces: &[Option<String>]) -> Vec<Option<String>> {
    if resource.namespaced {
        namespaces.to_vec()
    } else {
        vec![None]
    }
}

/// Returns when all watches have seen all objects.
async fn synced(watches: &mut [latest::Receiver<bool>]) {
    for watch in watches {
        if watch.wait_for(|synced| *synced).await.is_err() {
            // The watch has ended, which `ended` reports.
            std::future::pending().await
        }
    }
}

/// Returns when a watch has ended, which none does by itself.
async fn ended(watches: &mut JoinSet<()>) -> Error {
    match watches.join_next().await {
        Some(Err(error)) => Error::new(error).context("a watch has failed"),
        Some(Ok(())) | None => anyhow!("a watch has ended"),
    }
}
