use serde_json::{Value, json};

use super::nulls::allow_null_beside_enum;
use super::{Node, each_node, join::join};

const OPTIONAL: &str = "x-kopgen-optional";

/// Marks a variant that may be anything, such as `Other(serde_json::Value)`, before it looks like one that says nothing.
pub fn keep_any_variant(schema: &mut Value) {
    each_node(schema, &mut |node| {
        for key in ["anyOf", "oneOf"] {
            let Some(Value::Array(branches)) = node.get_mut(key) else {
                continue;
            };
            for branch in branches {
                let is_any = match branch {
                    Value::Bool(anything) => *anything,
                    Value::Object(node) => {
                        node.len() == 1
                            && (node.contains_key("description") || node.contains_key("title"))
                    }
                    _ => false,
                };
                if is_any {
                    *branch = json!({"x-kubernetes-preserve-unknown-fields": true});
                }
            }
        }
    });
}

/// Brings the variants of enums into the form that kube's rewriter reads without loss, as far as there is one.
///
/// An enum of one variant is that variant. An enum of names alone is an `enum`. Untagged variants that are all strings, or all
/// numbers, become a value of that type with the rules of each in `anyOf`; so do lists and maps of the same items.
pub fn settle_variants(schema: &mut Value) {
    each_node(schema, &mut |node| {
        settle_names(node);
        settle_untagged(node);
    });
}

/// `oneOf` of strings with one value each, which documented variants are.
fn settle_names(node: &mut Node) {
    let Some(Value::Array(branches)) = node.get("oneOf") else {
        return;
    };
    let is_name = |branch: &Value| branch["type"] == "string" && branch["enum"].is_array();
    if branches.is_empty() || !branches.iter().all(is_name) {
        return;
    }
    let values = branches
        .iter()
        .filter_map(|branch| branch["enum"].as_array());
    let values: Vec<Value> = values.flatten().cloned().collect();
    node.remove("oneOf");
    let names = json!({"type": "string", "enum": values});
    if let Value::Object(names) = names {
        *node = join(names, std::mem::take(node));
    }
    if node.get("nullable") == Some(&json!(true)) {
        allow_null_beside_enum(node);
    }
}

fn settle_untagged(node: &mut Node) {
    let Some(Value::Array(branches)) = node.get("anyOf") else {
        return;
    };
    let branches: Option<Vec<Node>> = branches.iter().map(|it| it.as_object().cloned()).collect();
    let Some(mut branches) = branches else { return };
    if let [only] = branches.as_mut_slice()
        && only.contains_key("type")
    {
        let mut outer = std::mem::take(node);
        outer.remove("anyOf");
        let mut inner = std::mem::take(only);
        if outer.contains_key("description") {
            inner.remove("description");
        }
        *node = join(inner, outer);
        return;
    }
    let Some(shared) = shared_shape(&branches) else {
        return;
    };
    for branch in &mut branches {
        for key in ["title", "description", "default"]
            .into_iter()
            .chain(shared.keys().map(String::as_str))
        {
            branch.remove(key);
        }
        branch.remove("type");
        if shared.get("type").is_some_and(|it| it != "string") {
            branch.remove("format");
        }
    }
    node.remove("anyOf");
    if !branches.iter().any(Node::is_empty) {
        let branches: Vec<_> = branches.into_iter().map(Value::from).collect();
        node.insert("anyOf".into(), branches.into());
    }
    *node = join(shared, std::mem::take(node));
}

/// What all branches have in common where they are of one type, and differ in bounds, patterns and values at most.
fn shared_shape(branches: &[Node]) -> Option<Node> {
    const RULES: [&str; 15] = [
        "title",
        "description",
        "default",
        "enum",
        "format",
        "pattern",
        "minimum",
        "maximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ];
    let types: Vec<_> = branches
        .iter()
        .map(|it| it.get("type").and_then(Value::as_str))
        .collect();
    let is_number = |it: &Option<&str>| matches!(it, Some("integer" | "number"));
    let ty = match types.first()? {
        first if types.iter().all(|it| it == first) => (*first)?,
        _ if types.iter().all(is_number) => "number",
        _ => return None,
    };
    let shape = |branch: &Node| -> Node {
        let shape = branch
            .iter()
            .filter(|(key, _)| !RULES.contains(&key.as_str()));
        shape
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    };
    if matches!(ty, "integer" | "number") {
        let known = |key: &String| RULES.contains(&key.as_str()) || key == "type";
        if !branches.iter().all(|branch| branch.keys().all(known)) {
            return None;
        }
        let formats: Vec<_> = branches.iter().map(|it| it.get("format")).collect();
        let mut shared = Node::new();
        shared.insert("type".into(), ty.into());
        let widest = match formats.first()? {
            Some(first) if formats.iter().all(|it| *it == Some(first)) => Some((*first).clone()),
            _ if ty == "integer" => Some("int64".into()),
            _ => None,
        };
        shared.extend(widest.map(|format| ("format".to_owned(), format)));
        return Some(shared);
    }
    let first = shape(branches.first()?);
    let plain = ty != "object" || !first.contains_key("properties");
    (plain && branches.iter().all(|branch| shape(branch) == first)).then_some(first)
}

/// Takes the properties out of `allOf`, which schemars makes of several flattened enums: in a structural schema they stand beside it.
pub fn hoist_all_of(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let Some(Value::Array(mut branches)) = node.remove("allOf") else {
            return;
        };
        for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
            if branch.get("type") != Some(&json!("object")) {
                continue;
            }
            if let Some(ty) = branch.remove("type") {
                node.entry("type").or_insert(ty);
            }
            if let Some(Value::Object(hoisted)) = branch.remove("properties")
                && let Value::Object(properties) =
                    node.entry("properties").or_insert_with(|| json!({}))
            {
                for (name, property) in hoisted {
                    properties.entry(name).or_insert(property);
                }
            }
        }
        node.insert("allOf".into(), branches.into());
    });
}

/// Marks where schemars lets a flattened `Option` of an enum have any variants: `anyOf` of `oneOf` and of anything.
pub fn mark_optional_variants(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let Some([variants, none]) = node
            .get("anyOf")
            .and_then(Value::as_array)
            .map(Vec::as_slice)
        else {
            return;
        };
        // What was written by hand has no types in it.
        let typed = variants["oneOf"]
            .as_array()
            .is_some_and(|it| it.iter().all(|it| it["type"].is_string()));
        if typed && none.as_object().is_some_and(Node::is_empty) {
            node.insert(OPTIONAL.into(), true.into());
        }
    });
}

/// Lets a flattened `Option` of an enum have one variant or none.
pub fn close_optional_variants(schema: &mut Value) {
    each_node(schema, &mut |node| {
        if node.remove(OPTIONAL).is_none() {
            return;
        }
        let Some(Value::Array(branches)) = node.get("anyOf") else {
            return;
        };
        let [Value::Object(variants), Value::Object(none)] = branches.as_slice() else {
            return;
        };
        let Some(Value::Array(variants)) = variants.get("oneOf").filter(|_| none.is_empty()) else {
            return;
        };
        let mut one_of = variants.clone();
        one_of.push(json!({"not": {"anyOf": variants}}));
        node.remove("anyOf");
        let closed = json!({"oneOf": one_of});
        if let Value::Object(closed) = closed {
            *node = join(closed, std::mem::take(node));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn variants_of_one_type_share_it() {
        check(
            settle_variants,
            json!({"anyOf": [{"type": "string", "pattern": "a", "description": "A."}, {"type": "string", "pattern": "b"}]}),
            json!({"type": "string", "anyOf": [{"pattern": "a"}, {"pattern": "b"}]}),
        );
        check(
            settle_variants,
            json!({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}),
            json!({"type": "string"}),
        );
        check(
            settle_variants,
            json!({"anyOf": [{"type": "integer", "format": "int32"}, {"type": "number", "format": "double"}]}),
            json!({"type": "number"}),
        );
        check(
            settle_variants,
            json!({"anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}], "description": "Field."}),
            json!({"type": "object", "additionalProperties": {"type": "string"}, "description": "Field."}),
        );
        for same in [
            json!({"anyOf": [{"type": "string"}, {"type": "object"}]}),
            json!({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}]}),
            json!({"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]}),
        ] {
            check(settle_variants, same.clone(), same);
        }
    }

    #[test]
    fn several_flattened_enums_share_an_object() {
        check(
            hoist_all_of,
            json!({"type": "object", "properties": {"c": {}}, "allOf": [
                {"type": "object", "properties": {"a": {"type": "string"}}, "oneOf": [{"required": ["a"]}]},
                {"type": "object", "anyOf": [{"required": ["b"]}, {}], "properties": {"b": {}}},
                {"required": ["c"]},
            ]}),
            json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {}, "c": {}}, "allOf": [
                {"oneOf": [{"required": ["a"]}]},
                {"anyOf": [{"required": ["b"]}, {}]},
                {"required": ["c"]},
            ]}),
        );
    }

    #[test]
    fn a_flattened_option_has_one_variant_or_none() {
        check(
            close_optional_variants,
            json!({OPTIONAL: true, "anyOf": [{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, {}]}),
            json!({"oneOf": [{"required": ["a"]}, {"required": ["b"]}, {"not": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}}]}),
        );
    }
}
