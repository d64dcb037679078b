//! `kopgen manifests`: what the project's code declares, as Kubernetes' YAML.
//!
//! The compiler is the only one who knows the types, so the project's own `manifests` program is built and asked
//! ([`declared`]); its report becomes a plan of files without touching any ([`plan()`]). What follows from `kopgen.toml`
//! alone is brought up to date on the way: the sources among it first, because the build needs them ([`Scaffolded`]).

mod bounded;
mod build;
mod crd;
mod kustomize;
mod lock;
mod plan;
mod probe;
mod rbac;
mod rules;
mod sample;
mod unlisted;
mod watched;

use std::path::Path;
use std::thread;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::plan::{Plan, RelPath};
use crate::project::Project;
use crate::scaffold;
use crate::workspace::Snapshot;

use plan::Files;

pub use build::Lock;
pub use plan::plan;

/// What follows from `kopgen.toml` alone.
#[derive(Debug)]
pub struct Scaffolded {
    /// The files that the build reads. They must be as planned before the code can be asked what it declares.
    pub sources: Plan,
    /// All others.
    pub rest: Plan,
}

impl Scaffolded {
    /// Plans them for the project as it is.
    pub fn plan(project: &Project, snapshot: &Snapshot, overwrite: bool) -> Self {
        let changes = scaffold::current(project, snapshot, overwrite).changes;
        let (sources, rest) = changes.into_iter().partition(|(path, _)| is_built(path));
        Self {
            sources: Plan { changes: sources },
            rest: Plan { changes: rest },
        }
    }
}

/// What follows from the code.
#[derive(Debug)]
pub struct Declared {
    /// The files that say so.
    pub plan: Plan,
    /// What is probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// Builds the project at `root`, asks it what it declares and plans the files for it.
///
/// # Errors
/// What does not compile, a report that cannot be had, and all that is wrong with what is declared.
pub fn declared(
    root: &Path,
    project: &Project,
    snapshot: &Snapshot,
    lock: Lock,
    overwrite: bool,
) -> Result<Declared> {
    let (report, (derived, rules)) = thread::scope(|scope| {
        // While the compiler works, or cargo finds that it need not.
        let thread = thread::Builder::new().stack_size(STACK);
        let read = || (unlisted::derived(snapshot), rules::findings(snapshot));
        let read = thread.spawn_scoped(scope, read);
        let read = read.expect("a thread can be started");
        let report = probe::report(root, lock);
        (report, read.join().expect("reading Rust does not panic"))
    });
    let report = report?;
    let unlisted = unlisted::warnings(derived, &report);
    let mut problems = rules.problems;
    let declared = plan(project, snapshot, report, overwrite);
    let declared = declared.map_err(|more| problems.extend(more));
    Diagnostics::barrier(problems)?;
    let mut declared = declared.expect("a plan that fails has problems");
    declared.warnings.extend(unlisted);
    declared.warnings.extend(rules.warnings);
    Ok(declared)
}

/// In bytes: what the main thread has on most systems, for expressions that nest deeply.
const STACK: usize = 8 << 20;

fn is_built(path: &RelPath) -> bool {
    path.extension() == Some("rs") || path.as_str().ends_with("Cargo.toml")
}
