use serde_json::{Map, Value};

/// Adds the properties that a type writes and does not read, as `#[serde(skip_deserializing)]` has it: the API server would prune
/// them.
///
/// `written` is the schema of the same type by schemars' contract for serialization.
pub fn add_written_properties(schema: &mut Value, written: &Value) {
    let (Value::Object(node), Value::Object(written)) = (schema, written) else {
        return;
    };
    if let Some(Value::Object(of_written)) = written.get("properties")
        && node.get("type").is_some_and(|it| it == "object")
    {
        let properties = node
            .entry("properties")
            .or_insert_with(|| Map::new().into());
        if let Value::Object(properties) = properties {
            for (name, property) in of_written {
                match properties.get_mut(name) {
                    Some(there) => add_written_properties(there, property),
                    None => _ = properties.insert(name.clone(), property.clone()),
                }
            }
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some((inner, written)) = node.get_mut(key).zip(written.get(key)) {
            add_written_properties(inner, written);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some((Value::Array(branches), Value::Array(written))) =
            node.get_mut(key).zip(written.get(key))
            && branches.len() == written.len()
        {
            for (branch, written) in branches.iter_mut().zip(written) {
                add_written_properties(branch, written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_alone_is_a_property_too() {
        let mut schema = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "string"},
            "b": {"type": "array", "items": {"type": "object", "properties": {}}},
        }});
        let written = json!({"type": "object", "required": ["a", "c"], "properties": {
            "a": {"type": "integer"},
            "b": {"type": "array", "items": {"type": "object", "properties": {"d": {"type": "string"}}}},
            "c": {"type": "boolean"},
        }});
        add_written_properties(&mut schema, &written);
        let expected = json!({"type": "object", "required": ["a"], "properties": {
            "a": {"type": "string"},
            "b": {"type": "array", "items": {"type": "object", "properties": {"d": {"type": "string"}}}},
            "c": {"type": "boolean"},
        }});
        assert_eq!(schema, expected);
    }
}
