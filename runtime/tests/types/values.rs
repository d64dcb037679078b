//! Values drawn from a schema: most of them fit, and the API server says which.

use serde_json::{Map, Value, json};

use crate::random::Random;

pub fn draw(schema: &Value, random: &mut Random) -> Value {
    if random.one_in(40) {
        return random.json(1);
    }
    if let Some(values) = schema["enum"].as_array() {
        return random.pick(values).clone();
    }
    let mut value = match schema["type"].as_str() {
        Some("object") => object(schema, random),
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            let most = schema["maxItems"].as_u64().unwrap_or(least + 2);
            let count = least + random.below(most - least + 1);
            (0..count).map(|_| draw(&schema["items"], random)).collect()
        }
        Some("boolean") => random.one_in(2).into(),
        Some("integer") => integer(schema, random),
        Some("number") => json!(random.int(-1000, 1000) as f64 / 8.0),
        Some("string") => text(schema, random),
        _ if schema["x-kubernetes-int-or-string"] == true => match random.below(2) {
            0 => integer(schema, random),
            _ => text(schema, random),
        },
        _ => random.json(2),
    };
    for key in ["oneOf", "anyOf"] {
        if let Some(branches) = schema[key].as_array().filter(|it| !it.is_empty()) {
            choose(&mut value, schema, random.pick(branches), branches, random);
        }
    }
    for branch in schema["allOf"].as_array().into_iter().flatten() {
        for key in ["oneOf", "anyOf"] {
            if let Some(branches) = branch[key].as_array().filter(|it| !it.is_empty()) {
                choose(&mut value, schema, random.pick(branches), branches, random);
            }
        }
    }
    value
}

/// Lets a value have the fields that one branch requires, and mostly not those of the others.
fn choose(value: &mut Value, schema: &Value, branch: &Value, all: &[Value], random: &mut Random) {
    let required = |branch: &Value| -> Vec<String> {
        let names = branch["required"].as_array().into_iter().flatten();
        names.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let Value::Object(fields) = value else { return };
    let wanted = required(branch);
    for name in all.iter().flat_map(required) {
        if !wanted.contains(&name) && !random.one_in(10) {
            fields.remove(&name);
        }
    }
    for name in wanted {
        let property = draw(&schema["properties"][&name], random);
        fields.entry(name).or_insert(property);
    }
}

fn object(schema: &Value, random: &mut Random) -> Value {
    let mut fields = Map::new();
    let required = schema["required"].as_array();
    let is_required = |name: &String| required.is_some_and(|it| it.iter().any(|it| it == name));
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if is_required(name) && !random.one_in(40) || random.one_in(2) {
            fields.insert(name.clone(), draw(property, random));
        }
    }
    if let Some(values) = schema.get("additionalProperties") {
        for _ in 0..random.below(3) {
            let key = match random.below(3) {
                0 => random.word(1, 5),
                1 => random.int(-1, 70_000).to_string(),
                _ => random.int(0, 200).to_string(),
            };
            fields.insert(key, draw(values, random));
        }
    }
    if schema["x-kubernetes-preserve-unknown-fields"] == true && random.one_in(2) {
        fields.insert(random.word(3, 8), random.json(2));
    }
    fields.into()
}

fn integer(schema: &Value, random: &mut Random) -> Value {
    // k8s-openapi's int-or-string has 32 bits, of which the schema of controller-gen says nothing.
    let int32 = schema["format"] == "int32" || schema["x-kubernetes-int-or-string"] == true;
    let (first, last) = if int32 {
        (i32::MIN.into(), i32::MAX.into())
    } else {
        (i64::MIN, i64::MAX)
    };
    let bound = |key: &str, default: i64| schema[key].as_i64().unwrap_or(default);
    let (first, last) = (bound("minimum", first), bound("maximum", last));
    match random.below(6) {
        0 => random.int(-10, 10).into(),
        _ => random.int(first, last.max(first)).into(),
    }
}

fn text(schema: &Value, random: &mut Random) -> Value {
    const KNOWN: [&str; 16] = [
        "500m",
        "1Gi",
        "0.5",
        "10.0.0.1",
        "fd00::1",
        "::ffff:1.2.3.4",
        "2026-01-02",
        "2026-01-02T03:04:05Z",
        "03:04:05",
        "a@b.example",
        "aGk=",
        "ä",
        "🦀",
        "01.2.3.4",
        "fe80::1%eth0",
        "",
    ];
    if (schema.get("pattern").is_some()
        || schema.get("format").is_some()
        || schema.get("anyOf").is_some()
        || random.one_in(8))
        && !random.one_in(3)
    {
        return (*random.pick(&KNOWN)).into();
    }
    let least = schema["minLength"].as_u64().unwrap_or(0);
    let most = schema["maxLength"].as_u64().unwrap_or(least + 6);
    random.word(least, most.max(least)).into()
}
