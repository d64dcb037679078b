use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kopgen_core::rbac::Scope;
use kube::api::{ListParams, Patch};
use serde::Serialize;
use serde_json::Value;

use crate::call::Call;
use crate::json::{body, decode, decode_all, erase, name_of, without_unset};
use crate::object::resource_of;
use crate::request::Collection;
use crate::{Object, Result, verb};

/// A grant that is narrower than a whole type: `uses(T, verbs(..), names(..), namespace = .., handle = ..)`.
///
/// [`Reconciler`](macro@crate::Reconciler) and [`Permissions`](macro@crate::Permissions) declare the handle and implement this. `cx.using(Handle)` then has exactly
/// the calls that the role allows.
///
/// ```
/// use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service};
/// use kopgen_runtime::{Context, Reconciler, Result};
///
/// #[derive(Reconciler)]
/// #[reconciler(
///     kind = Service,
///     uses(ConfigMap, verbs(get), names("tuning"), handle = Tuning),
///     uses(Secret, verbs(get), names("db-main", "db-replica"), namespace = "data", handle = Database),
///     uses(Secret, verbs(list, delete), namespace = own, handle = OwnSecrets),
/// )]
/// struct Balancer {}
///
/// async fn tidy(cx: &Context<Balancer>) -> Result<()> {
///     let _: ConfigMap = cx.using(Tuning)?.get().await?;
///     let _: Option<Secret> = cx.using(Database::DbReplica)?.find().await?;
///     let own = cx.using(OwnSecrets)?;
///     for secret in own.list(&Default::default()).await? {
///         own.delete(secret.metadata.name.as_deref().unwrap_or_default()).await?;
///     }
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handle that `{P}` declares",
    label = "not declared",
    note = "declare it in `#[reconciler(..)]` or `#[permissions(..)]` on `{P}`: `uses(.., verbs(..), names(..), handle = {Self})`"
)]
pub trait Grant<P>: Copy {
    /// The type of the objects.
    type Object: Object;

    /// What [`Context::using`](crate::Context::using) gives: [`GrantedOne`] with names, [`Granted`] without.
    type Handle;

    /// The names that it is narrowed to; none means every name.
    const NAMES: &'static [&'static str];

    /// The namespaces that it is narrowed to.
    fn scope() -> Scope;

    /// The calls.
    #[doc(hidden)]
    fn handle(self, target: Target) -> Self::Handle;
}

/// Says that a handle's grant includes a verb.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not include the verb `{Verb}`",
    label = "undeclared: the operator's role need not allow this call",
    note = "add the verb to `verbs(..)` of the `uses(.., handle = {Self})`, then run `kopgen manifests`"
)]
pub trait Permits<Verb> {}

/// Where a grant's objects are.
#[doc(hidden)]
pub struct Target {
    objects: Collection,
    manager: Arc<str>,
}

/// The one object of a grant that names it: see [`Grant`]. Its calls fail as those of [`Context`](crate::Context) do.
pub struct GrantedOne<G, O> {
    target: Target,
    name: &'static str,
    types: std::marker::PhantomData<fn() -> (G, O)>,
}

/// The objects of a grant in one namespace: see [`Grant`]. Its calls fail as those of [`Context`](crate::Context) do.
pub struct Granted<G, O> {
    target: Target,
    types: std::marker::PhantomData<fn() -> (G, O)>,
}

impl Target {
    pub(crate) fn new<P, G: Grant<P>>(call: &Call) -> Result<Self> {
        let resource = resource_of::<G::Object>();
        let objects = match G::scope() {
            Scope::Everywhere => call.collection(resource, None)?,
            Scope::Own => call.collection(resource, Some(call.client.default_namespace()))?,
            Scope::Namespace(namespace) => call.collection(resource, Some(&namespace))?,
        };
        Ok(Self {
            objects,
            manager: call.manager.clone(),
        })
    }

    async fn apply<O: Object>(&self, object: &O, name: &str) -> Result<O> {
        let body = without_unset::<O>(body(object, &self.objects, Some(name))?);
        let answer = self.objects.apply(&self.manager, name, &body, None).await?;
        decode(&answer.expect("only what has an owner is not sent"))
    }

    async fn replace<O: Object>(&self, object: &O, name: &str) -> Result<O> {
        let body = body(object, &self.objects, Some(name))?;
        decode(&self.objects.replace(&self.manager, name, &body).await?)
    }

    async fn patch<O: Object>(&self, name: &str, patch: Patch<Value>) -> Result<O> {
        decode(&self.objects.patch(&self.manager, name, &patch).await?)
    }

    /// What the derive calls for a grant with names.
    pub fn one<G, O>(self, name: &'static str) -> GrantedOne<G, O> {
        GrantedOne {
            target: self,
            name,
            types: std::marker::PhantomData,
        }
    }

    /// What the derive calls for a grant without names.
    pub fn all<G, O>(self) -> Granted<G, O> {
        Granted {
            target: self,
            types: std::marker::PhantomData,
        }
    }
}

impl<G: 'static, O: Object> GrantedOne<G, O> {
    /// Gets it.
    pub fn get(&self) -> BoxFuture<'_, Result<O>>
    where
        G: Permits<verb::Get>,
    {
        async { decode(&self.target.objects.get(self.name).await?) }.boxed()
    }

    /// Gets it, or `None` where it does not exist.
    pub fn find(&self) -> BoxFuture<'_, Result<Option<O>>>
    where
        G: Permits<verb::Get>,
    {
        async {
            self.target
                .objects
                .find(self.name)
                .await?
                .as_deref()
                .map(decode)
                .transpose()
        }
        .boxed()
    }

    /// Applies it (server-side), under the grant's name, whatever name `object` has.
    pub fn apply<'a>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Apply>,
    {
        async { self.target.apply(object, self.name).await }.boxed()
    }

    /// Patches it.
    pub fn patch<P: Serialize>(&self, patch: &Patch<P>) -> BoxFuture<'_, Result<O>>
    where
        G: Permits<verb::Patch>,
    {
        let patch = erase::<O, P>(patch);
        async { self.target.patch(self.name, patch?).await }.boxed()
    }

    /// Replaces it. `metadata.resourceVersion` must be that of the object that was read.
    pub fn replace<'a>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Update>,
    {
        async { self.target.replace(object, self.name).await }.boxed()
    }

    /// Deletes it; that it does not exist is no error.
    pub fn delete(&self) -> BoxFuture<'_, Result<()>>
    where
        G: Permits<verb::Delete>,
    {
        async { self.target.objects.delete(self.name).await }.boxed()
    }
}

impl<G: 'static, O: Object> Granted<G, O> {
    /// Gets an object by its name.
    pub fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Get>,
    {
        async { decode(&self.target.objects.get(name).await?) }.boxed()
    }

    /// Gets an object by its name, or `None` where there is none.
    pub fn find<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<O>>>
    where
        G: Permits<verb::Get>,
    {
        async {
            self.target
                .objects
                .find(name)
                .await?
                .as_deref()
                .map(decode)
                .transpose()
        }
        .boxed()
    }

    /// Lists the objects, of all pages. One that does not fit the type is left out, and the log names it.
    pub fn list<'a>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<Vec<O>>>
    where
        G: Permits<verb::List>,
    {
        async { Ok(decode_all(&self.target.objects.list(params).await?)) }.boxed()
    }

    /// Creates an object.
    pub fn create<'a>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Create>,
    {
        async {
            let Target { objects, manager } = &self.target;
            let name = object.meta().name.as_deref().unwrap_or_default();
            decode(
                &objects
                    .create(manager, name, &body(object, objects, None)?)
                    .await?,
            )
        }
        .boxed()
    }

    /// Applies an object (server-side).
    pub fn apply<'a>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Apply>,
    {
        async { self.target.apply(object, name_of(object)?).await }.boxed()
    }

    /// Patches an object by its name.
    pub fn patch<'a, P: Serialize>(
        &'a self,
        name: &'a str,
        patch: &Patch<P>,
    ) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Patch>,
    {
        let patch = erase::<O, P>(patch);
        async { self.target.patch(name, patch?).await }.boxed()
    }

    /// Replaces an object. `metadata.resourceVersion` must be that of the object that was read.
    pub fn replace<'a>(&'a self, object: &'a O) -> BoxFuture<'a, Result<O>>
    where
        G: Permits<verb::Update>,
    {
        async { self.target.replace(object, name_of(object)?).await }.boxed()
    }

    /// Deletes an object by its name; that it does not exist is no error.
    pub fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<()>>
    where
        G: Permits<verb::Delete>,
    {
        async { self.target.objects.delete(name).await }.boxed()
    }

    /// Deletes the objects that `params` selects.
    pub fn delete_collection<'a>(&'a self, params: &'a ListParams) -> BoxFuture<'a, Result<()>>
    where
        G: Permits<verb::DeleteCollection>,
    {
        async { self.target.objects.delete_collection(params).await }.boxed()
    }
}
