//! Derive macros for Kubernetes operators: kinds, permissions and watches, checked by the compiler.
//!
//! Use them through `kopgen_runtime`, which their output refers to. Each parses its attribute, checks it, and then emits,
//! which cannot fail: what is wrong is told all at once, each at its token, and the impls are emitted beside the errors so
//! that there are no more errors behind them.

mod errors;
mod items;
mod kind;
mod reconciler;

use proc_macro2::{Span, TokenStream};
use reconciler::Derive;
use syn::DeriveInput;

/// Makes a spec's struct a kind whose CRD the project generates, and checks what `kube::CustomResource` lets through.
///
/// It reads the attribute of [`CustomResource`](https://docs.rs/kube/latest/kube/derive.CustomResource.html), which must be
/// derived beside it, and has one of its own, `#[kind(..)]`, for what a CRD can have and kube has no word for:
///
/// | item | meaning |
/// |---|---|
/// | `optional_spec` | the object need not have a spec: the kind's `spec` is an `Option`. `CustomResource` is not derived then: `Kind` makes the kind |
/// | `versions("v1alpha1", "v1")` | the order of the versions in the CRD; without it, Kubernetes' own |
/// | `dangling(".spec.gone")` | paths of columns and of the scale that are to lead nowhere, which `kopgen manifests` refuses otherwise |
/// | `annotation("key", "value")`, `label("key", "value")` | of the CRD alone; kube's are put on every object made with `new` as well |
/// | `schema("/json/pointer" = json, ..)` | sets what the pointer names below the root of the version's schema; null removes it |
/// | `extend("/json/pointer" = json, ..)` | the same in the CRD of this version, which is `/spec/versions/0` there |
///
/// It refuses
///
/// - a group, version, kind, plural, singular, short name or category that the API server would refuse;
/// - a kind without a written `plural`: it is part of the CRD's name, and kube's guess may change;
/// - `scale` without `status`, which kube drops silently;
/// - `schema = "disabled"`, as a CRD without a schema is refused by the API server;
/// - columns and selectable fields whose path or type the API server refuses;
/// - an `annotation` that must be on the CRD alone: kube puts each on every object made with `new`, too.
///
/// ```
/// use kopgen_runtime::Kind;
/// use kube::{CustomResource, KubeSchema};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
/// #[kube(group = "webapp.example.com", version = "v1", kind = "Guestbook", plural = "guestbooks", namespaced)]
/// pub struct GuestbookSpec {
///     pub motto: String,
/// }
/// ```
#[proc_macro_derive(Kind, attributes(kind, kube))]
pub fn kind(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    kind::derive(&input).into()
}

/// Declares what a controller reconciles, owns, watches and reads.
///
/// One list does three things: it wires the watches, it is what `kopgen manifests` writes the operator's role from, and it
/// decides which calls of `Context` compile.
///
/// | declaration | meaning | verbs |
/// |---|---|---|
/// | `kind = K` | what is reconciled; the only one that must be there | list, watch |
/// | `name = ".."` | the controller's name; without it, the struct's without `Reconciler` or `Controller`, as `guestbook-backup` | – |
/// | `status` | `set_status` | patch on `k/status` |
/// | `finalizer`, `finalizer = "example.com/cleanup"` | `Cleanup` runs before an object goes; without a name, `<group>/<name>` | patch on `k` |
/// | `concurrency = 4` | so many objects are reconciled at a time at most, each by one reconcile at a time; without it, 16 | – |
/// | `owns(T, ..)` | `apply` and `create`, which set the owner reference, `patch` and `list`; reconciles the owner when one changes | list, watch, create, patch; update on `k/finalizers` |
/// | `owns(T, .., create)` | the same without `apply` and `patch`, for what is made once | list, watch, create; update on `k/finalizers` |
/// | `owns(T, .., delete)` | and `delete` | and delete |
/// | `owns(T, .., cached)` | and `cached` and `owned`, which read from memory: whole objects are watched, and not their metadata alone | |
/// | `owns(T, .., orphan)` | without an owner reference: it outlives its owner, and names it in an annotation | without update on `k/finalizers` |
/// | `owns(T, .., adopt)` | `apply` takes over an object that somebody else has made | and delete |
/// | `owns(T, .., labels = "a=b,c=d")` | each gets these labels, and only objects that have them are watched | |
/// | `watches(T, map = f)` | reconciles what `f(&T)` gives when one changes | list, watch |
/// | `watches(T, index = "spec.secretName")` | reconciles the objects that name a changed one in this field; `spec.names[]` is each item of a list | list, watch |
/// | `watches(T, .., labels = "..", fields = "..")` | the same, of the objects that the selectors select | list, watch |
/// | `reads(T, ..)` | `get`, `find` | get |
/// | `uses(T, verbs(..))` | the calls of these verbs | those |
/// | `uses(T, verbs(..), names(..), namespace = "..", handle = H)` | the same, for these objects only: `cx.using(H)` | those |
/// | `events` | `event` | create, patch on events |
/// | `rbac(group = "..", resources(..), verbs(..))` | a rule for what has no Rust type; also `names(..)`, `namespace = ".."`, `cluster_scoped` | those |
///
/// `namespace = own` is the namespace that the operator runs in. `handle = H` declares the type `H`: a unit struct for one
/// name or none, an enum with a variant for each of several names.
///
/// ```
/// use std::sync::Arc;
///
/// use k8s_openapi::api::apps::v1::Deployment;
/// use k8s_openapi::api::core::v1::{ConfigMap, Secret};
/// use kopgen_runtime::{Action, Context, ObjectRef, Reconcile, Reconciler, Result};
///
/// #[derive(Reconciler)]
/// #[reconciler(
///     kind = Deployment,
///     watches(Secret, map = by_secret, labels = "app=guestbook"),
///     uses(ConfigMap, verbs(get), names("tuning"), namespace = own, handle = Tuning),
/// )]
/// pub struct RestartReconciler {}
///
/// fn by_secret(secret: &Secret) -> Option<ObjectRef<Deployment>> {
///     let namespace = secret.metadata.namespace.as_deref()?;
///     Some(ObjectRef::new("guestbook").within(namespace))
/// }
///
/// impl Reconcile for RestartReconciler {
///     type State = ();
///
///     async fn setup(_: &()) -> Result<Self> {
///         Ok(Self {})
///     }
///
///     async fn reconcile(&self, _deployment: Arc<Deployment>, cx: Context<Self>) -> Result<Action> {
///         let tuning: ConfigMap = cx.using(Tuning)?.get().await?;
///         tracing::info!("tuned by {:?}", tuning.data);
///         Ok(Action::await_change())
///     }
/// }
/// ```
#[proc_macro_derive(Reconciler, attributes(reconciler))]
pub fn reconciler(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    reconciler::derive(Derive::Reconciler, &input).into()
}

/// Declares what a task may do, whatever it is: sweeping up, asking a service, serving a webhook.
///
/// One list does two things: it is what `kopgen manifests` writes the operator's role from, as soon as `Operator::task` lists
/// the task, and it decides which calls of `Context` compile. The declarations are those of [`Reconciler`](macro@Reconciler)
/// that need no object that is reconciled:
///
/// | declaration | meaning | verbs |
/// |---|---|---|
/// | `name = ".."` | the task's name; without it, the struct's without `Task`, as `report-sweeper` | – |
/// | `reads(T, ..)` | `get`, `find` | get |
/// | `uses(T, verbs(..))` | the calls of these verbs | those |
/// | `uses(T, verbs(..), names(..), namespace = "..", handle = H)` | the same, for these objects only: `cx.using(H)` | those |
/// | `rbac(group = "..", resources(..), verbs(..))` | a rule for what has no Rust type; also `names(..)`, `namespace = ".."`, `cluster_scoped` | those |
///
/// A task that asks nothing of the API server needs no attribute.
///
/// ```
/// use k8s_openapi::api::core::v1::{ConfigMap, Secret};
/// use kopgen_runtime::{Context, Permissions, Result, Task};
/// use kube::api::ListParams;
///
/// #[derive(Permissions)]
/// #[permissions(
///     uses(ConfigMap, verbs(list, delete)),
///     uses(Secret, verbs(get), names("token"), namespace = own, handle = Token),
/// )]
/// pub struct ReportSweeper {}
///
/// impl Task for ReportSweeper {
///     type State = ();
///
///     async fn setup(_: &()) -> Result<Self> {
///         Ok(Self {})
///     }
///
///     async fn run(&self, cx: Context<Self>) -> Result<()> {
///         let token = cx.using(Token)?.get().await?;
///         let reports = cx.list::<ConfigMap>(&ListParams::default()).await?;
///         tracing::info!("{} reports, {:?}", reports.len(), token.metadata.name);
///         Ok(())
///     }
/// }
/// ```
#[proc_macro_derive(Permissions, attributes(permissions))]
pub fn permissions(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    reconciler::derive(Derive::Permissions, &input).into()
}

/// The expression that makes the `Source` of an item: where the user wrote it.
fn source(ident: &syn::Ident) -> TokenStream {
    let name = ident.to_string();
    let line = u32::try_from(ident.span().unwrap().line()).unwrap_or_default();
    quote::quote! {
        ::kopgen_runtime::Source {
            type_name: ::core::concat!(::core::module_path!(), "::", #name).into(),
            file: ::core::file!().into(),
            line: #line,
        }
    }
}

/// From the first token to the last.
fn span_of(tokens: &TokenStream) -> Span {
    syn::Error::new_spanned(tokens, "").span()
}
