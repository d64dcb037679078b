//! `kopgen manifests`.

use std::path::Path;
use std::process::ExitCode;

use crate::args::{self, Format, Output};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::manifests::{self, Lock, Scaffolded};
use crate::plan::Plan;
use crate::project::Project;
use crate::workspace::{self, Snapshot};
use crate::{apply, report, shell};

/// Writes what follows from the code of the project that the working directory is in, or with `--check` says how far the
/// files are from it.
///
/// # Errors
///
/// What does not compile, what is wrong with what the code declares, files that were edited by hand.
pub fn run(args: &args::Manifests) -> Result<ExitCode> {
    let root = workspace::find_root(&workspace::absolute(Path::new("."))?)?;
    if !args.check {
        let plan = bring_up_to_date(&root, args.overwrite, args.output)?;
        report::print(&plan, args.output)?;
        if plan.is_current() {
            shell::status("Unchanged", "every file is what the code says");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let text = args.output.output == Format::Text;
    let output = Output {
        dry_run: true,
        diff: text,
        ..args.output
    };
    let plan = bring_up_to_date(&root, args.overwrite, output)?;
    report::print(&plan, output)?;
    if plan.is_current() {
        return Ok(ExitCode::SUCCESS);
    }
    shell::error(
        &Diagnostic::new("the files are not what the code says")
            .help("run `kopgen manifests`, and commit what it writes"),
    );
    Ok(ExitCode::FAILURE)
}

/// Carries out, unless `output` says otherwise, what follows from `kopgen.toml` and from the code of the project at
/// `root`; returns all of it.
///
/// # Errors
///
/// Those of [`run`].
pub fn bring_up_to_date(root: &Path, overwrite: bool, output: Output) -> Result<Plan> {
    let snapshot = Snapshot::read(root)?;
    let project = Project::read(&snapshot)?;
    let Scaffolded { sources, rest } = Scaffolded::plan(&project, &snapshot, overwrite);
    Diagnostics::barrier(
        sources
            .conflicts()
            .chain(rest.conflicts())
            .cloned()
            .collect(),
    )?;
    if !sources.is_current() {
        report::carry_out(&sources, output, |plan| apply::apply(root, plan))?;
        if output.dry_run {
            // The code cannot be asked before its lists of modules are what they will be.
            report::carry_out(&rest, output, |_| Ok(()))?;
            shell::caution(
                "Note",
                "what the code declares is known once these are written",
            );
            return Ok(sources.and(rest));
        }
    }
    let lock = if output.dry_run {
        Lock::Keep
    } else {
        Lock::Update
    };
    let declared = manifests::declared(root, &project, &snapshot, lock, overwrite)?;
    declared.warnings.iter().for_each(shell::warning);
    let rest = rest.and(declared.plan);
    report::carry_out(&rest, output, |plan| apply::apply(root, plan))?;
    Ok(sources.and(rest))
}
