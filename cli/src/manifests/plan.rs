//! From the report to the files: pure.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread;

use kopgen_core::lint;
use kopgen_core::report::Report;

use super::{Declared, crd, kustomize, rbac, sample, watched};
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
        &rbac::namespaces(project, &rules),
    ));
    Diagnostics::barrier(problems)?;

    let mut files = crd::files(&crds);
    let overlaid = kustomize::overlay_uses_transformers(snapshot) == Some(true);
    files.extend(rbac::files(project, &rules, &crds, overlaid));
    let warnings = crds.iter().flat_map(lint::warnings).map(Diagnostic::from);
    Ok(Declared {
        plan: files_plan(snapshot, &files, overwrite),
        warnings: warnings
            .chain(watched::warnings(project, snapshot))
            .collect(),
    })
}

/// The folders whose owned files are all of this module's making, but for [`rbac::scaffolded`].
const FOLDERS: [&str; 2] = ["config/crd", "config/rbac"];

fn files_plan(snapshot: &Snapshot, files: &Files, overwrite: bool) -> Plan {
    let owner = |path: &RelPath| Owner {
        instead: instead(path),
        overwrite,
    };
    let wanted = each_of(&Vec::from_iter(files), |(path, body)| {
        let change = ownership::owned(snapshot, path, body, owner(path));
        ((*path).clone(), change)
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
    wanted.into_iter().chain(pruned).collect()
}

/// What `work` makes of each item, in their order, by as many threads as can run at once: what hundreds of files mean takes
/// longer than anything else here.
fn each_of<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = items.len().div_ceil(threads).max(1);
    let work = &work;
    thread::scope(|scope| {
        let shares: Vec<_> = items
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let done = shares.into_iter().map(|share| share.join());
        done.flat_map(|done| done.expect("planning does not panic"))
            .collect()
    })
}

/// Where a user changes what a file says.
fn instead(path: &RelPath) -> &'static str {
    if path.as_str().starts_with("config/crd/bases/") {
        "change the Rust types and run `kopgen manifests`, or patch it in config/default"
    } else if path.as_str().starts_with("config/rbac/role") {
        "change what the reconcilers and tasks declare and run `kopgen manifests`, or add a role in config/default"
    } else if path.as_str().starts_with("config/rbac/namespaces/") {
        "change `watch-namespaces` in kopgen.toml or what is declared, and run `kopgen manifests`"
    } else {
        "patch it in config/default"
    }
}

#[cfg(test)]
mod tests;
