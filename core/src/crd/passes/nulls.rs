use serde_json::{Value, json};

use super::join::join;
use super::{Node, each_node};

/// Takes away the null that `Option` allows: absence says the same, and the API server drops nulls from fields that are
/// not `nullable`. That stays where it was written: `#[schemars(extend("nullable" = true))]`.
///
/// Before any other pass, for what `Option` adds is known by schemars' spelling: `null` among the types and the values of
/// an enum, an `anyOf` of the schema and null, and, with `#[serde(default)]`, a default of null.
pub fn strip_null(schema: &mut Value) {
    each_node(schema, &mut |node| {
        if let Some(inner) = optional(node) {
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
            if had_null && let Some(Value::Array(values)) = node.get_mut("enum") {
                values.retain(|it| !it.is_null());
            }
        }
        if node.get("default") == Some(&Value::Null) {
            node.remove("default");
        }
    });
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
            json!({"items": {"additionalProperties": {"type": ["integer", "null"]}}}),
            json!({"items": {"additionalProperties": {"type": "integer"}}}),
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
