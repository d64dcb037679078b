//! The branches of combinators: they only validate what stands beside them, and so define nothing.

use serde_json::{Value, json};

use super::{among, below, structural};
use crate::Problem;

/// Keywords in the branches of a schema's combinators that no branch may have.
pub fn check(path: &str, schema: &Value) -> Vec<Problem> {
    let int_or_string = schema["x-kubernetes-int-or-string"] == true;
    let mut problems = Vec::new();
    for (key, branch) in of(schema) {
        if int_or_string && key == "anyOf" && is_int_or_string(schema) {
            continue;
        }
        if int_or_string && key == "allOf" && is_int_or_string(branch) {
            continue;
        }
        check_branch(path, key, branch, &mut problems);
    }
    problems
}

/// Fields that branches are about and that are not there: the API server lets them be, at any place but the root.
pub fn doubtful(path: &str, schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (key, branch) in of(schema) {
        doubt(path, key, branch, schema, &mut problems);
    }
    problems
}

fn check_branch(path: &str, key: &str, branch: &Value, problems: &mut Vec<Problem>) {
    const DEFINING: &[&str] = &[
        "type",
        "additionalProperties",
        "default",
        "title",
        "description",
        "nullable",
    ];
    const HELP: &str = "say it beside the combinator, not in it";
    if branch.is_boolean() {
        let help = "write `{}` for any value, and `{\"not\": {}}` for none";
        problems.push(
            Problem::new(structural::boolean(branch))
                .field(path)
                .help(help),
        );
    }
    let keywords = branch.as_object().into_iter().flat_map(|it| it.keys());
    for keyword in
        keywords.filter(|it| DEFINING.contains(&it.as_str()) || it.starts_with("x-kubernetes-"))
    {
        let message = format!("`{keyword}` cannot stand inside `{key}`");
        problems.push(Problem::new(message).field(path).help(HELP));
    }
    for (name, property) in branch
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let path = below(path, name);
        if name == "metadata" {
            let message = format!("a field named `metadata` cannot stand inside `{key}`");
            problems.push(
                Problem::new(message)
                    .field(&path)
                    .help("write it as a CEL rule"),
            );
        }
        check_branch(&path, key, property, problems);
    }
    if let Some(items) = branch.get("items") {
        check_branch(&format!("{path}[]"), key, items, problems);
    }
    for (key, branch) in of(branch) {
        check_branch(path, key, branch, problems);
    }
}

fn doubt(path: &str, key: &str, branch: &Value, beside: &Value, problems: &mut Vec<Problem>) {
    let open = beside.get("additionalProperties").is_some()
        || beside["x-kubernetes-preserve-unknown-fields"] == true;
    let names = || {
        beside
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|it| it.keys().map(String::as_str))
    };
    let required = branch
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let properties = branch
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    for name in required.chain(properties.clone().map(|(name, _)| name.as_str())) {
        if !open && !names().any(|it| it == name) {
            let message = format!("`{key}` is about a field `{name}` that is not there");
            problems.push(Problem::new(message).field(path).help(among(name, names())));
        }
    }
    for (name, property) in properties {
        if let Some(beside) = beside.get("properties").and_then(|it| it.get(name)) {
            doubt(&below(path, name), key, property, beside, problems);
        }
    }
    if let Some((items, beside)) = branch.get("items").zip(beside.get("items")) {
        doubt(&format!("{path}[]"), key, items, beside, problems);
    }
    for (key, branch) in of(branch) {
        doubt(path, key, branch, beside, problems);
    }
}

/// The branches of all combinators, each with the keyword.
fn of(schema: &Value) -> impl Iterator<Item = (&'static str, &Value)> {
    let list = |key: &'static str| {
        schema
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(move |it| (key, it))
    };
    let listed = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(list);
    listed.chain(schema.get("not").map(|it| ("not", it)))
}

/// The one `anyOf` that may have types: that of an int-or-string.
fn is_int_or_string(schema: &Value) -> bool {
    schema["anyOf"] == json!([{"type": "integer"}, {"type": "string"}])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of a schema with the field `a`, and the doubts about it.
    fn check_both(key: &str, branches: Value, refused: &[&str], doubted: &[&str]) {
        let schema =
            json!({"type": "object", "properties": {"a": {"type": "string"}}, key: branches});
        let shown = |problems: Vec<Problem>| -> Vec<_> {
            problems
                .into_iter()
                .map(|it| format!("{}: {}", it.field.unwrap(), it.message))
                .collect()
        };
        assert_eq!(shown(check("x", &schema)), refused);
        assert_eq!(shown(doubtful("x", &schema)), doubted);
    }

    #[test]
    fn branches_define_nothing() {
        check_both(
            "oneOf",
            json!([{"required": ["a"]}, {"properties": {"a": {"enum": ["x"]}}}]),
            &[],
            &[],
        );
        check_both(
            "anyOf",
            json!([{"type": "object"}]),
            &["x: `type` cannot stand inside `anyOf`"],
            &[],
        );
        check_both(
            "not",
            json!({"properties": {"a": {"type": "string"}}}),
            &["x.a: `type` cannot stand inside `not`"],
            &[],
        );
        check_both(
            "allOf",
            json!([{"items": {"oneOf": [{"nullable": true}]}}]),
            &["x[]: `nullable` cannot stand inside `oneOf`"],
            &[],
        );
        check_both(
            "not",
            json!({"properties": {"metadata": {}}}),
            &["x.metadata: a field named `metadata` cannot stand inside `not`"],
            &["x: `not` is about a field `metadata` that is not there"],
        );
    }

    #[test]
    fn branches_are_about_fields_that_are_there() {
        check_both(
            "allOf",
            json!([{"not": {"properties": {"b": {}}}}]),
            &[],
            &["x: `not` is about a field `b` that is not there"],
        );
        check_both(
            "oneOf",
            json!([{"required": ["aa"]}]),
            &[],
            &["x: `oneOf` is about a field `aa` that is not there"],
        );
        let open =
            json!({"x-kubernetes-preserve-unknown-fields": true, "oneOf": [{"required": ["b"]}]});
        assert_eq!(doubtful("x", &open), []);
    }

    #[test]
    fn an_int_or_string_says_its_types() {
        let any_of = json!([{"type": "integer"}, {"type": "string"}]);
        let port =
            |key: &str, branches: Value| json!({"x-kubernetes-int-or-string": true, key: branches});
        assert_eq!(check("x", &port("anyOf", any_of.clone())), []);
        assert_eq!(
            check(
                "x",
                &port("allOf", json!([{"anyOf": any_of}, {"pattern": "a"}]))
            ),
            []
        );
        assert_eq!(check("x", &port("oneOf", any_of)).len(), 2);
    }
}
