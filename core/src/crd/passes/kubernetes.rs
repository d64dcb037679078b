use serde_json::{Map, Value, json};

use super::nulls::NULL;
use super::{Node, each_node};
use crate::crd::QUANTITY;

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
/// Where the name of a Kubernetes type travels from [`mark_kubernetes_types`] to [`describe_kubernetes_types`].
const MARK: &str = "x-kopgen-type";

/// The types of Kubernetes that k8s-openapi describes too weakly, by the end of the names that it gives them.
const TYPES: &[(&str, Form)] = &[
    (
        ".apimachinery.pkg.util.intstr.IntOrString",
        Form::IntOrString,
    ),
    (".apimachinery.pkg.api.resource.Quantity", Form::Quantity),
    (".apimachinery.pkg.runtime.RawExtension", Form::Object),
    (".apimachinery.pkg.apis.meta.v1.FieldsV1", Form::Object),
    (".apimachinery.pkg.apis.meta.v1.Condition", Form::Condition),
    (".pkg.apis.apiextensions.v1.JSON", Form::Any),
    (".pkg.apis.apiextensions.v1.JSONSchemaProps", Form::Object),
    (
        ".pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray",
        Form::Any,
    ),
    (
        ".pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool",
        Form::Any,
    ),
    (
        ".pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray",
        Form::Any,
    ),
];

/// How the CRD describes a type.
#[derive(Clone, Copy)]
enum Form {
    IntOrString,
    /// Int-or-string with a pattern.
    Quantity,
    /// An object that keeps all of its fields.
    Object,
    /// Any value, kept as it is.
    Any,
    /// The bounds of `metav1.Condition`.
    Condition,
}

fn form(name: &str) -> Option<Form> {
    let known = TYPES.iter().find(|(end, _)| name.ends_with(end))?;
    Some(known.1)
}

/// Marks where types of `TYPES` stand in `schema`, in which every type is written out.
///
/// `named` is the schema of the same Rust type with references: they tell a `RawExtension` from any other empty object,
/// whatever doc comment its field has.
pub fn mark_kubernetes_types(schema: &mut Value, named: &Value) {
    let empty = Map::new();
    let definitions = named.pointer("/components/schemas");
    let definitions = definitions.and_then(Value::as_object).unwrap_or(&empty);
    mark(schema, &[named], definitions);
}

/// `named` is what the schema with references says of the same value: it may have said so at several levels.
fn mark(schema: &mut Value, named: &[&Value], definitions: &Node) {
    let mut views = Vec::new();
    let mut found = None;
    for view in named {
        resolve(view, definitions, &mut views, &mut found);
    }
    let is_option = |view: &&Value| optional(view).is_some();
    let Value::Object(node) = schema else { return };
    if let Some(name) = found {
        node.insert(MARK.into(), name.into());
        // A schema without a type has no other trace of it.
        if views.iter().any(is_option) {
            node.insert(NULL.into(), true.into());
        }
        return;
    }
    if let Some(Value::Object(properties)) = node.get_mut("properties") {
        for (name, property) in properties {
            mark(
                property,
                &below(&views, |view| view["properties"].get(name)),
                definitions,
            );
        }
    }
    // The keys of a map may have a pattern.
    if let Some(Value::Object(schemas)) = node.get_mut("patternProperties") {
        for (pattern, schema) in schemas {
            mark(
                schema,
                &below(&views, |view| view["patternProperties"].get(pattern)),
                definitions,
            );
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = node.get_mut(key) {
            mark(inner, &below(&views, |view| view.get(key)), definitions);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = node.get_mut(key) {
            let count = branches.len();
            for (at, branch) in branches.iter_mut().enumerate() {
                let same =
                    |view: &&'_ Value| view[key].as_array().is_some_and(|it| it.len() == count);
                let views: Vec<_> = views.iter().copied().filter(same).collect();
                mark(
                    branch,
                    &below(&views, |view| view[key].get(at)),
                    definitions,
                );
            }
        }
    }
}

/// Collects a schema with all that it refers to, and the name of the Kubernetes type that it refers to.
fn resolve<'a>(
    schema: &'a Value,
    definitions: &'a Node,
    views: &mut Vec<&'a Value>,
    found: &mut Option<&'a str>,
) {
    views.push(schema);
    let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
    if let Some((name, definition)) = name.and_then(|name| definitions.get_key_value(name)) {
        if form(name).is_some() {
            *found = Some(name);
        } else {
            resolve(definition, definitions, views, found);
        }
    }
    if let Some(inner) = optional(schema) {
        resolve(inner, definitions, views, found);
    }
}

/// What stands beside null: an `Option` of a reference.
fn optional(schema: &Value) -> Option<&Value> {
    match schema["anyOf"].as_array().map(Vec::as_slice) {
        Some([inner, null]) if null["type"] == "null" => Some(inner),
        _ => None,
    }
}

fn below<'a>(views: &[&'a Value], step: impl Fn(&'a Value) -> Option<&'a Value>) -> Vec<&'a Value> {
    views.iter().filter_map(|view| step(view)).collect()
}

/// Writes for each marked type what controller-gen writes for it, or, where that would lose content, what keeps it.
pub fn describe_kubernetes_types(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let Some(Value::String(name)) = node.remove(MARK) else {
            return;
        };
        match form(&name) {
            None => {}
            Some(Form::IntOrString) => _ = node.insert(INT_OR_STRING.into(), true.into()),
            Some(Form::Quantity) => {
                node.insert(INT_OR_STRING.into(), true.into());
                constrain(node, "pattern", QUANTITY.into());
            }
            Some(Form::Object) => {
                node.insert("type".into(), "object".into());
                for key in ["properties", "required"] {
                    node.remove(key);
                }
                node.insert(PRESERVE.into(), true.into());
            }
            Some(Form::Any) => {
                for key in ["type", "properties", "required", "oneOf", "anyOf"] {
                    node.remove(key);
                }
                node.insert(PRESERVE.into(), true.into());
            }
            Some(Form::Condition) => bound_condition(node),
        }
    });
}

/// The markers of `metav1.Condition` in `k8s.io/apimachinery`.
fn bound_condition(node: &mut Node) {
    const REASON: &str = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";
    const TYPE: &str = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$";
    let bounds = json!({
        "message": {"maxLength": 32768},
        "observedGeneration": {"minimum": 0},
        "reason": {"maxLength": 1024, "minLength": 1, "pattern": REASON},
        "status": {"enum": ["True", "False", "Unknown"]},
        "type": {"maxLength": 316, "pattern": TYPE},
    });
    let Some(Value::Object(properties)) = node.get_mut("properties") else {
        return;
    };
    for (name, bounds) in bounds.as_object().into_iter().flatten() {
        let property = properties.get_mut(name).and_then(Value::as_object_mut);
        if let (Some(property), Some(bounds)) = (property, bounds.as_object()) {
            for (key, value) in bounds {
                property.entry(key).or_insert_with(|| value.clone());
            }
        }
    }
}

/// Sets a keyword; beside another value of it, both hold.
pub(super) fn constrain(node: &mut Node, key: &str, value: Value) {
    match node.get(key) {
        None => _ = node.insert(key.into(), value),
        Some(there) if *there == value => {}
        Some(_) => {
            let all = node.entry("allOf").or_insert_with(|| json!([]));
            if let Value::Array(all) = all {
                all.push(json!({ key: value }));
            }
        }
    }
}

/// Takes away the descriptions that k8s-openapi's types bring along: they tell of the type, in 2.5 kB for a quantity, and would
/// stand at every field that has no doc comment.
pub fn strip_type_descriptions(schema: &mut Value) {
    const TYPES: [&str; 9] = [
        "Quantity is a fixed-point representation",
        "IntOrString is a type that can hold an int32 or a string.",
        "RawExtension is used to hold extensions in external versions.",
        "FieldsV1 stores a set of fields in a data structure like a Trie",
        "JSON represents any valid JSON value.",
        "JSONSchemaProps is a JSON-Schema following Specification Draft 4",
        "JSONSchemaPropsOrArray represents a value",
        "JSONSchemaPropsOrBool represents JSONSchemaProps",
        "JSONSchemaPropsOrStringArray represents a JSONSchemaProps",
    ];
    let of_type = |node: &Node| {
        let description = node.get("description").and_then(Value::as_str);
        description.is_some_and(|text| TYPES.iter().any(|start| text.starts_with(start)))
    };
    each_node(schema, &mut |node| {
        if (node.contains_key(INT_OR_STRING) || node.contains_key(MARK)) && of_type(node) {
            node.remove("description");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn the_types_own_description_goes() {
        let quantity = serde_json::to_value(schemars::schema_for!(
            k8s_openapi::apimachinery::pkg::api::resource::Quantity
        ))
        .unwrap();
        let int_or_string = serde_json::to_value(schemars::schema_for!(
            k8s_openapi::apimachinery::pkg::util::intstr::IntOrString
        ))
        .unwrap();
        for mut schema in [quantity, int_or_string] {
            assert!(
                schema["description"].is_string(),
                "k8s-openapi describes {schema}"
            );
            strip_type_descriptions(&mut schema);
            assert_eq!(schema["description"], Value::Null);
        }
        let own = json!({INT_OR_STRING: true, "description": "How much memory."});
        check(strip_type_descriptions, own.clone(), own);
    }
}
