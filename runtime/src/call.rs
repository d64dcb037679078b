//! The calls of a [`Context`](crate::Context) without their types: compiled once.

use std::sync::Arc;

use anyhow::{anyhow, bail};
use futures::future::BoxFuture;
use kopgen_core::names::check_segment;
use kopgen_core::report::Resource;
use kube::Client;
use kube::api::ListParams;
use kube::runtime::events::EventType;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio_util::sync::CancellationToken;

use crate::controller::{Applied, ControllerInfo, Key, Own, RawObject};
use crate::json::metadata;
use crate::object::resource_of;
use crate::ownership::{Owner, Shapes, annotated_owner};
use crate::request::Collection;
use crate::{Object, Result};

/// What one reconcile of one object, or a task, does.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) client: Client,
    /// The field manager of all that is written.
    pub(crate) manager: Arc<str>,
    /// Where objects are that do not say it themselves.
    pub(crate) namespace: Option<String>,
    /// Where they are listed without that; `None` is the whole cluster.
    pub(crate) namespaces: Arc<[Option<String>]>,
    pub(crate) applied: Arc<Applied>,
    pub(crate) caller: Caller,
}

#[derive(Clone)]
pub(crate) enum Caller {
    Reconciler(Reconciling),
    /// With what tells it to stop.
    Task(CancellationToken),
}

#[derive(Clone)]
pub(crate) struct Reconciling {
    pub(crate) controller: Arc<ControllerInfo>,
    pub(crate) object: Arc<RawObject>,
    /// What it and others like it are known to be.
    pub(crate) own: Own,
    /// What this reconcile has applied so far.
    pub(crate) shapes: Arc<Shapes>,
}

impl Call {
    pub(crate) fn objects<O: Object>(&self) -> Result<Collection> {
        self.collection(resource_of::<O>(), None)
    }

    /// The objects of the type in the namespace that `object` names.
    pub(crate) fn objects_for<O: Object>(&self, object: &O) -> Result<Collection> {
        // As the API server reads it, an empty one is none.
        let namespace = object.meta().namespace.as_deref();
        self.collection(
            resource_of::<O>(),
            namespace.filter(|namespace| !namespace.is_empty()),
        )
    }

    pub(crate) fn collection(
        &self,
        resource: Resource,
        namespace: Option<&str>,
    ) -> Result<Collection> {
        let namespace = match namespace.or(self.namespace.as_deref()) {
            _ if !resource.namespaced => None,
            Some(namespace) => Some(namespace.to_owned()),
            None => {
                let here = match &self.caller {
                    Caller::Reconciler(it) => {
                        format!("the {} that is reconciled", it.controller.kind().kind)
                    }
                    Caller::Task(_) => "a task".into(),
                };
                bail!(
                    "which namespace? A {} lives in one, and {here} in none: use `cx.in_namespace(..)`",
                    resource.kind,
                )
            }
        };
        Ok(self.collection_in(resource, namespace))
    }

    /// The JSON of each object in the namespace, or in all that the operator watches.
    pub(crate) async fn list(
        &self,
        resource: Resource,
        params: &ListParams,
    ) -> Result<Vec<Box<RawValue>>> {
        let namespaces = match &self.namespace {
            _ if !resource.namespaced => vec![None],
            Some(namespace) => vec![Some(namespace.clone())],
            None => self.namespaces.to_vec(),
        };
        let mut objects = Vec::new();
        for namespace in namespaces {
            let collection = self.collection_in(resource.clone(), namespace);
            objects.extend(collection.list(params).await?);
        }
        Ok(objects)
    }

    pub(crate) fn collection_in(
        &self,
        resource: Resource,
        namespace: Option<String>,
    ) -> Collection {
        let (own, shapes) = match &self.caller {
            Caller::Reconciler(it) => {
                let own = (it.own.kind == resource).then(|| it.own.clone());
                (own, Some(it.shapes.clone()))
            }
            Caller::Task(_) => (None, None),
        };
        Collection {
            client: self.client.clone(),
            applied: self.applied.clone(),
            shapes,
            own,
            resource,
            namespace,
        }
    }

    pub(crate) fn cached(&self, resource: Resource, name: &str) -> Result<Option<Arc<RawObject>>> {
        let Collection {
            resource,
            namespace,
            ..
        } = self.collection(resource, None)?;
        let caches = &self.reconciling().own.caches;
        if !caches.reach(namespace.as_deref()) {
            bail!(
                "the operator does not watch the namespace {}: no {} of it is cached",
                namespace.unwrap_or_default(),
                resource.kind,
            );
        }
        let problem = match &namespace {
            Some(namespace) => check_segment("namespace", namespace),
            None => Ok(()),
        };
        let problem = problem.and_then(|()| check_segment("name of an object", name));
        problem.map_err(|problem| anyhow!("{problem}"))?;
        let key = Key::new(resource.namespaced, namespace.as_deref(), name);
        Ok(caches.get(&resource, &key))
    }

    /// The object as it is, of which nothing was sent.
    pub(crate) async fn current(&self, objects: &Collection, name: &str) -> Result<Arc<str>> {
        let Collection {
            resource,
            namespace,
            ..
        } = objects;
        let key = Key::new(resource.namespaced, namespace.as_deref(), name);
        let cached = match &self.caller {
            Caller::Reconciler(reconciling) => reconciling.own.caches.get(resource, &key),
            Caller::Task(_) => None,
        };
        match cached {
            Some(object) => Ok(object.json.clone()),
            None => match objects.look(name).await? {
                Some(json) => Ok(json.into()),
                None => bail!("the {} was deleted meanwhile", objects.child(name)),
            },
        }
    }

    /// `resource` must be declared with `owns(.., cached)`.
    pub(crate) fn owned(&self, resource: &Resource) -> Vec<Arc<RawObject>> {
        let Reconciling {
            controller,
            object,
            own,
            ..
        } = self.reconciling();
        let children = own.caches.children(resource);
        let children = children.expect("`CachedChildOf` is there for declared types alone");
        let (kind, meta) = (controller.kind(), &object.meta);
        let name = meta.name.as_deref().unwrap_or_default();
        let owner = Key::new(kind.namespaced, meta.namespace.as_deref(), name);
        let mut owned = children.of(&owner);
        owned.retain(|child| {
            // Another object of this name may have been there before.
            let mut owners = child.meta.owner_references.iter().flatten();
            owners.any(|owner| Some(&owner.uid) == meta.uid.as_ref())
                || annotated_owner(kind, &child.meta).as_ref() == Some(&owner)
        });
        owned
    }

    /// Makes the reconciled object the owner of a child whose type is declared with `owns`, and gives the child the labels
    /// that are declared. `name` is the child's, or what begins it.
    ///
    /// Gives the owner; none where the type is not declared so.
    pub(crate) fn adopt(
        &self,
        children: &Collection,
        name: &str,
        child: &mut Value,
    ) -> Result<Option<Owner>> {
        let Caller::Reconciler(reconciling) = &self.caller else {
            return Ok(None);
        };
        let mut owned = reconciling.controller.declared.owned.iter();
        let Some(owned) = owned.find(|owned| {
            let Resource { group, kind, .. } = &owned.resource;
            *group == children.resource.group && *kind == children.resource.kind
        }) else {
            return Ok(None);
        };
        let owner = reconciling.controller.kind();
        let meta = &reconciling.object.meta;
        if owner.namespaced && meta.namespace != children.namespace {
            bail!(
                "a {} in {} cannot own a {} in {}: an owner and what it owns live in one namespace",
                owner.kind,
                meta.namespace.as_deref().unwrap_or_default(),
                children.resource.kind,
                children.namespace.as_deref().unwrap_or_default(),
            );
        }
        let name = children.child(name);
        for (key, value) in &owned.labels {
            let labels = metadata(child).entry("labels").or_insert(Value::Null);
            let known = &mut labels[*key];
            if !known.is_null() && known.as_str() != Some(value) {
                bail!(
                    "the {name} has the label {key}={known}, but `owns({}, labels = ..)` declares {key}={value}",
                    children.resource.kind
                );
            }
            *known = (*value).into();
        }
        let owner = Owner::new(owner, meta, owned);
        owner.mark(&name, child)?;
        Ok(Some(owner))
    }

    /// Boxed here, so that it is no part of what a project compiles.
    pub(crate) fn event<'a>(
        &'a self,
        type_: EventType,
        reason: &'a str,
        note: String,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let Reconciling {
                controller, object, ..
            } = self.reconciling();
            let regarding = object.reference(controller.kind());
            let events = &controller.events;
            let source = &controller.manager;
            events
                .publish(source, &regarding, type_, reason, &note)
                .await
        })
    }

    /// The same about the object as it is now.
    pub(crate) fn about(&self, object: Arc<RawObject>) -> Self {
        let mut call = self.clone();
        if let Caller::Reconciler(reconciling) = &mut call.caller {
            reconciling.own.progress.advance(object.clone());
            reconciling.object = object;
        }
        call
    }

    /// Of a reconcile, whose context alone has the calls that are about an object.
    pub(crate) fn reconciling(&self) -> &Reconciling {
        match &self.caller {
            Caller::Reconciler(reconciling) => reconciling,
            Caller::Task(_) => unreachable!("`Task` is for types that reconcile nothing"),
        }
    }

    /// Of a task: when the operator is to stop.
    pub(crate) fn stop(&self) -> &CancellationToken {
        match &self.caller {
            Caller::Task(stop) => stop,
            Caller::Reconciler(_) => unreachable!("`Task` is for types that reconcile nothing"),
        }
    }
}
