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

/// Says that a reconciler declares, and so the generated role allows, a verb on this type of object.
///
/// [`Reconciler`](macro@crate::Reconciler) implements it from the attribute's `owns`, `watches`, `reads` and `uses`;
/// the calls of [`Context`](crate::Context) ask for it. In a generic helper, write it as a bound:
///
/// ```
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use kopgen_runtime::{Context, DeclaredBy, Reconciler, Result, verb};
///
/// async fn tuning<R: Reconciler>(cx: &Context<R>) -> Result<ConfigMap>
/// where
///     ConfigMap: DeclaredBy<R, verb::Get>,
/// {
///     cx.get("tuning").await
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Reconciler}` does not declare that it may `{Verb}` `{Self}`",
    label = "undeclared: the operator's role need not allow this call",
    note = "declare it in `#[reconciler(..)]` on `{Reconciler}`, then run `kopgen manifests`:",
    note = "`reads({Self})` for get, `owns({Self})` for list, create, patch and apply, `uses({Self}, verbs(..))` for any verb"
)]
pub trait DeclaredBy<Reconciler, Verb> {}

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
pub trait WritesStatus {}

/// Says that a reconciler declares `events`: it may publish events.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not declare that it publishes events",
    label = "undeclared: the operator's role need not allow this call",
    note = "declare it: `#[reconciler(events)]` on `{Self}`, then run `kopgen manifests`"
)]
pub trait PublishesEvents {}

/// Says that a reconciler declares `finalizer`: its [`Cleanup`](crate::Cleanup) runs before an object goes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Cleanup` but declares no finalizer",
    label = "this would never be called",
    note = "declare it: `#[reconciler(finalizer)]` on `{Self}`, then run `kopgen manifests`"
)]
pub trait Finalizes {}
