//! What each command does, from words to files: read, check, plan, carry out, say what comes next.

use std::path::{Path, PathBuf};

use crate::args::{self, Format, Output};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::manifests::{self, Lock, Scaffolded};
use crate::plan::Plan;
use crate::project::Project;
use crate::request::{CreateApi, Init, License, Source};
use crate::scaffold::{api, init};
use crate::workspace::{self, Snapshot};
use crate::{ask, report, shell};

/// `kopgen init`.
///
/// # Errors
///
/// Everything that is wrong with the words, the folder, or the plan.
pub fn init(args: args::Init) -> Result<()> {
    let args = &ask::init(args)?;
    let folder = workspace::absolute(&args.dir)?;
    let request = Init::new(args, &folder)?;
    let state = workspace::state(&folder)?;
    check_folder(&folder, state, args.force)?;
    let read = read_for(&request, &folder)?;
    let snapshot = match state {
        workspace::State::Absent => Snapshot::default(),
        _ => Snapshot::read(&folder)?,
    };
    let (project, plan) = init::plan(&snapshot, &request, &read)?;
    if let Some(runtime) = &read.runtime {
        shell::caution(
            "Note",
            format_args!(
                "the project uses the kopgen crates of this checkout, {runtime}; `--kopgen-source release` uses the released ones"
            ),
        );
    }
    match state {
        workspace::State::Absent => report::carry_out_in_new_folder(&folder, &plan, args.output)?,
        _ => report::carry_out(&folder, &plan, args.output)?,
    }
    if args.output.dry_run {
        return Ok(());
    }
    if !project.apis.is_empty() {
        manifests_in(&folder, &manifests_of(args))?;
    }
    next_after_init(args, &project);
    Ok(())
}

/// `kopgen create api`.
///
/// # Errors
///
/// Everything that is wrong with the words, the project, or the plan.
pub fn create_api(args: args::CreateApi) -> Result<()> {
    let root = workspace::find_root(&workspace::absolute(Path::new("."))?)?;
    let snapshot = Snapshot::read(&root)?;
    let project = Project::read(&snapshot)?;
    let args = ask::create_api(args, &project)?;
    let request = CreateApi::new(&args)?;
    let (_, plan) = api::plan(&project, &snapshot, &request)?;
    report::carry_out(&root, &plan, args.output)?;
    if !args.output.dry_run && !plan.is_current() {
        shell::say(
            "\nNext: edit the spec and the reconciler, then `kopgen manifests` and `cargo test --workspace`.",
        );
    }
    Ok(())
}

/// `kopgen manifests`.
///
/// # Errors
///
/// What does not compile, what is wrong with what the code declares, files that were edited by hand, and with `--check` a
/// file that is not current.
pub fn manifests(args: &args::Manifests) -> Result<()> {
    let root = workspace::find_root(&workspace::absolute(Path::new("."))?)?;
    manifests_in(&root, args)
}

fn manifests_in(root: &Path, args: &args::Manifests) -> Result<()> {
    let snapshot = Snapshot::read(root)?;
    let project = Project::read(&snapshot)?;
    let scaffolded = Scaffolded::plan(&project, &snapshot, args.overwrite);
    let writes = !args.check && !args.output.dry_run;
    if !writes && !scaffolded.sources.is_current() {
        // The code cannot be asked before its module lists are as they will be.
        return finish(root, args, &scaffolded.sources.and(scaffolded.rest));
    }
    let conflicts = scaffolded
        .sources
        .conflicts()
        .chain(scaffolded.rest.conflicts());
    Diagnostics::barrier(conflicts.cloned().collect())?;
    report::carry_out_quietly(root, &scaffolded.sources)?;
    let lock = if writes { Lock::Update } else { Lock::Keep };
    let declared = manifests::declared(root, &project, &snapshot, lock, args.overwrite)?;
    declared.warnings.iter().for_each(shell::warning);
    finish(root, args, &scaffolded.rest.and(declared.plan))
}

/// Carries the plan out, or says how far the files are from it.
fn finish(root: &Path, args: &args::Manifests, plan: &Plan) -> Result<()> {
    if !args.check {
        return report::carry_out(root, plan, args.output);
    }
    report::carry_out(
        root,
        plan,
        Output {
            dry_run: true,
            diff: args.output.output == Format::Text,
            ..args.output
        },
    )?;
    if plan.is_current() {
        return Ok(());
    }
    Err(Diagnostic::new("the files are not what the code says")
        .help("run `kopgen manifests` and commit what it writes")
        .into())
}

/// The manifests of a project that has just been made.
fn manifests_of(args: &args::Init) -> args::Manifests {
    args::Manifests {
        check: false,
        overwrite: false,
        output: args.output,
    }
}

fn check_folder(folder: &Path, state: workspace::State, force: bool) -> Result<()> {
    let refuse = |message: String, help: &str| Err(Diagnostic::new(message).help(help).into());
    match state {
        workspace::State::Project => refuse(
            format!("{} is a project already", folder.display()),
            "add to it with `kopgen create api`",
        ),
        workspace::State::Occupied if !force => refuse(
            format!("{} is not empty", folder.display()),
            "choose another folder, or say `--force`: what is there stays as it is, and the rest is added",
        ),
        _ => Ok(()),
    }
}

fn read_for(request: &Init, folder: &Path) -> Result<init::Read> {
    let mut problems = Vec::new();
    let license = match &request.license {
        License::File(file) => workspace::read_text(file)
            .map_err(|problem| {
                problems.push(problem.help("`--license` takes apache2, none, or a file"))
            })
            .ok(),
        _ => None,
    };
    let runtime = match &request.source {
        Source::Release => None,
        Source::Checkout(checkout) => runtime_in(checkout, folder)
            .map_err(|problem| problems.push(problem))
            .ok(),
    };
    Diagnostics::barrier(problems)?;
    Ok(init::Read { license, runtime })
}

/// The way from a project's folder to the runtime crate of a checkout.
fn runtime_in(checkout: &Path, folder: &Path) -> Result<String, Diagnostic> {
    let runtime = checkout.join("runtime");
    if !runtime.join("Cargo.toml").is_file() {
        return Err(Diagnostic::new(format!(
            "{} is no checkout of kopgen: it has no runtime/Cargo.toml",
            checkout.display()
        ))
        .help("`--kopgen-source` takes `release`, or the folder of a checkout"));
    }
    workspace::relative(folder, &runtime)
}

fn next_after_init(args: &args::Init, project: &Project) {
    let mut steps = Vec::new();
    if args.dir != PathBuf::from(".") {
        steps.push(format!("cd {}", shown(&args.dir)));
    }
    match project.apis.is_empty() {
        true => {
            steps.push("kopgen create api --group <GROUP> --version v1 --kind <Kind>".to_owned())
        }
        false => steps.push("cargo test --workspace".to_owned()),
    }
    shell::say(format_args!("\nNext:\n  {}", steps.join("\n  ")));
}

/// A path as a shell takes it.
fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || "/._-~+@:".contains(c));
    if plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
