//! What the API server takes, and is most likely a slip.

use serde_json::Value;

use super::structural::each_structural;
use super::{among, branches};
use crate::Problem;

/// Rules about fields that are not there: the object can never be valid, or the rule was meant for another field.
pub fn check(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    each_structural(schema, "", &mut |path, schema| {
        let open = schema.get("additionalProperties").is_some()
            || schema["x-kubernetes-preserve-unknown-fields"] == true;
        let properties = schema.get("properties").and_then(Value::as_object);
        let names = || {
            properties
                .into_iter()
                .flat_map(|it| it.keys().map(String::as_str))
        };
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for name in required.filter(|name| !open && !names().any(|it| it == *name)) {
            let message = format!("the required field `{name}` is none of its fields");
            problems.push(Problem::new(message).field(path).help(among(name, names())));
        }
        problems.extend(branches::doubtful(path, schema));
    });
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_about_no_field_is_doubtful() {
        fn check_schema(schema: Value, expected: &[&str]) {
            let found: Vec<_> = check(&schema).iter().map(Problem::to_string).collect();
            assert_eq!(found, expected);
        }
        check_schema(
            json!({"properties": {"a": {"properties": {"name": {}}, "required": ["nmae", "name"]}}}),
            &["`a`: the required field `nmae` is none of its fields\n  help: did you mean `name`?"],
        );
        check_schema(
            json!({"items": {"properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["c"]}]}}),
            &["`[]`: `oneOf` is about a field `c` that is not there\n  help: it has `a`, `b`"],
        );
        check_schema(
            json!({"required": ["x"], "x-kubernetes-preserve-unknown-fields": true}),
            &[],
        );
    }
}
