//! Watches, and which objects are to be reconciled after what they saw.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use futures::{Stream, StreamExt, TryStreamExt};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kopgen_core::report::Resource;
use kube::Client;
use kube::api::{Api, PartialObjectMeta};
use kube::core::{ApiResource, DynamicResourceScope};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};
use tokio::sync::watch;

use super::seen::{Seen, Targets, event_of};
use super::{Key, RawObject, Shared, panic_error};
use crate::declarations::{Mapper, Selectors, Watch};
use crate::describe::describe;
use crate::object::{api_version, qualified};
use crate::ownership::annotated_owner;

/// Follows the controller's own kind: fills the cache and the queue. Runs until it is dropped.
pub(super) async fn follow_kind(
    shared: Arc<Shared>,
    namespace: Option<String>,
    synced: watch::Sender<bool>,
) {
    let kind = shared.info.kind();
    let objects: Api<RawObject> = api(shared.client.clone(), kind, namespace.as_deref());
    let events = watcher(objects, watcher::Config::default());
    let known = &shared.caches.objects;
    let namespace = namespace.as_deref().filter(|_| kind.namespaced);
    follow(kind, events, &synced, |event| match event {
        Event::Init => known.begin_list(namespace),
        Event::InitApply(object) | Event::Apply(object) => {
            let key = key_of(kind, &object.meta);
            if known.show(&key, Arc::new(object)) {
                shared.queue.add(key);
            }
        }
        Event::Delete(object) => {
            let key = key_of(kind, &object.meta);
            if known.show_deleted(&key, &object) {
                // What waits for its time finds nothing then.
                shared.queue.add(key);
            }
        }
        Event::InitDone => {
            let gone = known.end_list(namespace);
            gone.into_iter().for_each(|key| shared.queue.add(key));
        }
    })
    .await;
}

/// Follows a kind that is owned or watched, and queues the objects that it leads to. Runs until it is dropped.
///
/// `place` is that of the watch among those that are declared.
pub(super) async fn follow_other(
    shared: Arc<Shared>,
    place: usize,
    namespace: Option<String>,
    synced: watch::Sender<bool>,
) {
    let other = &shared.info.declared.watches[place];
    let config = config(&other.selectors);
    let mut targets = Targets::default();
    match &other.mapper {
        Mapper::Owner => {
            let client = client_of(&shared, &other.resource, namespace.as_deref());
            let metadata: Api<PartialObjectMeta<RawObject>> =
                api(client, &other.resource, namespace.as_deref());
            let events = watcher(metadata, config);
            follow(&other.resource, events, &synced, |event| {
                tell(&shared, other, namespace.as_deref(), &event);
                let event = event_of(event, |object: PartialObjectMeta<RawObject>| {
                    let owner = owner_in(shared.info.kind(), other, &object.metadata);
                    (
                        key_of(&other.resource, &object.metadata),
                        owner.into_iter().collect(),
                    )
                });
                targets
                    .changed(event)
                    .into_iter()
                    .for_each(|key| shared.queue.add(key));
            })
            .await;
        }
        Mapper::CachedOwner => {
            let client = client_of(&shared, &other.resource, namespace.as_deref());
            let objects: Api<RawObject> = api(client, &other.resource, namespace.as_deref());
            let events = watcher(objects, config);
            let children = shared.caches.children(&other.resource);
            let children = children.expect("there is one for each such watch");
            let mut seen = Seen::default();
            follow(&other.resource, events, &synced, |event| {
                tell(&shared, other, namespace.as_deref(), &event);
                let gone = seen.gone(&event, |object| key_of(&other.resource, &object.meta));
                let event = event_of(event, |object: RawObject| {
                    let owner = owner_in(shared.info.kind(), other, &object.meta);
                    let key = key_of(&other.resource, &object.meta);
                    children.insert(key.clone(), object, owner.clone());
                    (key, owner.into_iter().collect())
                });
                gone.iter().for_each(|key| children.remove(key));
                targets
                    .changed(event)
                    .into_iter()
                    .for_each(|key| shared.queue.add(key));
            })
            .await;
        }
        Mapper::Index(_) => {
            let index = shared.caches.objects.index(place);
            let metadata: Api<PartialObjectMeta<RawObject>> =
                api(shared.client.clone(), &other.resource, namespace.as_deref());
            let events = watcher(metadata, config);
            let mut seen = Seen::default();
            follow(&other.resource, events, &synced, |event| {
                let key_of = |object: &PartialObjectMeta<RawObject>| {
                    key_of(&other.resource, &object.metadata)
                };
                let mut changed = seen.gone(&event, key_of);
                if let Event::InitApply(object) | Event::Apply(object) = &event {
                    changed.push(key_of(object));
                }
                changed
                    .iter()
                    .flat_map(|key| index.naming(key))
                    .for_each(|key| shared.queue.add(key));
            })
            .await;
        }
        Mapper::Function(map) => {
            let objects: Api<RawObject> =
                api(shared.client.clone(), &other.resource, namespace.as_deref());
            let events = watcher(objects, config);
            follow(&other.resource, events, &synced, |event| {
                let event = event_of(event, |object: RawObject| {
                    let key = key_of(&other.resource, &object.meta);
                    // The mapper is the user's: an object that it panics at must not end the watch.
                    let map = || catch_unwind(AssertUnwindSafe(|| map(&object.json)));
                    let mapped = shared.supervisor.map(&key, map);
                    let mapped = mapped.unwrap_or_else(|panic| Err(panic_error(&*panic)));
                    let targets = mapped.unwrap_or_else(|error| {
                        let (resource, error) = (qualified(&other.resource), describe(error.as_ref()));
                        tracing::error!(resource, object = %key, error, "cannot map a watched object");
                        Vec::new()
                    });
                    (key, targets)
                });
                targets.changed(event).into_iter().for_each(|key| shared.queue.add(key));
            })
            .await;
        }
    }
}

/// Says what became of the objects of a type that is owned.
fn tell<K: kube::Resource>(
    shared: &Shared,
    other: &Watch,
    namespace: Option<&str>,
    event: &Event<K>,
) {
    let (applied, resource) = (&shared.applied, &other.resource);
    match event {
        Event::Init => applied.begin_list(resource, namespace),
        Event::InitApply(object) | Event::Apply(object) => {
            let meta = object.meta();
            let owner = owner_in(shared.info.kind(), other, meta);
            applied.show(resource, &key_of(resource, meta), meta, owner.as_ref());
        }
        Event::Delete(object) => {
            applied.show_deleted(resource, &key_of(resource, object.meta()));
        }
        Event::InitDone => applied.end_list(resource, namespace),
    }
}

/// Gives each event to `handle`, and waits longer after each error in a row.
async fn follow<K>(
    resource: &Resource,
    events: impl Stream<Item = watcher::Result<Event<K>>>,
    synced: &watch::Sender<bool>,
    mut handle: impl FnMut(Event<K>),
) {
    let mut events = pin!(events.default_backoff().into_stream());
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => {
                let done = matches!(event, Event::InitDone);
                handle(event);
                if done {
                    synced.send_replace(true);
                }
            }
            Err(error) => {
                let hint = hint(&error);
                tracing::warn!(
                    resource = qualified(resource),
                    error = describe(&error),
                    hint,
                    "the watch was interrupted"
                );
            }
        }
    }
}

fn hint(error: &watcher::Error) -> Option<&'static str> {
    let (watcher::Error::InitialListFailed(cause)
    | watcher::Error::WatchStartFailed(cause)
    | watcher::Error::WatchFailed(cause)) = error
    else {
        return None;
    };
    let kube::Error::Api(status) = cause else {
        return None;
    };
    match status.code {
        403 => Some("is `config/rbac` as `kopgen manifests` writes it, and applied?"),
        404 => Some("is its CRD installed? `make install` does it"),
        _ => None,
    }
}

/// The client of the watch of a type that is owned.
fn client_of(shared: &Shared, resource: &Resource, namespace: Option<&str>) -> Client {
    match shared.applied.pulse(resource, namespace) {
        Some(pulse) => pulse.client(&shared.client),
        None => shared.client.clone(),
    }
}

fn api<K>(client: Client, resource: &Resource, namespace: Option<&str>) -> Api<K>
where
    K: kube::Resource<DynamicType = ApiResource, Scope = DynamicResourceScope>,
{
    let resource_type = ApiResource {
        group: resource.group.clone(),
        version: resource.version.clone(),
        api_version: api_version(resource),
        kind: resource.kind.clone(),
        plural: resource.plural.clone(),
    };
    match namespace {
        Some(namespace) if resource.namespaced => {
            Api::namespaced_with(client, namespace, &resource_type)
        }
        _ => Api::all_with(client, &resource_type),
    }
}

fn config(selectors: &Selectors) -> watcher::Config {
    watcher::Config {
        label_selector: selectors.labels.map(str::to_owned),
        field_selector: selectors.fields.map(str::to_owned),
        ..Default::default()
    }
}

pub(crate) fn key_of(resource: &Resource, meta: &ObjectMeta) -> Key {
    Key::new(
        resource.namespaced,
        meta.namespace.as_deref(),
        meta.name.as_deref().unwrap_or_default(),
    )
}

/// The object of this kind that owns `child`, which the watch has shown.
pub(super) fn owner_in(kind: &Resource, watch: &Watch, child: &ObjectMeta) -> Option<Key> {
    match watch.orphans {
        true => annotated_owner(kind, child),
        false => owner_of(kind, child),
    }
}

/// The object of this kind that controls `child`. Another version of the kind is the same object.
fn owner_of(kind: &Resource, child: &ObjectMeta) -> Option<Key> {
    let owner = child
        .owner_references
        .iter()
        .flatten()
        .find(|owner| owner.controller == Some(true))?;
    let group = owner
        .api_version
        .rsplit_once('/')
        .map_or("", |(group, _)| group);
    let same = owner.kind == kind.kind && group == kind.group;
    same.then(|| Key::new(kind.namespaced, child.namespace.as_deref(), &owner.name))
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;

    use super::*;

    fn key(name: &str) -> Key {
        Key::new(true, Some("default"), name)
    }

    #[test]
    fn the_owner_is_the_controller_of_the_kind_in_any_version() {
        let kind = |namespaced| Resource {
            group: "example.com".into(),
            version: "v1".into(),
            kind: "Thing".into(),
            plural: "things".into(),
            namespaced,
        };
        let child = |api_version: &str, kind: &str, controller| ObjectMeta {
            namespace: Some("default".into()),
            owner_references: Some(vec![OwnerReference {
                api_version: api_version.into(),
                kind: kind.into(),
                name: "a".into(),
                controller,
                ..Default::default()
            }]),
            ..Default::default()
        };
        let check = |namespaced, meta: &ObjectMeta, expected: Option<Key>| {
            assert_eq!(owner_of(&kind(namespaced), meta), expected)
        };
        check(
            true,
            &child("example.com/v1", "Thing", Some(true)),
            Some(key("a")),
        );
        check(
            true,
            &child("example.com/v2", "Thing", Some(true)),
            Some(key("a")),
        );
        check(
            false,
            &child("example.com/v1", "Thing", Some(true)),
            Some(Key::new(false, None, "a")),
        );
        check(true, &child("example.com/v1", "Thing", None), None);
        check(true, &child("example.com/v1", "Other", Some(true)), None);
        check(true, &child("v1", "Thing", Some(true)), None);
        check(true, &ObjectMeta::default(), None);
    }
}
