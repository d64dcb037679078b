//! The defaults of a schema: whether each fits where it stands, and filling them in.

use serde_json::Value;

use super::structural::each_structural;
use super::validate::validate;
use crate::Problem;

/// Defaults that the API server would not take. It looks at each as it stands: the defaults of fields inside do not help.
pub fn check(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    each_structural(schema, "", &mut |path, node| {
        let Some(default) = node.get("default").filter(|it| !it.is_null()) else {
            return;
        };
        for problem in validate(default, node) {
            let place = problem
                .field
                .filter(|it| !it.is_empty())
                .map_or(String::new(), |it| format!(" at `{it}`"));
            let message = format!(
                "the default `{default}` does not fit{place}: {}",
                problem.message
            );
            let help = problem
                .help
                .unwrap_or_else(|| "change the default or the rule".into());
            problems.push(Problem::new(message).field(path).help(help));
        }
    });
    problems
}

/// Fills in the defaults, as the API server does before it judges an object: where there is no value, and for a null where
/// none may be.
pub fn fill(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, property) in schema
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                let missing = match fields.get(name) {
                    None => true,
                    Some(value) => value.is_null() && property["nullable"] != true,
                };
                if missing && let Some(default) = property.get("default") {
                    fields.insert(name.clone(), default.clone());
                }
            }
            for (name, value) in fields {
                let own = schema.get("properties").and_then(|it| it.get(name));
                if let Some(schema) = own.or_else(|| schema.get("additionalProperties")) {
                    fill(value, schema);
                }
            }
        }
        Value::Array(items) => {
            if let Some(schema) = schema.get("items") {
                items.iter_mut().for_each(|item| fill(item, schema));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_fit_where_they_stand() {
        fn check_field(schema: Value, expected: &[&str]) {
            let found: Vec<_> = check(&json!({"type": "object", "properties": {"x": schema}}))
                .into_iter()
                .map(|it| it.to_string())
                .collect();
            assert_eq!(found, expected);
        }
        check_field(json!({"type": "integer", "minimum": 1, "default": 1}), &[]);
        check_field(
            json!({"type": "integer", "minimum": 1, "default": 0}),
            &[
                "`x`: the default `0` does not fit: 0 is less than 1\n  help: change the default or the rule",
            ],
        );
        check_field(
            json!({"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "default": {"nme": 1}}}),
            &[
                "`x[]`: the default `{\"nme\":1}` does not fit at `nme`: unknown field\n  help: did you mean `name`?",
            ],
        );
    }

    #[test]
    fn defaults_are_filled_in_all_the_way_down() {
        let schema = json!({"properties": {
            "a": {"type": "string", "default": "x"},
            "b": {"type": "string", "default": "y", "nullable": true},
            "c": {"type": "object", "default": {}, "properties": {"d": {"type": "integer", "default": 1}}},
            "e": {"type": "array", "items": {"properties": {"f": {"type": "boolean", "default": true}}}},
            "g": {"type": "object", "additionalProperties": {"properties": {"h": {"type": "string", "default": "z"}}}},
            "i": {"type": "object", "properties": {"j": {"type": "string", "default": "no"}}},
        }});
        let mut value = json!({"a": null, "b": null, "e": [{}, {"f": false}], "g": {"k": {}}});
        fill(&mut value, &schema);
        assert_eq!(
            value,
            json!({"a": "x", "b": null, "c": {"d": 1}, "e": [{"f": true}, {"f": false}], "g": {"k": {"h": "z"}}})
        );
    }
}
