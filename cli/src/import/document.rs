//! Reading CRDs: every `apiextensions.k8s.io/v1` CRD of a text, with the other documents named.

use kopgen_core::crd::{self, Crd};
use kopgen_core::names::{Group, Kind, Plural, Version};
use kopgen_core::{lint, yaml};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// The CRDs of a text.
#[derive(Debug, Default)]
pub struct Documents {
    /// Each CRD, as the API server stores it.
    pub crds: Vec<Crd>,
    /// Kind and name of the documents that are none.
    pub skipped: Vec<String>,
}

/// The largest text that is read, in bytes. etcd takes objects of 1.5 MB.
const LARGEST: usize = 16 * 1024 * 1024;

/// Reads the CRDs of a text; `name` is what it is called in messages.
///
/// # Errors
///
/// It is no YAML, too large, or has a CRD that cannot be imported; every reason at once.
pub fn read(text: &str, name: &str) -> Result<Documents> {
    if text.len() > LARGEST {
        let problem = Diagnostic::new(format!(
            "{name} has {} MB: CRDs are at most 1.5 MB each",
            text.len() / 1_000_000
        ));
        return Err(problem.help("give the files one by one").into());
    }
    let documents = yaml::documents(text)
        .map_err(|error| Diagnostic::new(format!("{name} cannot be read as YAML: {error}")))?;
    let mut read = Documents::default();
    let mut problems = Vec::new();
    for document in documents.into_iter().flat_map(items) {
        let kind = text_at(&document, "/kind").to_owned();
        let called = text_at(&document, "/metadata/name").to_owned();
        if kind != "CustomResourceDefinition" {
            let kind = if kind.is_empty() { "a document" } else { &kind };
            read.skipped
                .push(format!("{kind} {called}").trim().to_owned());
            continue;
        }
        let found = check(&document);
        if found.is_empty() {
            read.crds.push(crd::stored(&document).into());
        }
        problems.extend(found.into_iter().map(|problem| Diagnostic {
            message: format!("the CRD `{called}` in {name}: {}", problem.message),
            ..problem
        }));
    }
    Diagnostics::barrier(problems)?;
    Ok(read)
}

/// The items of a list, or the document itself.
fn items(mut document: Value) -> Vec<Value> {
    let is_list = text_at(&document, "/kind").ends_with("List");
    match document.get_mut("items") {
        Some(Value::Array(items)) if is_list => std::mem::take(items),
        _ => vec![document],
    }
}

/// Everything that keeps a CRD from being imported.
fn check(document: &Value) -> Vec<Diagnostic> {
    let api_version = text_at(document, "/apiVersion");
    if api_version != "apiextensions.k8s.io/v1" {
        let problem = Diagnostic::new(format!(
            "it is of `{api_version}`, not of `apiextensions.k8s.io/v1`"
        ));
        return vec![problem.help(
            "apply it to a cluster of Kubernetes 1.21 or older and read it back, or ask its authors for a newer one",
        )];
    }
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
        if !schema.is_some_and(Value::is_object) {
            named(Err(Diagnostic::new(format!("{name} has no schema"))));
        }
    }
    if !problems.is_empty() {
        return problems;
    }
    let mut crd = Crd::from(crd::stored(document));
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
        .map(Diagnostic::from)
        .collect()
}

fn text_at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A CRD whose schema is `schema`, with `change` made in its text.
    fn crd(schema: &str, change: (&str, &str)) -> String {
        let text = format!(
            r#"{{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {{"name": "walls.example.com"}},
            "spec": {{"group": "example.com", "names": {{"kind": "Wall", "plural": "walls"}}, "scope": "Namespaced",
            "versions": [{{"name": "v1", "served": true, "storage": true, "schema": {{"openAPIV3Schema": {schema}}}}}]}}}}"#
        );
        assert!(text.contains(change.0));
        text.replace(change.0, change.1)
    }

    fn check_refused(text: &str, expected: &str) {
        let problems = read(text, "crd.yaml").unwrap_err().to_string();
        assert!(problems.contains(expected), "{problems}");
    }

    #[test]
    fn crds_are_found_and_the_rest_is_named() {
        let one = crd(r#"{"type": "object"}"#, ("", ""));
        let list = format!(
            r#"{{"kind": "List", "items": [{one}, {{"kind": "Pod", "metadata": {{"name": "p"}}}}]}}"#
        );
        let text = format!("# CRDs\n---\n{one}\n---\n{list}\n---\na: 1\n");
        let documents = read(&text, "crd.yaml").unwrap();
        assert_eq!(documents.crds.len(), 2);
        assert_eq!(documents.crds[0].kind(), "Wall");
        assert_eq!(documents.skipped, ["Pod p", "a document"]);
    }

    #[test]
    fn what_cannot_be_imported_is_told() {
        let object = r#"{"type": "object"}"#;
        check_refused("a: [", "crd.yaml cannot be read as YAML");
        check_refused(
            &crd(
                object,
                ("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"),
            ),
            "the CRD `walls.example.com` in crd.yaml: it is of `apiextensions.k8s.io/v1beta1`",
        );
        check_refused(&crd("null", ("", "")), "v1 has no schema");
        check_refused(&crd(object, ("\"Wall\"", "\"4 walls\"")), "4 walls");
        check_refused(&crd(object, ("\"v1\"", "\"1\"")), "`1`");
        // Non-structural: no type.
        check_refused(
            &crd(
                r#"{"type": "object", "properties": {"spec": {"properties": {"a": {}}}}}"#,
                ("", ""),
            ),
            "spec",
        );
        let mut deep = object.to_owned();
        for _ in 0..100 {
            deep = format!(r#"{{"type": "object", "properties": {{"a": {deep}}}}}"#);
        }
        check_refused(&crd(&deep, ("", "")), "Depth { depth: 129 }");
        check_refused(&" ".repeat(LARGEST + 1), "16 MB");
    }
}
