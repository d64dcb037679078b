//! What a watch holds: to tell, after an interruption, what went meanwhile.

use std::collections::{HashMap, HashSet};

use kube::runtime::watcher::Event;

use super::Key;

/// What a watch holds, to find out after a new list what went while it was away.
#[derive(Default)]
pub(super) struct Seen {
    known: HashSet<Key>,
    before: HashSet<Key>,
}

impl Seen {
    /// What an event takes away; `Init` and `InitDone` stand around a list of all that there is.
    pub(super) fn gone<K>(&mut self, event: &Event<K>, key_of: impl Fn(&K) -> Key) -> Vec<Key> {
        match event {
            Event::Init => {
                self.before.extend(self.known.drain());
                Vec::new()
            }
            Event::InitApply(object) | Event::Apply(object) => {
                self.known.insert(key_of(object));
                Vec::new()
            }
            Event::Delete(object) => {
                let key = key_of(object);
                self.known.remove(&key);
                vec![key]
            }
            Event::InitDone => {
                let before = std::mem::take(&mut self.before);
                before
                    .into_iter()
                    .filter(|key| !self.known.contains(key))
                    .collect()
            }
        }
    }
}

/// An event about an object, as its key and the keys that it leads to.
pub(super) type Change = Event<(Key, Vec<Key>)>;

pub(super) fn event_of<K>(event: Event<K>, mut change: impl FnMut(K) -> (Key, Vec<Key>)) -> Change {
    match event {
        Event::Init => Event::Init,
        Event::InitApply(object) => Event::InitApply(change(object)),
        Event::InitDone => Event::InitDone,
        Event::Apply(object) => Event::Apply(change(object)),
        Event::Delete(object) => Event::Delete(change(object)),
    }
}

/// What each watched object leads to.
///
/// A change is for what the object leads to now and for what it led to before: an owner whose child was taken away, or a
/// child that went while the watch was interrupted, is to be reconciled too.
#[derive(Default)]
pub(super) struct Targets {
    known: HashMap<Key, Vec<Key>>,
    before: HashMap<Key, Vec<Key>>,
}

impl Targets {
    /// The keys to reconcile.
    pub(super) fn changed(&mut self, event: Change) -> Vec<Key> {
        match event {
            Event::Init => {
                self.before.extend(self.known.drain());
                Vec::new()
            }
            Event::InitApply((key, targets)) => {
                let before = self.before.remove(&key);
                self.set(key, targets, before)
            }
            Event::Apply((key, targets)) => self.set(key, targets, None),
            Event::Delete((key, mut targets)) => {
                targets.extend(self.known.remove(&key).unwrap_or_default());
                targets
            }
            Event::InitDone => std::mem::take(&mut self.before)
                .into_values()
                .flatten()
                .collect(),
        }
    }

    fn set(&mut self, key: Key, targets: Vec<Key>, before: Option<Vec<Key>>) -> Vec<Key> {
        let known = if targets.is_empty() {
            self.known.remove(&key)
        } else {
            self.known.insert(key, targets.clone())
        };
        let mut changed = targets;
        changed.extend(before.into_iter().chain(known).flatten());
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::new(true, Some("default"), name)
    }

    fn child(name: &str, owners: &[&str]) -> (Key, Vec<Key>) {
        (key(name), owners.iter().map(|owner| key(owner)).collect())
    }

    fn check(targets: &mut Targets, event: Change, expected: &[&str]) {
        let mut changed: Vec<_> = targets
            .changed(event)
            .iter()
            .map(ToString::to_string)
            .collect();
        changed.sort();
        changed.dedup();
        let expected: Vec<_> = expected.iter().map(|name| key(name).to_string()).collect();
        assert_eq!(changed, expected);
    }

    #[test]
    fn a_change_is_for_the_owners_of_now_and_of_before() {
        let targets = &mut Targets::default();
        check(targets, Event::Apply(child("c", &["a"])), &["a"]);
        check(targets, Event::Apply(child("c", &["b"])), &["a", "b"]);
        check(targets, Event::Apply(child("c", &[])), &["b"]);
        check(targets, Event::Apply(child("c", &[])), &[]);
        check(targets, Event::Apply(child("c", &["a"])), &["a"]);
        check(targets, Event::Delete(child("c", &[])), &["a"]);
        check(targets, Event::Delete(child("c", &["a"])), &["a"]);
        assert!(targets.known.is_empty());
    }

    #[test]
    fn a_child_that_went_while_the_watch_was_away_is_missed() {
        let targets = &mut Targets::default();
        check(targets, Event::Init, &[]);
        check(targets, Event::InitApply(child("c", &["a"])), &["a"]);
        check(targets, Event::InitApply(child("d", &["b"])), &["b"]);
        check(targets, Event::InitDone, &[]);
        check(targets, Event::Init, &[]);
        check(targets, Event::InitApply(child("d", &["e"])), &["b", "e"]);
        check(targets, Event::InitDone, &["a"]);
        // A list that is interrupted by another forgets nothing.
        check(targets, Event::Init, &[]);
        check(targets, Event::Init, &[]);
        check(targets, Event::InitDone, &["e"]);
    }

    #[test]
    fn objects_that_went_while_the_watch_was_away_are_found() {
        let mut seen = Seen::default();
        let mut check = |event: Event<&str>, expected: &[&str]| {
            let gone = seen.gone(&event, |name| key(name));
            let expected: Vec<_> = expected.iter().map(|name| key(name)).collect();
            assert_eq!(gone, expected);
        };
        check(Event::Init, &[]);
        check(Event::InitApply("a"), &[]);
        check(Event::InitApply("b"), &[]);
        check(Event::InitDone, &[]);
        // A list that is interrupted by another forgets nothing.
        check(Event::Init, &[]);
        check(Event::Init, &[]);
        check(Event::InitApply("b"), &[]);
        check(Event::InitDone, &["a"]);
        check(Event::Apply("a"), &[]);
        check(Event::Delete("a"), &["a"]);
        check(Event::Delete("b"), &["b"]);
        check(Event::Init, &[]);
        check(Event::InitDone, &[]);
    }
}
