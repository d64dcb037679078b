//! Whether `cargo run` and `cargo test` watch what the operator watches in a cluster: the files that say so are the user's.

use std::collections::BTreeSet;

use kopgen_core::yaml;
use toml_edit::DocumentMut;

use crate::diagnostic::Diagnostic;
use crate::plan::RelPath;
use crate::project::Project;
use crate::workspace::Snapshot;

/// Where the project sets the environment of what cargo runs.
const CONFIG: &str = ".cargo/config.toml";

/// The tests' own way to install the operator.
const INSTALL: &str = "operator/tests/common/mod.rs";

/// What it installs first, beside the CRDs of others.
const NAMESPACES: &str = "operator/tests/namespaces.yaml";

/// Those that an API server makes by itself.
const OF_EVERY_CLUSTER: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// What differs between the user's files and the namespaces of `kopgen.toml`.
pub fn warnings(project: &Project, snapshot: &Snapshot) -> Vec<Diagnostic> {
    let found = [environment(project, snapshot), missing(project, snapshot)];
    found.into_iter().flatten().collect()
}

/// What is watched by what cargo runs, if that is something else.
fn environment(project: &Project, snapshot: &Snapshot) -> Option<Diagnostic> {
    let variable = watch_namespace(snapshot).unwrap_or_default();
    // As the operator reads it.
    let here: BTreeSet<&str> = variable
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let wanted: Vec<&str> = project
        .watch_namespaces
        .iter()
        .map(|it| it.as_str())
        .collect();
    let is_current = match (project.namespaced, wanted.is_empty()) {
        (false, _) => here.is_empty(),
        // Which namespace is its own the overlay says; but it is one.
        (true, true) => here.len() == 1,
        (true, false) => here == wanted.iter().copied().collect(),
    };
    if is_current {
        return None;
    }
    let sees = match here.is_empty() {
        true => "the whole cluster".to_owned(),
        false => format!("`{variable}`"),
    };
    let message = format!(
        "`cargo run` and `cargo test` watch {sees}, the operator in a cluster what kopgen.toml says"
    );
    let help = match (project.namespaced, wanted.is_empty()) {
        (false, _) => {
            format!("take WATCH_NAMESPACE out of {CONFIG}: the project is not namespaced")
        }
        (true, true) => line(&project.system_namespace()),
        (true, false) => line(&wanted.join(",")),
    };
    Some(Diagnostic::new(message).help(help))
}

fn line(namespaces: &str) -> String {
    format!("say in {CONFIG}:\n[env]\nWATCH_NAMESPACE = \"{namespaces}\"")
}

fn watch_namespace(snapshot: &Snapshot) -> Option<String> {
    let config: DocumentMut = snapshot.text(&RelPath::new(CONFIG))?.parse().ok()?;
    let variable = config.get("env")?.get("WATCH_NAMESPACE")?;
    // Cargo takes a table as well, in which the value stands beside `force`.
    let value = variable.get("value").unwrap_or(variable);
    value.as_str().map(str::to_owned)
}

/// The namespaces that the tests would not find: nobody makes them but [`NAMESPACES`], as far as [`INSTALL`] reads it.
fn missing(project: &Project, snapshot: &Snapshot) -> Option<Diagnostic> {
    let install = snapshot.text(&RelPath::new(INSTALL))?;
    if !install.contains("namespaces.yaml") {
        return None;
    }
    // What is no YAML the tests themselves complain about.
    let objects = match snapshot.text(&RelPath::new(NAMESPACES)) {
        Some(text) => yaml::documents(text).ok()?,
        None => Vec::new(),
    };
    let made = objects
        .iter()
        .filter(|it| it["kind"] == "Namespace")
        .filter_map(|it| it["metadata"]["name"].as_str());
    let own = project.system_namespace();
    let there: BTreeSet<&str> = made.chain(OF_EVERY_CLUSTER).chain([own.as_str()]).collect();
    let missing: Vec<&str> = project
        .watch_namespaces
        .iter()
        .map(|it| it.as_str())
        .filter(|name| !there.contains(name))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!(
        "the tests do not make `{}`, where the operator is to watch",
        missing.join("`, `")
    );
    let objects: String = missing
        .iter()
        .map(|name| format!("\n---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}"))
        .collect();
    Some(Diagnostic::new(message).help(format!("add to {NAMESPACES}:{objects}")))
}
