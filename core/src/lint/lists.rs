//! How lists merge: `x-kubernetes-list-type` and its keys.

use serde_json::{Map, Value, json};

use super::among;
use super::structural::{ANY_VALUE, boolean};
use crate::Problem;

type Node = Map<String, Value>;

/// All that is wrong with a list, of what and in how it merges; nothing where the schema is no list's.
pub fn check(node: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |message: String, help: &str| problems.push(Problem::new(message).help(help));
    let array = node.get("type") == Some(&json!("array"));
    match node.get("items") {
        Some(Value::Array(_)) => problem(
            "its items have a schema each: it is a tuple".into(),
            "use a struct, or a list of one type",
        ),
        Some(items @ Value::Bool(_)) => problem(boolean(items), ANY_VALUE),
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
        "set"
            if item_type == "array"
                && items
                    .get("x-kubernetes-list-type")
                    .is_some_and(|it| it != "atomic") =>
        {
            problem(
                "a set's items are compared as a whole".into(),
                "let the lists in it merge as `ListMerge::Atomic`",
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check_field(schema: Value, expected: &[&str]) {
        let found: Vec<_> = check(schema.as_object().unwrap())
            .into_iter()
            .map(|it| it.message)
            .collect();
        assert_eq!(found, expected, "{schema}");
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
            &["its items have no field `nme` to merge by"],
        );
        check_field(
            map(json!(["name", "name"]), item()),
            &["the key `name` is named twice"],
        );
        check_field(
            map(json!(["port"]), item()),
            &["the key `port` is optional, and has no default"],
        );
        check_field(
            map(json!(["sub"]), item()),
            &[
                "the key `sub` is no scalar",
                "the key `sub` is optional, and has no default",
            ],
        );
        check_field(
            map(json!([]), item()),
            &["it merges as a map, and by which keys is not said"],
        );
        check_field(
            map(json!(["a"]), json!({"type": "string"})),
            &["only a list of structs merges as a map"],
        );
        let set =
            |item: Value| json!({"type": "array", "x-kubernetes-list-type": "set", "items": item});
        check_field(set(json!({"type": "string"})), &[]);
        check_field(
            set(json!({"type": "string", "nullable": true})),
            &["the items of a list that merges as `set` cannot be nullable"],
        );
        let lists = |merge: &str| set(json!({"type": "array", "x-kubernetes-list-type": merge}));
        check_field(lists("atomic"), &[]);
        check_field(lists("set"), &["a set's items are compared as a whole"]);
        check_field(set(item()), &["a set's items are compared as a whole"]);
        check_field(
            json!({"type": "string", "x-kubernetes-list-type": "set"}),
            &["only a list merges as `set`"],
        );
    }
}
