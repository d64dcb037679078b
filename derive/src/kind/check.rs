//! The rules that kube's derive leaves to the API server, or to nobody.

use std::collections::BTreeSet;
use std::str::FromStr;

use kopgen_core::names::{
    Group, Kind as KindName, NameProblem, Plural, ShortName, Version, plural_of,
};
use syn::LitStr;

use super::parse::{Column, Kind};
use super::shell::Shell;
use crate::errors::Errors;

pub fn check(kind: &Kind, shell: &Shell, errors: &mut Errors) {
    check_names(kind, shell, errors);
    check_plural(kind, errors);
    check_schema(kind, errors);
    check_scale(kind, errors);
    check_columns(kind, errors);
    check_selectable(kind, errors);
    check_annotations(kind, errors);
    check_twice(kind, errors);
}

/// The API server's rules for names; for the kind also Rust's.
fn check_names(kind: &Kind, shell: &Shell, errors: &mut Errors) {
    if let Some(group) = check_name::<Group>(kind.group.as_ref(), errors)
        && !shell.is_approved()
        && let Err(problem) = group.check_custom()
    {
        errors.at(&kind.group, problem.to_string());
    }
    check_name::<Version>(kind.version.as_ref(), errors);
    // Without `root` kube calls the struct like the kind.
    if let Some(name) = check_name::<KindName>(kind.kind.as_ref(), errors)
        && kind.root.is_none()
        && let Err(problem) = name.check_new()
    {
        errors.at(&kind.kind, problem.to_string());
    }
    check_name::<Plural>(kind.plural.as_ref(), errors);
    let labels = [
        ("short name", &kind.shortnames[..]),
        ("category", &kind.categories),
        ("singular", kind.singular.as_slice()),
    ];
    for (what, name) in labels
        .iter()
        .flat_map(|(what, names)| names.iter().map(move |name| (what, name)))
    {
        // All three are DNS-1035 labels.
        if let Err(problem) = name.value().parse::<ShortName>() {
            errors.at(name, NameProblem { what, ..problem }.to_string());
        }
    }
}

/// Part of the CRD's name, which cannot change: it is written, and not guessed by whichever version of kube is built with.
fn check_plural(kind: &Kind, errors: &mut Errors) {
    let Some(name) = kind
        .kind
        .as_ref()
        .filter(|_| kind.plural.is_none() && !kind.refused_by_kube)
    else {
        return;
    };
    let Ok(parsed) = name.value().parse::<KindName>() else {
        return;
    };
    errors.at(
        name,
        format!(
            "the plural is missing: add `plural = \"{}\"`, or what the CRD is named by now",
            plural_of(&parsed)
        ),
    );
}

/// `apiextensions.k8s.io/v1` wants a schema for every version.
fn check_schema(kind: &Kind, errors: &mut Errors) {
    if let Some(schema) = kind
        .schema
        .as_ref()
        .filter(|schema| schema.value() == "disabled")
    {
        let message = "the API server takes no CRD without a schema: remove this, or write `schema = \"manual\"` and \
                       implement `schemars::JsonSchema` for the kind";
        errors.at(schema, message);
    }
}

/// kube writes subresources only where there is a status, and drops the scale else.
fn check_scale(kind: &Kind, errors: &mut Errors) {
    if let Some(scale) = kind.scale.as_ref().filter(|_| !kind.status) {
        let message = format!(
            "kube drops `scale` where there is no status: add `status = \"{}Status\"`, with the replicas in it",
            kind.root_name().map(LitStr::value).unwrap_or_default()
        );
        errors.at_span(scale.span(), message);
    }
}

/// The types and formats that `CustomResourceColumnDefinition` knows.
const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
const FORMATS: [&str; 8] = [
    "byte",
    "date",
    "date-time",
    "double",
    "float",
    "int32",
    "int64",
    "password",
];

fn check_columns(kind: &Kind, errors: &mut Errors) {
    let mut names = BTreeSet::new();
    for Column {
        name,
        type_,
        format,
        json_path,
        ..
    } in &kind.columns
    {
        if let Some(name) = name.as_ref().filter(|name| !names.insert(name.value())) {
            errors.at(name, format!("two columns are named `{}`", name.value()));
        }
        check_one_of(type_.as_ref(), "type of a column", &TYPES, errors);
        check_one_of(format.as_ref(), "format of a column", &FORMATS, errors);
        check_path(json_path.as_ref(), errors);
    }
}

/// The API server takes eight.
fn check_selectable(kind: &Kind, errors: &mut Errors) {
    for path in &kind.selectable {
        check_path(Some(path), errors);
    }
    if let Some(ninth) = kind.selectable.get(8) {
        errors.at(ninth, "a version can have at most eight selectable fields");
    }
}

/// kube puts each annotation on every object that `new` makes, and not on the CRD alone.
fn check_annotations(kind: &Kind, errors: &mut Errors) {
    for (annotation, _) in &kind.annotations {
        if annotation.value().starts_with("cert-manager.io/inject-") {
            let message = "kube puts this on every object made with `new` too, not on the CRD alone: leave it to the \
                           overlay in `config/`, which patches the CRD";
            errors.at(annotation, message);
        }
    }
}

/// Repeated names are dropped or refused, depending on which.
fn check_twice(kind: &Kind, errors: &mut Errors) {
    fn keys(pairs: &[(LitStr, LitStr)]) -> Vec<&LitStr> {
        pairs.iter().map(|(key, _)| key).collect()
    }
    for texts in [
        kind.shortnames.iter().collect(),
        kind.categories.iter().collect(),
        kind.selectable.iter().collect(),
        keys(&kind.annotations),
        keys(&kind.labels),
    ] {
        let mut seen = BTreeSet::new();
        for text in texts.into_iter().filter(|text| !seen.insert(text.value())) {
            errors.at(
                text,
                format!("`{}` is there already: remove one", text.value()),
            );
        }
    }
}

fn check_name<N: FromStr<Err = NameProblem>>(
    name: Option<&LitStr>,
    errors: &mut Errors,
) -> Option<N> {
    let name = name?;
    name.value()
        .parse()
        .map_err(|problem: NameProblem| errors.at(name, problem.to_string()))
        .ok()
}

fn check_one_of(text: Option<&LitStr>, what: &str, known: &[&str], errors: &mut Errors) {
    let Some(text) = text.filter(|text| !known.contains(&text.value().as_str())) else {
        return;
    };
    let known = known
        .iter()
        .map(|known| format!("`{known}`"))
        .collect::<Vec<_>>()
        .join(", ");
    errors.at(
        text,
        format!(
            "`{}` is no {what}: the API server knows {known}",
            text.value()
        ),
    );
}

fn check_path(path: Option<&LitStr>, errors: &mut Errors) {
    let Some(path) = path else { return };
    let value = path.value();
    if !value.starts_with('.') {
        errors.at(path, format!("a path starts with a dot: write `.{value}`"));
    }
}
