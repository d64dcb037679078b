//! The objects that a reconciler reads without a call.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use kopgen_core::report::Resource;

use super::cache::Cache;
use super::index::Index;
#[cfg(feature = "testing")]
use super::watch::{key_of, owner_in};
use super::{Key, RawObject};
use crate::declarations::{Declared, Mapper, Watch};

/// The objects of a controller's kind and of the types that it owns `cached`, as the watches showed them last.
pub(crate) struct Caches {
    /// The namespaces that are watched; `None` is the whole cluster.
    namespaces: Vec<Option<String>>,
    kind: Resource,
    pub(crate) objects: Cache,
    children: Vec<(Watch, Children)>,
}

impl Caches {
    pub(crate) fn new(declared: &Declared, namespaces: &[Option<String>]) -> Self {
        let cached = declared
            .watches
            .iter()
            .filter(|watch| matches!(watch.mapper, Mapper::CachedOwner));
        Self {
            namespaces: namespaces.to_vec(),
            kind: declared.report.kind.clone(),
            objects: Cache::new(indices(declared)),
            children: cached
                .map(|watch| (watch.clone(), Children::default()))
                .collect(),
        }
    }

    /// Whether objects of this namespace are here at all.
    pub(crate) fn reach(&self, namespace: Option<&str>) -> bool {
        let mut watched = self.namespaces.iter().map(Option::as_deref);
        namespace.is_none() || watched.any(|watched| watched.is_none() || watched == namespace)
    }

    /// The object of the kind, or of a type that is owned `cached`.
    pub(crate) fn get(&self, resource: &Resource, key: &Key) -> Option<Arc<RawObject>> {
        match self.children(resource) {
            Some(children) => children.get(key),
            None if self.kind == *resource => self.objects.get(key),
            None => None,
        }
    }

    /// Takes an object in as it is now, of whatever type that is kept.
    #[cfg(feature = "testing")]
    pub(crate) fn insert(&self, resource: &Resource, object: RawObject) {
        let key = key_of(resource, &object.meta);
        if let Some((watch, children)) = self.cached(resource)
            && watch.selects(&serde_json::from_str(&object.json).unwrap_or_default())
        {
            let owner = owner_in(&self.kind, watch, &object.meta);
            children.insert(key.clone(), object.clone(), owner);
        }
        if self.kind == *resource {
            self.objects.show(&key, Arc::new(object));
        }
    }

    /// The types that are kept.
    #[cfg(feature = "testing")]
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Resource> {
        let children = self.children.iter().map(|(watch, _)| &watch.resource);
        std::iter::once(&self.kind).chain(children)
    }

    /// Those of a type that is owned `cached`.
    pub(crate) fn children(&self, resource: &Resource) -> Option<&Children> {
        self.cached(resource).map(|(_, children)| children)
    }

    fn cached(&self, resource: &Resource) -> Option<&(Watch, Children)> {
        let mut children = self.children.iter();
        children.find(|(watch, _)| watch.resource == *resource)
    }
}

fn indices(declared: &Declared) -> BTreeMap<usize, Index> {
    let watches = declared.watches.iter().enumerate();
    let indices = watches.filter_map(|(place, watch)| match &watch.mapper {
        Mapper::Index(path) => {
            let index = Index::new(path.clone(), &declared.report.kind, &watch.resource);
            Some((place, index))
        }
        Mapper::Owner | Mapper::CachedOwner | Mapper::Function(_) => None,
    });
    indices.collect()
}

/// The objects of a type that is owned.
#[derive(Default)]
pub(crate) struct Children(Mutex<Known>);

#[derive(Default)]
struct Known {
    objects: HashMap<Key, (Arc<RawObject>, Option<Key>)>,
    by_owner: HashMap<Key, BTreeSet<Key>>,
}

impl Children {
    /// Takes an object in as it is now, with the one that owns it.
    pub(crate) fn insert(&self, key: Key, object: RawObject, owner: Option<Key>) {
        let mut known = self.lock();
        known.remove(&key);
        if let Some(owner) = owner.clone() {
            known.by_owner.entry(owner).or_default().insert(key.clone());
        }
        known.objects.insert(key, (Arc::new(object), owner));
    }

    pub(crate) fn remove(&self, key: &Key) {
        self.lock().remove(key);
    }

    fn get(&self, key: &Key) -> Option<Arc<RawObject>> {
        let known = self.lock();
        known.objects.get(key).map(|(object, _)| object.clone())
    }

    /// What this object owns, in the order of the names.
    pub(crate) fn of(&self, owner: &Key) -> Vec<Arc<RawObject>> {
        let known = self.lock();
        let keys = known.by_owner.get(owner).into_iter().flatten();
        keys.map(|key| known.objects[key].0.clone()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().expect("nothing panics under this lock")
    }
}

impl Known {
    fn remove(&mut self, key: &Key) {
        let Some((_, Some(owner))) = self.objects.remove(key) else {
            return;
        };
        if let Some(children) = self.by_owner.get_mut(&owner) {
            children.remove(key);
            if children.is_empty() {
                self.by_owner.remove(&owner);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::new(true, Some("n"), name)
    }

    fn insert(children: &Children, name: &str, owner: Option<&str>) {
        let json = format!(r#"{{"metadata":{{"name":"{name}","namespace":"n"}}}}"#);
        let object = RawObject::parse(&json).unwrap();
        children.insert(key(name), object, owner.map(key));
    }

    fn check(children: &Children, owner: &str, expected: &[&str]) {
        let found = children.of(&key(owner));
        let found: Vec<_> = found
            .iter()
            .filter_map(|it| it.meta.name.as_deref())
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn children_follow_their_owner() {
        let children = Children::default();
        insert(&children, "b", Some("x"));
        insert(&children, "a", Some("x"));
        insert(&children, "stray", None);
        check(&children, "x", &["a", "b"]);
        assert!(children.get(&key("stray")).is_some());

        insert(&children, "b", Some("y"));
        check(&children, "x", &["a"]);
        check(&children, "y", &["b"]);

        insert(&children, "b", None);
        children.remove(&key("a"));
        children.remove(&key("stray"));
        check(&children, "x", &[]);
        check(&children, "y", &[]);
        assert!(children.get(&key("a")).is_none());
        let known = children.lock();
        assert!(known.by_owner.is_empty() && known.objects.len() == 1);
    }
}
