//! Reading CRDs: every `apiextensions.k8s.io/v1` CRD of a text, with the other documents named.

use kopgen_core::crd::{self, Crd};
use kopgen_core::lint;
use kopgen_core::names::{Group, Kind, Plural, Version};
use serde_json::Value;

use crate::crd_files;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// The CRDs of a text.
#[derive(Debug, Default)]
pub struct Documents {
    /// Each CRD, as the API server stores it.
    pub crds: Vec<Crd>,
    /// Kind and name of the documents that are none.
    pub skipped: Vec<String>,
}

/// Reads the CRDs of a text; `name` is what it is called in messages.
///
/// # Errors
///
/// It is no YAML, or has a CRD that cannot be imported; every reason at once.
pub fn read(text: &str, name: &str) -> Result<Documents> {
    let documents = crd_files::Documents::of(text, name)?;
    let mut read = Documents {
        crds: Vec::new(),
        skipped: documents.others,
    };
    let mut problems = Vec::new();
    for document in documents.crds {
        let called = crd_files::name(&document);
        let crd = Crd::from(crd::stored(&document));
        problems.extend(check(&crd).into_iter().map(|problem| Diagnostic {
            message: format!("the CRD `{called}` in {name}: {}", problem.message),
            ..problem
        }));
        read.crds.push(crd);
    }
    Diagnostics::barrier(problems)?;
    Ok(read)
}

/// Everything that keeps a CRD from being imported.
fn check(crd: &Crd) -> Vec<Diagnostic> {
    let document = &crd.definition;
    let mut problems = Vec::new();
    let mut named = |result: Result<(), Diagnostic>| problems.extend(result.err());
    let text = |pointer| text_at(document, pointer).to_owned();
    named(
        Group::try_from(text("/spec/group"))
            .map(drop)
            .map_err(Diagnostic::from),
    );
    named(
        Kind::try_from(text("/spec/names/kind"))
            .map(drop)
            .map_err(Diagnostic::from),
    );
    named(
        Plural::try_from(text("/spec/names/plural"))
            .map(drop)
            .map_err(Diagnostic::from),
    );
    let none = Vec::new();
    let versions = document
        .pointer("/spec/versions")
        .and_then(Value::as_array)
        .unwrap_or(&none);
    if versions.is_empty() {
        named(Err(Diagnostic::new("it has no versions")));
    }
    for version in versions {
        let name = text_at(version, "/name").to_owned();
        named(
            Version::try_from(name.clone())
                .map(drop)
                .map_err(Diagnostic::from),
        );
        let schema = version.pointer("/schema/openAPIV3Schema");
        match schema {
            Some(Value::Object(_)) => {}
            _ => named(Err(Diagnostic::new(format!("{name} has no schema")))),
        }
    }
    if !problems.is_empty() {
        return problems;
    }
    let mut crd = crd.clone();
    // The API server takes them, and so can the types' attributes.
    let dangling = crd.versions().iter().map(|version| {
        (
            text_at(version, "/name").to_owned(),
            lint::dangling(version),
        )
    });
    crd.dangling = dangling.collect();
    lint::check(&crd)
        .into_iter()
        .map(|problem| {
            Diagnostic::from(problem)
                .help("correct the CRD first: `kopgen manifests` would not write it as it is")
        })
        .collect()
}

fn text_at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}
