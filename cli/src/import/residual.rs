//! What attributes a field or a type needs, so that it yields just the schema that is wanted.
//!
//! The keywords that have an attribute of their own get it; then the schema is evaluated, and whatever still differs is
//! set with `extend`, or removed. So exactness never waits for idiom.

use kopgen_core::crd::passes;
use serde_json::{Value, json};

use super::model::{
    Attributes, Body, Bounds, Field, Merge, Message, Node, Rule, Type, TypeDef, Types,
};
use super::schema;

/// Writes on a field what it lacks to yield `wanted`.
pub fn complete_field(types: &Types, field: &mut Field, wanted: &Node) {
    field.doc = doc(wanted);
    let of_type = schema::of_type(types, &field.ty);
    field.attributes = Attributes {
        bounds: bounds(&of_type, wanted),
        rules: further_rules(&of_type, wanted),
        merge: merge(wanted),
        ..Attributes::default()
    };
    field.attributes.inner = inner_bounds(types, &field.ty, wanted);
    // What is added can take away what the passes add to a schema that says nothing: the second round sees that.
    for _ in 0..2 {
        let yielded = schema::of_field(types, field);
        extend(&mut field.attributes, wanted, &yielded);
    }
    // What is set on the field takes the place of all that is set on its type.
    if let Type::Named(id) = &field.ty
        && !field.attributes.set.is_empty()
    {
        for key in types.get(*id).attributes.set.keys() {
            let value = wanted.get(key).cloned().unwrap_or_default();
            field.attributes.set.entry(key).or_insert(value);
        }
    }
}

/// Writes on a type what it lacks to yield `wanted`, and evaluates it.
pub fn complete_type(types: &Types, def: &mut TypeDef, wanted: &Node) {
    def.doc = doc(wanted);
    if matches!(def.body, Body::Struct { .. }) {
        def.attributes.rules = rules(wanted);
    }
    for _ in 0..2 {
        let yielded = schema::of_def(types, def);
        extend(&mut def.attributes, wanted, &yielded);
    }
    def.schema = schema::of_def(types, def);
}

fn doc(wanted: &Node) -> Option<String> {
    wanted
        .get("description")
        .and_then(Value::as_str)
        .filter(|_| survives("description", wanted))
        .map(str::to_owned)
}

/// The CEL rules of a schema, if kube's `Rule` can say all of them.
pub fn rules(wanted: &Node) -> Vec<Rule> {
    wanted
        .get("x-kubernetes-validations")
        .and_then(Value::as_array)
        .and_then(|rules| rules.iter().map(rule).collect())
        .unwrap_or_default()
}

/// The rules that a field adds to those of its type; none where it would have to take some away.
fn further_rules(of_type: &Node, wanted: &Node) -> Vec<Rule> {
    let list = |schema: &Node| match schema.get("x-kubernetes-validations") {
        Some(Value::Array(rules)) => rules.clone(),
        _ => Vec::new(),
    };
    let wanted = list(wanted);
    wanted
        .strip_prefix(list(of_type).as_slice())
        .and_then(|further| further.iter().map(rule).collect())
        .unwrap_or_default()
}

fn merge(wanted: &Node) -> Option<Merge> {
    let keys = wanted.get("x-kubernetes-list-map-keys");
    match (wanted.get("x-kubernetes-list-type")?.as_str()?, keys) {
        ("atomic", None) => Some(Merge::Atomic),
        ("set", None) => Some(Merge::Set),
        ("map", Some(Value::Array(keys))) => keys
            .iter()
            .map(|key| key.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map(Merge::Map),
        _ => None,
    }
}

/// The reasons of `kube::core::Reason`.
const REASONS: [&str; 4] = [
    "FieldValueInvalid",
    "FieldValueForbidden",
    "FieldValueRequired",
    "FieldValueDuplicate",
];

/// A rule, if kube's `Rule` can say all of it.
fn rule(value: &Value) -> Option<Rule> {
    let mut rule = Rule {
        rule: value.get("rule")?.as_str()?.to_owned(),
        message: None,
        reason: None,
        field_path: None,
        optional_old_self: None,
    };
    for (key, value) in value.as_object()? {
        let text = || value.as_str().map(str::to_owned);
        match key.as_str() {
            "rule" => {}
            "message" if rule.message.is_none() => rule.message = Some(Message::Text(text()?)),
            "messageExpression" if rule.message.is_none() => {
                rule.message = Some(Message::Expression(text()?));
            }
            "reason" => rule.reason = Some(text().filter(|it| REASONS.contains(&it.as_str()))?),
            "fieldPath" => rule.field_path = Some(text()?),
            "optionalOldSelf" => rule.optional_old_self = Some(value.as_bool()?),
            _ => return None,
        }
    }
    Some(rule)
}

/// The bounds that a schema of this type can have as attributes.
fn bounds(yielded: &Node, wanted: &Node) -> Bounds {
    let get = |key: &str| wanted.get(key).filter(|it| it.is_number()).cloned();
    match yielded.get("type").and_then(Value::as_str) {
        Some("string") => Bounds {
            min_length: get("minLength"),
            max_length: get("maxLength"),
            pattern: wanted
                .get("pattern")
                .and_then(Value::as_str)
                .map(str::to_owned),
            ..Bounds::default()
        },
        Some("array") => Bounds {
            min_length: get("minItems"),
            max_length: get("maxItems"),
            ..Bounds::default()
        },
        Some("integer" | "number") => Bounds {
            minimum: get("minimum"),
            maximum: get("maximum"),
            ..Bounds::default()
        },
        _ => Bounds::default(),
    }
}

/// The bounds of a list's items, if nothing else need be said of those.
fn inner_bounds(types: &Types, ty: &Type, wanted: &Node) -> Bounds {
    let (Type::List(inner), Some(Value::Object(wanted))) = (ty, wanted.get("items")) else {
        return Bounds::default();
    };
    let mut yielded = schema::of_type(types, inner);
    let bounds = bounds(&yielded, wanted);
    let mut rest = wanted.clone();
    for key in ["minLength", "maxLength", "minimum", "maximum", "pattern"] {
        rest.remove(key);
        yielded.remove(key);
    }
    if rest == yielded && !matches!(**inner, Type::List(_)) {
        bounds
    } else {
        Bounds::default()
    }
}

/// Sets what is wanted and not yielded, and removes what is yielded and not wanted.
fn extend(attributes: &mut Attributes, wanted: &Node, yielded: &Node) {
    let int_or_string = yielded.get("x-kubernetes-int-or-string") == Some(&json!(true));
    for (key, value) in wanted {
        if yielded.get(key) == Some(value) {
            continue;
        }
        let through = survives(key, wanted) && !(int_or_string && key == "anyOf");
        let target = if through {
            &mut attributes.extend
        } else {
            &mut attributes.set
        };
        target.insert(key.clone(), value.clone());
    }
    for key in yielded.keys().filter(|key| !wanted.contains_key(*key)) {
        // The passes take an empty one for "none at all", and put theirs in the place of nothing.
        let none = if int_or_string && key == "anyOf" {
            json!([])
        } else {
            Value::Null
        };
        attributes.extend.insert(key.clone(), none);
    }
}

/// Whether a keyword comes through the passes of `kopgen_core::crd::schema_of` as it is, and through kube's `crd()`.
fn survives(key: &str, schema: &Node) -> bool {
    let Some(value) = schema.get(key) else {
        return true;
    };
    match key {
        "oneOf" | "anyOf" | "allOf" | "not" => only_required(value),
        "required" => is_sorted(value),
        "items" | "additionalProperties" => value.as_object().is_some_and(comes_through),
        "enum" => value
            .as_array()
            .is_some_and(|values| !values.contains(&Value::Null)),
        "default" => !value.is_null() && is_kept_by(passes::clean_defaults, schema.clone().into()),
        "format" => {
            let schema = json!({ "type": schema.get("type"), "format": value });
            is_kept_by(passes::bound_integers, schema.clone())
                && is_kept_by(passes::translate_formats, schema)
        }
        "description" => {
            let int_or_string = schema.get(INT_OR_STRING);
            let schema = json!({ "description": value, INT_OR_STRING: int_or_string });
            is_kept_by(passes::strip_type_descriptions, schema)
        }
        "uniqueItems" | "properties" | "patternProperties" | "definitions" | "dependencies"
        | "additionalItems" | "$ref" => false,
        _ => true,
    }
}

const INT_OR_STRING: &str = "x-kubernetes-int-or-string";

/// Whether a pass leaves a schema as it is.
fn is_kept_by(pass: fn(&mut Value), schema: Value) -> bool {
    let mut passed = schema.clone();
    pass(&mut passed);
    passed == schema
}

/// Whether combinators only say which properties are required.
fn only_required(value: &Value) -> bool {
    match value {
        Value::Array(branches) => branches.iter().all(only_required),
        Value::Object(branch) => branch.iter().all(|(key, value)| match key.as_str() {
            "required" => is_sorted(value),
            "oneOf" | "anyOf" | "allOf" | "not" => only_required(value),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether a list of names is in the order that kube's rewriter leaves it in. The API server keeps another, so that it counts.
fn is_sorted(names: &Value) -> bool {
    let names = names.as_array().map_or(&[][..], Vec::as_slice);
    names.is_sorted_by(|a, b| a.as_str() < b.as_str())
}

/// Whether every keyword of a schema and of those below it comes through.
pub fn comes_through(schema: &Node) -> bool {
    const NESTED: [&str; 3] = ["properties", "items", "additionalProperties"];
    let says_something =
        schema.contains_key("type") || schema.contains_key("x-kubernetes-preserve-unknown-fields");
    says_something
        && schema.iter().all(|(key, value)| match key.as_str() {
            "properties" => value.as_object().is_some_and(|map| {
                map.values()
                    .all(|it| it.as_object().is_some_and(comes_through))
            }),
            "oneOf" | "anyOf" | "allOf" | "not" | "x-kubernetes-int-or-string" => false,
            key if NESTED.contains(&key) => value.as_object().is_some_and(comes_through),
            key => survives(key, schema),
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::extract;

    /// Asserts that the types of a schema yield it, at the root and at a field.
    fn check(schema: Value) {
        let object = json!({"type": "object", "properties": {"field": schema}});
        for wanted in [schema, object] {
            let (types, root) = extract::types(|it| it.root(wanted.as_object().unwrap()));
            assert_eq!(Value::from(types.get(root).schema.clone()), wanted);
        }
    }

    #[test]
    fn schemas_come_back() {
        // Without a type nothing else says that it is preserved.
        check(json!({
            "properties": {"a": {"type": "string"}},
            "x-kubernetes-preserve-unknown-fields": true,
        }));
        check(json!({"type": "string", "nullable": true, "enum": ["a", null]}));
        check(json!({
            "type": "object",
            "properties": {"metadata": {"type": "object"}},
            "x-kubernetes-embedded-resource": true,
        }));
    }

    #[test]
    fn what_is_set_on_a_field_includes_what_is_set_on_its_type() {
        let field = json!({
            "type": "object",
            "description": "IntOrString is a type that can hold an int32 or a string.",
            "x-kubernetes-int-or-string": false,
            "nullable": true,
            "default": null,
            "properties": {"a": {"type": "string"}},
            "oneOf": [{"properties": {"a": {"enum": ["b"]}}}],
        });
        let wanted = json!({"type": "object", "properties": {"field": field}});
        let (types, root) = extract::types(|it| it.root(wanted.as_object().unwrap()));
        let Body::Struct { fields, .. } = &types.get(root).body else {
            panic!("it is a struct");
        };
        let set = &fields[0].attributes.set;
        let Type::Named(id) = &fields[0].ty else {
            panic!("it is a struct");
        };
        assert!(types.get(*id).attributes.set.contains_key("oneOf"));
        assert!(!set.is_empty() && set["oneOf"] == field["oneOf"], "{set:?}");
    }
}
