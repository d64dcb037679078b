use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};

use kopgen_core::FieldPath;
use kopgen_core::report::Resource;

use super::{Key, RawObject};

/// Which objects of the controller's kind name what, in one of their fields: read from an object once, when the watch
/// brings it.
///
/// Where both live in namespaces, a name means an object in the namespace of the one that names it. Where one of them
/// lives in the cluster, it means each object of that name.
pub(crate) struct Index {
    path: FieldPath,
    by_namespace: bool,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    /// What each object names; those that name nothing are left out.
    names: HashMap<Key, Vec<Key>>,
    /// The objects that name it.
    named_by: HashMap<Key, HashSet<Key>>,
}

impl Index {
    /// The index that the events of `watched` are looked up in.
    pub(crate) fn new(path: FieldPath, kind: &Resource, watched: &Resource) -> Self {
        Self {
            path,
            by_namespace: kind.namespaced && watched.namespaced,
            entries: Mutex::default(),
        }
    }

    /// Takes an object in as it is now.
    pub(crate) fn insert(&self, key: &Key, object: &RawObject) {
        let namespace = object.meta.namespace.as_deref();
        let names = self.path.strings(&object.json);
        let names: Vec<_> = names
            .iter()
            .map(|name| Key::new(self.by_namespace, namespace, name))
            .collect();
        let mut entries = self.lock();
        if entries.names.get(key).map_or(&[][..], Vec::as_slice) == names {
            return;
        }
        entries.remove(key);
        for name in &names {
            let named_by = entries.named_by.entry(name.clone()).or_default();
            named_by.insert(key.clone());
        }
        if !names.is_empty() {
            entries.names.insert(key.clone(), names);
        }
    }

    /// Forgets an object.
    pub(crate) fn remove(&self, key: &Key) {
        self.lock().remove(key);
    }

    /// The objects that name this watched one.
    pub(crate) fn naming(&self, watched: &Key) -> Vec<Key> {
        let name_alone = (!self.by_namespace).then(|| Key::new(false, None, watched.name()));
        let entries = self.lock();
        let naming = entries.named_by.get(name_alone.as_ref().unwrap_or(watched));
        naming.into_iter().flatten().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().expect("nothing panics under this lock")
    }
}

impl Entries {
    fn remove(&mut self, key: &Key) {
        for name in self.names.remove(key).unwrap_or_default() {
            let Some(named_by) = self.named_by.get_mut(&name) else {
                continue;
            };
            named_by.remove(key);
            if named_by.is_empty() {
                self.named_by.remove(&name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(namespaced: bool) -> Resource {
        Resource {
            group: "example.com".into(),
            version: "v1".into(),
            kind: "Thing".into(),
            plural: "things".into(),
            namespaced,
        }
    }

    fn index(kind_is_namespaced: bool, watched_is_namespaced: bool) -> Index {
        let path = "spec.names[]".parse().unwrap();
        let (kind, watched) = (
            resource(kind_is_namespaced),
            resource(watched_is_namespaced),
        );
        Index::new(path, &kind, &watched)
    }

    fn insert(index: &Index, namespace: Option<&str>, name: &str, names: &[&str]) {
        let meta = serde_json::json!({ "name": name, "namespace": namespace });
        let json = serde_json::json!({ "metadata": meta, "spec": { "names": names } });
        let object = RawObject::parse(&json.to_string()).unwrap();
        index.insert(&Key::new(namespace.is_some(), namespace, name), &object);
    }

    fn check(index: &Index, namespace: Option<&str>, name: &str, expected: &[&str]) {
        let naming = index.naming(&Key::new(namespace.is_some(), namespace, name));
        let mut naming: Vec<_> = naming.iter().map(ToString::to_string).collect();
        naming.sort();
        assert_eq!(naming, expected);
    }

    #[test]
    fn it_follows_what_objects_name() {
        let index = index(true, true);
        insert(&index, Some("n"), "a", &["x", "y", "x"]);
        insert(&index, Some("n"), "b", &["x"]);
        insert(&index, Some("m"), "a", &["x"]);
        check(&index, Some("n"), "x", &["n/a", "n/b"]);
        check(&index, Some("n"), "y", &["n/a"]);
        check(&index, Some("m"), "x", &["m/a"]);
        check(&index, Some("o"), "x", &[]);

        insert(&index, Some("n"), "a", &["y", "z"]);
        check(&index, Some("n"), "x", &["n/b"]);
        check(&index, Some("n"), "y", &["n/a"]);
        check(&index, Some("n"), "z", &["n/a"]);

        index.remove(&Key::new(true, Some("n"), "a"));
        check(&index, Some("n"), "y", &[]);
        insert(&index, Some("n"), "b", &[]);
        insert(&index, Some("m"), "a", &[]);
        let entries = index.lock();
        assert!(entries.names.is_empty() && entries.named_by.is_empty());
    }

    #[test]
    fn where_one_lives_in_the_cluster_a_name_is_enough() {
        let of_cluster = index(false, true);
        insert(&of_cluster, None, "a", &["x"]);
        check(&of_cluster, Some("n"), "x", &["a"]);
        check(&of_cluster, Some("m"), "x", &["a"]);

        let cluster_watched = index(true, false);
        insert(&cluster_watched, Some("n"), "a", &["x"]);
        insert(&cluster_watched, Some("m"), "a", &["x"]);
        check(&cluster_watched, None, "x", &["m/a", "n/a"]);
    }
}
