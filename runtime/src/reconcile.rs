use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::{Context, Declarations, Finalizes, Object, Permissions, Result};

/// What a controller declares; derived with [`Reconciler`](macro@crate::Reconciler).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no reconciler",
    label = "there is no reconciled object that this could be about",
    note = "a reconciler derives it: `#[derive(Reconciler)] #[reconciler(kind = ..)]`"
)]
pub trait Reconciler: Permissions<Kind: Object> {
    /// Adds what the attribute says of the kind, and of what is owned and watched.
    fn declare(declarations: &mut Declarations<Self>);
}

/// Brings the world to what an object says.
///
/// `reconcile` is called when an object is new, when it or something that it owns or watches changed, and when the
/// [`Action`] of the last call asks for it. One object is never reconciled twice at the same time. An error is logged and
/// the object tried again, after a time that grows with each failure in a row; a panic counts as an error.
///
/// An object that is being deleted is not reconciled. What must happen before it goes is [`Cleanup`]'s.
pub trait Reconcile: Reconciler {
    /// What the user makes once at the start, for all controllers.
    type State: Send + Sync + 'static;

    /// Makes the reconciler, once, before the first object is reconciled.
    fn setup(state: &Self::State) -> impl Future<Output = Result<Self>> + Send;

    /// Brings the world to what `object` says. It is as the API server had it a moment ago.
    fn reconcile(
        &self,
        object: Arc<Self::Kind>,
        cx: Context<Self>,
    ) -> impl Future<Output = Result<Action>> + Send;
}

/// What must happen before an object may go: for what Kubernetes' garbage collection does not know of.
///
/// Needs `finalizer` in the attribute. From then on the API server keeps a deleted object until `cleanup` has succeeded,
/// and so for as long as no operator runs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` declares a finalizer but not what to clean up",
    label = "the trait `Cleanup` is not implemented for `{Self}`",
    note = "implement it: `impl kopgen_runtime::Cleanup for {Self} {{ async fn cleanup(..) -> Result<Cleaned> {{ .. }} }}`, or remove `finalizer`"
)]
pub trait Cleanup: Reconcile + Finalizes {
    /// Removes what `object` left outside. Called again after an error and after [`Cleaned::NotYet`], so it must not
    /// mind finding nothing.
    fn cleanup(
        &self,
        object: Arc<Self::Kind>,
        cx: Context<Self>,
    ) -> impl Future<Output = Result<Cleaned>> + Send;
}

/// When to reconcile an object again, if nothing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    pub(crate) requeue_after: Option<Duration>,
}

impl Action {
    /// When it, or something that it owns or watches, changes.
    pub fn await_change() -> Self {
        Self {
            requeue_after: None,
        }
    }

    /// After this time, or earlier when something changes.
    pub fn requeue(after: Duration) -> Self {
        Self {
            requeue_after: Some(after),
        }
    }
}

/// How far [`Cleanup::cleanup`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleaned {
    /// Nothing is left: the finalizer is removed and the object may go.
    Done,
    /// Something is still going away: ask again after this time, or earlier when something changes.
    NotYet(Duration),
}
