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
    yaml::to_string(&list).expect("a list is plain data")
}

/// The user's overlay.
const OVERLAY: &str = "config/default/kustomization.yaml";

/// The folder of [`transformer`]s, as an overlay beside `config/rbac` names it.
const TRANSFORMERS: &str = "../rbac/namespaces";

/// A transformer that undoes what an overlay's `namespace:` does to the roles for another namespace: kustomize moves every
/// object into that one namespace, and does not find the subjects of a binding in another.
pub fn transformer(namespace: &str, roles: &[String], binding: &str) -> String {
    let account = |field: &str| json!({ "kind": "ServiceAccount", "name": super::rbac::ACCOUNT, "fieldPath": field });
    let of_binding = |field: &str| json!([{ "select": { "kind": "RoleBinding", "name": binding }, "fieldPaths": [field] }]);
    let moved = |kind: &str, name: &str| json!({ "select": { "kind": kind, "name": name }, "fieldPaths": ["metadata.namespace"] });
    let roles = roles.iter().map(|role| moved("Role", role));
    let all_moved: Vec<_> = roles.chain([moved("RoleBinding", binding)]).collect();
    let transformer = json!({
        "apiVersion": "builtin",
        "kind": "ReplacementTransformer",
        "metadata": { "name": namespace },
        "replacements": [
            { "source": account("metadata.name"), "targets": of_binding("subjects.0.name") },
            { "source": account("metadata.namespace"), "targets": of_binding("subjects.0.namespace") },
            { "sourceValue": namespace, "targets": all_moved },
        ],
    });
    yaml::to_string(&transformer).expect("a transformer is plain data")
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
