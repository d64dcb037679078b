use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::{Key, RawObject};

/// The objects of the controller's kind, as the watch saw them last.
#[derive(Default)]
pub(crate) struct Cache(Mutex<HashMap<Key, Arc<RawObject>>>);

impl Cache {
    /// Puts an object in. Whether that changed anything: after an interruption the API server lists all objects anew.
    pub(crate) fn insert(&self, key: Key, object: Arc<RawObject>) -> bool {
        let version = object.meta.resource_version.clone();
        let uid = object.meta.uid.clone();
        let known = self.lock().insert(key, object);
        known.is_none_or(|known| known.meta.resource_version != version || known.meta.uid != uid)
    }

    pub(crate) fn remove(&self, key: &Key) {
        self.lock().remove(key);
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<RawObject>> {
        self.lock().get(key).cloned()
    }

    /// The keys of all objects.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<RawObject>>> {
        self.0.lock().expect("nothing panics under this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_news_when_its_version_or_identity_is() {
        let cache = Cache::default();
        let insert = |version: &str, uid: &str| {
            let json = format!(
                r#"{{"metadata":{{"name":"a","resourceVersion":"{version}","uid":"{uid}"}}}}"#
            );
            cache.insert(
                Key::new(false, None, "a"),
                Arc::new(RawObject::parse(&json).unwrap()),
            )
        };
        assert!(insert("1", "x"));
        assert!(!insert("1", "x"));
        assert!(insert("2", "x"));
        assert!(insert("2", "y"));
        let key = Key::new(false, None, "a");
        assert_eq!(cache.get(&key).unwrap().meta.uid.as_deref(), Some("y"));
        cache.remove(&key);
        assert!(cache.get(&key).is_none());
    }
}
