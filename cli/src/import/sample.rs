//! The smallest object that a version takes: what is required, and nothing else.

use kopgen_core::crd::Crd;
use kopgen_core::{lint, yaml};
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Map, Value, json};

/// The text of a sample of a version; of comments alone where no valid object was found, or the version is not served.
pub fn sample(crd: &Crd, version: &Value, metadata: &Value) -> String {
    let name = version["name"].as_str().unwrap_or_default();
    let api_version = format!("{}/{name}", crd.group());
    let mut object = match minimal(&version["schema"]["openAPIV3Schema"]) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    object.remove("status");
    // What is seldom left out is shown, with what it requires.
    if let Some(spec) = version.pointer("/schema/openAPIV3Schema/properties/spec") {
        object.entry("spec").or_insert_with(|| minimal(spec));
    }
    object.insert("apiVersion".into(), api_version.clone().into());
    object.insert("kind".into(), crd.kind().into());
    object.insert("metadata".into(), metadata.clone());
    let object = Value::Object(object);
    let text = yaml::to_string(&object).unwrap_or_default();
    if lint::check_sample(crd, &object).is_empty() {
        let schema = &version["schema"]["openAPIV3Schema"];
        return unchecked(schema, &object) + &text;
    }
    let reason = if version["served"] == false {
        "The API server does not serve this version."
    } else {
        "TODO(user): complete the sample, which the schema does not take as it is."
    };
    let commented: String = text.lines().map(|line| format!("# {line}\n")).collect();
    format!("# {reason}\n{commented}")
}

/// Whether the API server surely takes what stands in the text of a sample: no rule that it has besides may refuse it.
pub fn is_certain(text: &str) -> bool {
    !text.contains(UNCHECKED)
}

/// What stands above the rules that kopgen does not evaluate.
const UNCHECKED: &str = "# The API server has rules besides, which the sample may break:";

/// Comments that name the rules which the API server evaluates on the sample, and kopgen does not.
fn unchecked(schema: &Value, object: &Value) -> String {
    let mut rules = Vec::new();
    collect_rules(schema, object, "", &mut rules);
    if rules.is_empty() {
        return String::new();
    }
    let lines: String = rules.iter().map(|rule| format!("#   {rule}\n")).collect();
    format!("{UNCHECKED}\n{lines}")
}

/// Adds the rules of the schemas that a value meets, but for those that compare with the object of before.
fn collect_rules(schema: &Value, value: &Value, path: &str, rules: &mut Vec<String>) {
    let own = schema["x-kubernetes-validations"].as_array();
    for rule in own.into_iter().flatten() {
        let expression = rule["rule"].as_str().unwrap_or_default();
        if expression.contains("oldSelf") && rule["optionalOldSelf"] != true {
            continue;
        }
        let text = rule["message"].as_str().unwrap_or(expression);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let path = if path.is_empty() { "." } else { path };
        rules.push(format!("{path}: {text}"));
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let property = schema["properties"].get(name);
                if let Some(schema) = property.or(schema.get("additionalProperties")) {
                    collect_rules(schema, value, &format!("{path}.{name}"), rules);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_rules(&schema["items"], item, &format!("{path}[{index}]"), rules);
            }
        }
        _ => {}
    }
}

/// The smallest value that a schema takes, as far as a look at each keyword alone tells.
fn minimal(schema: &Value) -> Value {
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

/// A text of a pattern, and as long as it must be.
fn text(schema: &Value, pattern: &str) -> String {
    let least = schema["minLength"].as_u64().unwrap_or(0).min(4096) as usize;
    let pattern = regex_syntax::parse(&lint::rust_pattern(pattern));
    let matching = |more| {
        let hir = pattern.as_ref().ok();
        hir.map(|hir| shortest(hir, more)).unwrap_or_default()
    };
    let mut text = matching(0);
    // What must be longer may repeat more: try that before padding.
    let mut more = 1;
    while text.chars().count() < least && more <= least {
        text = matching(more as u32);
        more += 1;
    }
    let missing = least.saturating_sub(text.chars().count());
    text + &"a".repeat(missing)
}

/// The shortest text of an expression, with each repetition `more` times more than it must be.
fn shortest(hir: &Hir, more: u32) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(class) => readable(class).into(),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let times = repetition.min.saturating_add(more).min(most).min(4096);
            shortest(&repetition.sub, 0).repeat(times as usize)
        }
        HirKind::Capture(capture) => shortest(&capture.sub, more),
        HirKind::Concat(parts) => parts.iter().map(|part| shortest(part, more)).collect(),
        HirKind::Alternation(branches) => branches
            .iter()
            .map(|branch| shortest(branch, more))
            .min_by_key(String::len)
            .unwrap_or_default(),
    }
}

/// A letter or digit of a class where there is one.
fn readable(class: &Class) -> char {
    let contains = |c: char| match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&c)),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&(c as u8))),
    };
    let first = match class {
        Class::Unicode(class) => class.ranges().first().map(|range| range.start()),
        Class::Bytes(class) => class
            .ranges()
            .first()
            .map(|range| char::from(range.start())),
    };
    ['a', 'A', '1', '0']
        .into_iter()
        .find(|c| contains(*c))
        .or(first)
        .unwrap_or('a')
}

/// A text of a format that the API server checks; others are texts like all.
fn of_format(format: &str, schema: &Value) -> String {
    match format {
        "date-time" => "2026-01-01T00:00:00Z".into(),
        "date" => "2026-01-01".into(),
        "duration" => "1m".into(),
        "ipv4" => "192.0.2.1".into(),
        "ipv6" => "2001:db8::1".into(),
        "cidr" => "192.0.2.0/24".into(),
        "uri" => "https://example.com".into(),
        "hostname" => "example.com".into(),
        "email" => "user@example.com".into(),
        "mac" => "00:00:5e:00:53:01".into(),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => "6ba7b810-9dad-41d1-80b4-00c04fd430c8".into(),
        "byte" => "YQ==".into(),
        _ => text(schema, ""),
    }
}

#[cfg(test)]
mod tests {
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
    fn the_rules_that_the_sample_meets_are_named() {
        let rules = |rules: Value| json!({"type": "object", "x-kubernetes-validations": rules});
        let mut schema = rules(json!([{"rule": "has(self.spec)"}]));
        schema["properties"] = json!({
            "spec": rules(json!([
                {"rule": "self.a < self.b", "message": "a comes\nbefore b"},
                {"rule": "self.a == oldSelf.a"},
            ])),
            "absent": rules(json!([{"rule": "false"}])),
        });
        let comments = unchecked(&schema, &json!({"spec": {}}));
        assert!(!is_certain(&comments));
        assert_eq!(
            comments,
            "# The API server has rules besides, which the sample may break:\n\
             #   .: has(self.spec)\n\
             #   .spec: a comes before b\n"
        );
        assert_eq!(
            unchecked(&schema["properties"]["spec"]["x"], &json!({})),
            ""
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
