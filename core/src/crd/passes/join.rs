use serde_json::{Value, json};

use super::Node;

/// Joins what a field says with what its type says, where both stand at one schema: neither is lost.
///
/// CEL rules of both hold, bounds are the stricter ones, two patterns go into `allOf`, values of an `enum` are those that both
/// have. Texts, the default and the format are the field's.
pub fn join(of_type: Node, of_field: Node) -> Node {
    let mut joined = of_type;
    for (key, value) in of_field {
        match joined.remove(&key) {
            None => _ = joined.insert(key, value),
            Some(inner) => join_keyword(&mut joined, key, inner, value),
        }
    }
    joined
}

fn join_keyword(joined: &mut Node, key: String, of_type: Value, of_field: Value) {
    let value = match (key.as_str(), of_type, of_field) {
        (_, a, b) if a == b => a,
        ("x-kubernetes-validations" | "allOf", Value::Array(a), Value::Array(b)) => {
            a.into_iter().chain(b).collect()
        }
        ("required", Value::Array(a), Value::Array(b)) => {
            let new: Vec<_> = b.into_iter().filter(|name| !a.contains(name)).collect();
            a.into_iter().chain(new).collect()
        }
        ("enum", Value::Array(a), Value::Array(b)) => {
            a.into_iter().filter(|value| b.contains(value)).collect()
        }
        ("properties" | "x-kopgen-set", Value::Object(mut a), Value::Object(b)) => {
            a.extend(b);
            a.into()
        }
        ("minimum" | "minLength" | "minItems" | "minProperties", a, b) => {
            stricter(a, b, |a, b| a >= b)
        }
        ("maximum" | "maxLength" | "maxItems" | "maxProperties", a, b) => {
            stricter(a, b, |a, b| a <= b)
        }
        ("pattern" | "anyOf" | "oneOf" | "not" | "multipleOf", a, b) => {
            let all = joined.entry("allOf").or_insert_with(|| json!([]));
            if let Value::Array(all) = all {
                all.push(json!({ &key: b }));
            }
            a
        }
        (_, _, of_field) => of_field,
    };
    joined.insert(key, value);
}

fn stricter(a: Value, b: Value, is_stricter: fn(f64, f64) -> bool) -> Value {
    match (a.as_f64(), b.as_f64()) {
        (Some(of_a), Some(of_b)) if is_stricter(of_a, of_b) => a,
        (Some(_), None) => a,
        _ => b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(of_type: Value, of_field: Value, expected: Value) {
        let node = |value: Value| value.as_object().cloned().unwrap();
        assert_eq!(Value::from(join(node(of_type), node(of_field))), expected);
    }

    #[test]
    fn what_stands_on_both_sides_is_joined() {
        check(
            json!({"x-kubernetes-validations": [{"rule": "a"}], "description": "type", "title": "T"}),
            json!({"x-kubernetes-validations": [{"rule": "b"}], "description": "field"}),
            json!({"x-kubernetes-validations": [{"rule": "a"}, {"rule": "b"}], "description": "field", "title": "T"}),
        );
        check(
            json!({"minimum": 2, "maximum": 9, "minLength": 1, "maxItems": 5}),
            json!({"minimum": 1, "maximum": 8, "minLength": 3, "maxItems": 7}),
            json!({"minimum": 2, "maximum": 8, "minLength": 3, "maxItems": 5}),
        );
        check(
            json!({"pattern": "a", "enum": ["a", "b"]}),
            json!({"pattern": "b", "enum": ["b", "c"]}),
            json!({"pattern": "a", "enum": ["b"], "allOf": [{"pattern": "b"}]}),
        );
        check(
            json!({"oneOf": [{"required": ["x"]}]}),
            json!({"oneOf": [{"required": ["y"]}]}),
            json!({"oneOf": [{"required": ["x"]}], "allOf": [{"oneOf": [{"required": ["y"]}]}]}),
        );
        check(
            json!({"pattern": "a", "x-kopgen-set": {"a": 1}}),
            json!({"pattern": "a", "x-kopgen-set": {"b": 2}}),
            json!({"pattern": "a", "x-kopgen-set": {"a": 1, "b": 2}}),
        );
    }
}
