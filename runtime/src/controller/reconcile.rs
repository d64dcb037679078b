//! The way of one object: out of the queue, through the finalizer, to the user's reconciler.

use std::any::Any;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, anyhow};
use futures::FutureExt;
use kube::api::Patch;
use kube::runtime::events::EventType;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument;

use super::queue::Outcome;
use super::{Key, RawObject, Shared};
use crate::call::{Call, Caller, Reconciling};
use crate::decode::Unreadable;
use crate::describe::describe;
use crate::metrics::Reconciled;
use crate::request::{Collection, is_conflict, is_not_found};
use crate::{Action, Cleaned, Error, Result};

/// An object that does not fit the type of its kind: no retry will help.
#[derive(Debug)]
pub(crate) struct Malformed(pub(crate) Unreadable);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the object does not fit its Rust type")
    }
}

impl std::error::Error for Malformed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Reconciles what the queue gives, so many objects at a time, until it is closed and the last of them is finished.
pub(super) async fn work(shared: &Arc<Shared>, concurrency: usize) {
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            key = shared.queue.next(), if running.len() < concurrency => match key {
                Some(key) => drop(running.spawn(process(shared.clone(), key))),
                None => break,
            },
            Some(_) = running.join_next() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn process(shared: Arc<Shared>, key: Key) {
    let Some(object) = shared.caches.objects.get(&key) else {
        shared.queue.done(key, Outcome::Gone);
        return;
    };
    let controller = &shared.info.declared.report.name;
    // Of this level so that it is there at every one: what goes wrong is to name its object.
    let span = tracing::error_span!("reconcile", controller, object = %key);
    let began = Instant::now();
    shared.metrics.begin();
    let reconciling = reconcile(&shared, object.clone());
    let result = AssertUnwindSafe(reconciling.instrument(span.clone()))
        .catch_unwind()
        .await;
    let result = result.unwrap_or_else(|panic| Err(panic_error(&*panic)));
    let reconciled = match &result {
        Ok(action) => Reconciled::Done(*action),
        Err(error) if error.is::<Malformed>() => Reconciled::Rejected,
        Err(_) => Reconciled::Failed,
    };
    shared.metrics.end(reconciled, began.elapsed());
    if let Err(error) = &result
        && error.is::<Malformed>()
    {
        let told = tell(&shared, object, error);
        told.instrument(span.clone()).await;
    }
    let _entered = span.entered();
    match result {
        Ok(action) => {
            shared.queue.done(key, Outcome::Done(action.requeue_after));
        }
        Err(error) if error.is::<Malformed>() => {
            shared.queue.done(key, Outcome::Rejected);
            tracing::error!(
                error = describe(error.as_ref()),
                "left alone until it changes"
            );
        }
        Err(error) => {
            let retry = shared.queue.done(key, Outcome::Failed).unwrap_or_default();
            let (error, retry) = (
                describe(error.as_ref()),
                format!("{:.1} s", retry.as_secs_f64()),
            );
            tracing::error!(error, retry, "the reconcile failed");
        }
    }
}

/// Publishes on the object that it is malformed, where the controller may publish events.
async fn tell(shared: &Shared, object: Arc<RawObject>, malformed: &Error) {
    if !shared.info.declared.publishes_events {
        return;
    }
    let note = describe(malformed.as_ref());
    // Of events with one reason the first one's note stays.
    let reason = if object.is_being_deleted() {
        "CleanupBlocked"
    } else {
        "Malformed"
    };
    let call = call(shared, object);
    if let Err(error) = call.event(EventType::Warning, reason, note).await {
        tracing::warn!(error = describe(error.as_ref()), "nobody was told");
    }
}

async fn reconcile(shared: &Shared, object: Arc<RawObject>) -> Result<Action> {
    let Some(finalizer) = &shared.info.declared.finalizer else {
        if object.is_being_deleted() {
            return Ok(Action::await_change());
        }
        return shared.reconciler.reconcile(call(shared, object)).await;
    };
    match (object.is_being_deleted(), object.has_finalizer(finalizer)) {
        (false, true) => shared.reconciler.reconcile(call(shared, object)).await,
        (false, false) => {
            // What does not fit is never reconciled and leaves nothing behind: a finalizer would only keep it.
            shared.reconciler.check(&object)?;
            match add_finalizer(shared, &object, finalizer).await? {
                Some(object) => {
                    shared
                        .reconciler
                        .reconcile(call(shared, Arc::new(object)))
                        .await
                }
                None => Ok(Action::await_change()),
            }
        }
        (true, true) => match shared
            .reconciler
            .cleanup(call(shared, object.clone()))
            .await
            .with_context(|| format!("cannot clean up, so the finalizer {finalizer} stays"))?
        {
            Cleaned::Done => {
                remove_finalizer(shared, &object, finalizer).await?;
                Ok(Action::await_change())
            }
            Cleaned::NotYet(after) => Ok(Action::requeue(after)),
        },
        (true, false) => Ok(Action::await_change()),
    }
}

fn call(shared: &Shared, object: Arc<RawObject>) -> Call {
    Call {
        client: shared.client.clone(),
        manager: shared.info.manager.clone(),
        namespace: object.meta.namespace.clone(),
        namespaces: shared.namespaces.clone(),
        applied: shared.applied.clone(),
        caller: Caller::Reconciler(Reconciling {
            controller: shared.info.clone(),
            object,
            caches: shared.caches.clone(),
            status: Arc::new(Mutex::new(None)),
            shapes: Arc::default(),
        }),
    }
}

/// Gives the object with its finalizer; `None` when it has changed or gone, and so comes again or never.
async fn add_finalizer(
    shared: &Shared,
    object: &RawObject,
    finalizer: &str,
) -> Result<Option<RawObject>> {
    let known = object.meta.finalizers.iter().flatten().map(String::as_str);
    let finalizers = known.chain([finalizer]).collect::<Vec<_>>();
    let json = set_finalizers(shared, object, &finalizers)
        .await
        .context("cannot add the finalizer")?;
    json.map(|json| RawObject::parse(&json).context("cannot read the object with its finalizer"))
        .transpose()
}

async fn remove_finalizer(shared: &Shared, object: &RawObject, finalizer: &str) -> Result<()> {
    let known = object.meta.finalizers.iter().flatten().map(String::as_str);
    let finalizers = known
        .filter(|known| *known != finalizer)
        .collect::<Vec<_>>();
    set_finalizers(shared, object, &finalizers)
        .await
        .context("cannot remove the finalizer")
        .map(drop)
}

/// A merge patch replaces the whole list, so it is bound to the version of the object that the list was read from.
async fn set_finalizers(
    shared: &Shared,
    object: &RawObject,
    finalizers: &[&str],
) -> Result<Option<String>> {
    let objects = Collection {
        client: shared.client.clone(),
        applied: shared.applied.clone(),
        shapes: None,
        resource: shared.info.kind().clone(),
        namespace: object.meta.namespace.clone(),
    };
    let patch = json!({ "metadata": { "finalizers": finalizers, "resourceVersion": object.meta.resource_version } });
    let name = object.meta.name.as_deref().unwrap_or_default();
    match objects
        .patch(&shared.info.manager, name, &Patch::Merge(patch))
        .await
    {
        Ok(json) => Ok(Some(json)),
        // The watch is about to tell.
        Err(error) if is_not_found(&error) || is_conflict(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a panic said.
pub(crate) fn panic_error(panic: &(dyn Any + Send)) -> Error {
    let message = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    anyhow!("panicked: {}", message.unwrap_or("with no message"))
}
