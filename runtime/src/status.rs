//! The status of the reconciled object: what is sent to make it what a reconciler says.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use anyhow::Context as _;
use futures::future::BoxFuture;
use kube::core::object::HasStatus;
use serde::Serialize;
use serde_json::Value;

use crate::call::Call;
use crate::controller::RawObject;
use crate::json::{has_null_field, keep_nulls, same, without_null_fields};
use crate::request::is_conflict;
use crate::{Object, Result};

/// How often it is tried again after others changed the object, but not its status.
const TRIES: usize = 5;

/// The status in an object's JSON, as its type reads and writes it; `None` where there is none or it does not fit.
pub(crate) type ReadStatus = fn(&str) -> Option<Value>;

pub(crate) fn read_status<K>(json: &str) -> Option<Value>
where
    K: Object + HasStatus<Status: Serialize>,
{
    let object: K = crate::decode::read(json).ok()?;
    serde_json::to_value(object.status()?).ok()
}

impl Call {
    /// Boxed here, so that it is no part of what a project compiles.
    pub(crate) fn set_status(
        &self,
        wanted: Result<Value>,
        read: ReadStatus,
    ) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let wanted = wanted?;
            let reconciling = self.reconciling();
            let (key, progress) = (&reconciling.own.key, &reconciling.own.progress);
            let objects = &reconciling.own.caches.objects;

            let latest = progress.latest();
            let stored = latest.status();
            // The API server may make something else of a status than what it was sent: it fills in defaults, and drops what the
            // schema does not know.
            let said = (hash(&wanted), hash(&stored));
            if objects.notes(key).status == Some(said) {
                return Ok(());
            }
            let status = match read(&latest.json) {
                Some(known) => rebase(&stored, &known, &wanted),
                None => wanted.clone(),
            };
            let status = without_unset(&latest, status, read)?;
            if same(&without_unset(&latest, stored.clone(), read)?, &status) {
                return Ok(());
            }
            let collection = self.own_objects(false);
            let mut base = latest.clone();
            let mut tries = 0;
            let sent = loop {
                let sent = collection.set_status(&self.manager, &base.meta, &status);
                let sent = sent.await;
                if !sent.as_ref().is_err_and(is_conflict) {
                    break sent;
                }
                tries += 1;
                match self.look(true).await? {
                    // It was not another writer that it was refused for.
                    Some(found) if found.is_same_as(&base) => break sent,
                    // What others have changed besides the status does not matter: a slow reconcile beside a busy writer would never
                    // get its status written.
                    Some(found) if tries <= TRIES && has_status(&found, &latest, &stored) => {
                        base = found;
                    }
                    _ => {
                        progress.conflict();
                        break sent;
                    }
                }
            };
            let answer = RawObject::parse(&sent?).context("cannot read the object")?;
            let stored = answer.status();
            let differs = !same(&stored, &status);
            objects.note(&answer, key, |notes| {
                notes.status = differs.then(|| (hash(&wanted), hash(&stored)));
            });
            progress.advance(answer.into());
            Ok(())
        })
    }
}

/// Whether it is the same object, with the same status.
fn has_status(found: &RawObject, latest: &RawObject, stored: &Value) -> bool {
    found.meta.uid == latest.meta.uid && found.status() == *stored
}

/// Leaves out what is `None`: a schema without `nullable` has no null, and one that takes everything would keep it.
fn without_unset(object: &RawObject, status: Value, read: ReadStatus) -> Result<Value> {
    if !has_null_field(&status) {
        return Ok(status);
    }
    let mut object: Value = serde_json::from_str(&object.json).context("the object is no JSON")?;
    object["status"] = without_null_fields(status.clone());
    Ok(match read(&object.to_string()) {
        Some(written) => keep_nulls(status, &written),
        None => status,
    })
}

fn hash(value: &Value) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

/// The status to store, so that its type reads what is `wanted` where it read what is `known` of what is `stored`.
///
/// What the type does not know stays: the API server may be newer than the type. Of the elements of a list it is known for those
/// that stay the same.
fn rebase(stored: &Value, known: &Value, wanted: &Value) -> Value {
    match (stored, known, wanted) {
        (Value::Object(stored), Value::Object(known), Value::Object(wanted)) => {
            let mut status = stored.clone();
            status.retain(|key, _| !known.contains_key(key) || wanted.contains_key(key));
            for (key, wanted) in wanted {
                let value = match (stored.get(key), known.get(key)) {
                    (Some(stored), Some(known)) => rebase(stored, known, wanted),
                    // An `Option` that is `None` is written as null, and absent.
                    (None, Some(Value::Null)) if wanted.is_null() => continue,
                    _ => wanted.clone(),
                };
                status.insert(key.clone(), value);
            }
            Value::Object(status)
        }
        (Value::Array(stored), Value::Array(known), Value::Array(wanted))
            if stored.len() == known.len() =>
        {
            let element = |wanted: &Value| {
                let mut pairs = stored.iter().zip(known);
                let pair = pairs.find(|(_, known)| same(known, wanted));
                pair.map_or_else(
                    || wanted.clone(),
                    |(stored, known)| rebase(stored, known, wanted),
                )
            };
            Value::Array(wanted.iter().map(element).collect())
        }
        _ if same(known, wanted) => stored.clone(),
        _ => wanted.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(stored: Value, known: Value, wanted: Value, expected: Value) {
        assert_eq!(rebase(&stored, &known, &wanted), expected);
    }

    #[test]
    fn what_is_wanted_replaces_what_the_type_knows() {
        check(
            json!({"a": 1, "b": {"c": 1, "d": 2}}),
            json!({"a": 1, "b": {"c": 1, "d": 2}}),
            json!({"b": {"d": 3}, "e": 4}),
            json!({"b": {"d": 3}, "e": 4}),
        );
    }

    #[test]
    fn what_the_type_does_not_know_stays() {
        check(
            json!({"new": 1, "list": [{"a": 1, "new": 1}, {"a": 2, "new": 2}]}),
            json!({"list": [{"a": 1}, {"a": 2}]}),
            json!({"list": [{"a": 2}, {"a": 3}]}),
            json!({"new": 1, "list": [{"a": 2, "new": 2}, {"a": 3}]}),
        );
    }

    #[test]
    fn a_default_of_the_type_is_written_and_an_absent_option_is_not() {
        check(
            json!({}),
            json!({"ready": false, "note": null}),
            json!({"ready": false, "note": null}),
            json!({"ready": false}),
        );
        check(
            json!({"note": "a"}),
            json!({"note": "a"}),
            json!({"note": null}),
            json!({"note": null}),
        );
    }

    #[test]
    fn what_is_written_in_another_way_and_means_the_same_stays_as_it_is() {
        check(
            json!({"ratio": 1, "at": "2026-01-01T00:00:00.000Z"}),
            json!({"ratio": 1.0, "at": "2026-01-01T00:00:00Z"}),
            json!({"ratio": 1.0, "at": "2026-01-01T00:00:00Z"}),
            json!({"ratio": 1, "at": "2026-01-01T00:00:00.000Z"}),
        );
    }
}
