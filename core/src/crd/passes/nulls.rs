use serde_json::{Value, json};

use super::join::join;
use super::{Node, each_node};

/// Marks a schema that allowed null.
const NULL: &str = "x-kopgen-null";

/// Takes away the null that `Option` allows: absence says the same, and the API server drops nulls from fields that are
/// not `nullable`. That stays where it was written: `#[schemars(extend("nullable" = true))]`.
///
/// Where nothing can be absent, in the items of a list, the values of a map and a field that is required, null becomes `nullable`: the
/// type may write it.
///
/// Before any other pass, for what `Option` adds is known by schemars' spelling: `null` among the types and the values of
/// an enum, an `anyOf` of the schema and null, and, with `#[serde(default)]`, a default of null.
pub fn strip_null(schema: &mut Value) {
    each_node(schema, &mut |node| {
        keep_null_below(node);
        if let Some(inner) = optional(node) {
            node.insert(NULL.into(), true.into());
            // What stands beside the `anyOf` was written at the field.
            let mut outer = std::mem::take(node);
            outer.remove("anyOf");
            *node = join(inner, outer);
        }
        if let Some(Value::Array(types)) = node.get_mut("type")
            && types.len() > 1
        {
            let before = types.len();
            types.retain(|it| it != "null");
            let had_null = types.len() < before;
            if let [only] = types.as_mut_slice() {
                let only = only.take();
                node.insert("type".into(), only);
            }
            if had_null {
                node.insert(NULL.into(), true.into());
                if let Some(Value::Array(values)) = node.get_mut("enum") {
                    values.retain(|it| !it.is_null());
                }
            }
        }
        if node.get("default") == Some(&Value::Null) {
            node.remove("default");
        }
    });
    if let Value::Object(root) = schema {
        root.remove(NULL);
    }
}

/// Makes what lies in a schema `nullable` where it was marked and cannot be absent.
fn keep_null_below(node: &mut Node) {
    let required = node.get("required").and_then(Value::as_array).cloned();
    let is_required = |name: &String| required.iter().flatten().any(|it| it == name);
    if let Some(Value::Object(properties)) = node.get_mut("properties") {
        for (name, property) in properties {
            settle(property, is_required(name));
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = node.get_mut(key) {
            settle(inner, true);
        }
    }
    let mut any_is_null = false;
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = node.get_mut(key) {
            let branches = branches.iter_mut().filter_map(Value::as_object_mut);
            branches.for_each(|branch| any_is_null |= branch.remove(NULL).is_some());
        }
    }
    if any_is_null {
        node.insert(NULL.into(), true.into());
    }
}

fn settle(schema: &mut Value, keeps_null: bool) {
    let Value::Object(node) = schema else { return };
    if node.remove(NULL).is_some() && keeps_null {
        node.insert("nullable".into(), true.into());
        allow_null_beside_enum(node);
    }
}

/// Moves an `enum` into `allOf`, where the API server does not look at it for a null: beside the type it refuses null even when that is
/// among the values.
pub(super) fn allow_null_beside_enum(node: &mut Node) {
    if let Some(values) = node.remove("enum") {
        let all = node.entry("allOf").or_insert_with(|| json!([]));
        if let Value::Array(all) = all {
            all.push(json!({ "enum": values }));
        }
    }
}

/// The `X` of `anyOf: [X, null]`.
fn optional(node: &mut Node) -> Option<Node> {
    let null = |it: &Value| it.get("type") == Some(&json!("null"));
    let branches = node.get_mut("anyOf")?.as_array_mut()?;
    match branches.as_mut_slice() {
        [Value::Object(inner), last] if null(last) => Some(std::mem::take(inner)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn the_null_of_an_option_goes() {
        check(
            strip_null,
            json!({"type": ["string", "null"], "format": "byte"}),
            json!({"type": "string", "format": "byte"}),
        );
        check(
            strip_null,
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": "string", "enum": ["a"]}),
        );
        check(
            strip_null,
            json!({"type": "string", "default": null}),
            json!({"type": "string"}),
        );
        check(
            strip_null,
            json!({"properties": {"a": {"description": "field", "anyOf": [{"oneOf": [{"type": "object"}], "description": "type"}, {"type": "null"}]}}}),
            json!({"properties": {"a": {"description": "field", "oneOf": [{"type": "object"}]}}}),
        );
        check(
            strip_null,
            json!({"items": {"additionalProperties": {"type": ["string", "null"], "enum": ["a", null]}}}),
            json!({"items": {"additionalProperties": {"type": "string", "allOf": [{"enum": ["a"]}], "nullable": true}}}),
        );
        check(
            strip_null,
            json!({"required": ["a"], "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": ["integer", "null"]}}}),
            json!({"required": ["a"], "properties": {"a": {"type": "integer", "nullable": true}, "b": {"type": "integer"}}}),
        );
        check(
            strip_null,
            json!({"items": {"anyOf": [{"oneOf": [{"type": "object"}]}, {"type": "null"}]}}),
            json!({"items": {"oneOf": [{"type": "object"}], "nullable": true}}),
        );
        check(
            strip_null,
            json!({"anyOf": [{"oneOf": [{"type": "object"}], "x-kubernetes-validations": [{"rule": "a"}]}, {"type": "null"}], "x-kubernetes-validations": [{"rule": "b"}]}),
            json!({"oneOf": [{"type": "object"}], "x-kubernetes-validations": [{"rule": "a"}, {"rule": "b"}]}),
        );
    }

    #[test]
    fn what_was_written_stays() {
        for same in [
            json!({"type": "string", "nullable": true}),
            json!({"type": "null"}),
            json!({"enum": ["a", null]}),
            json!({"type": ["string", "integer"]}),
            json!({"anyOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]}),
            json!({"default": {"type": ["string", "null"]}}),
        ] {
            check(strip_null, same.clone(), same);
        }
    }
}
