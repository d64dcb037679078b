//! `kopgen create api`.

use std::path::Path;
use std::process::ExitCode;

use crate::diagnostic::Result;
use crate::project::Project;
use crate::request::CreateApi;
use crate::scaffold::api;
use crate::workspace::{self, Snapshot};
use crate::{apply, args, ask, report, shell};

/// Adds a kind, a controller, or both to the project that the working directory is in.
///
/// # Errors
///
/// Everything that is wrong with the words, the project, or the plan.
pub fn run(args: args::CreateApi) -> Result<ExitCode> {
    if let Some(from) = &args.import.from_crd {
        return super::import::run(from, &args);
    }
    let root = workspace::find_root(&workspace::absolute(Path::new("."))?)?;
    let snapshot = Snapshot::read(&root)?;
    let project = Project::read(&snapshot)?;
    let args = ask::create_api(args, &project)?;
    let request = CreateApi::new(&args)?;
    let (_, plan) = api::plan(&project, &snapshot, &request)?;
    report::carry_out(&plan, args.output, |plan| apply::apply(&root, plan))?;
    report::print(&plan, args.output)?;
    let appended = api::appended(&project, &request.group);
    if let Some(note) = appended.filter(|_| request.types.is_some()) {
        shell::caution("Note", note);
    }
    if plan.is_current() {
        shell::status("Unchanged", "every file is as it should be");
    } else if !args.output.dry_run {
        shell::say(
            "\nNext: edit the spec and the reconciler, then `kopgen manifests` and `cargo test --workspace`.",
        );
    }
    Ok(ExitCode::SUCCESS)
}
