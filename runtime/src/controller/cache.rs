use std::cmp::Ordering;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use super::index::Index;
use super::{Key, RawObject};

/// The objects of the controller's kind: as the watch showed them last, or as the API server answered a write of the controller,
/// whichever is newer.
///
/// A watch lags behind the controller's own writes. What it shows late is recognised by its resource version, of which the API
/// server says that they are numbers that grow. **Invariant:** what is here is never older than an answer that was taken in.
#[derive(Default)]
pub(crate) struct Cache {
    state: Mutex<State>,
    /// Of the watches that look objects up by a field, by the watch's place among those that are declared. They follow the objects.
    indices: BTreeMap<usize, Index>,
}

#[derive(Default)]
struct State {
    objects: HashMap<Key, Arc<RawObject>>,
    /// What a list that is under way has not shown yet.
    unlisted: HashSet<Key>,
    /// The objects for which there is more to know than what the watch has shown.
    pending: HashMap<Key, Pending>,
    notes: HashMap<Key, Notes>,
}

#[derive(Default)]
struct Pending {
    /// How many of the controller's writes are under way.
    writing: usize,
    /// The versions that the watch has shown meanwhile, and those that the writes were answered with.
    shown: Vec<Option<String>>,
    written: Vec<Option<String>>,
    /// The object is an answer that the watch has not come to.
    ahead: bool,
    /// The uid of an object that is known to be gone. Either the watch has not come to that, or, with `shown_gone`, an answer that is
    /// still to come may be from before.
    gone: Option<String>,
    shown_gone: bool,
    /// Nobody knows whether the object is older than a write: it is to be read again.
    doubtful: bool,
}

/// What the controller remembers of an object for as long as it exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notes {
    /// Its cleanup has succeeded.
    pub(crate) cleaned: bool,
    /// It was reported that its status does not fit the type.
    pub(crate) unreadable: bool,
    /// The hashes of a status that was set, and of what the API server made of it, where that is another.
    pub(crate) status: Option<(u64, u64)>,
}

/// What the end of a write means for the key that was written to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changed {
    /// By the write itself.
    pub(crate) own: bool,
    /// By others, while it was under way.
    pub(crate) others: bool,
}

impl Cache {
    pub(super) fn new(indices: BTreeMap<usize, Index>) -> Self {
        Self {
            state: Mutex::default(),
            indices,
        }
    }

    /// The index that follows the objects for this watch.
    pub(super) fn index(&self, place: usize) -> &Index {
        &self.indices[&place]
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Arc<RawObject>> {
        self.lock().objects.get(key).cloned()
    }

    /// The keys of all objects.
    pub(crate) fn keys(&self) -> Vec<Key> {
        self.lock().objects.keys().cloned().collect()
    }

    /// Takes in what the watch shows. Whether that is to be reconciled: after an interruption the API server lists all objects
    /// anew, and the end of a write that is under way tells of what was shown meanwhile.
    pub(crate) fn show(&self, key: &Key, object: Arc<RawObject>) -> bool {
        let mut state = self.lock();
        state.unlisted.remove(key);
        let known = state.objects.get(key).cloned();
        let is_news = known
            .as_ref()
            .is_none_or(|known| !known.is_same_as(&object));
        let mut tells = is_news;
        if let Entry::Occupied(mut entry) = state.pending.entry(key.clone()) {
            let pending = entry.get_mut();
            if pending.gone.is_some() && pending.gone == object.meta.uid {
                return false;
            }
            if pending.ahead && known.is_some_and(|known| object.is_older(&known)) {
                return false;
            }
            (pending.ahead, pending.gone) = (false, None);
            if pending.writing > 0 && is_news {
                pending.shown.push(object.meta.resource_version.clone());
                tells = false;
            }
            if pending.is_idle() {
                entry.remove();
            }
        }
        if is_news {
            self.put(&mut state, key, object);
        }
        tells
    }

    /// The watch shows that an object was deleted. Whether that is to be reconciled.
    pub(crate) fn show_deleted(&self, key: &Key, object: &RawObject) -> bool {
        let mut state = self.lock();
        if let Some(pending) = state.pending.get_mut(key)
            && pending.gone == object.meta.uid
            && pending.writing == 0
        {
            pending.gone = None;
        }
        state.settle(key);
        let known = state.objects.get(key);
        // Another one of this name may be here already.
        let goes = known.is_some_and(|known| known.meta.uid == object.meta.uid);
        if goes {
            self.take(&mut state, key);
        }
        goes
    }

    /// The watch is about to list all objects in this namespace, or in the cluster: what it shows from now on is not older than
    /// any answer so far.
    pub(crate) fn begin_list(&self, namespace: Option<&str>) {
        let state = &mut *self.lock();
        let keys = state.objects.keys();
        let keys = keys.filter(|key| is_within(key, namespace));
        state.unlisted.extend(keys.cloned());
        for (key, pending) in &mut state.pending {
            if is_within(key, namespace) {
                pending.ahead = false;
                if pending.writing == 0 {
                    pending.gone = None;
                }
            }
        }
        state.pending.retain(|_, pending| !pending.is_idle());
    }

    /// The list has ended. Gives what it has not shown: what is gone, and what may be.
    pub(crate) fn end_list(&self, namespace: Option<&str>) -> Vec<Key> {
        let mut state = self.lock();
        let unlisted = state.unlisted.iter();
        let keys: Vec<_> = unlisted
            .filter(|key| is_within(key, namespace))
            .cloned()
            .collect();
        for key in &keys {
            state.unlisted.remove(key);
            match state.pending.get_mut(key).filter(|it| it.ahead) {
                // It was written after the list was asked for, and may have been deleted before it was answered.
                Some(pending) => pending.doubtful = true,
                None => self.take(&mut state, key),
            }
        }
        keys
    }

    /// The controller is about to write to an object, or to read it.
    pub(crate) fn begin(&self, key: &Key) {
        let mut state = self.lock();
        state.pending.entry(key.clone()).or_default().writing += 1;
    }

    /// A write that was begun has ended: with the object as the API server gives it, or without it. `is_known` says that
    /// nothing can have happened that the answer does not tell.
    pub(crate) fn end_write(
        &self,
        key: &Key,
        answer: Option<Arc<RawObject>>,
        is_known: bool,
    ) -> Changed {
        let mut state = self.lock();
        let version = answer.as_ref().map(|it| it.meta.resource_version.clone());
        let is_news = answer.map(|answer| self.answered(&mut state, key, answer));
        let is_here = state.objects.contains_key(key);
        let pending = state.pending.entry(key.clone()).or_default();
        pending.written.extend(version);
        pending.doubtful |= is_here && !is_known;
        Changed {
            own: is_news.unwrap_or_default(),
            others: state.end(key),
        }
    }

    /// A read that was begun has ended: there the object is, or there is none. Whether that is news.
    pub(crate) fn end_read(&self, key: &Key, found: Option<Arc<RawObject>>) -> bool {
        let mut state = self.lock();
        let is_news = match found {
            Some(object) => self.answered(&mut state, key, object),
            None => self.leave(&mut state, key),
        };
        if let Some(pending) = state.pending.get_mut(key) {
            pending.doubtful = false;
        }
        let others = state.end(key);
        is_news || others
    }

    /// Whether the object is to be read again before it is reconciled.
    pub(crate) fn is_doubtful(&self, key: &Key) -> bool {
        let state = self.lock();
        state.pending.get(key).is_some_and(|it| it.doubtful)
    }

    /// What is remembered of the object with this uid.
    pub(crate) fn notes(&self, key: &Key) -> Notes {
        self.lock().notes.get(key).copied().unwrap_or_default()
    }

    /// Changes what is remembered of an object, if it is there, and gives it as it was before.
    pub(crate) fn note(
        &self,
        object: &RawObject,
        key: &Key,
        change: impl FnOnce(&mut Notes),
    ) -> Notes {
        let mut state = self.lock();
        let before = state.notes.get(key).copied().unwrap_or_default();
        let known = state.objects.get(key);
        if known.is_some_and(|known| known.meta.uid == object.meta.uid) {
            let mut notes = before;
            change(&mut notes);
            if notes == Notes::default() {
                state.notes.remove(key);
            } else {
                state.notes.insert(key.clone(), notes);
            }
        }
        before
    }

    /// Takes an answer of the API server in. Whether it is news, be it that the watch has just told them.
    fn answered(&self, state: &mut State, key: &Key, object: Arc<RawObject>) -> bool {
        let known = state.objects.get(key).cloned();
        let pending = state.pending.entry(key.clone()).or_default();
        if pending.gone.is_some() && pending.gone == object.meta.uid {
            return false;
        }
        let was_shown = pending.shown.contains(&object.meta.resource_version);
        if object.has_gone() {
            self.leave(state, key);
            return true;
        }
        let is_news = match known {
            Some(known) if known.is_same_as(&object) || object.is_older(&known) => false,
            _ => {
                pending.ahead = true;
                pending.gone = None;
                self.put(state, key, object);
                true
            }
        };
        is_news || was_shown
    }

    /// The object is gone, whatever the watch shows of it still. Whether that is news.
    fn leave(&self, state: &mut State, key: &Key) -> bool {
        let Some(known) = state.objects.get(key) else {
            return false;
        };
        let uid = known.meta.uid.clone();
        self.take(state, key);
        let pending = state.pending.entry(key.clone()).or_default();
        (pending.gone, pending.shown_gone) = (uid, false);
        true
    }

    fn put(&self, state: &mut State, key: &Key, object: Arc<RawObject>) {
        for index in self.indices.values() {
            index.insert(key, &object);
        }
        let uid = object.meta.uid.clone();
        let before = state.objects.insert(key.clone(), object);
        if before.is_some_and(|before| before.meta.uid != uid) {
            state.notes.remove(key);
        }
    }

    fn take(&self, state: &mut State, key: &Key) {
        for index in self.indices.values() {
            index.remove(key);
        }
        let known = state.objects.remove(key);
        state.notes.remove(key);
        if let Some(pending) = state.pending.get_mut(key) {
            (pending.ahead, pending.doubtful) = (false, false);
            if pending.writing > 0 {
                pending.gone = known.and_then(|known| known.meta.uid.clone());
                pending.shown_gone = true;
            }
        }
        state.settle(key);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under this lock")
    }
}

impl State {
    /// Ends a write or a read. Whether the watch has shown meanwhile what no write was answered with.
    fn end(&mut self, key: &Key) -> bool {
        let pending = self.pending.entry(key.clone()).or_default();
        pending.writing = pending.writing.saturating_sub(1);
        if pending.writing > 0 {
            return false;
        }
        if std::mem::take(&mut pending.shown_gone) {
            pending.gone = None;
        }
        let written = std::mem::take(&mut pending.written);
        let mut shown = std::mem::take(&mut pending.shown).into_iter();
        let others = shown.any(|version| !written.contains(&version));
        self.settle(key);
        others
    }

    /// Forgets what is pending where nothing is.
    fn settle(&mut self, key: &Key) {
        if let Entry::Occupied(entry) = self.pending.entry(key.clone())
            && entry.get().is_idle()
        {
            entry.remove();
        }
    }
}

impl Pending {
    fn is_idle(&self) -> bool {
        self.writing == 0 && !self.ahead && !self.doubtful && self.gone.is_none()
    }
}

impl RawObject {
    /// Whether it is the same version of the same object.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        self.meta.uid == other.meta.uid && self.meta.resource_version == other.meta.resource_version
    }

    /// Whether its version is a lower number. Of versions that are no numbers nobody knows.
    fn is_older(&self, than: &Self) -> bool {
        let (Some(version), Some(than)) = (
            self.meta.resource_version.as_deref(),
            than.meta.resource_version.as_deref(),
        ) else {
            return false;
        };
        compare_versions(version, than) == Some(Ordering::Less)
    }

    /// Whether this is the answer to the removal of its last finalizer.
    fn has_gone(&self) -> bool {
        self.is_being_deleted() && self.meta.finalizers.as_ref().is_none_or(Vec::is_empty)
    }
}

/// How two resource versions are ordered: they are decimal numbers of any length, without leading zeros (KEP-5504).
fn compare_versions(one: &str, other: &str) -> Option<Ordering> {
    let is_number =
        |version: &str| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(one) && is_number(other))
        .then(|| one.len().cmp(&other.len()).then_with(|| one.cmp(other)))
}

fn is_within(key: &Key, namespace: Option<&str>) -> bool {
    namespace.is_none() || key.namespace() == namespace
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::new(true, Some("n"), "a")
    }

    fn object(version: &str, uid: &str, rest: &str) -> Arc<RawObject> {
        let json = format!(
            r#"{{"metadata":{{"name":"a","namespace":"n","resourceVersion":"{version}","uid":"{uid}"{rest}}}}}"#
        );
        Arc::new(RawObject::parse(&json).unwrap())
    }

    fn show(cache: &Cache, version: &str, uid: &str) -> bool {
        cache.show(&key(), object(version, uid, ""))
    }

    /// A whole write, answered with this version.
    fn write(cache: &Cache, version: &str) -> Changed {
        cache.begin(&key());
        cache.end_write(&key(), Some(object(version, "x", "")), true)
    }

    #[track_caller]
    fn check(cache: &Cache, version: Option<&str>) {
        let object = cache.get(&key());
        let known = object.and_then(|object| object.meta.resource_version.clone());
        assert_eq!(known.as_deref(), version);
    }

    const OWN: Changed = Changed {
        own: true,
        others: false,
    };
    const OTHERS: Changed = Changed {
        own: false,
        others: true,
    };

    #[test]
    fn an_object_is_news_when_its_version_or_identity_is() {
        let cache = Cache::default();
        assert!(show(&cache, "1", "x"));
        assert!(!show(&cache, "1", "x"));
        assert!(show(&cache, "2", "x"));
        assert!(show(&cache, "3", "y"));
        assert!(!cache.show_deleted(&key(), &object("4", "x", "")));
        check(&cache, Some("3"));
        assert!(cache.show_deleted(&key(), &object("4", "y", "")));
        check(&cache, None);
    }

    #[test]
    fn what_the_watch_shows_late_does_not_replace_an_answer() {
        let cache = Cache::default();
        show(&cache, "9", "x");
        assert_eq!(write(&cache, "12"), OWN);
        assert!(!show(&cache, "10", "x"));
        check(&cache, Some("12"));
        assert!(!show(&cache, "12", "x"), "it was known");
        assert!(show(&cache, "13", "x"));
        assert!(cache.lock().pending.is_empty());
        // A write that changes nothing tells nothing.
        assert_eq!(write(&cache, "13"), Changed::default());
        assert!(cache.lock().pending.is_empty());
    }

    #[test]
    fn a_change_is_told_apart_from_the_echo_of_a_write_in_whatever_order_they_arrive() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        cache.begin(&key());
        assert!(!show(&cache, "2", "x"), "the end of the write tells");
        let changed = cache.end_write(&key(), Some(object("2", "x", "")), true);
        assert_eq!(changed, OWN);

        cache.begin(&key());
        assert!(!show(&cache, "3", "x"));
        assert!(!show(&cache, "4", "x"));
        let changed = cache.end_write(&key(), Some(object("4", "x", "")), true);
        let both = Changed {
            own: true,
            others: true,
        };
        assert_eq!(changed, both);

        cache.begin(&key());
        assert!(!show(&cache, "5", "x"));
        assert_eq!(cache.end_write(&key(), None, true), OTHERS);
        assert!(cache.lock().pending.is_empty());
        assert!(show(&cache, "6", "x"));
    }

    #[test]
    fn an_object_that_went_with_its_last_finalizer_does_not_come_back() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        cache.begin(&key());
        let gone = object("2", "x", r#","deletionTimestamp":"2026-01-01T00:00:00Z""#);
        assert_eq!(cache.end_write(&key(), Some(gone), true), OWN);
        check(&cache, None);
        assert!(!show(&cache, "2", "x"));
        check(&cache, None);
        // Its namesake is another one.
        assert!(show(&cache, "5", "y"));
        assert!(!cache.show_deleted(&key(), &object("3", "x", "")));
        check(&cache, Some("5"));
        assert!(cache.lock().pending.is_empty());
    }

    #[test]
    fn an_answer_that_comes_after_the_object_went_is_forgotten() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        cache.begin(&key());
        assert!(!show(&cache, "2", "x"));
        assert!(cache.show_deleted(&key(), &object("3", "x", "")));
        cache.end_write(&key(), Some(object("2", "x", "")), true);
        check(&cache, None);
        assert!(cache.lock().pending.is_empty());

        // So is what was read before.
        show(&cache, "4", "y");
        cache.begin(&key());
        cache.begin_list(None);
        assert_eq!(cache.end_list(None), [key()]);
        cache.end_read(&key(), Some(object("4", "y", "")));
        check(&cache, None);
        assert!(cache.lock().pending.is_empty());

        // Another one of its name is not.
        show(&cache, "5", "z");
        cache.begin(&key());
        assert!(cache.show_deleted(&key(), &object("6", "z", "")));
        cache.end_write(&key(), Some(object("7", "w", "")), true);
        check(&cache, Some("7"));
    }

    #[test]
    fn a_list_takes_away_what_it_does_not_show() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        cache.begin_list(Some("other"));
        assert_eq!(cache.end_list(Some("other")), []);
        // A list that is interrupted by another forgets nothing.
        cache.begin_list(None);
        cache.begin_list(None);
        show(&cache, "1", "x");
        assert_eq!(cache.end_list(None), []);
        check(&cache, Some("1"));
        cache.begin_list(None);
        assert_eq!(cache.end_list(None), [key()]);
        check(&cache, None);
    }

    #[test]
    fn a_list_that_was_asked_for_after_a_write_is_believed() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        write(&cache, "7");
        cache.begin_list(None);
        // An etcd that was restored counts from an older number.
        assert!(show(&cache, "5", "x"));
        check(&cache, Some("5"));
        // Asked for before the write, it is not.
        cache.begin_list(None);
        write(&cache, "9");
        assert!(!show(&cache, "5", "x"));
        assert_eq!(cache.end_list(None), []);
        check(&cache, Some("9"));
        // What it does not show may be gone.
        cache.begin_list(None);
        write(&cache, "10");
        assert_eq!(cache.end_list(None), [key()]);
        assert!(cache.is_doubtful(&key()));
        cache.begin(&key());
        assert!(cache.end_read(&key(), None));
        check(&cache, None);
        assert!(!cache.is_doubtful(&key()));
    }

    #[test]
    fn after_a_write_of_unknown_end_the_object_is_read_again() {
        let cache = Cache::default();
        show(&cache, "1", "x");
        cache.begin(&key());
        cache.end_write(&key(), None, false);
        assert!(cache.is_doubtful(&key()));
        // What the watch shows may be from before it.
        assert!(show(&cache, "2", "x"));
        assert!(cache.is_doubtful(&key()));
        cache.begin(&key());
        assert!(cache.end_read(&key(), Some(object("4", "x", ""))));
        assert!(!cache.is_doubtful(&key()));
        assert!(!show(&cache, "3", "x"));
        check(&cache, Some("4"));
    }

    #[test]
    fn notes_are_of_one_object() {
        let cache = Cache::default();
        let (one, other) = (object("1", "x", ""), object("2", "y", ""));
        cache.show(&key(), one.clone());
        let clean = |notes: &mut Notes| notes.cleaned = true;
        assert!(!cache.note(&one, &key(), clean).cleaned);
        assert!(cache.note(&one, &key(), clean).cleaned);
        show(&cache, "2", "x");
        assert!(cache.notes(&key()).cleaned);
        cache.show(&key(), other);
        assert!(!cache.notes(&key()).cleaned);
        cache.note(&one, &key(), clean);
        assert!(!cache.notes(&key()).cleaned, "that one is gone");
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(compare_versions("9", "10"), Some(Ordering::Less));
        assert_eq!(compare_versions("11", "10"), Some(Ordering::Greater));
        assert_eq!(compare_versions("10", "10"), Some(Ordering::Equal));
        let huge = "18446744073709551616000";
        assert_eq!(compare_versions("9", huge), Some(Ordering::Less));
        assert_eq!(compare_versions("a", "10"), None);
        assert_eq!(compare_versions("", "10"), None);
    }
}
