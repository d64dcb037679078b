use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use anyhow::Context as _;
use futures::FutureExt;
use futures::future::BoxFuture;
use kube::Client;
use kube::api::{ListParams, Patch};
use kube::core::object::HasStatus;
use kube::runtime::events::EventType;
use serde::Serialize;

use crate::call::Call;
use crate::grant::Target;
use crate::json::{
    body, decode, decode_all, decode_but_status, decode_each, erase, name_of, without_unset,
};
use crate::object::resource_of;
use crate::request::Collection;
use crate::status::read_status;
use crate::{
    AnyCondition, CachedBy, CachedChildOf, ConditionStatus, DeclaredBy, Grant, Object, Permissions,
    PublishesEvents, Reconciler, Result, Task, WritesStatus, set_condition, verb,
};

/// What a reconcile or a task may do: the API server, through calls that the reconciler or the task declared.
///
/// Objects that live in namespaces are looked for in the namespace of the object that is reconciled;
/// [`in_namespace`](Self::in_namespace) gives a context for another. A task has none of its own, nor has the reconcile of an
/// object that lives in the cluster: there, a call that does not say the namespace fails, but for [`list`](Self::list).
/// Each write names the controller or the task as its field manager.
///
/// # Errors
///
/// Every call but [`event`](Self::event) fails with what the API server answers, as `kube::Error`
/// (`error.downcast_ref::<kube::Error>()`), under a line that says what was tried. kube's client tries again by itself after 429,
/// 503 and 504; but a `create` and a JSON patch, which may have been done all the same, only after 429 with a time to wait. A call that
/// has no answer after a minute fails, too, and so does one for a name or a namespace that no object can have, without a request.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// use k8s_openapi::api::core::v1::{ConfigMap, Secret};
/// use kopgen_runtime::{Action, Context, EventType, Reconcile, Reconciler, Result};
/// use kube::api::{ListParams, Patch};
/// use serde_json::json;
/// # use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
/// # use kube::{CustomResource, KubeSchema};
/// # use serde::{Deserialize, Serialize};
/// #
/// # #[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug)]
/// # #[kube(group = "webapp.example.com", version = "v1", kind = "Guestbook", namespaced, status = "GuestbookStatus")]
/// # struct GuestbookSpec {}
/// #
/// # #[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default)]
/// # struct GuestbookStatus {
/// #     conditions: Vec<Condition>,
/// # }
///
/// #[derive(Reconciler)]
/// #[reconciler(kind = Guestbook, owns(ConfigMap, delete), reads(Secret), uses(Secret, verbs(patch)), events, status)]
/// struct GuestbookReconciler {}
///
/// impl Reconcile for GuestbookReconciler {
/// #   type State = ();
/// #   async fn setup(_: &()) -> Result<Self> {
/// #       Ok(Self {})
/// #   }
///     async fn reconcile(&self, guestbook: Arc<Guestbook>, cx: Context<Self>) -> Result<Action> {
///         // `get` instead fails where there is none.
///         let Some(secret) = cx.find::<Secret>("password").await? else {
///             let note = "the Secret `password` is missing";
///             cx.event(EventType::Warning, "NoPassword", note).await?;
///             return Ok(Action::requeue(Duration::from_secs(60)));
///         };
///         let seen = json!({ "metadata": { "annotations": { "example.com/seen": "true" } } });
///         let _: Secret = cx.patch("password", &Patch::Merge(seen)).await?;
///
///         let mut child = ConfigMap::default();
///         child.metadata.name = guestbook.metadata.name.clone();
///         child.data = Some([("type".to_owned(), secret.type_.unwrap_or_default())].into());
///         cx.apply(&child).await?;
///         for old in cx.list::<ConfigMap>(&ListParams::default().labels("old=true")).await? {
///             cx.delete::<ConfigMap>(old.metadata.name.as_deref().unwrap_or_default()).await?;
///         }
///
///         let mut status = guestbook.status.clone().unwrap_or_default();
///         cx.set_condition(&mut status.conditions, "Ready", true, "Applied", "all is there");
///         cx.set_status(&status).await?;
///         Ok(Action::await_change())
///     }
/// }
/// ```
pub struct Context<P> {
    call: Arc<Call>,
    permissions: PhantomData<fn() -> P>,
}

/// The generic ones give boxed futures: one of an `async fn` would be as undeclared as the call, and rustc would say so three
/// times.
impl<P: Permissions> Context<P> {
    pub(crate) fn new(call: Call) -> Self {
        Self {
            call: Arc::new(call),
            permissions: PhantomData,
        }
    }

    /// Gets an object by its name. That it does not exist is an error: see [`find`](Self::find).
    pub fn get<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<P, verb::Get>,
    {
        async move { decode(&self.call.objects::<O>()?.get(name).await?) }.boxed()
    }

    /// Gets an object by its name, or `None` where there is none.
    pub fn find<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<O>>>
    where
        O: Object + DeclaredBy<P, verb::Get>,
    {
        async move {
            self.call
                .objects::<O>()?
                .find(name)
                .await?
                .as_deref()
                .map(decode)
                .transpose()
        }
        .boxed()
    }

    /// Lists the objects of a type, of all pages. Where there is no namespace to look in, those of all namespaces that the
    /// operator watches.
    ///
    /// An object that does not fit the type is left out, and the log has an error that names it: [`get`](Self::get) of it fails.
    pub fn list<'a, O>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<Vec<O>>>
    where
        O: Object + DeclaredBy<P, verb::List>,
    {
        async move {
            Ok(decode_all(
                &self.call.list(resource_of::<O>(), params).await?,
            ))
        }
        .boxed()
    }

    /// Creates an object. One of a type in `owns(..)` gets the reconciled object as its owner.
    ///
    /// An error need not mean that nothing was created: of a request that had no answer, nobody knows. With `generateName`, look for
    /// what is there before the next.
    pub fn create<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<P, verb::Create>,
    {
        async move {
            let objects = self.call.objects_for(object)?;
            let mut body = body(object, &objects, None)?;
            let name = object.meta().name.as_deref().unwrap_or_default();
            self.call.adopt(&objects, name, &mut body)?;
            decode(&objects.create(&self.call.manager, name, &body).await?)
        }
        .boxed()
    }

    /// Applies an object (server-side apply, taking over fields that somebody else set): creates it, or makes the fields
    /// that it names what it says and removes those that it named the last time and does not any more.
    ///
    /// An object of a type in `owns(..)` gets the reconciled object as its owner, and is watched: nothing is sent where the
    /// same was applied before and the watch, which must be alive, has shown no change since.
    ///
    /// An `Option` that is `None` is absent from what is sent, whether or not the type says `skip_serializing_if`: the API server refuses
    /// null where the schema does not say `nullable`.
    ///
    /// # Errors
    ///
    /// With an [`OwnershipError`](crate::OwnershipError), and nothing is changed: where the type is in `owns(..)` and the object belongs to
    /// another owner, or exists and was made by somebody else; and where this reconcile has applied it with other fields already.
    pub fn apply<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<()>>
    where
        O: Object + DeclaredBy<P, verb::Apply>,
    {
        async move { self.apply_body(object).await.map(drop) }.boxed()
    }

    /// The same, and gives the object as it is then, without `managedFields`.
    ///
    /// Where nothing is sent and the type is not in `owns(.., cached)`, the object is read from the API server.
    pub fn apply_and_get<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<P, verb::Apply>,
    {
        async move {
            let (objects, answer) = self.apply_body(object).await?;
            let json = match answer {
                Some(json) => json,
                None => self.call.current(&objects, name_of(object)?).await?,
            };
            decode(&json)
        }
        .boxed()
    }

    async fn apply_body<O: Object>(&self, object: &O) -> Result<(Collection, Option<Arc<str>>)> {
        let objects = self.call.objects_for(object)?;
        let mut body = body(object, &objects, None)?;
        let name = name_of(object)?;
        let owner = self.call.adopt(&objects, name, &mut body)?;
        let body = without_unset::<O>(body);
        let manager = &self.call.manager;
        let answer = objects.apply(manager, name, &body, owner.as_ref()).await?;
        Ok((objects, answer))
    }

    /// Patches an object by its name, and gives it as it is then. That it does not exist is an error.
    ///
    /// [`Patch::Apply`] is refused: it creates an object that does not exist, which the verb `patch` does not allow. That is
    /// [`apply`](Self::apply).
    pub fn patch<'a, O, B>(&'a self, name: &'a str, patch: &Patch<B>) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<P, verb::Patch>,
        B: Serialize,
    {
        let patch = erase::<O, B>(patch);
        async move {
            let objects = self.call.objects::<O>()?;
            decode(&objects.patch(&self.call.manager, name, &patch?).await?)
        }
        .boxed()
    }

    /// Replaces an object: the verb `update`. `metadata.resourceVersion` must be that of the object that was read.
    pub fn replace<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<P, verb::Update>,
    {
        async move {
            let objects = self.call.objects_for(object)?;
            let body = body(object, &objects, None)?;
            decode(
                &objects
                    .replace(&self.call.manager, name_of(object)?, &body)
                    .await?,
            )
        }
        .boxed()
    }

    /// Deletes an object by its name; that it does not exist is no error. What it owns is deleted in the background.
    pub fn delete<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>>
    where
        O: Object + DeclaredBy<P, verb::Delete>,
    {
        async move { self.call.objects::<O>()?.delete(name).await }.boxed()
    }

    /// Deletes the objects that `params` selects.
    pub fn delete_collection<'a, O>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<()>>
    where
        O: Object + DeclaredBy<P, verb::DeleteCollection>,
    {
        async move { self.call.objects::<O>()?.delete_collection(params).await }.boxed()
    }

    /// The calls of a grant that is narrowed to names or a namespace.
    ///
    /// Fails when the grant says no namespace, and the context has none either.
    pub fn using<G: Grant<P>>(&self, grant: G) -> Result<G::Handle> {
        Ok(grant.handle(Target::new::<P, G>(&self.call)?))
    }

    /// The same context, for objects in another namespace.
    pub fn in_namespace(&self, namespace: &str) -> Self {
        Self::new(Call {
            namespace: Some(namespace.to_owned()),
            ..(*self.call).clone()
        })
    }

    /// The client, for what the other calls cannot express. Nothing checks that the role allows what it is used for:
    /// declare that with `uses(..)` or `rbac(..)`.
    pub fn client(&self) -> Client {
        self.call.client.clone()
    }
}

/// What is about the object that is reconciled.
impl<R: Reconciler> Context<R> {
    /// The object of this name as the watch showed it last, or `None` where it has shown none: of a type in
    /// `owns(.., cached)`, or of the kind that is reconciled. Sends nothing, and decodes the object.
    ///
    /// A watch lags behind: what this reconcile has applied may be missing or be the one of before. The change arrives soon,
    /// and for what the reconciled object owns, leads to another reconcile. Where that is not enough, [`get`](Self::get) asks
    /// the API server. `metadata.managedFields` is not kept.
    ///
    /// Of the kind that is reconciled, what the controller itself has written is always there, and a status that does not fit is absent.
    ///
    /// Fails when the object does not fit its type, and when the operator does not watch the namespace.
    ///
    /// ```
    /// use k8s_openapi::api::apps::v1::Deployment;
    /// use kopgen_runtime::{CachedBy, Context, Reconciler, Result};
    ///
    /// /// How many replicas are ready, by what is known.
    /// fn ready<R: Reconciler>(cx: &Context<R>, name: &str) -> Result<i32>
    /// where
    ///     Deployment: CachedBy<R>,
    /// {
    ///     let deployment: Option<Deployment> = cx.cached(name)?;
    ///     let status = deployment.and_then(|deployment| deployment.status);
    ///     Ok(status.and_then(|status| status.ready_replicas).unwrap_or_default())
    /// }
    /// ```
    pub fn cached<O>(&self, name: &str) -> Result<Option<O>>
    where
        O: Object + CachedBy<R>,
    {
        let resource = resource_of::<O>();
        let is_own = resource == self.call.reconciling().own.kind;
        let object = self.call.cached(resource, name)?;
        let decode = |json: &str| match is_own {
            true => decode_but_status(json),
            false => decode(json),
        };
        object.map(|object| decode(&object.json)).transpose()
    }

    /// The objects of a type in `owns(.., cached)` that the reconciled object owns, in the order of their names, as the
    /// watch showed them last: see [`cached`](Self::cached). One that does not fit the type is left out, as by [`list`](Self::list).
    pub fn owned<O>(&self) -> Result<Vec<O>>
    where
        O: Object + CachedChildOf<R>,
    {
        let owned = self.call.owned(&resource_of::<O>());
        Ok(decode_each(owned.iter().map(|object| &*object.json)))
    }

    /// Sets the status of the reconciled object: what `status` says is what is read afterwards, whoever wrote what was there before.
    /// Sends nothing where that is the status that it has already.
    ///
    /// So start from the status that was read, as in the example of [`Context`], and change what is yours: then what another
    /// controller of the kind has written, such as its condition, stays as it is. The status is written only if nobody has changed it since
    /// it was read. Where somebody has, this fails with a conflict: return it, with `?`. The object is then read again and
    /// reconciled after some milliseconds, which is no failure: it is counted in `kopgen_reconcile_conflicts_total`.
    ///
    /// A field that is `None` is absent from the status, whether or not the type says `skip_serializing_if`. Fields that the API server
    /// has and the type does not know are kept.
    pub fn set_status(&self, status: &<R::Kind as HasStatus>::Status) -> BoxFuture<'_, Result<()>>
    where
        R: WritesStatus,
        R::Kind: HasStatus<Status: Serialize>,
    {
        let status = serde_json::to_value(status).context("cannot write the status as JSON");
        self.call.set_status(status, read_status::<R::Kind>)
    }

    /// Adds a condition to the status' list, or changes the one of its type: see [`set_condition`].
    ///
    /// The observed generation is that of the reconciled object. Sends nothing: [`set_status`](Self::set_status) does.
    pub fn set_condition(
        &self,
        conditions: &mut Vec<impl AnyCondition>,
        type_: &str,
        status: impl Into<ConditionStatus>,
        reason: &str,
        message: impl Into<String>,
    ) {
        set_condition(
            conditions,
            self.call.reconciling().object.meta.generation,
            type_,
            status,
            reason,
            message,
        );
    }

    /// Publishes an event about the reconciled object (`events.k8s.io`): what `kubectl describe` shows.
    ///
    /// `reason` is a word in PascalCase, `note` a sentence, cut off after 1,024 bytes. The rules against too many are client-go's
    /// (`tools/record/events_cache.go`): the same event again raises the count of the first; of events that differ in their note
    /// alone, all after the ninth within ten minutes are one, `(combined from similar events): ..`; and a controller writes 25
    /// events of a type about an object, and then one every five minutes. Those that are dropped count nevertheless.
    ///
    /// An event is news, and no state: where the API server refuses it, the log has a warning, and this is well. It does so in a
    /// namespace that is being deleted, so a cleanup may publish what it likes. That the API server cannot be reached is an
    /// error, as of every call.
    pub fn event<'a>(
        &'a self,
        type_: EventType,
        reason: &'a str,
        note: impl Into<String>,
    ) -> BoxFuture<'a, Result<()>>
    where
        R: PublishesEvents,
    {
        self.call.event(type_, reason, note.into())
    }
}

impl<T: Task> Context<T> {
    /// Returns when the operator is to stop, as on SIGTERM. The task then has 25 seconds to end.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use kopgen_runtime::{Context, Result, Task};
    ///
    /// /// Waits for the next hour; `false` is that there is none any more.
    /// async fn next_hour<T: Task>(cx: &Context<T>) -> bool {
    ///     tokio::select! {
    ///         () = cx.stopped() => false,
    ///         () = tokio::time::sleep(Duration::from_secs(60 * 60)) => true,
    ///     }
    /// }
    /// ```
    pub async fn stopped(&self) {
        self.call.stop().cancelled().await;
    }
}

impl<P> Clone for Context<P> {
    fn clone(&self) -> Self {
        Self {
            call: self.call.clone(),
            permissions: PhantomData,
        }
    }
}

impl<P> fmt::Debug for Context<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("manager", &self.call.manager)
            .field("namespace", &self.call.namespace)
            .finish_non_exhaustive()
    }
}
