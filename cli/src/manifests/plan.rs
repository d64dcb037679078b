//! From the report to the files: pure.

use std::collections::BTreeMap;

use kopgen_core::lint;
use kopgen_core::report::Report;

use super::{Declared, crd, kustomize, rbac, sample};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::ownership::{self, Owner};
use crate::plan::{Plan, RelPath};
use crate::project::Project;
use crate::workspace::Snapshot;

/// The bodies of owned files.
pub type Files = BTreeMap<RelPath, String>;

/// The plan for everything that depends on what the code declares, and what is doubtful in it.
///
/// # Errors
/// All problems of the report, its CRDs and rules, the samples and the overlay, at once.
pub fn plan(
    project: &Project,
    snapshot: &Snapshot,
    mut report: Report,
    overwrite: bool,
) -> Result<Declared> {
    let problems = std::mem::take(&mut report.problems);
    let mut problems: Vec<_> = problems.into_iter().map(Diagnostic::from).collect();
    let mut take = |found: Vec<_>| problems.extend(found.into_iter().map(Diagnostic::from));
    let (crds, found) = crd::crds(std::mem::take(&mut report.kinds));
    take(found);
    take(lint::check_indices(&crds, &report.controllers));
    if project.namespaced {
        take(crd::scope_problems(&crds));
    }
    let rules = rbac::rules(project, &report).unwrap_or_else(|found| {
        take(found);
        rbac::Rules::new()
    });
    problems.extend(sample::problems(snapshot, &crds));
    problems.extend(kustomize::overlay_problem(
        snapshot,
        &rbac::namespaces(&rules),
    ));
    Diagnostics::barrier(problems)?;

    let mut files = crd::files(&crds);
    let overlaid = kustomize::overlay_uses_transformers(snapshot) == Some(true);
    files.extend(rbac::files(project, &rules, &crds, overlaid));
    let warnings = crds.iter().flat_map(lint::warnings);
    Ok(Declared {
        plan: files_plan(snapshot, &files, overwrite),
        warnings: warnings.map(Diagnostic::from).collect(),
    })
}

/// The folders whose owned files are all of this module's making, but for [`rbac::scaffolded`].
const FOLDERS: [&str; 2] = ["config/crd", "config/rbac"];

fn files_plan(snapshot: &Snapshot, files: &Files, overwrite: bool) -> Plan {
    let owner = |path: &RelPath| Owner {
        instead: instead(path),
        overwrite,
    };
    let wanted = files.iter().map(|(path, body)| {
        (
            path.clone(),
            ownership::owned(snapshot, path, body, owner(path)),
        )
    });
    let there = FOLDERS
        .iter()
        .flat_map(|folder| snapshot.files_below(folder));
    let scaffolded: Vec<_> = rbac::scaffolded().collect();
    let is_scaffolded = |path: &RelPath| {
        let name = path.as_str().strip_prefix("config/rbac/");
        name.is_some_and(|name| scaffolded.contains(&name))
    };
    let stale = there.filter(|(path, content)| {
        let generated = std::str::from_utf8(content).is_ok_and(ownership::is_generated);
        generated && !files.contains_key(path) && !is_scaffolded(path)
    });
    let pruned = stale.filter_map(|(path, _)| {
        Some((
            path.clone(),
            ownership::pruned(snapshot, path, owner(path))?,
        ))
    });
    wanted.chain(pruned).collect()
}

/// Where a user changes what a file says.
fn instead(path: &RelPath) -> &'static str {
    if path.as_str().starts_with("config/crd/bases/") {
        "change the Rust types and run `kopgen manifests`, or patch it in config/default"
    } else if path.as_str().starts_with("config/rbac/role") {
        "change what the reconcilers declare and run `kopgen manifests`, or add a role in config/default"
    } else {
        "patch it in config/default"
    }
}

#[cfg(test)]
mod tests;
