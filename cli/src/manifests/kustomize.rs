//! What kustomize reads: lists of files, and the one transformation that its own settings cannot express.

use std::collections::BTreeSet;

use kopgen_core::yaml;
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::plan::RelPath;
use crate::workspace::Snapshot;

/// A kustomization that is nothing but a list of files.
pub fn list<S: AsRef<str>>(files: &[S]) -> String {
    let files: Vec<&str> = files.iter().map(AsRef::as_ref).collect();
    let list = json!({
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": files,
    });
    text(&list)
}

/// The user's overlay.
const OVERLAY: &str = "config/default/kustomization.yaml";

/// The folder of [`transformer`]s, as an overlay beside `config/rbac` names it.
const TRANSFORMERS: &str = "../rbac/namespaces";

/// Transformers that undo what an overlay's `namespace:` does to the roles for another namespace: kustomize moves every
/// object into that one namespace, and does not find the subjects of a binding in another.
///
/// The namespace is set by a patch: kubectl up to 1.33 knows no replacement by a written value (`sourceValue`).
pub fn transformers(namespace: &str, roles: &[String], binding: &str) -> String {
    let account = |field: &str| json!({ "kind": "ServiceAccount", "name": super::rbac::ACCOUNT, "fieldPath": field });
    let of_binding = |field: &str| json!([{ "select": { "kind": "RoleBinding", "name": binding }, "fieldPaths": [field] }]);
    let subjects = json!({
        "apiVersion": "builtin",
        "kind": "ReplacementTransformer",
        "metadata": { "name": namespace },
        "replacements": [
            { "source": account("metadata.name"), "targets": of_binding("subjects.0.name") },
            { "source": account("metadata.namespace"), "targets": of_binding("subjects.0.namespace") },
        ],
    });
    // A target's name is a regular expression; of what our names are made of, only the dot has a meaning there.
    let names = roles.iter().map(String::as_str).chain([binding]);
    let names: Vec<_> = names.map(|name| name.replace('.', r"\.")).collect();
    let patch = json!([{ "op": "replace", "path": "/metadata/namespace", "value": namespace }]);
    let moved_back = json!({
        "apiVersion": "builtin",
        "kind": "PatchTransformer",
        "metadata": { "name": namespace },
        "patch": text(&patch),
        "target": { "kind": "Role|RoleBinding", "name": names.join("|") },
    });
    [text(&subjects), text(&moved_back)].join("---\n")
}

/// Whether the user's overlay uses the transformers; `None` when there is no such overlay.
pub fn overlay_uses_transformers(snapshot: &Snapshot) -> Option<bool> {
    let overlay: Value = yaml::from_str(snapshot.text(&RelPath::new(OVERLAY))?).ok()?;
    let is_it = |it: &Value| {
        it.as_str()
            .is_some_and(|it| it.trim_end_matches('/') == TRANSFORMERS)
    };
    Some(
        overlay["transformers"]
            .as_array()
            .is_some_and(|all| all.iter().any(is_it)),
    )
}

/// Whether the user's overlay lets the roles for `namespaces` be where they are: without the transformers they end up in
/// the operator's own namespace, and the operator meets a 403.
pub fn overlay_problem(snapshot: &Snapshot, namespaces: &BTreeSet<String>) -> Option<Diagnostic> {
    if namespaces.is_empty() || overlay_uses_transformers(snapshot) != Some(false) {
        return None;
    }
    let listed: Vec<_> = namespaces.iter().map(|it| format!("`{it}`")).collect();
    let message = format!(
        "{OVERLAY} would move the roles for {} into its own namespace",
        listed.join(", ")
    );
    let help = format!("add these lines to {OVERLAY}:\ntransformers:\n- {TRANSFORMERS}");
    Some(
        Diagnostic::new(message)
            .note("kustomize's `namespace:` overwrites the namespace of every object")
            .help(help),
    )
}

fn text(value: &Value) -> String {
    yaml::to_string(value).expect("it is plain data")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups have dots in their names, and a namespace can look like a number.
    #[test]
    fn names_are_taken_literally() {
        let role = "sea.ship-admin-role-1e3".to_owned();
        let documents = yaml::documents(&transformers("1e3", &[role], "binding-1e3")).unwrap();
        let moved_back = documents.last().unwrap();
        assert_eq!(
            moved_back["target"]["name"],
            r"sea\.ship-admin-role-1e3|binding-1e3"
        );
        let patch: Value = yaml::from_str(moved_back["patch"].as_str().unwrap()).unwrap();
        assert_eq!(patch[0]["value"], "1e3");
    }
}
