//! The rules of structural schemas.
//!
//! `ValidateStructural` and `ValidateCustomResourceDefinitionOpenAPISchema` of the API server. What a type cannot come to
//! by kube's derives is in the rules all the same: it can be written with `#[schemars(extend(…))]`.

use serde_json::{Map, Value, json};

use super::{below, branches, lists, pattern};
use crate::Problem;

type Node = Map<String, Value>;

/// Calls `visit` with every schema that has a type of its own, and its path; not with the branches of combinators.
pub fn each_structural<'a>(schema: &'a Value, path: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(path, schema);
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        each_structural(property, &below(path, name), visit);
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        if let Some(inner) = schema.get(key).filter(|it| it.is_object()) {
            each_structural(inner, &format!("{path}{mark}"), visit);
        }
    }
}

/// What is wrong with `true` or `false` in the place of a schema, which JSON Schema allows, and `JSONSchemaProps` does not.
pub fn boolean(schema: &Value) -> String {
    format!("the schema is `{schema}`, and a CRD has no boolean schemas")
}

/// The help for [`boolean`].
pub const ANY_VALUE: &str =
    "write `{\"x-kubernetes-preserve-unknown-fields\": true}` for any value";

/// All that keeps a schema from being structural, or that the API server refuses besides.
pub fn check(schema: &Value, status: bool) -> Vec<Problem> {
    let mut problems = check_root(schema, status);
    each_structural(schema, "", &mut |path, schema| {
        let Value::Object(node) = schema else {
            let problem = match schema {
                Value::Bool(_) => Problem::new(boolean(schema)).help(ANY_VALUE),
                _ => Problem::new("there is no schema").help("derive `KubeSchema` or `JsonSchema`"),
            };
            problems.push(problem.field(path));
            return;
        };
        let found = [
            check_type(node),
            check_forbidden(node),
            lists::check(node),
            check_rules(node),
        ]
        .into_iter()
        .flatten();
        problems.extend(found.map(|problem| problem.field(path)));
        problems.extend(branches::check(path, schema));
    });
    problems
}

fn check_root(schema: &Value, status: bool) -> Vec<Problem> {
    let root = |message: &str, help: &str| Problem::new(message).field("").help(help);
    let mut problems = Vec::new();
    let is_object = match schema.get("type") {
        Some(name) => name == "object",
        // Then there need be no type anywhere.
        None => schema["x-kubernetes-preserve-unknown-fields"] == true,
    };
    if !is_object {
        problems.push(root(
            "the object itself is not of type object",
            "derive `CustomResource` on a struct",
        ));
    }
    if schema["nullable"] == true {
        problems.push(root(
            "the object itself cannot be nullable",
            "take `nullable` away",
        ));
    }
    if schema.get("additionalProperties").is_some() {
        problems.push(root(
            "the object itself cannot be a map",
            "put the map into a field of `spec`",
        ));
    }
    for key in ["allOf", "anyOf", "oneOf", "not"]
        .into_iter()
        .filter(|key| status && schema.get(*key).is_some())
    {
        let message = format!("`{key}` cannot stand at the root of a kind with a status");
        problems.push(root(
            &message,
            "move it to the spec, or write it as a CEL rule: `#[kube(validation = …)]`",
        ));
    }
    problems
}

fn check_type(node: &Node) -> Vec<Problem> {
    const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];
    const ANY: &str =
        "give it one type, or make it a `serde_json::Value`, which keeps whatever is there";
    let is = |key: &str| node.get(key) == Some(&json!(true));
    let (int_or_string, preserve) = (
        is("x-kubernetes-int-or-string"),
        is("x-kubernetes-preserve-unknown-fields"),
    );
    let embedded = is("x-kubernetes-embedded-resource");
    let mut problems = Vec::new();
    let mut problem = |message: String, help: &str| problems.push(Problem::new(message).help(help));
    match node.get("type") {
        None | Some(Value::Null)
            if !int_or_string && !preserve && !embedded && !node.contains_key("$ref") =>
        {
            problem("it has no type, which every field of a CRD has".into(), ANY);
        }
        None | Some(Value::Null) => {}
        Some(Value::String(name)) if name == "null" => {
            problem(
                "its type is null".into(),
                "a unit says nothing: leave the field out, or make it a `bool`",
            );
        }
        Some(Value::String(name)) if TYPES.contains(&name.as_str()) => {}
        Some(Value::String(name)) => problem(
            format!("there is no type `{name}`"),
            &format!("it is one of {}", TYPES.join(", ")),
        ),
        Some(types) => problem(format!("it has several types: {types}"), ANY),
    }
    if int_or_string && preserve {
        problem(
            "int-or-string keeps no unknown fields".into(),
            "take `x-kubernetes-preserve-unknown-fields` away",
        );
    }
    if int_or_string && embedded {
        problem(
            "int-or-string is no embedded resource".into(),
            "take `x-kubernetes-embedded-resource` away",
        );
    }
    let object = node.get("type") == Some(&json!("object"));
    if embedded && !object {
        problem(
            "an embedded resource is of type object".into(),
            "add `\"type\" = \"object\"` to its `extend`",
        );
    }
    if embedded && !preserve && !has_properties(node) {
        let help = "add `\"x-kubernetes-preserve-unknown-fields\" = true` to its `extend`";
        problem(
            "an embedded resource has properties, or keeps unknown fields".into(),
            help,
        );
    }
    if node.get("x-kubernetes-preserve-unknown-fields") == Some(&json!(false)) {
        problem(
            "to keep no unknown fields is said by saying nothing".into(),
            "take `x-kubernetes-preserve-unknown-fields` away",
        );
    }
    if let Some(merge) = node
        .get("x-kubernetes-map-type")
        .filter(|it| !["atomic", "granular"].iter().any(|known| *it == known))
    {
        problem(
            format!("no map or struct merges as {merge}"),
            "it is one of atomic, granular",
        );
    }
    if node.contains_key("x-kubernetes-map-type") && !object {
        problem(
            "only an object merges as a map or struct".into(),
            "take the merge strategy away",
        );
    }
    problems
}

fn check_forbidden(node: &Node) -> Vec<Problem> {
    const FORBIDDEN: &[(&str, &str)] = &[
        (
            "$ref",
            "a CRD's types cannot be recursive: make one field on the way a `serde_json::Value`",
        ),
        ("$schema", "take it away"),
        (
            "additionalItems",
            "a tuple's items have one schema: use a struct, or a list of one type",
        ),
        ("definitions", "write the schema where it is used"),
        ("dependencies", "write it as a CEL rule"),
        ("id", "take it away"),
        (
            "patternProperties",
            "check the keys with a CEL rule: `self.all(key, key.matches(…))`",
        ),
    ];
    let problem = |message: String, help: &str| Problem::new(message).help(help);
    let mut problems: Vec<_> = FORBIDDEN
        .iter()
        .filter(|(key, _)| node.contains_key(*key))
        .map(|(key, help)| problem(format!("`{key}` is not supported in a CRD"), help))
        .collect();
    if node.get("uniqueItems") == Some(&json!(true)) {
        let help = "use `#[x_kube(merge_strategy = ListMerge::Set)]`";
        problems.push(problem(
            "`uniqueItems` is not supported in a CRD: it costs too much".into(),
            help,
        ));
    }
    for (key, bound) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if node.get(key).is_some_and(|it| !it.is_boolean()) {
            let help = format!("set `{bound}`, and `{key}` to true");
            problems.push(problem(format!("`{key}` is a bool in a CRD"), &help));
        }
    }
    let map = node
        .get("additionalProperties")
        .is_some_and(|it| *it != json!(true));
    if map && has_properties(node) {
        let message =
            "it is a struct and a map at once: it has `properties` and `additionalProperties`";
        problems.push(problem(
            message.into(),
            "put the map into a field of its own, or flatten a `serde_json::Map`",
        ));
    }
    if let Some(pattern) = node.get("pattern").and_then(Value::as_str)
        && let Some(reason) = pattern::refused(pattern)
    {
        problems.push(problem(
            format!("the pattern `{pattern}` is no regular expression: {reason}"),
            "write it in RE2's syntax",
        ));
    }
    problems
}

/// CEL rules, as far as they can be judged without compiling them.
fn check_rules(node: &Node) -> Vec<Problem> {
    const REASONS: &[&str] = &[
        "FieldValueDuplicate",
        "FieldValueForbidden",
        "FieldValueInvalid",
        "FieldValueRequired",
    ];
    let mut problems = Vec::new();
    for rule in node
        .get("x-kubernetes-validations")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let text = |key: &str| rule[key].as_str().unwrap_or_default().trim();
        let shown = text("rule");
        let mut problem =
            |message: String, help: &str| problems.push(Problem::new(message).help(help));
        if shown.is_empty() {
            problem(
                "a validation has an empty rule".into(),
                "write a CEL expression, or take the validation away",
            );
        }
        if text("message").contains(['\n', '\r']) {
            problem(
                format!("the message of `{shown}` has line breaks"),
                "write it on one line",
            );
        }
        if shown.contains(['\n', '\r']) && text("message").is_empty() {
            problem(
                format!("the rule `{shown}` has line breaks and no message"),
                "add a `message`: the rule is shown without one",
            );
        }
        if let Some(reason) = rule["reason"].as_str().filter(|it| !REASONS.contains(it)) {
            problem(
                format!("`{reason}` is no reason for `{shown}`"),
                &format!("it is one of {}", REASONS.join(", ")),
            );
        }
    }
    problems
}

fn has_properties(node: &Node) -> bool {
    node.get("properties")
        .and_then(Value::as_object)
        .is_some_and(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The problems of a field `x` with this schema, each as `path: message`.
    fn check_field(schema: Value, expected: &[&str]) {
        let root = json!({"type": "object", "properties": {"x": schema}});
        let problems = check(&root, true);
        let found: Vec<_> = problems
            .iter()
            .map(|it| {
                format!(
                    "{}: {}",
                    it.field.as_deref().unwrap_or_default(),
                    it.message
                )
            })
            .collect();
        assert_eq!(found, expected, "{root}");
    }

    #[test]
    fn every_field_has_one_type() {
        for good in [
            json!({"type": "string", "pattern": "^a{1,2}$"}),
            json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]}),
            json!({"x-kubernetes-preserve-unknown-fields": true}),
            json!({"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}),
            json!({"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true}),
        ] {
            check_field(good, &[]);
        }
        check_field(
            json!({}),
            &["x: it has no type, which every field of a CRD has"],
        );
        check_field(
            json!({"type": "array", "items": {"anyOf": [{}, {}]}}),
            &["x[]: it has no type, which every field of a CRD has"],
        );
        for boolean in [true, false] {
            let message = format!("the schema is `{boolean}`, and a CRD has no boolean schemas");
            check_field(json!(boolean), &[&format!("x: {message}")]);
            check_field(
                json!({"type": "array", "items": boolean}),
                &[&format!("x: {message}")],
            );
            check_field(
                json!({"type": "object", "additionalProperties": {"type": "array", "items": boolean}}),
                &[&format!("x{{}}: {message}")],
            );
            check_field(
                json!({"type": "string", "not": {"anyOf": [{"minLength": 1}, boolean]}}),
                &[&format!("x: {message}")],
            );
        }
        check_field(json!({"type": "null"}), &["x: its type is null"]);
        check_field(
            json!({"type": ["string", "integer"]}),
            &["x: it has several types: [\"string\",\"integer\"]"],
        );
        check_field(json!({"type": "text"}), &["x: there is no type `text`"]);
        check_field(
            json!({"type": "string", "x-kubernetes-embedded-resource": true, "x-kubernetes-map-type": "atomic"}),
            &[
                "x: an embedded resource is of type object",
                "x: an embedded resource has properties, or keeps unknown fields",
                "x: only an object merges as a map or struct",
            ],
        );
    }

    #[test]
    fn keywords_have_the_values_that_the_api_server_takes() {
        check_field(
            json!({"type": "object", "x-kubernetes-map-type": "bag"}),
            &["x: no map or struct merges as \"bag\""],
        );
        check_field(
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": false}),
            &["x: to keep no unknown fields is said by saying nothing"],
        );
        check_field(
            json!({"type": "integer", "exclusiveMinimum": 5}),
            &["x: `exclusiveMinimum` is a bool in a CRD"],
        );
        check_field(
            json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}),
            &[],
        );
    }

    #[test]
    fn what_a_crd_cannot_hold_is_refused() {
        check_field(
            json!({"$ref": "#/components/schemas/Node"}),
            &["x: `$ref` is not supported in a CRD"],
        );
        check_field(
            json!({"type": "array", "items": [{"type": "string"}]}),
            &["x: its items have a schema each: it is a tuple"],
        );
        check_field(
            json!({"type": "array"}),
            &["x: it is a list, and of what is not said"],
        );
        check_field(
            json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}),
            &["x: `uniqueItems` is not supported in a CRD: it costs too much"],
        );
        check_field(
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "string"}}),
            &[
                "x: it is a struct and a map at once: it has `properties` and `additionalProperties`",
            ],
        );
        let look_ahead = "look-around, including look-ahead and look-behind, is not supported";
        check_field(
            json!({"type": "string", "pattern": "(?!a)"}),
            &[&format!(
                "x: the pattern `(?!a)` is no regular expression: {look_ahead}"
            )],
        );
        check_field(json!({"type": "string", "pattern": "a{"}), &[]);
        let rules = json!([{"rule": " "}, {"rule": "a\n== b"}, {"rule": "a", "message": "x\ny", "reason": "Other"}]);
        check_field(
            json!({"type": "string", "x-kubernetes-validations": rules}),
            &[
                "x: a validation has an empty rule",
                "x: the rule `a\n== b` has line breaks and no message",
                "x: the message of `a` has line breaks",
                "x: `Other` is no reason for `a`",
            ],
        );
    }

    #[test]
    fn the_root_is_an_object() {
        fn check_root(schema: Value, expected: &[&str]) {
            let found: Vec<_> = super::check_root(&schema, true)
                .into_iter()
                .map(|it| it.message)
                .collect();
            assert_eq!(found, expected);
        }
        check_root(json!({"type": "object"}), &[]);
        check_root(json!({"x-kubernetes-preserve-unknown-fields": true}), &[]);
        check_root(json!({}), &["the object itself is not of type object"]);
        check_root(
            json!({"type": "string", "nullable": true, "additionalProperties": true, "oneOf": []}),
            &[
                "the object itself is not of type object",
                "the object itself cannot be nullable",
                "the object itself cannot be a map",
                "`oneOf` cannot stand at the root of a kind with a status",
            ],
        );
    }
}
