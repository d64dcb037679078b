//! The smallest value that a schema takes.

use serde_json::{Map, Value, json};

use super::text::{of_format, text};

/// The smallest value that a schema takes, as far as a look at each keyword alone tells.
pub fn minimal(schema: &Value) -> Value {
    if let Some(default) = schema.get("default") {
        return default.clone();
    }
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    if schema["x-kubernetes-int-or-string"] == true {
        return match schema["pattern"].as_str() {
            Some(pattern) => text(schema, pattern).into(),
            None => number(schema, true),
        };
    }
    match schema["type"].as_str() {
        Some("boolean") => false.into(),
        Some("integer") => number(schema, true),
        Some("number") => number(schema, false),
        Some("string") => match (schema["format"].as_str(), schema["pattern"].as_str()) {
            (_, Some(pattern)) => text(schema, pattern).into(),
            (Some(format), None) => of_format(format, schema).into(),
            (None, None) => text(schema, "").into(),
        },
        Some("array") => {
            let count = schema["minItems"].as_u64().unwrap_or(0).min(100);
            (0..count).map(|_| minimal(&schema["items"])).collect()
        }
        Some("object") => object(schema),
        _ => json!({}),
    }
}

fn object(schema: &Value) -> Value {
    let mut object = Map::new();
    let mut add = |name: &str| {
        let values = schema.get("additionalProperties");
        if let Some(property) = schema["properties"].get(name).or(values) {
            object.insert(name.to_owned(), minimal(property));
        }
    };
    let names = |schema: &Value| -> Vec<String> {
        let names = schema["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    names(schema).iter().for_each(|name| add(name));
    // Of alternatives the first, which says what it requires.
    for key in ["oneOf", "anyOf"] {
        if let Some(first) = schema[key].as_array().and_then(|it| it.first()) {
            names(first).iter().for_each(|name| add(name));
        }
    }
    let least = schema["minProperties"].as_u64().unwrap_or(0).min(100) as usize;
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if object.len() >= least {
            break;
        }
        object.entry(name).or_insert_with(|| minimal(property));
    }
    if let Some(values) = schema.get("additionalProperties") {
        for index in object.len()..least {
            object.insert(format!("key{index}"), minimal(values));
        }
    }
    // Any object stands for the embedded one.
    if schema["x-kubernetes-embedded-resource"] == true {
        for (name, value) in [("apiVersion", "v1"), ("kind", "ConfigMap")] {
            let field = object.entry(name).or_insert_with(|| json!(""));
            if *field == "" {
                *field = value.into();
            }
        }
    }
    object.into()
}

fn number(schema: &Value, whole: bool) -> Value {
    let bound = |key: &str| schema[key].as_f64();
    let step = bound("multipleOf").unwrap_or(if whole { 1.0 } else { 0.5 });
    let at_least = match (bound("minimum"), schema["exclusiveMinimum"] == true) {
        (Some(minimum), true) => minimum + step,
        (Some(minimum), false) => minimum,
        (None, _) => bound("maximum").map_or(0.0, |maximum| maximum.min(0.0)),
    };
    let value = (at_least / step).ceil() * step;
    if whole || value.fract() == 0.0 {
        json!(value as i64)
    } else {
        json!(value)
    }
}

#[cfg(test)]
mod tests {
    use kopgen_core::lint;

    use super::*;

    fn check(schema: Value, expected: Value) {
        assert_eq!(minimal(&schema), expected, "{schema}");
        assert_eq!(lint::validate(&expected, &schema), [], "{schema}");
    }

    #[test]
    fn the_least_is_what_is_required() {
        check(
            json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 3}, "b": {"type": "string"}}}),
            json!({"a": 3}),
        );
        check(
            json!({"type": "object", "oneOf": [{"required": ["b"]}, {"required": ["a"]}], "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}}}),
            json!({"b": false}),
        );
        check(
            json!({"type": "object", "minProperties": 2, "additionalProperties": {"type": "string", "minLength": 2}}),
            json!({"key0": "aa", "key1": "aa"}),
        );
        check(
            json!({"type": "array", "minItems": 1, "items": {"type": "string", "enum": ["x"]}}),
            json!(["x"]),
        );
        check(
            json!({"type": "object", "required": ["a"], "additionalProperties": {"type": "string"}}),
            json!({"a": ""}),
        );
        check(
            json!({"type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true}),
            json!({"apiVersion": "v1", "kind": "ConfigMap"}),
        );
        check(json!({"type": "number", "maximum": -1}), json!(-1));
        check(
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true}),
            json!(0.5),
        );
    }

    #[test]
    fn texts_follow_their_pattern() {
        for (pattern, expected) in [
            (r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]+)*$", "a"),
            (r"^(https?|ftp)://.+$", "ftp://a"),
            (r"^\d{3}-[A-Z]{2,}$", "111-AA"),
            (r"^$|^x$", ""),
            (r"^[[/][^/\0]+$", "/a"),
        ] {
            check(
                json!({"type": "string", "pattern": pattern}),
                expected.into(),
            );
        }
        check(
            json!({"type": "string", "pattern": "^[a-z]+$", "minLength": 4}),
            json!("aaaa"),
        );
    }
}
