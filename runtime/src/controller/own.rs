//! A controller's writes to objects of its own kind, whose answers the next reconcile sees.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Context as _;
use kopgen_core::report::Resource;
use serde::Deserialize;
use serde_json::Value;

use super::queue::Queue;
use super::watch::key_of;
use super::{Caches, Key, RawObject};
use crate::call::Call;
use crate::decode::Unreadable;
use crate::object::api_version;
use crate::request::Collection;
use crate::{Error, Result};

/// Takes the answers to a reconcile's writes in.
#[derive(Clone)]
pub(crate) struct Own {
    pub(crate) kind: Resource,
    pub(crate) caches: Arc<Caches>,
    pub(crate) queue: Arc<Queue>,
    /// The object that is reconciled.
    pub(crate) key: Key,
    pub(crate) progress: Arc<Progress>,
    /// What is written to that object here does not wake it again.
    pub(crate) is_quiet: bool,
}

/// What a reconcile has come to know of its object since it began.
pub(crate) struct Progress {
    /// The object with the status that the reconcile knows, as it was then.
    latest: Mutex<Arc<RawObject>>,
    /// A status was not written, because somebody else had changed the object.
    pub(crate) conflicted: AtomicBool,
    /// Why the status was read as absent.
    unreadable: Mutex<Option<String>>,
}

impl Progress {
    pub(crate) fn new(object: Arc<RawObject>) -> Self {
        Self {
            latest: Mutex::new(object),
            conflicted: AtomicBool::new(false),
            unreadable: Mutex::default(),
        }
    }

    pub(crate) fn latest(&self) -> Arc<RawObject> {
        self.latest
            .lock()
            .expect("nothing panics under this lock")
            .clone()
    }

    /// The status was written, which made the object this one.
    pub(crate) fn advance(&self, object: Arc<RawObject>) {
        *self.latest.lock().expect("nothing panics under this lock") = object;
    }

    /// The reconcile changed the object. A status that it does not know keeps its version from being taken for one that it does.
    fn follow(&self, object: &Arc<RawObject>) {
        let latest = self.latest();
        if latest.meta.uid == object.meta.uid && latest.status() == object.status() {
            self.advance(object.clone());
        }
    }

    /// The status did not fit its type, if so.
    pub(crate) fn status_was_unreadable(&self, why: Option<Unreadable>) {
        *self.unreadable() = why.map(|why| why.to_string());
    }

    pub(crate) fn take_unreadable(&self) -> Option<String> {
        self.unreadable().take()
    }

    fn unreadable(&self) -> MutexGuard<'_, Option<String>> {
        let unreadable = self.unreadable.lock();
        unreadable.expect("nothing panics under this lock")
    }

    pub(crate) fn conflict(&self) {
        self.conflicted.store(true, Ordering::Relaxed);
    }
}

impl Own {
    /// Begins a write to the object of this name. It is empty for one that is still to be named, which the watch will tell of.
    pub(crate) fn begin(&self, namespace: Option<&str>, name: &str) -> Write<'_> {
        let key = (!name.is_empty()).then(|| Key::new(self.kind.namespaced, namespace, name));
        if let Some(key) = &key {
            self.caches.objects.begin(key);
        }
        Write { own: self, key }
    }

    /// The uid of the object that is reconciled, where this is its name: what is written to it is not meant for a namesake.
    pub(crate) fn uid_of(&self, namespace: Option<&str>, name: &str) -> Option<String> {
        let is_it = self.key.namespace() == namespace && self.key.name() == name;
        is_it.then(|| self.progress.latest().meta.uid.clone())?
    }

    fn wake(&self, key: Key, changed: super::cache::Changed) {
        if changed.others || changed.own && key != self.key {
            self.queue.add(key);
        } else if changed.own && !self.is_quiet {
            self.queue.echo(key);
        }
    }
}

impl Call {
    /// Where the object is that is reconciled. What is written there `quietly` does not wake it.
    pub(crate) fn own_objects(&self, quietly: bool) -> Collection {
        let own = &self.reconciling().own;
        let namespace = own.key.namespace().map(str::to_owned);
        let mut objects = self.collection_in(own.kind.clone(), namespace);
        if let Some(own) = &mut objects.own {
            own.is_quiet = quietly;
        }
        objects
    }

    /// Reads the object that is reconciled from the API server; the cache then knows it. Who does not go on with what is found wakes
    /// the object where it is news.
    pub(crate) async fn look(&self, wakes: bool) -> Result<Option<Arc<RawObject>>> {
        let own = &self.reconciling().own;
        let objects = self.own_objects(false);
        let reading = Reading::begin(own);
        let found = objects.look(own.key.name()).await?;
        let found = found.map(|json| RawObject::parse(&json));
        let found = found.transpose().context("cannot read the object")?;
        let found = found.map(Arc::new);
        if reading.end(found.clone()) && wakes {
            own.queue.add(own.key.clone());
        }
        Ok(found)
    }
}

/// A read of the object that is reconciled. One that is dropped before its end has found nothing out.
struct Reading<'a>(Option<&'a Own>);

impl<'a> Reading<'a> {
    fn begin(own: &'a Own) -> Self {
        own.caches.objects.begin(&own.key);
        Self(Some(own))
    }

    /// Whether that is news.
    fn end(mut self, found: Option<Arc<RawObject>>) -> bool {
        let own = self.0.take();
        own.is_some_and(|own| own.caches.objects.end_read(&own.key, found))
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        if let Some(own) = self.0.take() {
            let changed = own.caches.objects.end_write(&own.key, None, false);
            own.wake(own.key.clone(), changed);
        }
    }
}

/// A write that is under way. One that is dropped before its end may have been carried out.
pub(crate) struct Write<'a> {
    own: &'a Own,
    key: Option<Key>,
}

impl Write<'_> {
    pub(crate) fn end(mut self, answer: &Result<String>) {
        let own = self.own;
        let object = answer.as_ref().ok().and_then(|json| own.read(json));
        if let Some(object) = &object {
            let key = key_of(&own.kind, &object.meta);
            if key == own.key {
                own.progress.follow(object);
            }
        }
        let is_known = match answer {
            Ok(_) => object.is_some(),
            Err(error) => was_refused(error),
        };
        self.finish(object, is_known);
    }

    fn finish(&mut self, object: Option<Arc<RawObject>>, is_known: bool) {
        if let Some(key) = self.key.take() {
            let changed = self.own.caches.objects.end_write(&key, object, is_known);
            self.own.wake(key, changed);
        }
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.finish(None, false);
    }
}

impl Own {
    /// The object in an answer. That to a delete is none, nor is that of a subresource such as `scale`.
    fn read(&self, json: &str) -> Option<Arc<RawObject>> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Types {
            api_version: String,
            kind: String,
        }
        let types: Types = serde_json::from_str(json).ok()?;
        let is_object =
            types.kind == self.kind.kind && types.api_version == api_version(&self.kind);
        let object = is_object.then(|| RawObject::parse(json).ok())?;
        object.map(Arc::new)
    }
}

/// Whether the API server has refused a write, for reasons that do not depend on what the object is like now.
fn was_refused(error: &Error) -> bool {
    let code = match error.downcast_ref() {
        Some(kube::Error::Api(status)) => status.code,
        _ => return false,
    };
    matches!(code, 400..500) && !matches!(code, 404 | 408 | 409 | 410)
}

impl RawObject {
    /// The status, `null` where there is none.
    pub(crate) fn status(&self) -> Value {
        #[derive(Deserialize)]
        struct Status {
            #[serde(default)]
            status: Value,
        }
        serde_json::from_str::<Status>(&self.json).map_or(Value::Null, |it| it.status)
    }
}
