//! Reading CRDs: every `apiextensions.k8s.io/v1` CRD of a text, with the other documents named.

use kopgen_core::crd::{self, Crd};

use super::check::check;
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
        let mut deep = object.to_owned();
        for _ in 0..100 {
            deep = format!(r#"{{"type": "object", "properties": {{"a": {deep}}}}}"#);
        }
        check_refused(&crd(&deep, ("", "")), "nests deeper than 128 levels");
    }
}
