use serde_json::{Value, json};

use super::{Node, each_node};

/// Writes defaults as the API server takes them: without nulls where none may be, and an `f32` as it was written in Rust.
pub fn clean_defaults(schema: &mut Value) {
    each_node(schema, &mut |node| {
        if let Some(mut default) = node.remove("default") {
            clean(&mut default, node);
            node.insert("default".into(), default);
        }
    });
}

fn clean(value: &mut Value, schema: &Node) {
    match value {
        Value::Object(fields) => {
            let empty = Node::new();
            let of = |name: &str| {
                let property = schema.get("properties").and_then(|it| it.get(name));
                let property = property.or_else(|| schema.get("additionalProperties"));
                property.and_then(Value::as_object).unwrap_or(&empty)
            };
            let is_required = |name: &str| {
                let required = schema.get("required").and_then(Value::as_array);
                required.is_some_and(|it| it.iter().any(|it| it == name))
            };
            let keeps_nulls = |name: &str| {
                let schema = of(name);
                schema.get("nullable") == Some(&json!(true))
                    || !schema.contains_key("type") && is_required(name)
            };
            fields.retain(|name, value| !value.is_null() || keeps_nulls(name));
            for (name, value) in fields {
                clean(value, of(name));
            }
        }
        Value::Array(items) => {
            if let Some(Value::Object(schema)) = schema.get("items") {
                items.iter_mut().for_each(|item| clean(item, schema));
            }
        }
        Value::Number(number) if schema.get("format").is_some_and(|it| it == "float") => {
            // The shortest number that is the same `f32`.
            let float = number.as_f64().unwrap_or_default() as f32;
            if let Ok(shortest) = float.to_string().parse::<f64>() {
                *value = json!(shortest);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn nulls_go_where_none_may_be() {
        let schema = |default: Value| {
            json!({
                "type": "object",
                "required": ["any"],
                "properties": {
                    "text": {"type": "string"},
                    "null": {"type": "string", "nullable": true},
                    "any": {},
                    "map": {"type": "object", "additionalProperties": {"type": "string"}},
                    "list": {"type": "array", "items": {"type": "object", "properties": {"text": {"type": "string"}}}},
                },
                "default": default,
            })
        };
        check(
            clean_defaults,
            schema(
                json!({"text": null, "null": null, "any": null, "map": {"a": null, "b": ""}, "list": [{"text": null}]}),
            ),
            schema(json!({"null": null, "any": null, "map": {"b": ""}, "list": [{}]})),
        );
    }

    #[test]
    fn an_f32_is_written_as_in_rust() {
        check(
            clean_defaults,
            json!({"properties": {"a": {"type": "number", "format": "float", "default": 0.1_f32}, "b": {"type": "number", "format": "double", "default": 0.1_f32}}}),
            json!({"properties": {"a": {"type": "number", "format": "float", "default": 0.1}, "b": {"type": "number", "format": "double", "default": 0.1_f32}}}),
        );
    }
}
