//! Everything that keeps a CRD from being imported.

mod shell;

use std::collections::BTreeSet;
use std::str::FromStr;

use kopgen_core::crd::Crd;
use kopgen_core::lint;
use kopgen_core::names::{Group, Kind, NameProblem, Plural, Version};
use serde_json::Value;

use crate::diagnostic::Diagnostic;

/// A problem of a CRD.
pub struct Found {
    /// The version and the field; none where the problem is of the whole CRD.
    pub place: Option<String>,
    /// The fault there.
    pub problem: Diagnostic,
}

impl From<Diagnostic> for Found {
    fn from(problem: Diagnostic) -> Self {
        Self {
            place: None,
            problem,
        }
    }
}

/// The faults of a CRD; none where it can be imported.
///
/// Those are names that a project cannot have, what no API server would take, and what `kopgen manifests` would not write.
pub fn check(crd: &Crd) -> Vec<Found> {
    if crd.group().is_empty() && crd.versions().is_empty() {
        let patch = Diagnostic::new("it has neither a group nor versions, as a patch of a CRD");
        let help = "leave the file out, or give the whole CRD, as `kubectl kustomize` prints it";
        return vec![patch.help(help).into()];
    }
    let problems = shell::check(crd);
    if !problems.is_empty() {
        return problems.into_iter().map(Found::from).collect();
    }
    let of_all = names(crd).into_iter().chain(versions(crd));
    let mut problems: Vec<_> = of_all.map(Found::from).collect();
    for version in crd.versions() {
        let schema = &version["schema"]["openAPIV3Schema"];
        if schema.is_object() {
            keywords("", schema, &mut |path, message| {
                problems.push(at(version, path, message));
            });
        }
    }
    // The lints read what these checks have found to be there.
    match problems.is_empty() {
        true => lints(crd),
        false => problems,
    }
}

fn names(crd: &Crd) -> Vec<Diagnostic> {
    fn is<T: FromStr<Err = NameProblem>>(text: &str) -> Option<Diagnostic> {
        text.parse::<T>().err().map(Diagnostic::from)
    }
    let versions = crd.versions().iter();
    [
        is::<Group>(crd.group()),
        is::<Kind>(crd.kind()),
        is::<Plural>(crd.plural()),
    ]
    .into_iter()
    .chain(versions.map(|version| is::<Version>(name(version))))
    .flatten()
    .collect()
}

fn versions(crd: &Crd) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let names: BTreeSet<&str> = crd.versions().iter().map(name).collect();
    if names.len() < crd.versions().len() {
        problems.push(Diagnostic::new("two of its versions have one name"));
    }
    let stored = crd.versions().iter().filter(|it| it["storage"] == true);
    match stored.count() {
        1 => {}
        _ if names.is_empty() => problems.push(Diagnostic::new("it has no versions")),
        0 => problems.push(
            Diagnostic::new("0 of its versions are stored")
                .note("`storage` is false where it is left out")
                .help("set `storage: true` in the version in which objects are kept; or the CRD looks truncated: give the whole of it, as `kubectl kustomize` prints it"),
        ),
        count => problems.push(
            Diagnostic::new(format!("{count} of its versions are stored"))
                .help("objects are kept in one: `storage: true` stands in one version, and `storage: false` in the others"),
        ),
    }
    for version in crd.versions() {
        if !version["schema"]["openAPIV3Schema"].is_object() {
            problems.push(Diagnostic::new(format!("{} has no schema", name(version))));
        }
    }
    problems
}

fn lints(crd: &Crd) -> Vec<Found> {
    let only = |versions: &[Value]| {
        let mut definition = crd.definition.clone();
        definition["spec"]["versions"] = versions.to_vec().into();
        Crd::from(definition)
    };
    let mut problems: Vec<_> = lint::check(&only(&[]))
        .into_iter()
        .map(|problem| Found::from(Diagnostic::from(problem)))
        .collect();
    // Each version is checked alone, so that it is known which one a problem is of.
    let of_all = problems.len();
    for version in crd.versions() {
        let mut alone = only(std::slice::from_ref(version));
        // The API server takes paths that lead nowhere, and so can the types' attributes.
        alone
            .dangling
            .insert(name(version).to_owned(), lint::dangling(version));
        let found = lint::check(&alone).into_iter().skip(of_all);
        problems.extend(found.map(|problem| {
            let path = problem.field.unwrap_or_default();
            at(version, &path, &problem.message)
        }));
    }
    let help =
        "correct the CRD first: as it is, no API server would take it from `kopgen manifests`";
    let with_help = |it: Found| Found {
        problem: it.problem.help(help),
        ..it
    };
    problems.into_iter().map(with_help).collect()
}

fn at(version: &Value, path: &str, message: &str) -> Found {
    let place = match path {
        "" => "the schema".to_owned(),
        path => format!("`{path}`"),
    };
    Found {
        place: Some(format!("{}: {place}", name(version))),
        problem: Diagnostic::new(message),
    }
}

fn name(version: &Value) -> &str {
    version["name"].as_str().unwrap_or_default()
}

/// Tells of every keyword of a schema whose value is of another type than `JSONSchemaProps` of `apiextensions/v1` has.
fn keywords(path: &str, schema: &Value, found: &mut impl FnMut(&str, &str)) {
    let Value::Object(map) = schema else {
        return found(path, "a schema is an object");
    };
    for (key, value) in map {
        let (sound, expected) = match key.as_str() {
            "$ref"
            | "$schema"
            | "description"
            | "format"
            | "id"
            | "pattern"
            | "title"
            | "type"
            | "x-kubernetes-list-type"
            | "x-kubernetes-map-type" => (value.is_string(), "a text"),
            "maximum" | "minimum" | "multipleOf" => (value.is_number(), "a number"),
            "maxItems" | "maxLength" | "maxProperties" | "minItems" | "minLength"
            | "minProperties" => (value.is_i64(), "a whole number"),
            "exclusiveMaximum"
            | "exclusiveMinimum"
            | "nullable"
            | "uniqueItems"
            | "x-kubernetes-embedded-resource"
            | "x-kubernetes-int-or-string"
            | "x-kubernetes-preserve-unknown-fields" => (value.is_boolean(), "`true` or `false`"),
            "required" | "x-kubernetes-list-map-keys" => {
                let texts = value
                    .as_array()
                    .is_some_and(|it| it.iter().all(Value::is_string));
                (texts, "a list of texts")
            }
            "enum" => (value.is_array(), "a list"),
            "x-kubernetes-validations" => {
                let rule = |it: &Value| it["rule"].is_string();
                let rules = value.as_array().is_some_and(|it| it.iter().all(rule));
                (rules, "a list of rules")
            }
            "allOf" | "anyOf" | "oneOf" => (value.is_array(), "a list of schemas"),
            "properties" => (value.is_object(), "a map of schemas"),
            "items" | "not" => (value.is_object(), "a schema"),
            "additionalProperties" => (
                value.is_object() || value.is_boolean(),
                "a schema, `true` or `false`",
            ),
            _ => continue,
        };
        if !sound {
            found(path, &format!("`{key}` is {value}, and must be {expected}"));
            continue;
        }
        let of_field = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}.{name}"),
        };
        match (key.as_str(), value) {
            ("properties", Value::Object(fields)) => {
                for (name, schema) in fields {
                    keywords(&of_field(name), schema, found);
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                schemas.iter().for_each(|it| keywords(path, it, found));
            }
            ("items", schema) => keywords(&format!("{path}[]"), schema, found),
            ("additionalProperties", schema @ Value::Object(_)) => {
                keywords(&of_field("*"), schema, found);
            }
            ("not", schema) => keywords(path, schema, found),
            _ => {}
        }
    }
}
