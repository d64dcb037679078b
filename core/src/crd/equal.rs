use std::fmt;

use serde_json::{Map, Number, Value};

/// A place where two CRDs differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where, as `kubectl explain` and JSONPath write it: `.spec.versions[0].schema`; keys that are no words are quoted.
    pub path: String,
    /// What stands there on the left; none where there is nothing.
    pub left: Option<Value>,
    /// What stands there on the right; none where there is nothing.
    pub right: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), Value::to_string)
        };
        write!(
            f,
            "{}: {} and {}",
            self.path,
            side(&self.left),
            side(&self.right)
        )
    }
}

/// Where two `CustomResourceDefinition`s mean different things; empty when they are the same to an API server.
///
/// Both are compared as the API server would store them: without a status and the metadata that the server writes, with
/// its defaults (`listKind`, `singular`, `conversion`, a webhook's port, `false` for `served` and `storage`), without what it
/// drops (empty lists and texts, fields that `apiextensions.k8s.io/v1` does not know), and with numbers by value (`31.0` is `31`). `required` is a set;
/// the order of every other list counts.
pub fn equal(left: &Value, right: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare(
        &mut String::new(),
        Some(&normal(left, Required::Sorted)),
        Some(&normal(right, Required::Sorted)),
        &mut differences,
    );
    differences
}

/// Where two schemas differ, by the same rules. Paths start below the schema.
pub fn equal_schemas(left: &Value, right: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare(
        &mut String::new(),
        Some(&normal_schema(left, Required::Sorted)),
        Some(&normal_schema(right, Required::Sorted)),
        &mut differences,
    );
    differences
}

fn compare(
    path: &mut String,
    left: Option<&Value>,
    right: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    match (left, right) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let mut keys: Vec<_> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let length = path.len();
                push_key(path, key);
                compare(path, a.get(key), b.get(key), differences);
                path.truncate(length);
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => {
            for index in 0..a.len().max(b.len()) {
                let length = path.len();
                path.push_str(&format!("[{index}]"));
                compare(path, a.get(index), b.get(index), differences);
                path.truncate(length);
            }
        }
        (a, b) if a == b => {}
        (a, b) => differences.push(Difference {
            path: if path.is_empty() {
                ".".into()
            } else {
                path.clone()
            },
            left: a.cloned(),
            right: b.cloned(),
        }),
    }
}

fn push_key(path: &mut String, key: &str) {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(word) {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str(&format!("[{}]", Value::from(key)));
    }
}

/// A CRD as the API server stores it: what [`equal`] compares, but for the order of `required`. The API server keeps that as well,
/// so another order is another `generation`.
pub fn stored(crd: &Value) -> Value {
    normal(crd, Required::AsWritten)
}

/// The order of `required`.
#[derive(Clone, Copy)]
enum Required {
    AsWritten,
    Sorted,
}

fn normal(crd: &Value, required: Required) -> Value {
    let mut spec = crd["spec"].clone();
    let names = spec["names"].clone();
    let kind = names["kind"].as_str().unwrap_or_default();
    if let Some(names) = spec.get_mut("names").and_then(Value::as_object_mut) {
        drop_empty(names);
        default(names, "listKind", format!("{kind}List").into());
        default(names, "singular", kind.to_lowercase().into());
    }
    if let Some(spec) = spec.as_object_mut() {
        drop_false(spec, &["preserveUnknownFields"]);
        default(
            spec,
            "conversion",
            serde_json::json!({ "strategy": "None" }),
        );
    }
    if let Some(service) = spec
        .pointer_mut("/conversion/webhook/clientConfig/service")
        .and_then(Value::as_object_mut)
    {
        default(service, "port", 443.into());
    }
    for version in spec
        .get_mut("versions")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        normal_version(version, required);
    }
    let mut metadata = Map::new();
    for key in ["name", "labels", "annotations"] {
        if let Some(value) = crd["metadata"].get(key) {
            metadata.insert(key.into(), value.clone());
        }
    }
    if let Some(annotations) = metadata
        .get_mut("annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
    }
    drop_empty(&mut metadata);
    let mut stored = Map::from_iter([
        ("metadata".to_owned(), metadata.into()),
        ("spec".to_owned(), numbers_by_value(spec)),
    ]);
    for key in ["apiVersion", "kind"] {
        if let Some(value) = crd.get(key) {
            stored.insert(key.into(), value.clone());
        }
    }
    stored.into()
}

fn normal_version(version: &mut Value, required: Required) {
    if let Some(schema) = version.pointer_mut("/schema/openAPIV3Schema") {
        *schema = normal_schema(schema, required);
    }
    let Some(version) = version.as_object_mut() else {
        return;
    };
    for column in version
        .get_mut("additionalPrinterColumns")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        drop_empty(column);
        column.retain(|key, value| key != "priority" || value != 0);
    }
    drop_false(version, &["deprecated"]);
    for key in ["served", "storage"] {
        default(version, key, false.into());
    }
    // Only what is in lists: the server keeps `subresources: {}`.
    version.retain(|_, value| {
        !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty())
    });
}

fn normal_schema(schema: &Value, required: Required) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    let mut stored = Map::new();
    for (key, value) in schema {
        let Some((_, sort)) = KEYWORDS.iter().find(|(known, _)| known == key) else {
            continue;
        };
        let value = match (sort, value) {
            (_, Value::Null) => continue,
            (Sort::Flag, Value::Bool(false)) => continue,
            (Sort::Text, Value::String(text)) if text.is_empty() => continue,
            (Sort::List | Sort::Names | Sort::Schemas, Value::Array(list)) if list.is_empty() => {
                continue;
            }
            (Sort::Properties, Value::Object(map)) if map.is_empty() => continue,
            (Sort::Names, Value::Array(names)) if matches!(required, Required::Sorted) => {
                let mut names: Vec<_> = names
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect();
                names.sort();
                names.dedup();
                names.into()
            }
            (Sort::Schema, value) => normal_schema(value, required),
            (Sort::Schemas, Value::Array(list)) => {
                let schemas = list.iter().map(|it| normal_schema(it, required));
                schemas.collect::<Vec<_>>().into()
            }
            (Sort::Properties, Value::Object(map)) => map
                .iter()
                .map(|(name, schema)| (name.clone(), normal_schema(schema, required)))
                .collect::<Map<_, _>>()
                .into(),
            (_, value) => numbers_by_value(value.clone()),
        };
        stored.insert(key.clone(), value);
    }
    stored.into()
}

/// What a keyword of `JSONSchemaProps` holds, as far as it changes what counts as nothing.
enum Sort {
    Flag,
    List,
    Names,
    Properties,
    Schema,
    Schemas,
    Text,
    Value,
}

/// `JSONSchemaProps` of `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1`; all else is dropped.
const KEYWORDS: &[(&str, Sort)] = &[
    ("$ref", Sort::Value),
    ("$schema", Sort::Text),
    ("additionalItems", Sort::Schema),
    ("additionalProperties", Sort::Schema),
    ("allOf", Sort::Schemas),
    ("anyOf", Sort::Schemas),
    ("default", Sort::Value),
    ("definitions", Sort::Properties),
    ("dependencies", Sort::Value),
    ("description", Sort::Text),
    ("enum", Sort::List),
    ("example", Sort::Value),
    ("exclusiveMaximum", Sort::Flag),
    ("exclusiveMinimum", Sort::Flag),
    ("externalDocs", Sort::Value),
    ("format", Sort::Text),
    ("id", Sort::Text),
    ("items", Sort::Schema),
    ("maxItems", Sort::Value),
    ("maxLength", Sort::Value),
    ("maxProperties", Sort::Value),
    ("maximum", Sort::Value),
    ("minItems", Sort::Value),
    ("minLength", Sort::Value),
    ("minProperties", Sort::Value),
    ("minimum", Sort::Value),
    ("multipleOf", Sort::Value),
    ("not", Sort::Schema),
    ("nullable", Sort::Flag),
    ("oneOf", Sort::Schemas),
    ("pattern", Sort::Text),
    ("patternProperties", Sort::Properties),
    ("properties", Sort::Properties),
    ("required", Sort::Names),
    ("title", Sort::Text),
    ("type", Sort::Text),
    ("uniqueItems", Sort::Flag),
    ("x-kubernetes-embedded-resource", Sort::Flag),
    ("x-kubernetes-int-or-string", Sort::Flag),
    ("x-kubernetes-list-map-keys", Sort::List),
    ("x-kubernetes-list-type", Sort::Value),
    ("x-kubernetes-map-type", Sort::Value),
    ("x-kubernetes-preserve-unknown-fields", Sort::Value),
    ("x-kubernetes-validations", Sort::List),
];

fn default(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.entry(key).or_insert(value);
}

fn drop_false(map: &mut Map<String, Value>, keys: &[&str]) {
    map.retain(|key, value| !(keys.contains(&key.as_str()) && *value == false));
}

fn drop_empty(map: &mut Map<String, Value>) {
    map.retain(|_, value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    });
}

/// Whole numbers as integers, which is what JSON leaves open and Go's decoder makes of them.
fn numbers_by_value(value: Value) -> Value {
    /// Up to here every whole `f64` is the number that was written.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
            Some(float) if float.fract() == 0.0 && float.abs() <= EXACT => {
                Number::from(float as i64).into()
            }
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(numbers_by_value).collect(),
        Value::Object(map) => map
            .into_iter()
            .map(|(key, value)| (key, numbers_by_value(value)))
            .collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn crd(spec: Value) -> Value {
        let mut crd = json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": { "name": "walls.example.com" },
            "spec": { "group": "example.com", "names": { "kind": "Wall", "plural": "walls" }, "scope": "Namespaced" },
        });
        for (key, value) in spec.as_object().unwrap() {
            crd["spec"][key] = value.clone();
        }
        crd
    }

    fn paths(left: &Value, right: &Value) -> Vec<String> {
        let mut differences = equal(left, right);
        differences.sort_by(|a, b| a.path.cmp(&b.path));
        differences.into_iter().map(|it| it.path).collect()
    }

    #[test]
    fn what_the_api_server_adds_and_drops_is_no_difference() {
        for (left, right) in [
            (
                json!({}),
                json!({ "conversion": { "strategy": "None" }, "preserveUnknownFields": false }),
            ),
            (
                json!({}),
                json!({ "names": { "kind": "Wall", "plural": "walls", "listKind": "WallList", "singular": "wall", "categories": [] } }),
            ),
            (
                json!({ "conversion": { "webhook": { "clientConfig": { "service": { "name": "w" } } } } }),
                json!({ "conversion": { "webhook": { "clientConfig": { "service": { "name": "w", "port": 443 } } } } }),
            ),
            (
                json!({ "versions": [{ "name": "v1" }] }),
                json!({ "versions": [{ "name": "v1", "served": false, "storage": false, "deprecated": false, "additionalPrinterColumns": [] }] }),
            ),
        ] {
            assert_eq!(equal(&crd(left.clone()), &crd(right.clone())), [], "{left}");
        }
        let mut stored = crd(json!({}));
        stored["status"] = json!({ "conditions": [] });
        stored["metadata"] =
            json!({ "name": "walls.example.com", "creationTimestamp": null, "generation": 3 });
        assert_eq!(equal(&crd(json!({})), &stored), []);
    }

    #[test]
    fn schemas_are_equal_by_meaning() {
        for (left, right) in [
            (json!({ "maximum": 31 }), json!({ "maximum": 31.0 })),
            (
                json!({ "required": ["a", "b"] }),
                json!({ "required": ["b", "a"] }),
            ),
            (
                json!({ "type": "object" }),
                json!({ "type": "object", "properties": {}, "format": "", "nullable": false }),
            ),
            (json!({}), json!({ "x-of-nobody": 1 })),
        ] {
            assert_eq!(equal_schemas(&left, &right), [], "{left} {right}");
        }
        for (left, right) in [
            (json!({ "maximum": 31 }), json!({ "maximum": 31.5 })),
            (json!({ "enum": ["a", "b"] }), json!({ "enum": ["b", "a"] })),
            (json!({ "minLength": 0 }), json!({})),
            (json!({ "default": {} }), json!({})),
            (json!({ "default": false }), json!({})),
            (
                json!({ "properties": { "format": {} } }),
                json!({ "properties": {} }),
            ),
            (
                json!({ "description": "a" }),
                json!({ "description": "a " }),
            ),
        ] {
            assert_ne!(equal_schemas(&left, &right), [], "{left} {right}");
        }
    }

    #[test]
    fn a_difference_names_its_path() {
        let schema = |properties| json!({ "versions": [{ "name": "v1", "schema": { "openAPIV3Schema": { "properties": properties } } }] });
        let left = crd(schema(
            json!({ "spec": { "properties": { "a.b": { "type": "string" }, "c": {} } } }),
        ));
        let right = crd(schema(
            json!({ "spec": { "properties": { "a.b": { "type": "integer" } } } }),
        ));
        let root = ".spec.versions[0].schema.openAPIV3Schema.properties.spec.properties";
        assert_eq!(
            paths(&left, &right),
            [format!("{root}.c"), format!("{root}[\"a.b\"].type")]
        );
        let mut renamed = left.clone();
        renamed["metadata"]["labels"] = json!({ "app": "wall" });
        renamed["spec"]["scope"] = json!("Cluster");
        assert_eq!(paths(&left, &renamed), [".metadata.labels", ".spec.scope"]);
        assert_eq!(
            equal(&left, &renamed)[1].to_string(),
            r#".spec.scope: "Namespaced" and "Cluster""#
        );
    }
}
