//! What the API server takes, and is most likely a slip.

use serde_json::Value;

use super::structural::each_structural;
use super::{among, branches};
use crate::Problem;

/// Rules about fields that are not there: the object can never be valid, or the rule was meant for another field.
pub fn check(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    each_structural(schema, "", &mut |path, schema| {
        let open = schema.get("additionalProperties").is_some()
            || schema["x-kubernetes-preserve-unknown-fields"] == true;
        let properties = schema.get("properties").and_then(Value::as_object);
        let names = || {
            properties
                .into_iter()
                .flat_map(|it| it.keys().map(String::as_str))
        };
        let required = schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        for name in required.filter(|name| !open && !names().any(|it| it == *name)) {
            let message = format!("the required field `{name}` is none of its fields");
            problems.push(Problem::new(message).field(path).help(among(name, names())));
        }
        problems.extend(branches::doubtful(path, schema));
        problems.extend(keywords(schema).map(|problem| problem.field(path)));
    });
    problems
}

/// The keywords that only values of some types are held to.
const KEYWORDS: &[(&str, &[&str], &str)] = &[
    ("minimum", &["integer", "number"], "a number"),
    ("maximum", &["integer", "number"], "a number"),
    ("multipleOf", &["integer", "number"], "a number"),
    ("minLength", &["string"], "a string"),
    ("maxLength", &["string"], "a string"),
    ("pattern", &["string"], "a string"),
    ("minItems", &["array"], "a list"),
    ("maxItems", &["array"], "a list"),
    ("minProperties", &["object"], "an object"),
    ("maxProperties", &["object"], "an object"),
];

/// The formats that the API server checks or knows: `supportedFormats` in `apiextensions-apiserver`, and those of numbers.
const FORMATS: &[&str] = &[
    "bsonobjectid",
    "uri",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "cidr",
    "mac",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
    "isbn",
    "isbn10",
    "isbn13",
    "creditcard",
    "ssn",
    "hexcolor",
    "rgbcolor",
    "byte",
    "password",
    "date",
    "duration",
    "datetime",
    "date-time",
    "k8s-short-name",
    "k8s-long-name",
    "int32",
    "int64",
    "float",
    "double",
];

/// Keywords that have no effect on a value of the schema's type.
fn keywords(schema: &Value) -> impl Iterator<Item = Problem> {
    let int_or_string = schema["x-kubernetes-int-or-string"] == true;
    let types = match schema["type"].as_str() {
        Some(name) => vec![name],
        None if int_or_string => vec!["integer", "string"],
        None => Vec::new(),
    };
    let mut problems = Vec::new();
    let shown = types.join(" or ");
    for (keyword, of, described) in KEYWORDS.iter().filter(|it| schema.get(it.0).is_some()) {
        if !types.is_empty() && !types.iter().any(|name| of.contains(name)) {
            let message = format!(
                "`{keyword}` has no effect here: it is about {described}, and the type is {shown}"
            );
            problems.push(Problem::new(message).help("remove it, or use the keyword of the type"));
        }
    }
    if let Some(format) = schema["format"].as_str() {
        let of_number = ["int32", "int64", "float", "double"].contains(&format);
        let is_number = types
            .iter()
            .any(|name| ["integer", "number"].contains(name));
        if !FORMATS.contains(&format) {
            let message = format!(
                "the API server does not know the format `{format}`: it warns, and checks nothing"
            );
            let help = "remove it with `#[schemars(extend(\"format\" = null))]`, and check the value with a `pattern`";
            problems.push(Problem::new(message).help(help));
        } else if !types.is_empty() && of_number != is_number {
            let message = format!("the format `{format}` has no effect here: the type is {shown}");
            problems
                .push(Problem::new(message).help("remove it, or check the value with a CEL rule"));
        }
    }
    problems.into_iter()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rule_about_no_field_is_doubtful() {
        fn check_schema(schema: Value, expected: &[&str]) {
            let found: Vec<_> = check(&schema).iter().map(Problem::to_string).collect();
            assert_eq!(found, expected);
        }
        check_schema(
            json!({"properties": {"a": {"properties": {"name": {}}, "required": ["nmae", "name"]}}}),
            &["`a`: the required field `nmae` is none of its fields\n  help: did you mean `name`?"],
        );
        check_schema(
            json!({"items": {"properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["c"]}]}}),
            &["`[]`: `oneOf` is about a field `c` that is not there\n  help: it has `a`, `b`"],
        );
        check_schema(
            json!({"required": ["x"], "x-kubernetes-preserve-unknown-fields": true}),
            &[],
        );
        check_schema(
            json!({"properties": {
                "a": {"type": "string", "minimum": 1, "maxLength": 3, "format": "uuid"},
                "b": {"x-kubernetes-int-or-string": true, "minimum": 1, "pattern": "a"},
                "c": {"type": "integer", "format": "email"},
                "d": {"type": "string", "format": "mine"},
            }}),
            &[
                "`a`: `minimum` has no effect here: it is about a number, and the type is string\n  help: remove it, or use the keyword of the type",
                "`c`: the format `email` has no effect here: the type is integer\n  help: remove it, or check the value with a CEL rule",
                "`d`: the API server does not know the format `mine`: it warns, and checks nothing\n  help: remove it with `#[schemars(extend(\"format\" = null))]`, and check the value with a `pattern`",
            ],
        );
    }
}
