use serde_json::{Map, Value, json};

/// Adds the properties that a type writes and does not read, as `#[serde(skip_deserializing)]` has it: the API server would prune
/// them.
///
/// `written` is the schema of the same type by schemars' contract for serialization.
pub fn add_written_properties(schema: &mut Value, written: &Value) {
    let (Value::Object(node), Value::Object(written)) = (schema, written) else {
        return;
    };
    // One that denies unknown fields does not read what it writes there.
    let denies = node.get("additionalProperties") == Some(&json!(false));
    let is_object = match node.get("type") {
        Some(Value::Array(types)) => types.iter().any(|it| it == "object"),
        name => name.is_some_and(|it| it == "object"),
    };
    if let Some(Value::Object(of_written)) = written.get("properties")
        && is_object
        && (!denies || node.contains_key("properties"))
    {
        let properties = node
            .entry("properties")
            .or_insert_with(|| Map::new().into());
        if let Value::Object(properties) = properties {
            for (name, property) in of_written {
                match properties.get_mut(name) {
                    Some(there) => add_written_properties(there, property),
                    None if denies => {}
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
    if let Some((Value::Object(inner), written)) = node
        .get_mut("patternProperties")
        .zip(written.get("patternProperties"))
    {
        for (pattern, inner) in inner {
            add_written_properties(inner, &written[pattern]);
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
    use super::*;

    #[test]
    fn a_type_that_denies_unknown_fields_could_not_read_them() {
        let mut schema = json!({"type": ["object", "null"], "additionalProperties": false, "properties": {"a": {"type": "object"}}});
        let written = json!({"type": ["object", "null"], "additionalProperties": false, "properties": {
            "a": {"type": "object", "properties": {"b": {"type": "string"}}},
            "c": {"type": "string"},
        }});
        add_written_properties(&mut schema, &written);
        let expected = json!({"a": {"type": "object", "properties": {"b": {"type": "string"}}}});
        assert_eq!(schema["properties"], expected);
    }

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
