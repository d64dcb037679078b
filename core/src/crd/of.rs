use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::{Map, Value, json};

use super::{KUBE_DESCRIPTION, properties_of_every_object, schema_of};

/// The `CustomResourceDefinition` of a kind, with its one version.
///
/// Names, columns, scope, subresources and the rest of the shell are those of `K::crd()`; the schema is [`schema_of`]'s, of
/// `K` itself, with the three properties that every object has. The kind is described by the spec's doc comment, unless
/// `#[kube(doc = "…")]` says otherwise.
///
/// # Panics
/// Where kube's `StructuralSchemaRewriter` does, which `K::crd()` runs as well: on enums that
/// [`clashes_of`](super::clashes_of) tells of, and on hand-written combinators with properties of their own; those can go into `x-kopgen-set` ([`apply_overrides`](super::passes::apply_overrides)). Kube offers no CRD without its schema, so
/// a caller that must not panic has to catch it.
pub fn of<K: CustomResourceExt + JsonSchema>() -> Value {
    with_schema(&K::crd(), schema_of::<K>())
}

fn with_schema(crd: &CustomResourceDefinition, schema: Value) -> Value {
    let mut crd = serde_json::to_value(crd).expect("a CRD is JSON");
    let spec = &mut crd["spec"];
    let names = &mut spec["names"];
    drop_empty(names);
    if names.get("listKind").is_none() {
        names["listKind"] = format!("{}List", names["kind"].as_str().unwrap_or_default()).into();
    }
    let version = &mut spec["versions"][0];
    version["schema"] = json!({"openAPIV3Schema": root_schema(schema)});
    drop_empty(version);
    crd
}

/// Drops the lists and objects that kube leaves empty.
fn drop_empty(value: &mut Value) {
    let empty = |value: &Value| match value {
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        value => value.is_null(),
    };
    if let Value::Object(map) = value {
        map.retain(|_, value| !empty(value));
    }
}

/// Adds to the schema of kube's root type what kube leaves out of it.
fn root_schema(mut schema: Value) -> Value {
    let Value::Object(root) = &mut schema else {
        return schema;
    };
    describe(root);
    let properties = root.entry("properties").or_insert_with(|| json!({}));
    for (key, schema) in properties_of_every_object() {
        properties[key] = schema;
    }
    schema
}

/// Replaces the text that kube puts on every root type.
fn describe(root: &mut Map<String, Value>) {
    let description = root
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !description.starts_with(KUBE_DESCRIPTION) {
        return;
    }
    let of_spec = root
        .get("properties")
        .and_then(|it| it["spec"].get("description"))
        .cloned();
    match of_spec {
        Some(description) => root.insert("description".into(), description),
        None => root.remove("description"),
    };
}
