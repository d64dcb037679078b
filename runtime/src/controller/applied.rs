//! What was applied and is in force still: it need not be sent again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use kopgen_core::report::Resource;
use serde_json::Value;

use super::{Key, RawObject};

/// What a controller applied of the types that it owns, each with the API server's answer, until the watch of the type
/// shows another version of the object, or the controller changes it in another way.
///
/// A watch lags behind: an edit that it has not shown yet is put back once it has, as it would be without this.
#[derive(Default)]
pub(crate) struct Applied {
    /// The types that are watched, and where (`None` is the whole cluster): of no other is it known what becomes of an object.
    owned: Vec<Resource>,
    namespaces: Vec<Option<String>>,
    children: Mutex<HashMap<Child, Entry>>,
    hasher: RandomState,
    sent: AtomicU64,
}

/// The type's place in `owned`, and the object.
type Child = (usize, Key);

enum Entry {
    /// On its way to the API server, as the so manieth; with the versions that the watch shows meanwhile.
    Sent { number: u64, shown: Vec<String> },
    /// In force, in this version, for a body of this hash.
    Answered {
        body: u64,
        version: String,
        json: Arc<str>,
    },
}

/// What is to be done with something that is to be applied.
pub(crate) enum Apply<'a> {
    /// Nothing: this is the object as it was applied before, and as it is.
    InForce(Arc<str>),
    /// Send it, and say what was answered.
    Send(Sending<'a>),
}

/// An apply that is on its way. Nothing is remembered of it when it is dropped.
pub(crate) struct Sending<'a> {
    applied: &'a Applied,
    child: Option<Child>,
    number: u64,
    body: u64,
}

impl Applied {
    pub(crate) fn new(owned: &[Resource], namespaces: &[Option<String>]) -> Self {
        Self {
            owned: owned.to_vec(),
            namespaces: namespaces.to_vec(),
            ..Self::default()
        }
    }

    /// Asks before `body` is applied as the object `name`.
    pub(crate) fn apply(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        name: &str,
        body: &Value,
    ) -> Apply<'_> {
        let body = self.hasher.hash_one(body);
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let child = self.child(resource, namespace, name);
        if let Some(child) = &child {
            let mut children = self.lock();
            match children.get(child) {
                Some(Entry::Answered {
                    body: known, json, ..
                }) if *known == body => return Apply::InForce(json.clone()),
                _ => {
                    let shown = Vec::new();
                    children.insert(child.clone(), Entry::Sent { number, shown });
                }
            }
        }
        Apply::Send(Sending {
            applied: self,
            child,
            number,
            body,
        })
    }

    /// The watch shows this version of an object.
    pub(crate) fn show(&self, resource: &Resource, key: &Key, version: Option<&str>) {
        let Some(owned) = self.position(resource) else {
            return;
        };
        let child = (owned, key.clone());
        let version = version.unwrap_or_default();
        let mut children = self.lock();
        match children.get_mut(&child) {
            Some(Entry::Sent { shown, .. }) => shown.push(version.to_owned()),
            Some(Entry::Answered { version: known, .. }) if known != version => {
                children.remove(&child);
            }
            _ => {}
        }
    }

    /// An object is gone, or was changed in another way than by an apply.
    pub(crate) fn forget(&self, resource: &Resource, key: &Key) {
        if let Some(owned) = self.position(resource) {
            self.lock().remove(&(owned, key.clone()));
        }
    }

    /// A watch in this namespace, or in the cluster, has listed all objects of a type: what it did not show is gone, or has
    /// never been seen.
    pub(crate) fn listed(
        &self,
        resource: &Resource,
        namespace: Option<&str>,
        shown: impl Fn(&Key) -> bool,
    ) {
        let Some(owned) = self.position(resource) else {
            return;
        };
        self.lock().retain(|(type_, key), _| {
            let elsewhere = namespace.is_some() && key.namespace() != namespace;
            *type_ != owned || elsewhere || shown(key)
        });
    }

    /// The same as [`forget`](Self::forget) for all objects of a type.
    pub(crate) fn forget_all(&self, resource: &Resource) {
        if let Some(owned) = self.position(resource) {
            self.lock().retain(|(type_, _), _| *type_ != owned);
        }
    }

    fn child(&self, resource: &Resource, namespace: Option<&str>, name: &str) -> Option<Child> {
        let owned = self.position(resource)?;
        let mut watched = self.namespaces.iter().map(Option::as_deref);
        let is_watched = !resource.namespaced || watched.any(|it| it.is_none() || it == namespace);
        is_watched.then(|| (owned, Key::new(resource.namespaced, namespace, name)))
    }

    /// In whatever version: the objects are the same.
    fn position(&self, resource: &Resource) -> Option<usize> {
        self.owned
            .iter()
            .position(|owned| owned.group == resource.group && owned.kind == resource.kind)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Child, Entry>> {
        self.children
            .lock()
            .expect("nothing panics under this lock")
    }
}

impl Sending<'_> {
    /// The API server has answered with the object as it is now.
    pub(crate) fn answered(mut self, answer: &RawObject) {
        self.end(Some(answer));
    }

    fn end(&mut self, answer: Option<&RawObject>) {
        let Some(child) = self.child.take() else {
            return;
        };
        let mut children = self.applied.lock();
        let shown = match children.get_mut(&child) {
            Some(Entry::Sent { number, shown }) if *number == self.number => std::mem::take(shown),
            // Something else was done to the object meanwhile.
            _ => return,
        };
        children.remove(&child);
        if let Some(RawObject { meta, json }) = answer {
            let version = meta.resource_version.clone().unwrap_or_default();
            if shown.iter().all(|shown| *shown == version) {
                let answer = Entry::Answered {
                    body: self.body,
                    version,
                    json: json.clone(),
                };
                children.insert(child, answer);
            }
        }
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.end(None);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config_map() -> Resource {
        Resource {
            group: String::new(),
            version: "v1".into(),
            kind: "ConfigMap".into(),
            plural: "configmaps".into(),
            namespaced: true,
        }
    }

    fn key() -> Key {
        Key::new(true, Some("default"), "a")
    }

    fn watched() -> Applied {
        Applied::new(&[config_map()], &[Some("default".into())])
    }

    /// A world in which `a` was applied with this motto, and answered with version 5.
    fn applied(motto: &str) -> Applied {
        let applied = watched();
        send(&applied, motto)
            .expect("unknown")
            .answered(&version(5));
        applied
    }

    /// `None` where nothing is to be sent.
    fn send<'a>(applied: &'a Applied, motto: &str) -> Option<Sending<'a>> {
        let body = json!({ "data": { "motto": motto } });
        match applied.apply(&config_map(), Some("default"), "a", &body) {
            Apply::InForce(json) => {
                assert_eq!(json, version(5).json);
                None
            }
            Apply::Send(sending) => Some(sending),
        }
    }

    fn version(version: u64) -> RawObject {
        RawObject::parse(&format!(
            r#"{{"metadata":{{"resourceVersion":"{version}"}}}}"#
        ))
        .unwrap()
    }

    fn show(applied: &Applied, version: u64) {
        applied.show(&config_map(), &key(), Some(&version.to_string()));
    }

    #[test]
    fn what_is_in_force_is_not_sent_again() {
        let applied = applied("read");
        assert!(send(&applied, "read").is_none());
        show(&applied, 5);
        assert!(send(&applied, "read").is_none());
    }

    #[test]
    fn another_body_is_sent() {
        assert!(send(&applied("read"), "write").is_some());
    }

    #[test]
    fn a_changed_object_is_sent() {
        let applied = applied("read");
        show(&applied, 6);
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn a_deleted_object_is_sent() {
        for forget in [
            |applied: &Applied| applied.forget(&config_map(), &key()),
            |applied: &Applied| applied.forget_all(&config_map()),
        ] {
            let applied = applied("read");
            forget(&applied);
            assert!(send(&applied, "read").is_some());
        }
    }

    #[test]
    fn what_a_list_does_not_show_is_sent() {
        let list = |shown: bool| {
            let applied = applied("read");
            applied.listed(&config_map(), Some("default"), |_| shown);
            applied
        };
        assert!(send(&list(true), "read").is_none());
        assert!(send(&list(false), "read").is_some());
        let applied = applied("read");
        applied.listed(&config_map(), Some("elsewhere"), |_| false);
        assert!(send(&applied, "read").is_none());
        applied.listed(&config_map(), None, |_| false);
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn what_is_applied_where_nothing_is_watched_is_always_sent() {
        let applied = Applied::new(&[config_map()], &[Some("elsewhere".into())]);
        send(&applied, "read").unwrap().answered(&version(5));
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn what_fails_is_sent_again() {
        let applied = applied("read");
        drop(send(&applied, "write"));
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn a_change_that_is_shown_before_the_answer_is_not_missed() {
        for (shown, remembered) in [(&[5][..], true), (&[5, 6], false), (&[6], false)] {
            let applied = watched();
            let sending = send(&applied, "read").unwrap();
            shown.iter().for_each(|version| show(&applied, *version));
            sending.answered(&version(5));
            assert_eq!(send(&applied, "read").is_none(), remembered, "{shown:?}");
        }
        let applied = watched();
        let sending = send(&applied, "read").unwrap();
        applied.forget(&config_map(), &key());
        sending.answered(&version(5));
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn of_two_at_a_time_the_later_one_counts() {
        let applied = watched();
        let first = send(&applied, "read").unwrap();
        let second = send(&applied, "write").unwrap();
        first.answered(&version(4));
        second.answered(&version(5));
        assert!(send(&applied, "write").is_none());
        assert!(send(&applied, "read").is_some());
    }

    #[test]
    fn types_that_are_not_owned_are_always_sent() {
        let applied = Applied::default();
        send(&applied, "read").unwrap().answered(&version(5));
        assert!(send(&applied, "read").is_some());
    }
}
