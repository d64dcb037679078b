//! Reading CRDs: every `apiextensions.k8s.io/v1` CRD of a text, with the other documents named.

use kopgen_core::crd::{self, Crd};

use super::check::{Found, check};
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
        problems.extend(told(check(&crd), &format!("the CRD `{called}` in {name}")));
        read.crds.push(crd);
    }
    Diagnostics::barrier(problems)?;
    Ok(read)
}

/// How many problems of a CRD are told, and how many places of each.
const MOST: usize = 10;

/// The problems of a CRD, which messages call `called`: each once, with the places where it is.
fn told(found: Vec<Found>, called: &str) -> Vec<Diagnostic> {
    let mut problems: Vec<(Diagnostic, Vec<String>)> = Vec::new();
    for Found { place, problem } in found {
        match problems.iter_mut().find(|(it, _)| *it == problem) {
            Some((_, places)) => places.extend(place),
            None => problems.push((problem, place.into_iter().collect())),
        }
    }
    let untold = problems.len().saturating_sub(MOST);
    problems.truncate(MOST);
    let told = problems.into_iter().map(|(problem, places)| {
        let message = match places.as_slice() {
            [place] => format!("{called}: {place}: {}", problem.message),
            _ => format!("{called}: {}", problem.message),
        };
        let mut told = Diagnostic { message, ..problem };
        if let [_, _, ..] = places.as_slice() {
            let shown = places.iter().take(MOST).map(|it| it.replacen(": ", " ", 1));
            told.notes.extend(shown.map(|it| format!("in {it}")));
        }
        match places.len().saturating_sub(MOST) {
            0 => told,
            more => told.note(format!("and in {more} more places")),
        }
    });
    let mut told: Vec<_> = told.collect();
    if untold > 0 {
        told.push(Diagnostic::new(format!("{called}: {untold} more problems")));
    }
    told
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
        assert_eq!(documents.skipped, ["Pod p", "a document without a kind"]);
    }

    #[test]
    fn what_a_version_leaves_out_is_false() {
        let object = r#"{"type": "object"}"#;
        let other =
            r#""versions": [{"name": "v2", "schema": {"openAPIV3Schema": {"type": "object"}}}, "#;
        let crds = read(&crd(object, (r#""versions": ["#, other)), "crd.yaml")
            .unwrap()
            .crds;
        let version = &crds[0].versions()[0];
        assert_eq!(version["served"], false);
        assert_eq!(version["storage"], false);
        check_refused(
            &crd(object, (r#""storage": true, "#, "")),
            "0 of its versions are stored",
        );
        check_refused(
            &crd(object, ("\"served\": true", "\"served\": \"yes\"")),
            "`spec.versions[0].served` is \"yes\", and must be `true` or `false`",
        );
    }

    #[test]
    fn what_cannot_be_imported_is_told() {
        let object = r#"{"type": "object"}"#;
        check_refused("a: [", "crd.yaml is no YAML that kopgen reads");
        check_refused(
            &crd(
                object,
                ("apiextensions.k8s.io/v1", "apiextensions.k8s.io/v1beta1"),
            ),
            "the CRD `walls.example.com` in crd.yaml is of `apiextensions.k8s.io/v1beta1`",
        );
        check_refused(
            "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a.b}, spec: {conversion: {}}}",
            "the CRD `a.b` in crd.yaml: it has neither a group nor versions, as a patch of a CRD",
        );
        check_refused(
            &crd(object, ("\"group\": \"example.com\",", "")),
            "`spec.group` is missing, and every CRD has one",
        );
        check_refused(
            &crd(object, ("\"scope\": \"Namespaced\",", "")),
            "`spec.scope` is missing",
        );
        check_refused(
            &crd(object, ("Namespaced", "Namespace")),
            "`spec.scope` is \"Namespace\", and must be `Namespaced` or `Cluster`",
        );
        check_refused(
            &crd(
                object,
                ("\"scope\"", "\"preserveUnknownFields\": true, \"scope\""),
            ),
            "`spec.preserveUnknownFields` is true, and must be `false`: a schema keeps",
        );
        check_refused(
            &crd(object, ("\"name\": \"v1\", ", "")),
            "`spec.versions[0].name` is missing",
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
        // One problem in many places is told once.
        let fields: Vec<_> = (0..312).map(|at| format!(r#""f{at:03}": {{}}"#)).collect();
        let text = crd(
            &format!(
                r#"{{"type": "object", "properties": {{{}}}}}"#,
                fields.join(", ")
            ),
            ("", ""),
        );
        let problems = read(&text, "crd.yaml").unwrap_err();
        assert_eq!(problems.len(), 1, "{problems}");
        assert_eq!(
            problems[0].message,
            "the CRD `walls.example.com` in crd.yaml: it has no type, which every field of a CRD has"
        );
        assert_eq!(problems[0].notes.len(), 11);
        assert_eq!(problems[0].notes[1], "in v1 `f001`");
        assert_eq!(problems[0].notes[10], "and in 302 more places");
        assert!(problems[0].help.is_some());
        // So are many problems.
        let fields: Vec<_> = (0..30)
            .map(|at| format!(r#""f{at:02}": {{"type": "string", "minLength": "{at}"}}"#))
            .collect();
        let text = crd(
            &format!(
                r#"{{"type": "object", "properties": {{{}}}}}"#,
                fields.join(", ")
            ),
            ("", ""),
        );
        let problems = read(&text, "crd.yaml").unwrap_err();
        assert_eq!(problems.len(), 11, "{problems}");
        assert!(problems[10].message.ends_with(": 20 more problems"));
        let mut deep = object.to_owned();
        for _ in 0..100 {
            deep = format!(r#"{{"type": "object", "properties": {{"a": {deep}}}}}"#);
        }
        check_refused(&crd(&deep, ("", "")), "nests deeper than 128 levels");
    }
}
