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
/// [`Action`] of the last call asks for it. A change is any new `resourceVersion`: of the spec, labels, annotations or
/// finalizers, and of the status, so that writing the status leads to one more call, which finds it as it is. One object is
/// never reconciled twice at the same time. An error is logged and the object tried again, after a time that grows with each
/// failure in a row, from about 100 ms to five minutes; a panic counts as an error. A conflict of
/// [`Context::set_status`] is none: the object is read again, and tried again after some milliseconds.
///
/// An object is reconciled 50 times without a pause at most, 10 times if it fails, and then once a second, or once in five. An object whose
/// reconcile changes what wakes it would spin otherwise.
///
/// An object that is being deleted is not reconciled. What must happen before it goes is [`Cleanup`]'s.
///
/// ```
/// use std::sync::Arc;
///
/// use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
/// use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};
///
/// /// What all reconcilers of the operator share.
/// struct State {
///     motto: String,
/// }
///
/// #[derive(Reconciler)]
/// #[reconciler(kind = Namespace, owns(ConfigMap))]
/// struct Mottoes {
///     motto: String,
/// }
///
/// impl Reconcile for Mottoes {
///     type State = State;
///
///     async fn setup(state: &State) -> Result<Self> {
///         Ok(Self { motto: state.motto.clone() })
///     }
///
///     async fn reconcile(&self, namespace: Arc<Namespace>, cx: Context<Self>) -> Result<Action> {
///         let mut motto = ConfigMap::default();
///         motto.metadata.name = Some("motto".into());
///         motto.data = Some([("motto".to_owned(), self.motto.clone())].into());
///         let name = namespace.metadata.name.as_deref().unwrap_or_default();
///         cx.in_namespace(name).apply(&motto).await?;
///         Ok(Action::await_change())
///     }
/// }
/// ```
pub trait Reconcile: Reconciler {
    /// What the user makes once at the start, for all controllers.
    type State: Send + Sync + 'static;

    /// Makes the reconciler, once, before the first object is reconciled and before leader election. An error ends the
    /// operator.
    fn setup(state: &Self::State) -> impl Future<Output = Result<Self>> + Send;

    /// Brings the world to what `object` says. It is as the API server had it a moment ago, and never from before the last write
    /// of this controller to it. A status that does not fit its type is absent.
    fn reconcile(
        &self,
        object: Arc<Self::Kind>,
        cx: Context<Self>,
    ) -> impl Future<Output = Result<Action>> + Send;
}

/// What must happen before an object may go: for what Kubernetes' garbage collection does not know of.
///
/// Needs `finalizer` in the attribute. From then on the API server keeps a deleted object until `cleanup` has succeeded,
/// and so for as long as no operator runs. An object that does not fit its type stays, too, until somebody mends it: what is
/// to be cleaned up stands in it.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use k8s_openapi::api::core::v1::{Secret, Service};
/// use kopgen_runtime::{Action, Cleaned, Cleanup, Context, Reconcile, Reconciler, Result};
///
/// #[derive(Reconciler)]
/// #[reconciler(kind = Service, finalizer = "example.com/token", reads(Secret), uses(Secret, verbs(delete)))]
/// struct Tokens {}
///
/// # impl Reconcile for Tokens {
/// #     type State = ();
/// #     async fn setup(_: &()) -> Result<Self> {
/// #         Ok(Self {})
/// #     }
/// #     async fn reconcile(&self, _: Arc<Service>, _: Context<Self>) -> Result<Action> {
/// #         Ok(Action::await_change())
/// #     }
/// # }
/// impl Cleanup for Tokens {
///     async fn cleanup(&self, _service: Arc<Service>, cx: Context<Self>) -> Result<Cleaned> {
///         cx.delete::<Secret>("token").await?;
///         Ok(match cx.find::<Secret>("token").await? {
///             None => Cleaned::Done,
///             Some(_) => Cleaned::NotYet(Duration::from_secs(5)),
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` declares a finalizer but not what to clean up",
    label = "the trait `Cleanup` is not implemented for `{Self}`",
    note = "implement it: `impl kopgen_runtime::Cleanup for {Self} {{ async fn cleanup(..) -> Result<Cleaned> {{ .. }} }}`, or remove `finalizer`"
)]
pub trait Cleanup: Reconcile + Finalizes {
    /// Removes what `object` left outside. Called again after an error and after [`Cleaned::NotYet`], and where the operator ended before
    /// the finalizer was removed, so it must not mind finding nothing. After [`Cleaned::Done`] the same operator does not call it again.
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
