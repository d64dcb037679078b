//! Enums that no structural schema can hold.

use serde_json::{Map, Value};

use crate::Problem;

/// What the variants of an enum cannot have in a structural schema: another type, a property that differs between them, or fields
/// that no schema names beside some that one does.
///
/// `schema` is as schemars generates it. Kube's `StructuralSchemaRewriter` panics at some of these without a word of where, and
/// loses variants at the others.
pub fn clashes(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    look(schema, "", &mut problems);
    problems
}

/// The way out wherever there is no better one.
const ANY: &str = "write a struct with an optional field for each variant; or keep the enum and whatever is there with \
                   `#[schemars(with = \"serde_json::Value\")]` on the field";

fn look(schema: &Value, path: &str, problems: &mut Vec<Problem>) {
    let Value::Object(node) = schema else { return };
    let own: Vec<_> = properties_of(schema).collect();
    for key in ["oneOf", "anyOf"] {
        let mut variants = Vec::new();
        schemas(node.get(key)).for_each(|variant| leaves(variant, &mut variants));
        if variants.is_empty() {
            continue;
        }
        problems.extend(types(&variants, path));
        problems.extend(properties(&own, &variants, path));
        problems.extend(open_variants(node, &variants, path));
    }
    // Several flattened enums.
    let mut flattened = Vec::new();
    schemas(node.get("allOf")).for_each(|variant| leaves(variant, &mut flattened));
    problems.extend(properties(&own, &flattened, path));
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
    problems.dedup();
}

/// The variants of a variant that is an enum itself, or the variant.
fn leaves<'a>(variant: &'a Value, found: &mut Vec<&'a Value>) {
    let mut inner = schemas(variant.get("oneOf"))
        .chain(schemas(variant.get("anyOf")))
        .peekable();
    if inner.peek().is_none() {
        found.push(variant);
    }
    inner.for_each(|variant| leaves(variant, found));
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
    let nothing = types.iter().any(|it| it == "null");
    let help = match names && types == ["object", "string"] {
        true => "write a variant without fields with braces, `Name {}`, so that all are objects",
        false if nothing => "remove the variant that is null, and make the field an `Option`",
        false => ANY,
    };
    let types: Vec<_> = types.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "the variants of this enum are of the types {}, but a structural schema has one type",
        types.join(" and ")
    );
    Some(Problem::new(message).field(path).help(help))
}

/// A variant that takes fields of any name, or anything, beside others: the API server would prune what it took.
fn open_variants(node: &Map<String, Value>, variants: &[&Value], path: &str) -> Option<Problem> {
    let is_preserving = |schema: &Value| schema["x-kubernetes-preserve-unknown-fields"] == true;
    // Beside the enum itself stands what keeps the fields.
    if node.get("x-kubernetes-preserve-unknown-fields") == Some(&true.into()) {
        return None;
    }
    let is_map = |variant: &Value| {
        variant
            .get("additionalProperties")
            .is_some_and(|it| *it != false)
    };
    let open = variants
        .iter()
        .find(|variant| is_map(variant) || is_preserving(variant))?;
    let what = if is_map(open) { "a map" } else { "any value" };
    let message = format!(
        "one variant of this enum is {what}, but in a structural schema the fields of the other variants would close it, \
         and its content would be pruned"
    );
    Some(Problem::new(message).field(path).help(ANY))
}

/// Properties that are not the same in all variants that have them, and in the struct that the enum is flattened into.
fn properties(own: &[(&String, &Value)], variants: &[&Value], path: &str) -> Vec<Problem> {
    let mut first: Map<String, Value> = Map::new();
    let mut problems = Vec::new();
    let own = own.iter().copied();
    for (name, schema) in own.chain(variants.iter().flat_map(|variant| properties_of(variant))) {
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
        "the variants of this enum differ in `{name}`, but a structural schema has each property once"
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
