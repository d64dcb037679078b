//! Why kube can make no structural schema of an enum.

use serde_json::{Map, Value};

use crate::Problem;

/// What the variants of an enum cannot have in a structural schema: a property that differs between them, or another type.
///
/// `schema` is as schemars generates it. Kube's `StructuralSchemaRewriter` panics at these, and says neither where nor what
/// to do.
pub fn clashes(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    look(schema, "", &mut problems);
    problems
}

fn look(schema: &Value, path: &str, problems: &mut Vec<Problem>) {
    let Value::Object(node) = schema else { return };
    for key in ["oneOf", "anyOf"] {
        let variants: Vec<_> = schemas(node.get(key)).collect();
        problems.extend(types(&variants, path));
        problems.extend(properties(&variants, path));
    }
    let inner = schemas(node.get("oneOf"))
        .chain(schemas(node.get("anyOf")))
        .chain(schemas(node.get("allOf")));
    inner.for_each(|schema| look(schema, path, problems));
    for (name, schema) in properties_of(schema) {
        let dot = if path.is_empty() { "" } else { "." };
        look(schema, &format!("{path}{dot}{name}"), problems);
    }
    for (key, mark) in [("items", "[]"), ("additionalProperties", "{}")] {
        if let Some(inner) = node.get(key) {
            look(inner, &format!("{path}{mark}"), problems);
        }
    }
}

/// Variants of several types: some are strings, some are objects.
fn types(variants: &[&Value], path: &str) -> Option<Problem> {
    let type_of = |variant: &&Value| variant["type"].as_str().map(str::to_owned);
    let mut types: Vec<String> = variants.iter().filter_map(type_of).collect();
    types.sort();
    types.dedup();
    if types.len() < 2 {
        return None;
    }
    let names = variants.iter().any(|variant| variant.get("enum").is_some());
    let help = match names && types == ["object", "string"] {
        true => "write a variant without fields with braces, `Name {}`, so that all are objects",
        false => {
            "let all variants be of one type, or write a struct with an optional field for each"
        }
    };
    let message = format!(
        "the variants of this enum are of the types {}, and a structural schema has one",
        types.join(" and ")
    );
    Some(Problem::new(message).field(path).help(help))
}

/// Properties that are not the same in all variants that have them.
fn properties(variants: &[&Value], path: &str) -> Vec<Problem> {
    let mut first: Map<String, Value> = Map::new();
    let mut problems = Vec::new();
    for (name, schema) in variants.iter().flat_map(|variant| properties_of(variant)) {
        match first.get(name) {
            None => _ = first.insert(name.clone(), schema.clone()),
            Some(it) if it == schema => {}
            Some(it) => {
                let problem = differs(name, is_tag(it) && is_tag(schema)).field(path);
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }
    problems
}

fn differs(name: &str, is_tag: bool) -> Problem {
    let message = format!(
        "the variants of this enum differ in `{name}`, and a structural schema has each property once"
    );
    let help = match is_tag {
        true => format!(
            "leave out `#[serde(tag = \"{name}\")]`, so that each variant is a field of its own; or write a struct with a \
             field `{name}`, an enum of names alone, and an optional field for each variant"
        ),
        false => format!(
            "give `{name}` the same type, bounds and doc comment in all variants, or write a struct with an optional field for each"
        ),
    };
    Problem::new(message).help(help)
}

/// Whether a property has one value alone, as the tag of a variant has.
fn is_tag(schema: &Value) -> bool {
    schema.get("const").is_some()
        || schema["enum"]
            .as_array()
            .is_some_and(|values| values.len() == 1)
}

fn schemas(list: Option<&Value>) -> impl Iterator<Item = &Value> {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn properties_of(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}
