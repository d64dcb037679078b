//! The rules of structural schemas.
//!
//! `ValidateStructural` and `ValidateCustomResourceDefinitionOpenAPISchema` of the API server. What a type cannot come to
//! by kube's derives is in the rules all the same: it can be written with `#[schemars(extend(…))]`.

use serde_json::{Map, Value, json};

use super::{among, below};
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

/// All that keeps a schema from being structural, or that the API server refuses besides.
pub fn check(schema: &Value, status: bool) -> Vec<Problem> {
    let mut problems = check_root(schema, status);
    each_structural(schema, "", &mut |path, schema| {
        let Value::Object(node) = schema else {
            problems.push(
                Problem::new("there is no schema")
                    .field(path)
                    .help("derive `KubeSchema` or `JsonSchema`"),
            );
            return;
        };
        let found = [
            check_type(node),
            check_forbidden(node),
            check_list(node),
            check_rules(node),
        ]
        .into_iter()
        .flatten();
        problems.extend(found.map(|problem| problem.field(path)));
        check_branches(path, schema, schema, &mut problems);
    });
    problems
}

/// Required fields that are no fields: the object can never be valid, or the rule was meant for another.
pub fn missing_required(schema: &Value) -> Vec<Problem> {
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
    });
    problems
}

fn check_root(schema: &Value, status: bool) -> Vec<Problem> {
    let root = |message: &str, help: &str| Problem::new(message).field("").help(help);
    let mut problems = Vec::new();
    if schema["type"] != "object" {
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
        && let Some(reason) = refused_by_re2(pattern)
    {
        problems.push(problem(
            format!("the pattern `{pattern}` is no regular expression: {reason}"),
            "write it in RE2's syntax",
        ));
    }
    problems
}

fn check_list(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |message: String, help: &str| problems.push(Problem::new(message).help(help));
    let array = node.get("type") == Some(&json!("array"));
    match node.get("items") {
        Some(Value::Array(_)) => problem(
            "its items have a schema each: it is a tuple".into(),
            "use a struct, or a list of one type",
        ),
        None if array => problem(
            "it is a list, and of what is not said".into(),
            "say it with `items`",
        ),
        _ => {}
    }
    let Some(merge) = node.get("x-kubernetes-list-type").and_then(Value::as_str) else {
        if node.contains_key("x-kubernetes-list-map-keys") {
            problem(
                "it has map keys, and does not merge as a map".into(),
                "use `ListMerge::Map`",
            );
        }
        return problems;
    };
    if !array {
        problem(
            format!("only a list merges as `{merge}`"),
            "take the merge strategy away",
        );
    }
    let empty = Node::new();
    let items = node
        .get("items")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let item_type = items
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if merge != "atomic" && items.get("nullable") == Some(&json!(true)) {
        problem(
            format!("the items of a list that merges as `{merge}` cannot be nullable"),
            "take `nullable` away",
        );
    }
    match merge {
        "atomic" => {}
        "set"
            if item_type == "object"
                && items.get("x-kubernetes-map-type") != Some(&json!("atomic")) =>
        {
            problem(
                "a set's items are compared as a whole".into(),
                "let them merge as `StructMerge::Atomic`, or use `ListMerge::Map`",
            );
        }
        "set" => {}
        "map" if item_type != "object" => problem(
            "only a list of structs merges as a map".into(),
            "use `ListMerge::Set`",
        ),
        "map" => check_keys(node, items, &mut problem),
        other => problem(
            format!("no list merges as `{other}`"),
            "it is one of atomic, set, map",
        ),
    }
    problems
}

/// The keys by which the items of a map-list are told apart.
fn check_keys(node: &Node, items: &Node, problem: &mut impl FnMut(String, &str)) {
    let strings = |node: &Node, key: &str| -> Vec<String> {
        node.get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let keys = strings(node, "x-kubernetes-list-map-keys");
    let required = strings(items, "required");
    let names = || {
        items
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(|it| it.keys().map(String::as_str))
    };
    if keys.is_empty() {
        problem(
            "it merges as a map, and by which keys is not said".into(),
            "name them: `ListMerge::Map(vec![\"name\".into()])`",
        );
    }
    for (at, key) in keys.iter().enumerate() {
        let Some(property) = items.get("properties").and_then(|it| it.get(key)) else {
            problem(
                format!("its items have no field `{key}` to merge by"),
                &among(key, names()),
            );
            continue;
        };
        if keys[..at].contains(key) {
            problem(format!("the key `{key}` is named twice"), "name it once");
        }
        if property["type"] == "array" || property["type"] == "object" {
            problem(
                format!("the key `{key}` is no scalar"),
                "merge by a string, number or bool",
            );
        }
        if !required.contains(key) && property.get("default").is_none() {
            problem(
                format!("the key `{key}` is optional, and has no default"),
                "require it, or give it a default: `#[serde(default = \"…\")]`",
            );
        }
        if property["nullable"] == true {
            problem(
                format!("the key `{key}` is nullable"),
                "take `nullable` away",
            );
        }
    }
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

/// The branches of a schema's combinators: they only validate what stands beside them, and so define nothing.
fn check_branches(path: &str, branches: &Value, beside: &Value, problems: &mut Vec<Problem>) {
    let listed = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|key| {
        branches
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(move |branch| (key, branch))
    });
    let any_of = json!([{"type": "integer"}, {"type": "string"}]);
    let int_or_string = |branches: &Value| {
        beside["x-kubernetes-int-or-string"] == true && branches["anyOf"] == any_of
    };
    for (key, branch) in listed.chain(branches.get("not").map(|branch| ("not", branch))) {
        if !(key == "anyOf" && int_or_string(branches)) {
            check_branch(path, key, branch, beside, problems);
        }
    }
}

fn check_branch(
    path: &str,
    key: &str,
    branch: &Value,
    beside: &Value,
    problems: &mut Vec<Problem>,
) {
    const DEFINING: &[&str] = &[
        "type",
        "additionalProperties",
        "default",
        "title",
        "description",
        "nullable",
    ];
    let mut problem =
        |message: String, help: String| problems.push(Problem::new(message).field(path).help(help));
    let defines = |it: &&String| DEFINING.contains(&it.as_str()) || it.starts_with("x-kubernetes-");
    for keyword in branch
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .filter(defines)
    {
        let help = "say it beside the combinator; if this is an enum, give its variants names: `#[serde(rename_all = …)]` without `untagged`";
        problem(
            format!("`{keyword}` cannot stand inside `{key}`"),
            help.into(),
        );
    }
    for (name, property) in branch
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let Some(defined) = beside.get("properties").and_then(|it| it.get(name)) else {
            let names = beside
                .get("properties")
                .and_then(Value::as_object)
                .into_iter();
            let help = among(name, names.flat_map(|it| it.keys().map(String::as_str)));
            problems.push(
                Problem::new(format!(
                    "`{key}` is about a field `{name}` that is not there"
                ))
                .field(path)
                .help(help),
            );
            continue;
        };
        check_branch(&below(path, name), key, property, defined, problems);
    }
    if let Some(items) = branch.get("items") {
        match beside.get("items") {
            Some(defined) => check_branch(&format!("{path}[]"), key, items, defined, problems),
            None => problems.push(
                Problem::new(format!("`{key}` is about the items of what is no list")).field(path),
            ),
        }
    }
    check_branches(path, branch, beside, problems);
}

fn has_properties(node: &Node) -> bool {
    node.get("properties")
        .and_then(Value::as_object)
        .is_some_and(|it| !it.is_empty())
}

/// Why RE2, which the API server has, cannot read a pattern; none where only Rust's reader cannot.
fn refused_by_re2(pattern: &str) -> Option<String> {
    use regex_syntax::ast::ErrorKind;
    use regex_syntax::ast::parse::Parser;

    let error = Parser::new().parse(pattern).err()?;
    let rust_alone = matches!(
        error.kind(),
        ErrorKind::EscapeUnrecognized
            | ErrorKind::RepetitionCountUnclosed
            | ErrorKind::RepetitionCountDecimalEmpty
            | ErrorKind::DecimalEmpty
            | ErrorKind::SpecialWordBoundaryUnclosed
            | ErrorKind::SpecialWordBoundaryUnrecognized
            | ErrorKind::ClassRangeLiteral
    );
    (!rust_alone).then(|| error.kind().to_string())
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
    fn lists_merge_by_keys_that_are_there() {
        let map = |keys: Value, item: Value| json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": keys, "items": item});
        let item = || {
            json!({"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string"}, "port": {"type": "integer"}, "tcp": {"type": "boolean", "default": true}, "sub": {"type": "object"},
            }})
        };
        check_field(map(json!(["name", "tcp"]), item()), &[]);
        check_field(
            map(json!(["nme"]), item()),
            &["x: its items have no field `nme` to merge by"],
        );
        check_field(
            map(json!(["name", "name"]), item()),
            &["x: the key `name` is named twice"],
        );
        check_field(
            map(json!(["port"]), item()),
            &["x: the key `port` is optional, and has no default"],
        );
        check_field(
            map(json!(["sub"]), item()),
            &[
                "x: the key `sub` is no scalar",
                "x: the key `sub` is optional, and has no default",
            ],
        );
        check_field(
            map(json!([]), item()),
            &["x: it merges as a map, and by which keys is not said"],
        );
        check_field(
            map(json!(["a"]), json!({"type": "string"})),
            &["x: only a list of structs merges as a map"],
        );
        let set =
            |item: Value| json!({"type": "array", "x-kubernetes-list-type": "set", "items": item});
        check_field(set(json!({"type": "string"})), &[]);
        check_field(
            set(json!({"type": "string", "nullable": true})),
            &["x: the items of a list that merges as `set` cannot be nullable"],
        );
        check_field(set(item()), &["x: a set's items are compared as a whole"]);
        check_field(
            json!({"type": "string", "x-kubernetes-list-type": "set"}),
            &["x: only a list merges as `set`"],
        );
    }

    #[test]
    fn combinators_define_nothing() {
        let with = |key: &str, branches: Value| json!({"type": "object", "properties": {"a": {"type": "string"}}, key: branches});
        check_field(
            with(
                "oneOf",
                json!([{"required": ["a"]}, {"properties": {"a": {"enum": ["x"]}}}]),
            ),
            &[],
        );
        check_field(
            with("anyOf", json!([{"type": "object"}])),
            &["x: `type` cannot stand inside `anyOf`"],
        );
        check_field(
            with("not", json!({"properties": {"a": {"type": "string"}}})),
            &["x.a: `type` cannot stand inside `not`"],
        );
        check_field(
            with("allOf", json!([{"not": {"properties": {"b": {}}}}])),
            &["x: `not` is about a field `b` that is not there"],
        );
        check_field(
            with("not", json!({"items": {"enum": []}})),
            &["x: `not` is about the items of what is no list"],
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

    #[test]
    fn a_required_field_that_is_none_is_worth_a_warning() {
        fn check(schema: Value, expected: &[&str]) {
            let found: Vec<_> = missing_required(&schema)
                .into_iter()
                .map(|it| it.to_string())
                .collect();
            assert_eq!(found, expected);
        }
        check(
            json!({"properties": {"a": {"properties": {"name": {}}, "required": ["nmae", "name"]}}}),
            &["`a`: the required field `nmae` is none of its fields\n  help: did you mean `name`?"],
        );
        check(
            json!({"required": ["x"], "x-kubernetes-preserve-unknown-fields": true}),
            &[],
        );
    }
}
