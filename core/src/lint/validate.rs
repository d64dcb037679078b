//! Values against structural schemas.
//!
//! Not a crate's: those judge by JSON Schema and not by OpenAPI 3 (`nullable`, a boolean `exclusiveMinimum`), and know
//! neither int-or-string nor pruning nor list types.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::{Map, Number, Value};

use super::pattern::rust_pattern;
use super::{among, below, defaults};
use crate::Problem;

/// Checks a value against a structural schema as the API server does, with unknown fields refused as kubectl has them. All
/// problems at once, each with the path of the field.
///
/// CEL rules and the formats of strings are not judged.
///
/// ```
/// use serde_json::json;
///
/// let schema = json!({"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 1}}});
/// let problems = kopgen_core::lint::validate(&json!({"replicas": 0, "replcas": 1}), &schema);
/// assert_eq!(problems[0].to_string(), "`replcas`: unknown field\n  help: did you mean `replicas`?");
/// assert_eq!(problems[1].to_string(), "`replicas`: 0 is less than 1");
/// ```
pub fn validate(value: &Value, schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    check("", value, schema, Role::Field, &mut problems);
    problems
}

/// [`validate`] for a whole object: its defaults are filled in first, and no schema needs to tell of its `apiVersion`, `kind`
/// and `metadata`.
pub fn validate_object(value: &Value, schema: &Value) -> Vec<Problem> {
    let mut filled = value.clone();
    defaults::fill(&mut filled, schema);
    let mut problems = Vec::new();
    check("", &filled, schema, Role::Object, &mut problems);
    problems
}

/// What a schema is to the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The schema of a whole object.
    Object,
    /// The schema of a field, an item or a value: what it does not name is unknown.
    Field,
    /// A combinator's branch, which names just what it is about.
    Branch,
}

impl Role {
    /// The role of the schemas inside.
    fn inside(self) -> Self {
        if self == Self::Branch {
            Self::Branch
        } else {
            Self::Field
        }
    }
}

fn check(path: &str, value: &Value, schema: &Value, role: Role, problems: &mut Vec<Problem>) {
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    let mut problem = |message: String| problems.push(Problem::new(message).field(path));
    if let Some(expected) = wrong_type(value, schema) {
        problem(format!("{} is no {expected}", shown(value)));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        let list: Vec<_> = allowed.iter().map(shown).collect();
        problem(format!("{} is none of {}", shown(value), list.join(", ")));
    }
    match value {
        Value::Number(number) => check_number(number, schema, &mut problem),
        Value::String(text) => check_string(text, schema, &mut problem),
        Value::Array(items) => check_array(path, items, schema, role, problems),
        Value::Object(fields) => check_object(path, fields, schema, role, problems),
        _ => {}
    }
    check_combinators(path, value, schema, problems);
}

/// The type that the value should have had.
fn wrong_type<'a>(value: &Value, schema: &'a Value) -> Option<&'a str> {
    // The API server reads integers into 64 bits.
    let whole = |it: f64| it.fract() == 0.0 && it.abs() < i64::MAX as f64;
    let integer =
        |value: &Value| value.is_i64() || value.is_f64() && value.as_f64().is_some_and(whole);
    if schema["x-kubernetes-int-or-string"] == true {
        return (!integer(value) && !value.is_string()).then_some("integer or string");
    }
    let expected = schema["type"].as_str()?;
    let right = match expected {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => integer(value),
        "number" => value.is_number(),
        _ => true,
    };
    (!right).then_some(expected)
}

fn check_number(number: &Number, schema: &Value, problem: &mut impl FnMut(String)) {
    let value = number.as_f64().unwrap_or(f64::NAN);
    if let Some(minimum) = schema["minimum"].as_f64() {
        match schema["exclusiveMinimum"] == true {
            true if value <= minimum => problem(format!(
                "{number} is not greater than {}",
                schema["minimum"]
            )),
            false if value < minimum => {
                problem(format!("{number} is less than {}", schema["minimum"]))
            }
            _ => {}
        }
    }
    if let Some(maximum) = schema["maximum"].as_f64() {
        match schema["exclusiveMaximum"] == true {
            true if value >= maximum => {
                problem(format!("{number} is not less than {}", schema["maximum"]))
            }
            false if value > maximum => {
                problem(format!("{number} is greater than {}", schema["maximum"]))
            }
            _ => {}
        }
    }
    if schema["format"] == "int32" && !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)
    {
        problem(format!("{number} is no int32"));
    }
    if let Some(factor) = schema["multipleOf"].as_f64()
        && !is_whole(value / factor)
    {
        problem(format!(
            "{number} is no multiple of {}",
            schema["multipleOf"]
        ));
    }
}

/// Whether a quotient is whole, but for what division loses: 0.3 is three times 0.1.
fn is_whole(quotient: f64) -> bool {
    (quotient - quotient.round()).abs() <= f64::EPSILON * quotient.abs().max(1.0)
}

fn check_string(text: &str, schema: &Value, problem: &mut impl FnMut(String)) {
    check_count(
        text.chars().count(),
        "characters",
        schema,
        "minLength",
        "maxLength",
        problem,
    );
    // A pattern that only Go can read is Go's to judge.
    if let Some(pattern) = schema["pattern"].as_str()
        && Regex::new(&rust_pattern(pattern)).is_ok_and(|regex| !regex.is_match(text))
    {
        problem(format!("{:?} does not match `{pattern}`", text));
    }
}

fn check_array(
    path: &str,
    items: &[Value],
    schema: &Value,
    role: Role,
    problems: &mut Vec<Problem>,
) {
    let mut problem = |message: String| problems.push(Problem::new(message).field(path));
    check_count(
        items.len(),
        "items",
        schema,
        "minItems",
        "maxItems",
        &mut problem,
    );
    match schema["x-kubernetes-list-type"].as_str() {
        Some("set") => check_unique(items, |item| item.to_string(), &mut problem),
        Some("map") => {
            let keys = schema["x-kubernetes-list-map-keys"]
                .as_array()
                .map_or(&[][..], Vec::as_slice);
            let of = |item: &Value| {
                let defaults = &schema["items"]["properties"];
                let value = |key: &str| {
                    item.get(key)
                        .unwrap_or(&defaults[key]["default"])
                        .to_string()
                };
                let pairs: Vec<_> = keys
                    .iter()
                    .filter_map(Value::as_str)
                    .map(|key| format!("{key}={}", value(key)))
                    .collect();
                pairs.join(", ")
            };
            check_unique(items, of, &mut problem);
        }
        _ => {}
    }
    if let Some(schema) = schema.get("items") {
        for (at, item) in items.iter().enumerate() {
            check(
                &format!("{path}[{at}]"),
                item,
                schema,
                role.inside(),
                problems,
            );
        }
    }
}

fn check_unique(items: &[Value], key: impl Fn(&Value) -> String, problem: &mut impl FnMut(String)) {
    let mut seen = BTreeSet::new();
    for key in items.iter().map(key) {
        if seen.contains(&key) {
            problem(format!("there are two of {key}"));
        }
        seen.insert(key);
    }
}

const OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

fn check_object(
    path: &str,
    fields: &Map<String, Value>,
    schema: &Value,
    role: Role,
    problems: &mut Vec<Problem>,
) {
    let properties = schema["properties"].as_object();
    let names = || {
        properties
            .into_iter()
            .flat_map(|it| it.keys().map(String::as_str))
    };
    let nullable = |name: &str| {
        properties
            .and_then(|it| it.get(name))
            .is_some_and(|it| it["nullable"] == true)
    };
    // The API server drops a null from where none may be.
    let present = |name: &str| {
        fields
            .get(name)
            .is_some_and(|value| !value.is_null() || nullable(name))
    };
    let mut problem = |message: String| problems.push(Problem::new(message).field(path));
    check_count(
        fields.len(),
        "fields",
        schema,
        "minProperties",
        "maxProperties",
        &mut problem,
    );
    let required = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    for name in required.filter(|name| !present(name)) {
        problems.push(Problem::new("is required").field(below(path, name)));
    }
    let embedded = schema["x-kubernetes-embedded-resource"] == true;
    for name in ["apiVersion", "kind"]
        .into_iter()
        .filter(|name| embedded && !fields.contains_key(*name))
    {
        problems.push(Problem::new("is required").field(below(path, name)));
    }
    let open = role == Role::Branch || schema["x-kubernetes-preserve-unknown-fields"] == true;
    let object = embedded || role == Role::Object;
    for (name, value) in fields {
        let path = below(path, name);
        // What every object has is not judged here.
        if object && OBJECT.contains(&name.as_str()) {
            continue;
        }
        let values = || {
            schema
                .get("additionalProperties")
                .filter(|it| it.is_object())
        };
        match properties.and_then(|it| it.get(name)).or_else(values) {
            Some(_) if !present(name) => {}
            Some(schema) => check(&path, value, schema, role.inside(), problems),
            None if open || schema["additionalProperties"] == true => {}
            None => problems.push(
                Problem::new("unknown field")
                    .field(path)
                    .help(among(name, names())),
            ),
        }
    }
}

fn check_combinators(path: &str, value: &Value, schema: &Value, problems: &mut Vec<Problem>) {
    let matching = |branch: &&Value| {
        let mut found = Vec::new();
        check(path, value, branch, Role::Branch, &mut found);
        found.is_empty()
    };
    let branches = |key: &str| schema[key].as_array().map_or(&[][..], Vec::as_slice);
    for branch in branches("allOf") {
        check(path, value, branch, Role::Branch, problems);
    }
    let mut problem = |message: String| problems.push(Problem::new(message).field(path));
    let any_of = branches("anyOf");
    if !any_of.is_empty() && !any_of.iter().any(|branch| matching(&branch)) {
        problem(format!("none of these holds: {}", listed(any_of)));
    }
    let one_of = branches("oneOf");
    let holding: Vec<_> = one_of.iter().filter(matching).cloned().collect();
    match holding.len() {
        1 => {}
        0 if one_of.is_empty() => {}
        0 => problem(format!("none of these holds: {}", listed(one_of))),
        _ => problem(format!("only one of these may hold: {}", listed(&holding))),
    }
    if let Some(not) = schema.get("not")
        && matching(&not)
    {
        problem(format!("this may not hold: {not}"));
    }
}

fn check_count(
    count: usize,
    what: &str,
    schema: &Value,
    least: &str,
    most: &str,
    problem: &mut impl FnMut(String),
) {
    let bound = |key: &str| schema[key].as_u64().and_then(|it| usize::try_from(it).ok());
    if let Some(least) = bound(least).filter(|least| count < *least) {
        problem(format!("has {count} {what}, and needs {least}"));
    }
    if let Some(most) = bound(most).filter(|most| count > *most) {
        problem(format!("has {count} {what}, and may have {most}"));
    }
}

fn listed(branches: &[Value]) -> String {
    branches
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value as a message shows it: objects and lists by their kind alone.
fn shown(value: &Value) -> String {
    match value {
        Value::Object(_) => "an object".into(),
        Value::Array(_) => "a list".into(),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The problems, each as `path: message`.
    fn check(schema: &Value, value: Value, expected: &[&str]) {
        let found: Vec<_> = validate(&value, schema)
            .into_iter()
            .map(|it| format!("{}: {}", it.field.unwrap_or_default(), it.message))
            .collect();
        assert_eq!(found, expected, "{value}");
    }

    #[test]
    fn scalars() {
        let integer = json!({"type": "integer", "minimum": 1, "maximum": 9, "exclusiveMaximum": true, "multipleOf": 2});
        check(&integer, json!(2), &[]);
        check(&integer, json!(4.0), &[]);
        check(&integer, json!(0), &[": 0 is less than 1"]);
        check(
            &integer,
            json!(9),
            &[": 9 is not less than 9", ": 9 is no multiple of 2"],
        );
        check(
            &json!({"type": "integer", "format": "int32"}),
            json!(3_000_000_000_u32),
            &[": 3000000000 is no int32"],
        );
        let tenths = json!({"type": "number", "multipleOf": 0.1});
        check(&tenths, json!(0.3), &[]);
        check(&tenths, json!(0.35), &[": 0.35 is no multiple of 0.1"]);
        let long = json!({"type": "integer"});
        check(&long, json!(i64::MAX), &[]);
        check(
            &long,
            json!(u64::MAX),
            &[": 18446744073709551615 is no integer"],
        );
        check(&integer, json!(2.5), &[": 2.5 is no integer"]);
        check(&integer, json!("2"), &[": \"2\" is no integer"]);
        check(&integer, Value::Null, &[": null is no integer"]);
        let string = json!({"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^ü", "nullable": true});
        check(&string, json!("üx"), &[]);
        check(&string, Value::Null, &[]);
        check(&string, json!("ü"), &[": has 1 characters, and needs 2"]);
        check(
            &string,
            json!("xxxx"),
            &[
                ": has 4 characters, and may have 3",
                ": \"xxxx\" does not match `^ü`",
            ],
        );
        let switch = json!({"type": "string", "enum": ["on", "off"]});
        check(&switch, json!("on"), &[]);
        check(
            &switch,
            json!("no"),
            &[": \"no\" is none of \"on\", \"off\""],
        );
        check(&switch, json!(true), &[": true is no string"]);
        let port = json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]});
        check(&port, json!(80), &[]);
        check(&port, json!("http"), &[]);
        check(&port, json!(1.5), &[": 1.5 is no integer or string"]);
    }

    #[test]
    fn objects() {
        let schema = json!({"type": "object", "required": ["name", "limits"], "properties": {
            "name": {"type": "string"},
            "limits": {"type": "object", "additionalProperties": {"type": "integer"}},
            "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": true, "properties": {"known": {"type": "boolean"}}},
            "none": {"type": "object"},
            "pod": {"type": "object", "x-kubernetes-embedded-resource": true, "properties": {"spec": {"type": "object"}}},
        }});
        let object = |more: Value| {
            let mut object = json!({"name": "x", "limits": {}});
            object
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            object
        };
        check(&schema, object(json!({})), &[]);
        check(
            &schema,
            json!({"name": null}),
            &["name: is required", "limits: is required"],
        );
        check(
            &schema,
            object(json!({"limits": {"app.io/cpu": "x"}})),
            &["limits['app.io/cpu']: \"x\" is no integer"],
        );
        check(&schema, object(json!({"nme": 1})), &["nme: unknown field"]);
        check(
            &schema,
            object(json!({"any": {"a": {"b": 1}, "known": 1}})),
            &["any.known: 1 is no boolean"],
        );
        check(
            &schema,
            object(json!({"none": {"a": 1}})),
            &["none.a: unknown field"],
        );
        let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {}, "x": 1});
        check(
            &schema,
            object(json!({"pod": pod})),
            &["pod.x: unknown field"],
        );
    }

    #[test]
    fn lists() {
        let set = json!({"type": "array", "maxItems": 3, "items": {"type": "string"}, "x-kubernetes-list-type": "set"});
        check(&set, json!(["a", "b"]), &[]);
        check(
            &set,
            json!(["a", "a", 1, "b"]),
            &[
                ": has 4 items, and may have 3",
                ": there are two of \"a\"",
                "[2]: 1 is no string",
            ],
        );
        let map = json!({"type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["port", "protocol"], "items": {
            "type": "object", "properties": {"port": {"type": "integer"}, "protocol": {"type": "string", "default": "TCP"}},
        }});
        check(
            &map,
            json!([{"port": 1}, {"port": 1, "protocol": "UDP"}]),
            &[],
        );
        check(
            &map,
            json!([{"port": 1}, {"port": 1, "protocol": "TCP"}]),
            &[": there are two of port=1, protocol=\"TCP\""],
        );
    }

    #[test]
    fn combinators() {
        let one = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
        check(&one, json!({"a": "x"}), &[]);
        check(
            &one,
            json!({}),
            &[": none of these holds: {\"required\":[\"a\"]}, {\"required\":[\"b\"]}"],
        );
        check(
            &one,
            json!({"a": "x", "b": "y"}),
            &[": only one of these may hold: {\"required\":[\"a\"]}, {\"required\":[\"b\"]}"],
        );
        let not = json!({"type": "integer", "not": {"enum": [0]}, "allOf": [{"maximum": 5}], "anyOf": [{"minimum": 3}, {"enum": [1]}]});
        check(&not, json!(1), &[]);
        check(&not, json!(9), &[": 9 is greater than 5"]);
        check(
            &not,
            json!(0),
            &[
                ": none of these holds: {\"minimum\":3}, {\"enum\":[1]}",
                ": this may not hold: {\"enum\":[0]}",
            ],
        );
    }
}
