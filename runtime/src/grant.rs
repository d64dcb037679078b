use kopgen_core::rbac::Scope;
use kube::api::{ListParams, Patch};
use serde::Serialize;

use crate::context::Call;
use crate::json::{body, decode, decode_all, erase, name_of};
use crate::object::resource_of;
use crate::request::Collection;
use crate::{Object, Result, verb};

/// A grant that is narrower than a whole type: `uses(T, verbs(..), names(..), namespace = .., handle = ..)`.
///
/// [`Reconciler`](macro@crate::Reconciler) declares the handle and implements this. `cx.using(Handle)` then has exactly
/// the calls that the role allows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a handle that `{Reconciler}` declares",
    label = "not declared",
    note = "declare it: `#[reconciler(uses(.., verbs(..), names(..), handle = {Self}))]` on `{Reconciler}`"
)]
pub trait Grant<Reconciler>: Copy {
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
    manager: String,
}

/// The one object of a grant that names it.
pub struct GrantedOne<G, O> {
    target: Target,
    name: &'static str,
    types: std::marker::PhantomData<fn() -> (G, O)>,
}

/// The objects of a grant in one namespace.
pub struct Granted<G, O> {
    target: Target,
    types: std::marker::PhantomData<fn() -> (G, O)>,
}

impl Target {
    pub(crate) fn new<R, G: Grant<R>>(call: &Call) -> Result<Self> {
        let resource = resource_of::<G::Object>();
        let objects = match G::scope() {
            Scope::Everywhere => call.collection(resource, None)?,
            Scope::Own => call.collection(resource, Some(call.client.default_namespace()))?,
            Scope::Namespace(namespace) => call.collection(resource, Some(&namespace))?,
        };
        Ok(Self {
            objects,
            manager: call.controller.manager.clone(),
        })
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

impl<G, O: Object> GrantedOne<G, O> {
    /// Gets it.
    pub async fn get(&self) -> Result<O>
    where
        G: Permits<verb::Get>,
    {
        decode(&self.target.objects.get(self.name).await?)
    }

    /// Gets it, or `None` where it does not exist.
    pub async fn find(&self) -> Result<Option<O>>
    where
        G: Permits<verb::Get>,
    {
        self.target
            .objects
            .find(self.name)
            .await?
            .as_deref()
            .map(decode)
            .transpose()
    }

    /// Applies it (server-side), under the grant's name, whatever name `object` has.
    pub async fn apply(&self, object: &O) -> Result<O>
    where
        G: Permits<verb::Apply>,
    {
        let objects = &self.target.objects;
        let value = body(object, objects, Some(self.name))?;
        decode(
            &objects
                .apply(&self.target.manager, self.name, &value)
                .await?,
        )
    }

    /// Patches it.
    pub async fn patch<P: Serialize>(&self, patch: &Patch<P>) -> Result<O>
    where
        G: Permits<verb::Patch>,
    {
        let patch = erase(patch)?;
        decode(
            &self
                .target
                .objects
                .patch(&self.target.manager, self.name, &patch)
                .await?,
        )
    }

    /// Replaces it. `metadata.resourceVersion` must be that of the object that was read.
    pub async fn replace(&self, object: &O) -> Result<O>
    where
        G: Permits<verb::Update>,
    {
        let objects = &self.target.objects;
        let value = body(object, objects, Some(self.name))?;
        decode(
            &objects
                .replace(&self.target.manager, self.name, &value)
                .await?,
        )
    }

    /// Deletes it; that it does not exist is no error.
    pub async fn delete(&self) -> Result<()>
    where
        G: Permits<verb::Delete>,
    {
        self.target.objects.delete(self.name).await
    }
}

impl<G, O: Object> Granted<G, O> {
    /// Gets an object by its name.
    pub async fn get(&self, name: &str) -> Result<O>
    where
        G: Permits<verb::Get>,
    {
        decode(&self.target.objects.get(name).await?)
    }

    /// Gets an object by its name, or `None` where there is none.
    pub async fn find(&self, name: &str) -> Result<Option<O>>
    where
        G: Permits<verb::Get>,
    {
        self.target
            .objects
            .find(name)
            .await?
            .as_deref()
            .map(decode)
            .transpose()
    }

    /// Lists the objects, of all pages.
    pub async fn list(&self, params: &ListParams) -> Result<Vec<O>>
    where
        G: Permits<verb::List>,
    {
        decode_all(&self.target.objects.list(params).await?)
    }

    /// Creates an object.
    pub async fn create(&self, object: &O) -> Result<O>
    where
        G: Permits<verb::Create>,
    {
        let objects = &self.target.objects;
        let value = body(object, objects, None)?;
        decode(
            &objects
                .create(
                    &self.target.manager,
                    name_of(object).unwrap_or_default(),
                    &value,
                )
                .await?,
        )
    }

    /// Applies an object (server-side).
    pub async fn apply(&self, object: &O) -> Result<O>
    where
        G: Permits<verb::Apply>,
    {
        let objects = &self.target.objects;
        let value = body(object, objects, None)?;
        decode(
            &objects
                .apply(&self.target.manager, name_of(object)?, &value)
                .await?,
        )
    }

    /// Patches an object by its name.
    pub async fn patch<P: Serialize>(&self, name: &str, patch: &Patch<P>) -> Result<O>
    where
        G: Permits<verb::Patch>,
    {
        let patch = erase(patch)?;
        decode(
            &self
                .target
                .objects
                .patch(&self.target.manager, name, &patch)
                .await?,
        )
    }

    /// Replaces an object. `metadata.resourceVersion` must be that of the object that was read.
    pub async fn replace(&self, object: &O) -> Result<O>
    where
        G: Permits<verb::Update>,
    {
        let objects = &self.target.objects;
        let value = body(object, objects, None)?;
        decode(
            &objects
                .replace(&self.target.manager, name_of(object)?, &value)
                .await?,
        )
    }

    /// Deletes an object by its name; that it does not exist is no error.
    pub async fn delete(&self, name: &str) -> Result<()>
    where
        G: Permits<verb::Delete>,
    {
        self.target.objects.delete(name).await
    }
}
