//! What is known of the objects of the types that a controller owns: whom they belong to, and what was applied to them.
//!
//! Nothing of it is believed but as long as the watch of the type vouches for it: it has listed all objects, and was heard of
//! lately. Otherwise the API server is asked. What was applied is known by its hash and the answer by its version, so that an
//! object costs the same, whatever its size.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kopgen_core::report::Resource;
use serde_json::Value;
use tokio::time::Instant;

use super::pulse::{Pulse, TRUST};
use super::{Key, RawObject};
use crate::declarations::Owned;

#[derive(Default)]
pub(crate) struct Applied {
    types: Vec<Type>,
    hasher: RandomState,
    sent: AtomicU64,
}

/// A type that is owned, in each namespace that is watched, or in the cluster.
struct Type {
    resource: Resource,
    /// Whether the watch is of some of its objects: what it does not show may be there.
    is_narrowed: bool,
    scopes: Vec<Scope>,
}

struct Scope {
    namespace: Option<String>,
    pulse: Pulse,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// Whether the watch has shown all objects.
    is_synced: bool,
    /// Those that an object of the controller's kind owns, with that.
    children: HashMap<Key, Key>,
    /// The hashes of the names of the others.
    strangers: HashSet<u64>,
    applied: HashMap<Key, Entry>,
}

struct Entry {
    owner: Key,
    state: State,
}

enum State {
    /// On its way to the API server, as the so manieth; with the versions that the watch shows meanwhile.
    Sent { number: u64, shown: Vec<u64> },
    /// In force, in this version, for a body of this hash.
    Answered {
        body: u64,
        version: u64,
        at: Instant,
        /// Whether the watch has shown this version.
        is_shown: bool,
    },
}

/// What is to be done with something that is to be applied.
pub(crate) enum Apply<'a> {
    /// Nothing: it was applied before, and is as it was then.
    InForce,
    /// Send it, and say what was answered.
    Send(Sending<'a>),
    /// Ask the API server for the object's metadata, and go on with [`Asking::found`].
    Ask(Asking<'a>),
    /// Nothing: another object owns it.
    Owned(Key),
}

/// An apply before it is known whether it is to be sent.
pub(crate) struct Asking<'a> {
    applied: &'a Applied,
    child: Option<(&'a Scope, Key)>,
    owner: Key,
    body: u64,
}

/// An apply that is on its way. Nothing is remembered of it when it is dropped.
pub(crate) struct Sending<'a> {
    applied: &'a Applied,
    child: Option<(&'a Scope, Key)>,
    number: u64,
    body: u64,
}

impl Applied {
    pub(crate) fn new(owned: &[Owned], namespaces: &[Option<String>]) -> Self {
        let scopes = |resource: &Resource| {
            let namespaces = match resource.namespaced {
                true => namespaces,
                false => &[None],
            };
            let scopes = namespaces.iter().map(|namespace| Scope {
                namespace: namespace.clone(),
                pulse: Pulse::default(),
                known: Mutex::default(),
            });
            scopes.collect()
        };
        let types = owned.iter().map(|owned| Type {
            resource: owned.resource.clone(),
            is_narrowed: !owned.labels.is_empty(),
            scopes: scopes(&owned.resource),
        });
        Self {
            types: types.collect(),
            ..Self::default()
        }
    }

    /// What shows whether the watch of a type in this namespace, or in the cluster, is alive.
    pub(crate) fn pulse(&self, resource: &Resource, namespace: Option<&str>) -> Option<&Pulse> {
        Some(&self.scope(resource, namespace)?.1.pulse)
    }

    /// Begins to apply `body` as the object `name`, which is to belong to `owner`.
    pub(crate) fn apply(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        owner: &Key,
        body: &Value,
    ) -> Apply<'_> {
        let key = Key::new(resource.namespaced, namespace, name);
        let scope = self.scope(resource, namespace);
        let asking = Asking {
            applied: self,
            child: scope.map(|(_, scope)| (scope, key.clone())),
            owner: owner.clone(),
            body: self.hasher.hash_one(body),
        };
        let Some((type_, scope)) = scope else {
            return Apply::Ask(asking);
        };
        let known = scope.lock();
        if !known.is_synced || !scope.pulse.is_alive() {
            return Apply::Ask(asking);
        }
        let child = known.children.get(&key);
        let entry = known.applied.get(&key);
        let other = entry.map(|entry| &entry.owner);
        let other = other.or(child);
        match other {
            Some(other) if other != owner => return Apply::Owned(other.clone()),
            Some(_) => {}
            // It is there and nobody's, or is not shown.
            None if known.strangers.contains(&self.hasher.hash_one(&key)) || type_.is_narrowed => {
                return Apply::Ask(asking);
            }
            None => {}
        }
        let is_in_force = entry.is_some_and(|entry| match &entry.state {
            State::Answered {
                body, at, is_shown, ..
            } => *body == asking.body && (*is_shown || at.elapsed() < TRUST),
            State::Sent { .. } => false,
        });
        drop(known);
        match is_in_force {
            true => Apply::InForce,
            false => Apply::Send(asking.send()),
        }
    }

    /// The watch lists all objects anew.
    pub(crate) fn begin_list(&self, resource: &Resource, namespace: Option<&str>) {
        if let Some((_, scope)) = self.scope(resource, namespace) {
            let mut known = scope.lock();
            known.is_synced = false;
            known.children.clear();
            known.strangers.clear();
        }
    }

    /// The watch has listed all objects: what it did not show is gone, or has never been seen.
    pub(crate) fn end_list(&self, resource: &Resource, namespace: Option<&str>) {
        if let Some((_, scope)) = self.scope(resource, namespace) {
            let mut known = scope.lock();
            let Known {
                is_synced,
                children,
                applied,
                ..
            } = &mut *known;
            *is_synced = true;
            applied.retain(|key, entry| match &mut entry.state {
                State::Sent { shown, .. } if !children.contains_key(key) => {
                    shown.push(GONE);
                    true
                }
                State::Sent { .. } => true,
                State::Answered { .. } => children.contains_key(key),
            });
        }
    }

    /// The watch shows an object, and what owns it.
    pub(crate) fn show(
        &self,
        resource: &Resource,
        key: &Key,
        meta: &ObjectMeta,
        owner: Option<&Key>,
    ) {
        let Some((_, scope)) = self.scope(resource, key.namespace()) else {
            return;
        };
        let (hash, version) = (self.hasher.hash_one(key), self.version(meta));
        let mut known = scope.lock();
        match owner {
            Some(owner) => {
                known.strangers.remove(&hash);
                let owner = owner.clone();
                known.children.insert(key.clone(), owner);
            }
            None => {
                known.children.remove(key);
                known.strangers.insert(hash);
            }
        }
        match known.applied.get_mut(key).map(|entry| &mut entry.state) {
            Some(State::Sent { shown, .. }) => shown.push(version),
            Some(State::Answered {
                version: answered,
                is_shown,
                ..
            }) if *answered == version => *is_shown = true,
            Some(State::Answered { .. }) => drop(known.applied.remove(key)),
            None => {}
        }
    }

    /// The watch shows that an object is gone.
    pub(crate) fn show_deleted(&self, resource: &Resource, key: &Key) {
        if let Some((_, scope)) = self.scope(resource, key.namespace()) {
            let mut known = scope.lock();
            known.children.remove(key);
            known.strangers.remove(&self.hasher.hash_one(key));
            known.applied.remove(key);
        }
    }

    /// An object was changed in another way than by an apply.
    pub(crate) fn forget(&self, resource: &Resource, key: &Key) {
        if let Some((_, scope)) = self.scope(resource, key.namespace()) {
            scope.lock().applied.remove(key);
        }
    }

    /// The same for all objects of a type.
    pub(crate) fn forget_all(&self, resource: &Resource) {
        let type_ = self.types.iter().find(|type_| type_.is(resource));
        for scope in type_.into_iter().flat_map(|type_| &type_.scopes) {
            scope.lock().applied.clear();
        }
    }

    /// What a watch that is alive would have shown.
    #[cfg(feature = "testing")]
    pub(crate) fn list<'a>(
        &self,
        kind: &Resource,
        watch: &crate::declarations::Watch,
        objects: impl Iterator<Item = &'a ObjectMeta>,
    ) {
        self.begin_list(&watch.resource, None);
        for meta in objects {
            let owner = super::watch::owner_in(kind, watch, meta);
            let key = super::watch::key_of(&watch.resource, meta);
            self.show(&watch.resource, &key, meta, owner.as_ref());
        }
        self.end_list(&watch.resource, None);
        if let Some(pulse) = self.pulse(&watch.resource, None) {
            pulse.beat();
        }
    }

    fn scope(&self, resource: &Resource, namespace: Option<&str>) -> Option<(&Type, &Scope)> {
        let type_ = self.types.iter().find(|type_| type_.is(resource))?;
        let mut scopes = type_.scopes.iter();
        let scope = scopes
            .find(|scope| scope.namespace.is_none() || scope.namespace.as_deref() == namespace)?;
        Some((type_, scope))
    }

    /// Another object of the same name has another version, too.
    fn version(&self, meta: &ObjectMeta) -> u64 {
        self.hasher
            .hash_one((&meta.uid, &meta.resource_version))
            .max(GONE + 1)
    }
}

/// The version of an object that is not there.
const GONE: u64 = 0;

impl Type {
    /// In whatever version: the objects are the same.
    fn is(&self, resource: &Resource) -> bool {
        self.resource.group == resource.group && self.resource.kind == resource.kind
    }
}

impl Scope {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().expect("nothing panics under this lock")
    }
}

impl<'a> Asking<'a> {
    /// The API server has this object, which may belong to the owner, or none.
    pub(crate) fn found(self, meta: Option<&ObjectMeta>) -> Apply<'a> {
        let version = meta.map(|meta| self.applied.version(meta));
        if let Some((scope, key)) = &self.child {
            let known = scope.lock();
            match known.applied.get(key) {
                // Two who ask at a time find nothing, both.
                Some(Entry {
                    owner,
                    state: State::Sent { .. },
                }) if *owner != self.owner => return Apply::Owned(owner.clone()),
                Some(Entry {
                    owner,
                    state:
                        State::Answered {
                            body,
                            version: answered,
                            ..
                        },
                }) if *owner == self.owner && *body == self.body && version == Some(*answered) => {
                    return Apply::InForce;
                }
                _ => {}
            }
        }
        Apply::Send(self.send())
    }

    fn send(self) -> Sending<'a> {
        let number = self.applied.sent.fetch_add(1, Ordering::Relaxed);
        if let Some((scope, key)) = &self.child {
            let entry = Entry {
                owner: self.owner,
                state: State::Sent {
                    number,
                    shown: Vec::new(),
                },
            };
            scope.lock().applied.insert(key.clone(), entry);
        }
        Sending {
            applied: self.applied,
            child: self.child,
            number,
            body: self.body,
        }
    }
}

impl Sending<'_> {
    /// The API server has answered with the object as it is now.
    pub(crate) fn answered(mut self, answer: &RawObject) {
        self.end(Some(self.applied.version(&answer.meta)));
    }

    fn end(&mut self, answered: Option<u64>) {
        let Some((scope, key)) = self.child.take() else {
            return;
        };
        let mut known = scope.lock();
        let Some(entry) = known.applied.get_mut(&key) else {
            return;
        };
        let shown = match &entry.state {
            State::Sent { number, shown } if *number == self.number => shown,
            // Something else was done to the object meanwhile.
            _ => return,
        };
        match answered {
            Some(version) if shown.iter().all(|shown| *shown == version) => {
                entry.state = State::Answered {
                    body: self.body,
                    version,
                    at: Instant::now(),
                    is_shown: !shown.is_empty(),
                };
            }
            _ => drop(known.applied.remove(&key)),
        }
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.end(None);
    }
}

#[cfg(test)]
mod tests;
