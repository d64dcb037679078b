//! Between typed objects and the JSON that requests are about.

use anyhow::{Context as _, bail};
use kube::api::Patch;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::controller::{Key, RawObject};
use crate::describe::describe;
use crate::request::Collection;
use crate::{Object, Result};

pub(crate) fn decode<O: Object>(json: &str) -> Result<O> {
    crate::decode::read(json).with_context(|| {
        format!(
            "cannot read what the API server holds as a {}",
            O::kind(&())
        )
    })
}

pub(crate) fn decode_all<O: Object>(objects: &[Box<RawValue>]) -> Vec<O> {
    decode_each(objects.iter().map(|object| object.get()))
}

/// Those that fit. One that does not is its own error: the log names it, and the others are there.
pub(crate) fn decode_each<'a, O: Object>(objects: impl Iterator<Item = &'a str>) -> Vec<O> {
    let decoded = objects.filter_map(|json| match decode::<O>(json) {
        Ok(object) => Some(object),
        Err(error) => {
            tell_malformed(&O::kind(&()), json, &error);
            None
        }
    });
    decoded.collect()
}

/// Not generic, so that it is compiled once.
fn tell_malformed(kind: &str, json: &str, error: &crate::Error) {
    let meta = RawObject::parse(json).map(|object| object.meta);
    let meta = meta.unwrap_or_default();
    let namespace = meta.namespace.as_deref();
    let name = meta.name.as_deref().unwrap_or_default();
    let object = Key::new(namespace.is_some(), namespace, name);
    let error = describe(error.as_ref());
    tracing::error!(kind, %object, error, "malformed object left out of a list");
}

/// What is sent for `object`: in the collection's namespace, under `name` if one is given.
pub(crate) fn body<O: Object>(
    object: &O,
    collection: &Collection,
    name: Option<&str>,
) -> Result<Value> {
    let mut value = serde_json::to_value(object)
        .with_context(|| format!("cannot write a {} as JSON", O::kind(&())))?;
    let metadata = metadata(&mut value);
    // The API server refuses an apply with managed fields, which an object that was read has.
    metadata.remove("managedFields");
    match &collection.namespace {
        Some(namespace) => metadata.insert("namespace".into(), namespace.as_str().into()),
        None => metadata.remove("namespace"),
    };
    if let Some(name) = name {
        metadata.insert("name".into(), name.into());
    }
    Ok(value)
}

pub(crate) fn metadata(value: &mut Value) -> &mut Map<String, Value> {
    let metadata = &mut value["metadata"];
    if !metadata.is_object() {
        *metadata = Value::Object(Map::new());
    }
    metadata.as_object_mut().expect("just made an object")
}

pub(crate) fn name_of<O: Object>(object: &O) -> Result<&str> {
    match object.meta().name.as_deref() {
        Some(name) if !name.is_empty() => Ok(name),
        _ => bail!(
            "a {} without `metadata.name` can only be created",
            O::kind(&())
        ),
    }
}

/// The patch with its content as plain JSON.
pub(crate) fn erase<P: Serialize>(patch: &Patch<P>) -> Result<Patch<Value>> {
    let value = |content: &P| serde_json::to_value(content).context("cannot write a patch as JSON");
    Ok(match patch {
        Patch::Apply(content) => Patch::Apply(value(content)?),
        Patch::Merge(content) => Patch::Merge(value(content)?),
        Patch::Strategic(content) => Patch::Strategic(value(content)?),
        Patch::Json(operations) => Patch::Json(operations.clone()),
        _ => bail!("this kind of patch is not supported"),
    })
}

/// Removes the fields that are `null`: an `Option` without `skip_serializing_if` means an absent field.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(
                kept.map(|(key, value)| (key, without_nulls(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_nulls).collect()),
        other => other,
    }
}
