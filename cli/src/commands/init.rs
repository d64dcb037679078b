//! `kopgen init`.

use std::path::Path;
use std::process::ExitCode;

use super::manifests;
use crate::args;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::plan::{Change, Plan};
use crate::project::Project;
use crate::request::{Init, License, Source};
use crate::scaffold::{api, init};
use crate::workspace::{self, Snapshot, State};
use crate::{apply, ask, report, shell};

/// Makes a project, and the manifests of its first APIs.
///
/// # Errors
///
/// Everything that is wrong with the words, the folder, the plan, or what the project declares.
pub fn run(args: args::Init) -> Result<ExitCode> {
    let args = ask::init(args)?;
    let folder = workspace::absolute(&args.dir)?;
    let state = workspace::state(&folder)?;
    check_folder(&folder, state, args.force)?;
    let enclosing = workspace::enclosing(&folder);
    if let Some(enclosing) = &enclosing {
        enclosing.check(&folder)?;
    }
    if let Some(joined) = workspace::rooted_at(&folder) {
        joined.check_joined()?;
    }
    let request = Init::new(&args, &folder)?;
    let read = read_for(&request, &folder)?;
    let snapshot = match state {
        State::Absent => Snapshot::default(),
        _ => Snapshot::read(&folder)?,
    };
    let (project, mut plan) = init::plan(&snapshot, &request, &read)?;
    report::carry_out(&plan, args.output, |plan| match state {
        State::Absent => apply::create_folder(&folder, plan),
        _ => apply::apply(&folder, plan),
    })?;
    if let Some(runtime) = &read.runtime {
        let source = "the project uses the crates of the checkout that kopgen was built from";
        shell::caution(
            "Note",
            format_args!("{source}: {runtime} (see `--kopgen-source`)"),
        );
    }
    let enclosing = enclosing.and_then(|it| it.note(&folder));
    let mut groups: Vec<_> = request.apis.iter().map(|api| &api.group).collect();
    groups.dedup();
    let groups = groups.into_iter();
    let appended = groups.filter_map(|group| api::appended(&project, group));
    for note in enclosing.into_iter().chain(appended) {
        shell::caution("Note", note);
    }
    if !args.output.dry_run && !project.apis.is_empty() {
        let output = args::Output {
            diff: false,
            ..args.output
        };
        let written = manifests::bring_up_to_date(&folder, false, output).inspect_err(|_| {
            let way = "the project is there: when this is mended, run `kopgen manifests` in it";
            shell::caution("Note", way);
        })?;
        then(&mut plan, written);
    }
    report::print(&plan, args.output)?;
    if !args.output.dry_run {
        say_next(&args, &project);
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds what was done after `plan`: of each file, the change that was one.
fn then(plan: &mut Plan, later: Plan) {
    for (path, change) in later.changes {
        let changed = !matches!(change, Change::Keep(_));
        if changed || !plan.changes.contains_key(&path) {
            plan.changes.insert(path, change);
        }
    }
}

fn check_folder(folder: &Path, state: State, force: bool) -> Result<()> {
    let refuse = |message: String, help: &str| Err(Diagnostic::new(message).help(help).into());
    match state {
        State::Project => refuse(
            format!("{} is a project already", folder.display()),
            "add to it with `kopgen create api`",
        ),
        State::Occupied if !force => refuse(
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

fn say_next(args: &args::Init, project: &Project) {
    let mut steps = Vec::new();
    if args.dir != Path::new(".") {
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
