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
    crate::decode::read(json).with_context(cannot_read::<O>)
}

/// The same; a status that does not fit is absent.
pub(crate) fn decode_but_status<O: Object>(json: &str) -> Result<O> {
    let read = crate::decode::read_but_status(json);
    read.map(|(object, _)| object)
        .with_context(cannot_read::<O>)
}

fn cannot_read<O: Object>() -> String {
    let kind = O::kind(&());
    format!("cannot read what the API server holds as a {kind}")
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

/// The patch of an `O` with its content as plain JSON.
pub(crate) fn erase<O: Object, P: Serialize>(patch: &Patch<P>) -> Result<Patch<Value>> {
    let value = |content: &P| serde_json::to_value(content).context("cannot write a patch as JSON");
    Ok(match patch {
        Patch::Apply(content) => Patch::Apply(without_unset::<O>(value(content)?)),
        Patch::Merge(content) => Patch::Merge(value(content)?),
        Patch::Strategic(content) => Patch::Strategic(value(content)?),
        Patch::Json(operations) => Patch::Json(operations.clone()),
        _ => bail!("this kind of patch is not supported"),
    })
}

/// Leaves out each null in `body`, which is an `O`, that stands for an `Option` without a value: `O` reads the same without it.
///
/// Of a null in what is created or replaced, the API server takes care: it drops it where the schema has no `nullable`. In what
/// is applied it refuses it. What `O` does not read without its nulls stays as it is, and so does a null that is a value of its own,
/// such as one in data of no schema.
pub(crate) fn without_unset<O: Object>(body: Value) -> Value {
    if !has_null_field(&body) {
        return body;
    }
    let without = without_null_fields(body.clone());
    let read = serde_json::from_value::<O>(without.clone()).ok();
    let Some(Ok(written)) = read.map(serde_json::to_value) else {
        return body;
    };
    keep_nulls(body, &written)
}

pub(crate) fn has_null_field(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.values().any(|it| it.is_null() || has_null_field(it)),
        Value::Array(items) => items.iter().any(has_null_field),
        _ => false,
    }
}

pub(crate) fn without_null_fields(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            let kept = kept.map(|(key, value)| (key, without_null_fields(value)));
            Value::Object(kept.collect())
        }
        Value::Array(items) => items.into_iter().map(without_null_fields).collect(),
        other => other,
    }
}

/// Drops each null field that is in `written`, too, which was read from what had none.
pub(crate) fn keep_nulls(body: Value, written: &Value) -> Value {
    match body {
        Value::Object(map) => {
            let kept = map.into_iter().filter(|(key, value)| {
                !value.is_null() || !written.get(key).is_some_and(Value::is_null)
            });
            let kept = kept.map(|(key, value)| {
                let value = keep_nulls(value, &written[&key]);
                (key, value)
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(at, item)| keep_nulls(item, &written[at]))
                .collect()
        }
        other => other,
    }
}

/// Whether two values mean the same: of numbers it does not matter how they are written.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) if one.is_f64() != other.is_f64() => {
            one.as_f64() == other.as_f64()
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in_other = |(key, value)| other.get(key).is_some_and(|it| same(value, it));
            one.len() == other.len() && one.iter().all(is_in_other)
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
    use kube::CustomResource;
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::Nullable;

    #[derive(CustomResource, Serialize, Deserialize, JsonSchema, Clone, Debug)]
    #[kube(group = "test.example.com", version = "v1", kind = "Jar")]
    struct JarSpec {
        lid: Option<String>,
        #[serde(default, skip_serializing_if = "Nullable::is_absent")]
        label: Nullable<String>,
        #[schemars(schema_with = "anything")]
        data: Value,
        slots: Vec<Slot>,
    }

    #[derive(Serialize, Deserialize, JsonSchema, Clone, Debug)]
    struct Slot {
        size: Option<u8>,
        #[serde(deserialize_with = "Option::deserialize")]
        owner: Option<String>,
    }

    fn anything(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Default::default()
    }

    #[test]
    fn options_without_a_value_are_left_out_and_other_nulls_stay() {
        let mut jar = Jar {
            metadata: ObjectMeta::default(),
            spec: JarSpec {
                lid: None,
                label: Nullable::Null,
                data: json!({"a": null, "b": [null]}),
                slots: Vec::new(),
            },
        };
        let body =
            |jar: &Jar| without_unset::<Jar>(serde_json::to_value(jar).unwrap())["spec"].take();
        assert_eq!(
            body(&jar),
            json!({"label": null, "data": {"a": null, "b": [null]}, "slots": []})
        );
        // An `Option` that has to be there is not left out.
        let slot = Slot {
            size: None,
            owner: None,
        };
        jar.spec.slots.push(slot);
        assert_eq!(body(&jar)["slots"][0], json!({"size": null, "owner": null}));
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        assert!(same(&json!({"a": [1.0]}), &json!({"a": [1]})));
        assert!(same(&json!(-0.0), &json!(0)));
        assert!(!same(&json!(1.5), &json!(1)));
        assert!(!same(
            &json!(9007199254740993_i64),
            &json!(9007199254740992_i64)
        ));
        assert!(!same(&json!({"a": 1}), &json!({"a": 1, "b": null})));
        assert!(!same(&json!([1]), &json!([1, 1])));
        assert!(!same(&json!("1"), &json!(1)));
    }
}
