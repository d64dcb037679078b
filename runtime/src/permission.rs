use kopgen_core::Source;

use crate::Rules;

/// What a task declares that it may do, derived with [`Permissions`](macro@crate::Permissions); or a reconciler, with
/// [`Reconciler`](macro@crate::Reconciler).
///
/// The calls of [`Context`](crate::Context) that are about no reconciled object ask for no more, so that a helper can serve
/// both: see [`DeclaredBy`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` declares nothing",
    label = "neither a reconciler nor a task",
    note = "derive it: `#[derive(Reconciler)] #[reconciler(kind = ..)]` for a reconciler",
    note = "or `#[derive(Permissions)] #[permissions(..)]` for a task"
)]
pub trait Permissions: Sized + Send + Sync + 'static {
    /// The kind that it reconciles; `()` is none, as of a task.
    type Kind;

    /// Its name, unique in the operator: it is in the field manager and every log line.
    const NAME: &'static str;

    /// The struct that declares it.
    fn source() -> Source;

    /// Adds what the attribute allows in so many words.
    fn permit(rules: &mut Rules<Self>);
}

/// The verbs of Kubernetes' RBAC, as types, for [`DeclaredBy`].
pub mod verb {
    macro_rules! verbs {
        ($($(#[$doc:meta])* $verb:ident)*) => {
            $($(#[$doc])* #[derive(Clone, Copy, Debug)] pub enum $verb {})*
        };
    }
    verbs! {
        /// `get`: read one object by its name.
        Get
        /// `list`: read all objects, or those of a selector.
        List
        /// `watch`: follow changes.
        Watch
        /// `create`: make an object.
        Create
        /// `create` and `patch`, which together allow a server-side apply.
        Apply
        /// `patch`: change parts of an object.
        Patch
        /// `update`: replace an object.
        Update
        /// `delete`: delete an object by its name.
        Delete
        /// `deletecollection`: delete the objects of a selector.
        DeleteCollection
    }
}

/// Says that a reconciler or a task declares, and so the generated role allows, a verb on this type of object.
///
/// [`Reconciler`](macro@crate::Reconciler) implements it from the attribute's `owns`, `watches`, `reads` and `uses`, and
/// [`Permissions`](macro@crate::Permissions) from the last two; the calls of [`Context`](crate::Context) ask for it. In a generic helper, write it as a bound:
///
/// ```
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use kopgen_runtime::{Context, DeclaredBy, Permissions, Result, verb};
///
/// async fn tuning<P: Permissions>(cx: &Context<P>) -> Result<ConfigMap>
/// where
///     ConfigMap: DeclaredBy<P, verb::Get>,
/// {
///     cx.get("tuning").await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{P}` does not declare that it may `{Verb}` `{Self}`",
    label = "undeclared: the operator's role need not allow this call",
    note = "declare it in `#[reconciler(..)]` or `#[permissions(..)]` on `{P}`, then run `kopgen manifests`:",
    note = "`reads({Self})` for get, `uses({Self}, verbs(..))` for any verb; of a reconciler, `owns({Self})` for list, create, patch and apply"
)]
pub trait DeclaredBy<P, Verb> {}

/// Says that a reconciler keeps the objects of this type, to read them without a call: those of its kind, and of each type in
/// `owns(.., cached)`.
#[diagnostic::on_unimplemented(
    message = "`{Reconciler}` does not keep `{Self}` in memory",
    label = "not cached",
    note = "declare it: `#[reconciler(owns({Self}, cached))]` on `{Reconciler}`; or ask the API server: `reads({Self})` and `cx.get(..)`"
)]
pub trait CachedBy<Reconciler> {}

/// Says that a reconciler keeps the objects of this type that it owns, to read them together without a call: those of each
/// type in `owns(.., cached)`.
#[diagnostic::on_unimplemented(
    message = "`{Reconciler}` does not own `{Self}` and keep it in memory",
    label = "not owned, or not cached",
    note = "declare it: `#[reconciler(owns({Self}, cached))]` on `{Reconciler}`, then run `kopgen manifests`"
)]
pub trait CachedChildOf<Reconciler>: CachedBy<Reconciler> {}

/// Says that a reconciler declares `status`: it may patch the status of the kind that it reconciles.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare that it writes the status",
    label = "undeclared: the operator's role need not allow this call",
    note = "declare it: `#[reconciler(status)]` on `{Self}`, then run `kopgen manifests`"
)]
pub trait WritesStatus: crate::Reconciler {}

/// Says that a reconciler declares `events`: it may publish events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare that it publishes events",
    label = "undeclared: the operator's role need not allow this call",
    note = "declare it: `#[reconciler(events)]` on `{Self}`, then run `kopgen manifests`"
)]
pub trait PublishesEvents: crate::Reconciler {}

/// Says that a reconciler declares `finalizer`: its [`Cleanup`](crate::Cleanup) runs before an object goes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Cleanup` but declares no finalizer",
    label = "this would never be called",
    note = "declare it: `#[reconciler(finalizer)]` on `{Self}`, then run `kopgen manifests`"
)]
pub trait Finalizes {}
