use serde_json::{Map, Value, json};

use super::{KUBE_DESCRIPTION, properties_of_every_object};

/// Puts the schema of a kind into its CRD with one version.
///
/// The schema gets the three properties that every object has. The kind is described by the spec's description, unless
/// `#[kube(doc = "…")]` says otherwise.
pub fn with_schema(mut crd: Value, schema: Value) -> Value {
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
