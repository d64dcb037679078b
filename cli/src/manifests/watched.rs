//! Whether `cargo run` and `cargo test` watch what the operator watches in a cluster: the file that says so is the user's.

use std::collections::BTreeSet;

use toml_edit::DocumentMut;

use crate::diagnostic::Diagnostic;
use crate::plan::RelPath;
use crate::project::Project;
use crate::workspace::Snapshot;

/// Where the project sets the environment of what cargo runs.
const CONFIG: &str = ".cargo/config.toml";

/// What differs between the user's `.cargo/config.toml` and the namespaces of `kopgen.toml`.
pub fn warning(project: &Project, snapshot: &Snapshot) -> Option<Diagnostic> {
    if !project.namespaced {
        return None;
    }
    let here = watch_namespace(snapshot).unwrap_or_default();
    let wanted: Vec<&str> = project
        .watch_namespaces
        .iter()
        .map(|it| it.as_str())
        .collect();
    let listed: BTreeSet<&str> = here.split(',').map(str::trim).collect();
    let (is_current, wanted) = match wanted.is_empty() {
        // Which namespace is its own the overlay says; but it is one.
        true => (
            listed.len() == 1 && !here.is_empty(),
            project.system_namespace(),
        ),
        false => (listed == wanted.iter().copied().collect(), wanted.join(",")),
    };
    if is_current {
        return None;
    }
    let sees = match here.is_empty() {
        true => "the whole cluster".to_owned(),
        false => format!("`{here}`"),
    };
    let message = format!(
        "`cargo run` and `cargo test` watch {sees}, the operator in a cluster what kopgen.toml says"
    );
    let help = format!("say in {CONFIG}:\n[env]\nWATCH_NAMESPACE = \"{wanted}\"");
    Some(Diagnostic::new(message).help(help))
}

fn watch_namespace(snapshot: &Snapshot) -> Option<String> {
    let config: DocumentMut = snapshot.text(&RelPath::new(CONFIG))?.parse().ok()?;
    let variable = config.get("env")?.get("WATCH_NAMESPACE")?;
    // Cargo takes a table as well, in which the value stands beside `force`.
    let value = variable.get("value").unwrap_or(variable);
    value.as_str().map(str::to_owned)
}
