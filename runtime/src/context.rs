use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, bail};
use futures::FutureExt;
use futures::future::BoxFuture;
use kopgen_core::report::Resource;
use kube::Client;
use kube::api::{ListParams, Patch};
use kube::core::object::HasStatus;
use kube::runtime::events::{Event, EventType};
use serde::Serialize;
use serde_json::{Value, json};

use crate::controller::{Applied, Caches, ControllerInfo, Key, RawObject};
use crate::grant::Target;
use crate::json::{body, decode, decode_all, erase, metadata, name_of, without_nulls};
use crate::object::{api_version, resource_of};
use crate::request::Collection;
use crate::{
    AnyCondition, CachedBy, CachedChildOf, ConditionStatus, DeclaredBy, Grant, Object,
    PublishesEvents, Reconciler, Result, WritesStatus, set_condition, verb,
};

/// What a reconcile may do: the API server, through calls that the reconciler declared.
///
/// Objects that live in namespaces are looked for in the namespace of the object that is reconciled;
/// [`in_namespace`](Self::in_namespace) gives a context for another. Each write names the controller as its field manager.
///
/// # Errors
///
/// Every call fails with what the API server answers, as `kube::Error` (`error.downcast_ref::<kube::Error>()`), under a
/// line that says what was tried. kube's client tries again by itself after 429, 503 and 504.
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
pub struct Context<R> {
    call: Arc<Call>,
    reconciler: PhantomData<fn() -> R>,
}

/// The longest note that the API server takes, in bytes.
const NOTE: usize = 1024;

/// One reconcile of one object, without types.
///
/// The calls that are generic give boxed futures: one of an `async fn` would be as undeclared as the call, and rustc would
/// say so three times.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) client: Client,
    pub(crate) controller: Arc<ControllerInfo>,
    pub(crate) object: Arc<RawObject>,
    pub(crate) namespace: Option<String>,
    pub(crate) applied: Arc<Applied>,
    pub(crate) caches: Arc<Caches>,
    /// The status that this reconcile set last: what the next one is compared with.
    pub(crate) status: Arc<Mutex<Option<Value>>>,
}

impl<R: Reconciler> Context<R> {
    pub(crate) fn new(call: Call) -> Self {
        Self {
            call: Arc::new(call),
            reconciler: PhantomData,
        }
    }

    /// Gets an object by its name. That it does not exist is an error: see [`find`](Self::find).
    pub fn get<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<R, verb::Get>,
    {
        async move { decode(&self.call.objects::<O>()?.get(name).await?) }.boxed()
    }

    /// Gets an object by its name, or `None` where there is none.
    pub fn find<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<O>>>
    where
        O: Object + DeclaredBy<R, verb::Get>,
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

    /// Lists the objects of a type, of all pages.
    pub fn list<'a, O>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<Vec<O>>>
    where
        O: Object + DeclaredBy<R, verb::List>,
    {
        async move { decode_all(&self.call.objects::<O>()?.list(params).await?) }.boxed()
    }

    /// The object of this name as the watch showed it last, or `None` where it has shown none: of a type in
    /// `owns(.., cached)`, or of the kind that is reconciled. Sends nothing, and decodes the object.
    ///
    /// A watch lags behind: what this reconcile has applied may be missing or be the one of before. The change arrives soon,
    /// and for what the reconciled object owns, leads to another reconcile. Where that is not enough, [`get`](Self::get) asks
    /// the API server. `metadata.managedFields` is not kept.
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
        let object = self.call.cached(resource_of::<O>(), name)?;
        object.map(|object| decode(&object.json)).transpose()
    }

    /// The objects of a type in `owns(.., cached)` that the reconciled object owns, in the order of their names, as the
    /// watch showed them last: see [`cached`](Self::cached).
    pub fn owned<O>(&self) -> Result<Vec<O>>
    where
        O: Object + CachedChildOf<R>,
    {
        let owned = self.call.owned(&resource_of::<O>());
        owned.iter().map(|object| decode(&object.json)).collect()
    }

    /// Creates an object. One of a type in `owns(..)` gets the reconciled object as its owner.
    pub fn create<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<R, verb::Create>,
    {
        async move {
            let objects = self.call.objects_for(object)?;
            let mut body = body(object, &objects, None)?;
            self.call.adopt(&objects, &mut body)?;
            let name = object.meta().name.as_deref().unwrap_or_default();
            decode(
                &objects
                    .create(&self.call.controller.manager, name, &body)
                    .await?,
            )
        }
        .boxed()
    }

    /// Applies an object (server-side apply, taking over fields that somebody else set): creates it, or makes the fields
    /// that it names what it says and removes those that it named the last time and does not any more.
    ///
    /// An object of a type in `owns(..)` gets the reconciled object as its owner, and is watched: nothing is sent where the
    /// same was applied before and the watch has shown no change since. Gives the object as the API server had it then, without
    /// `managedFields`.
    pub fn apply<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<R, verb::Apply>,
    {
        async move {
            let objects = self.call.objects_for(object)?;
            let mut body = body(object, &objects, None)?;
            self.call.adopt(&objects, &mut body)?;
            decode(
                &objects
                    .apply(&self.call.controller.manager, name_of(object)?, &body)
                    .await?,
            )
        }
        .boxed()
    }

    /// Patches an object by its name, and gives it as it is then. That it does not exist is an error, but for
    /// [`Patch::Apply`], which creates it.
    pub fn patch<'a, O, P>(&'a self, name: &'a str, patch: &Patch<P>) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<R, verb::Patch>,
        P: Serialize,
    {
        let patch = erase(patch);
        async move {
            let objects = self.call.objects::<O>()?;
            decode(
                &objects
                    .patch(&self.call.controller.manager, name, &patch?)
                    .await?,
            )
        }
        .boxed()
    }

    /// Replaces an object: the verb `update`. `metadata.resourceVersion` must be that of the object that was read.
    pub fn replace<'a, O>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        O: Object + DeclaredBy<R, verb::Update>,
    {
        async move {
            let objects = self.call.objects_for(object)?;
            let body = body(object, &objects, None)?;
            decode(
                &objects
                    .replace(&self.call.controller.manager, name_of(object)?, &body)
                    .await?,
            )
        }
        .boxed()
    }

    /// Deletes an object by its name; that it does not exist is no error. What it owns is deleted in the background.
    pub fn delete<'a, O>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>>
    where
        O: Object + DeclaredBy<R, verb::Delete>,
    {
        async move { self.call.objects::<O>()?.delete(name).await }.boxed()
    }

    /// Deletes the objects that `params` selects.
    pub fn delete_collection<'a, O>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<()>>
    where
        O: Object + DeclaredBy<R, verb::DeleteCollection>,
    {
        async move { self.call.objects::<O>()?.delete_collection(params).await }.boxed()
    }

    /// Sets the status of the reconciled object. Sends nothing when that is the status that it has already.
    ///
    /// Fields that are `None` are absent from the status, whether or not the type says `skip_serializing_if`.
    pub fn set_status(&self, status: &<R::Kind as HasStatus>::Status) -> BoxFuture<'_, Result<()>>
    where
        R: WritesStatus,
        R::Kind: HasStatus<Status: Serialize>,
    {
        let status = serde_json::to_value(status).context("cannot write the status as JSON");
        async move { self.call.set_status(status?).await }.boxed()
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
            self.call.object.meta.generation,
            type_,
            status,
            reason,
            message,
        );
    }

    /// Publishes an event about the reconciled object (`events.k8s.io`): what `kubectl describe` shows.
    ///
    /// `reason` is a word in PascalCase, `note` a sentence, cut off after 1,024 bytes. An event of the same type and reason about
    /// the same object within six minutes raises the count of the first, whose note stays.
    pub fn event<'a>(
        &'a self,
        type_: EventType,
        reason: &'a str,
        note: impl Into<String>,
    ) -> BoxFuture<'a, Result<()>>
    where
        R: PublishesEvents,
    {
        let note = note.into();
        async move { self.call.event(type_, reason, note).await }.boxed()
    }

    /// The calls of a grant that is narrowed to names or a namespace.
    ///
    /// Fails when the grant is for the namespace of the reconciled object, and that lives in none.
    pub fn using<G: Grant<R>>(&self, grant: G) -> Result<G::Handle> {
        Ok(grant.handle(Target::new::<R, G>(&self.call)?))
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

impl<R> Clone for Context<R> {
    fn clone(&self) -> Self {
        Self {
            call: self.call.clone(),
            reconciler: PhantomData,
        }
    }
}

impl<R> fmt::Debug for Context<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call {
            controller,
            object,
            namespace,
            ..
        } = &*self.call;
        f.debug_struct("Context")
            .field("controller", &controller.declared.report.name)
            .field("object", &object.meta.name)
            .field("namespace", namespace)
            .finish_non_exhaustive()
    }
}

impl Call {
    fn objects<O: Object>(&self) -> Result<Collection> {
        self.collection(resource_of::<O>(), None)
    }

    /// The objects of the type in the namespace that `object` names.
    fn objects_for<O: Object>(&self, object: &O) -> Result<Collection> {
        self.collection(resource_of::<O>(), object.meta().namespace.as_deref())
    }

    pub(crate) fn collection(
        &self,
        resource: Resource,
        namespace: Option<&str>,
    ) -> Result<Collection> {
        let namespace = match namespace.or(self.namespace.as_deref()) {
            _ if !resource.namespaced => None,
            Some(namespace) => Some(namespace.to_owned()),
            None => bail!(
                "which namespace? A {} lives in one, and the {} that is reconciled in none: use `cx.in_namespace(..)`",
                resource.kind,
                self.controller.kind().kind,
            ),
        };
        Ok(Collection {
            client: self.client.clone(),
            applied: self.applied.clone(),
            resource,
            namespace,
        })
    }

    fn cached(&self, resource: Resource, name: &str) -> Result<Option<Arc<RawObject>>> {
        let Collection {
            resource,
            namespace,
            ..
        } = self.collection(resource, None)?;
        if !self.caches.reach(namespace.as_deref()) {
            bail!(
                "the operator does not watch the namespace {}: no {} of it is cached",
                namespace.unwrap_or_default(),
                resource.kind,
            );
        }
        let key = Key::new(resource.namespaced, namespace.as_deref(), name);
        Ok(self.caches.get(&resource, &key))
    }

    /// `resource` must be declared with `owns(.., cached)`.
    fn owned(&self, resource: &Resource) -> Vec<Arc<RawObject>> {
        let children = self.caches.children(resource);
        let children = children.expect("`CachedChildOf` is there for declared types alone");
        let (kind, meta) = (self.controller.kind(), &self.object.meta);
        let name = meta.name.as_deref().unwrap_or_default();
        let owner = Key::new(kind.namespaced, meta.namespace.as_deref(), name);
        let mut owned = children.of(&owner);
        // Another object of this name may have been there before.
        owned.retain(|child| {
            let mut owners = child.meta.owner_references.iter().flatten();
            owners.any(|owner| Some(&owner.uid) == meta.uid.as_ref())
        });
        owned
    }

    /// Makes the reconciled object the controller of a child whose type is declared with `owns`.
    fn adopt(&self, children: &Collection, child: &mut Value) -> Result<()> {
        let same = |owned: &Resource| {
            owned.group == children.resource.group && owned.kind == children.resource.kind
        };
        if !self.controller.declared.owned.iter().any(same) {
            return Ok(());
        }
        let owner = self.controller.kind();
        let meta = &self.object.meta;
        if owner.namespaced && meta.namespace != children.namespace {
            bail!(
                "a {} in {} cannot own a {} in {}: an owner and what it owns live in one namespace",
                owner.kind,
                meta.namespace.as_deref().unwrap_or_default(),
                children.resource.kind,
                children.namespace.as_deref().unwrap_or_default(),
            );
        }
        let reference = json!({
            "apiVersion": api_version(owner),
            "kind": owner.kind,
            "name": meta.name,
            "uid": meta.uid,
            "controller": true,
        });
        let references = metadata(child)
            .entry("ownerReferences")
            .or_insert_with(|| json!([]));
        let Some(references) = references.as_array_mut() else {
            bail!("`metadata.ownerReferences` is no list")
        };
        references.retain(|known| known["uid"] != reference["uid"]);
        references.push(reference);
        Ok(())
    }

    async fn set_status(&self, status: Value) -> Result<()> {
        let status = without_nulls(status);
        if self.status()?.as_ref() == Some(&status) {
            return Ok(());
        }
        let objects = Collection {
            client: self.client.clone(),
            applied: self.applied.clone(),
            resource: self.controller.kind().clone(),
            namespace: self.object.meta.namespace.clone(),
        };
        let name = self.object.meta.name.as_deref().unwrap_or_default();
        objects
            .apply_status(&self.controller.manager, name, &status)
            .await?;
        *self.status.lock().expect("nothing panics under this lock") = Some(status);
        Ok(())
    }

    /// The status as far as this reconcile knows.
    fn status(&self) -> Result<Option<Value>> {
        let set = self
            .status
            .lock()
            .expect("nothing panics under this lock")
            .clone();
        if set.is_some() {
            return Ok(set);
        }
        let mut object: Value =
            serde_json::from_str(&self.object.json).context("the object is no JSON")?;
        Ok(object
            .get_mut("status")
            .map(|status| without_nulls(status.take())))
    }

    pub(crate) async fn event(&self, type_: EventType, reason: &str, note: String) -> Result<()> {
        let fits = |length: &mut usize, c: char| {
            *length += c.len_utf8();
            (*length <= NOTE).then_some(c)
        };
        let event = Event {
            type_,
            reason: reason.into(),
            note: Some(note.chars().scan(0, fits).collect()),
            // Required by the API server; `kubectl` does not show it.
            action: "Reconcile".into(),
            secondary: None,
        };
        let regarding = self.object.reference(self.controller.kind());
        let published = self.controller.recorder.publish(&event, &regarding).await;
        published.with_context(|| format!("cannot publish the event `{reason}`"))
    }
}
