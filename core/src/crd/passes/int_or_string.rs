use serde_json::{Value, json};

use super::{Node, each_node};

const INT_OR_STRING: &str = "x-kubernetes-int-or-string";

/// Recognises an untagged enum of an integer and a string as what Kubernetes calls int-or-string.
///
/// Their bounds, lengths and patterns move beside it, where each goes on applying to its own type.
pub fn find_int_or_string(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let Some(Value::Array(branches)) = node.get("anyOf") else {
            return;
        };
        let [Value::Object(a), Value::Object(b)] = branches.as_slice() else {
            return;
        };
        let number = |branch: &Node| {
            let mut rules = plain(branch, "integer", &["minimum", "maximum", "multipleOf"])?;
            // An int-or-string has no format that says so.
            if branch.get("format").is_some_and(|it| it == "int32") {
                rules.entry("minimum").or_insert(i32::MIN.into());
                rules.entry("maximum").or_insert(i32::MAX.into());
            }
            Some(rules)
        };
        let text = |branch| plain(branch, "string", &["pattern", "minLength", "maxLength"]);
        let found = number(a).zip(text(b)).or_else(|| text(a).zip(number(b)));
        if let Some((first, second)) = found {
            node.remove("anyOf");
            node.insert(INT_OR_STRING.into(), true.into());
            node.extend(first.into_iter().chain(second));
        }
    });
}

/// The constraints of a branch that is of a type and says nothing but those.
fn plain(branch: &Node, name: &str, constraints: &[&str]) -> Option<Node> {
    let (constraining, other): (Node, Node) = branch
        .clone()
        .into_iter()
        .partition(|(key, _)| constraints.contains(&key.as_str()));
    let of_type = branch.get("type").is_some_and(|it| it == name);
    let nothing_else = other
        .keys()
        .all(|key| ["type", "format", "description"].contains(&key.as_str()));
    (of_type && nothing_else).then_some(constraining)
}

/// Writes out what int-or-string means, as controller-gen does: `anyOf` an integer and a string. An empty `anyOf` asks for
/// none.
pub fn restore_int_or_string(schema: &mut Value) {
    each_node(schema, &mut restore);
}

/// [`restore_int_or_string`] for one schema, and not for those in it.
pub fn restore(node: &mut Node) {
    if node.get(INT_OR_STRING) != Some(&json!(true)) {
        return;
    }
    if node.get("anyOf") == Some(&json!([])) {
        node.remove("anyOf");
    } else if !node.contains_key("anyOf") {
        node.insert(
            "anyOf".into(),
            json!([{"type": "integer"}, {"type": "string"}]),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn an_enum_of_integer_and_string_is_int_or_string() {
        check(
            find_int_or_string,
            json!({"description": "port", "anyOf": [{"type": "integer", "format": "int64"}, {"type": "string", "description": "by name"}]}),
            json!({"description": "port", INT_OR_STRING: true}),
        );
        check(
            find_int_or_string,
            json!({"anyOf": [{"type": "integer", "format": "int32", "minimum": 0}, {"type": "string"}]}),
            json!({INT_OR_STRING: true, "minimum": 0, "maximum": i32::MAX}),
        );
        check(
            find_int_or_string,
            json!({"anyOf": [{"type": "string", "pattern": "x"}, {"type": "integer", "minimum": 1}]}),
            json!({INT_OR_STRING: true, "pattern": "x", "minimum": 1}),
        );
        for same in [
            json!({"anyOf": [{"type": "integer", "enum": [1]}, {"type": "string"}]}),
            json!({"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "boolean"}]}),
            json!({"anyOf": [{"type": "string"}, {"type": "string"}]}),
        ] {
            check(find_int_or_string, same.clone(), same);
        }
    }

    #[test]
    fn int_or_string_gets_its_shape() {
        check(
            restore_int_or_string,
            json!({"properties": {"port": {INT_OR_STRING: true, "pattern": "x"}}}),
            json!({"properties": {"port": {INT_OR_STRING: true, "pattern": "x", "anyOf": [{"type": "integer"}, {"type": "string"}]}}}),
        );
        check(
            restore_int_or_string,
            json!({INT_OR_STRING: true, "anyOf": []}),
            json!({INT_OR_STRING: true}),
        );
        let own = json!({INT_OR_STRING: true, "anyOf": [{"type": "string"}]});
        check(restore_int_or_string, own.clone(), own);
    }
}
