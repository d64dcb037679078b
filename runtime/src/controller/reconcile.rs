//! The way of one object: out of the queue, through the finalizer, to the user's reconciler.

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::{Context as _, anyhow};
use futures::FutureExt;
use kube::runtime::events::EventType;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tracing::Instrument;

use super::cache::Notes;
use super::queue::{Next, Outcome};
use super::{Key, Own, Progress, RawObject, Shared, finalizer};
use crate::call::{Call, Caller, Reconciling};
use crate::decode::Unreadable;
use crate::describe::describe;
use crate::metrics::Reconciled;
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
            next = shared.queue.next(), if running.len() < concurrency => match next {
                Some(next) => drop(running.spawn(process(shared.clone(), next))),
                None => break,
            },
            Some(_) = running.join_next() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn process(shared: Arc<Shared>, next: Next) {
    let Next { key, limited } = next;
    let controller = &shared.info.declared.report.name;
    // Of this level so that it is there at every one: what goes wrong is to name its object.
    let span = tracing::error_span!("reconcile", controller, object = %key);
    let Some(object) = shared.caches.objects.get(&key) else {
        shared.queue.done(key, Outcome::Gone);
        return;
    };
    let began = Instant::now();
    shared.metrics.begin();
    let reconciling = attempt(&shared, &key, object, limited).instrument(span.clone());
    let ended = supervised(&shared, &key, reconciling).await;
    let reconciled = match &ended {
        Ended::Done(action) => Reconciled::Done(*action),
        Ended::Conflict(_) => Reconciled::Conflict,
        Ended::Gone(_) => Reconciled::Done(Action::await_change()),
        Ended::Malformed(_) => Reconciled::Rejected,
        Ended::Failed(_) => Reconciled::Failed,
    };
    shared.metrics.end(reconciled, began.elapsed());
    let _entered = span.entered();
    let done = |outcome| {
        let retry = shared.queue.done(key, outcome).unwrap_or_default();
        format!("{:.2} s", retry.as_secs_f64())
    };
    match ended {
        Ended::Done(action) => _ = done(Outcome::Done(action.requeue_after)),
        Ended::Gone(error) => {
            done(Outcome::Gone);
            let error = error.as_ref().map(|error| describe(error.as_ref()));
            tracing::debug!(error, "the object went while it was reconciled");
        }
        Ended::Conflict(error) => {
            let retry = done(Outcome::Conflict);
            let error = error.as_ref().map(|error| describe(error.as_ref()));
            tracing::info!(error, retry, "the object changed while it was reconciled");
        }
        Ended::Malformed(error) => {
            done(Outcome::Rejected);
            let error = describe(error.as_ref());
            tracing::error!(error, "left alone until it changes");
        }
        Ended::Failed(error) => {
            let retry = done(Outcome::Failed);
            let error = describe(error.as_ref());
            tracing::error!(error, retry, "the reconcile failed");
        }
    }
}

/// A panic and the end of the time for it are failures of the reconcile.
async fn supervised(shared: &Shared, key: &Key, reconcile: impl Future<Output = Ended>) -> Ended {
    let reconcile = AssertUnwindSafe(reconcile).catch_unwind();
    match shared.supervisor.reconcile(key, reconcile).await {
        Ok(Ok(ended)) => ended,
        Ok(Err(panic)) => {
            shared.metrics.panicked();
            Ended::Failed(panic_error(&*panic))
        }
        Err(timed_out) => {
            shared.metrics.timed_out();
            Ended::Failed(timed_out.into())
        }
    }
}

/// How a reconcile ended.
enum Ended {
    Done(Action),
    /// Somebody else changed the object, so its status was not written.
    Conflict(Option<Error>),
    /// The object does not exist any more, which may be why it failed.
    Gone(Option<Error>),
    Malformed(Error),
    Failed(Error),
}

/// Reconciles an object, and says of it what there is to say.
async fn attempt(shared: &Shared, key: &Key, mut object: Arc<RawObject>, limited: bool) -> Ended {
    if shared.caches.objects.is_doubtful(key) {
        let call = call(shared, key, object.clone());
        match call.look(false).await {
            Ok(Some(found)) => object = found,
            Ok(None) => return Ended::Gone(None),
            Err(error) => return Ended::Failed(error.context("cannot read the object again")),
        }
    }
    let call = call(shared, key, object);
    if limited {
        tracing::warn!("reconciled too often, so it is held back: {TOO_OFTEN}");
        tell(shared, &call, "ReconcilesLimited", TOO_OFTEN).await;
    }
    let result = reconcile(shared, &call).await;
    say_whether_status_fits(shared, &call).await;
    let conflicted = call
        .reconciling()
        .own
        .progress
        .conflicted
        .load(Ordering::Relaxed);
    match result {
        Ok(_) if conflicted => Ended::Conflict(None),
        Ok(action) => Ended::Done(action),
        Err(error) if error.is::<Malformed>() => {
            let reason = if call.reconciling().object.is_being_deleted() {
                "CleanupBlocked"
            } else {
                "Malformed"
            };
            tell(shared, &call, reason, &describe(error.as_ref())).await;
            Ended::Malformed(error)
        }
        Err(error) if has_gone(&call, &error).await => Ended::Gone(Some(error)),
        Err(error) if conflicted && is_api_error(&error, 409..410) => Ended::Conflict(Some(error)),
        Err(error) => Ended::Failed(error),
    }
}

const TOO_OFTEN: &str = "it was reconciled 50 times, or 10 times without success, with hardly a pause, and is from now on reconciled \
    once a second, or once in five. Does each reconcile change what it watches, as a time in the status does?";

/// Publishes a warning on the object, where the controller may publish events.
async fn tell(shared: &Shared, call: &Call, reason: &str, note: &str) {
    if !shared.info.declared.publishes_events {
        return;
    }
    // Of events with one reason the first one's note stays.
    let event = call.event(EventType::Warning, reason, note.to_owned());
    if let Err(error) = event.await {
        tracing::warn!(error = describe(error.as_ref()), "nobody was told");
    }
}

/// Says so once of an object whose status does not fit its type.
async fn say_whether_status_fits(shared: &Shared, call: &Call) {
    let Reconciling { object, own, .. } = call.reconciling();
    let unreadable = own.progress.take_unreadable();
    let notes = |notes: &mut Notes| notes.unreadable = unreadable.is_some();
    let before = own.caches.objects.note(object, &own.key, notes);
    let Some(why) = unreadable.filter(|_| !before.unreadable) else {
        return;
    };
    let note = format!("the status does not fit its Rust type and is read as absent: {why}");
    tracing::warn!("{note}");
    tell(shared, call, "StatusUnreadable", &note).await;
}

/// Whether the object that a reconcile failed on is gone, be it that another one has its name now.
async fn has_gone(call: &Call, error: &Error) -> bool {
    let Reconciling { object, own, .. } = call.reconciling();
    let is_it = |known: &RawObject| known.meta.uid == object.meta.uid;
    let known = own.caches.objects.get(&own.key);
    if !known.is_some_and(|known| is_it(&known)) {
        return true;
    }
    // The watch may be late to tell what the API server refused it for.
    if !is_api_error(error, 400..500) {
        return false;
    }
    let found = call.look(true).await;
    found.is_ok_and(|found| !found.is_some_and(|found| is_it(&found)))
}

/// Whether the API server answered with one of these codes.
fn is_api_error(error: &Error, codes: Range<u16>) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref());
    causes.any(|cause| matches!(cause, kube::Error::Api(status) if codes.contains(&status.code)))
}

async fn reconcile(shared: &Shared, call: &Call) -> Result<Action> {
    let Reconciling { object, own, .. } = call.reconciling();
    let Some(finalizer) = &shared.info.declared.finalizer else {
        if object.is_being_deleted() {
            return Ok(Action::await_change());
        }
        return shared.reconciler.reconcile(call.clone()).await;
    };
    match (object.is_being_deleted(), object.has_finalizer(finalizer)) {
        (false, true) => shared.reconciler.reconcile(call.clone()).await,
        (false, false) => {
            // What does not fit is never reconciled and leaves nothing behind: a finalizer would only keep it.
            shared.reconciler.check(object)?;
            match finalizer::add(call, object.clone(), finalizer).await? {
                Some(object) => shared.reconciler.reconcile(call.about(object)).await,
                None => Ok(Action::await_change()),
            }
        }
        (true, true) => {
            // Where the finalizer could not be removed after it, the cleanup is not called again.
            if !own.caches.objects.notes(&own.key).cleaned {
                let cleaned = shared.reconciler.cleanup(call.clone()).await;
                let blocked = || format!("cannot clean up, so the finalizer {finalizer} stays");
                if let Cleaned::NotYet(after) = cleaned.with_context(blocked)? {
                    return Ok(Action::requeue(after));
                }
                let clean = |notes: &mut Notes| notes.cleaned = true;
                own.caches.objects.note(object, &own.key, clean);
            }
            let latest = own.progress.latest();
            finalizer::remove(call, latest, finalizer).await?;
            Ok(Action::await_change())
        }
        (true, false) => Ok(Action::await_change()),
    }
}

fn call(shared: &Shared, key: &Key, object: Arc<RawObject>) -> Call {
    Call {
        client: shared.client.clone(),
        manager: shared.info.manager.clone(),
        namespace: object.meta.namespace.clone(),
        namespaces: shared.namespaces.clone(),
        applied: shared.applied.clone(),
        caller: Caller::Reconciler(Reconciling {
            controller: shared.info.clone(),
            own: Own {
                kind: shared.info.kind().clone(),
                caches: shared.caches.clone(),
                queue: shared.queue.clone(),
                key: key.clone(),
                progress: Arc::new(Progress::new(object.clone())),
                is_quiet: false,
            },
            object,
            shapes: Arc::default(),
        }),
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
