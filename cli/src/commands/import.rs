//! `kopgen create api --from-crd`.

use std::path::Path;
use std::process::ExitCode;

use kopgen_core::crd::Crd;
use kopgen_core::names::suggest;

use super::crd::brief;
use crate::crd_files;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::import;
use crate::plan::RelPath;
use crate::project::Project;
use crate::scaffold::import::{Import, Outcome, crd_name, plan};
use crate::workspace::{self, Snapshot};
use crate::{apply, args, report, shell};

/// Imports the CRDs of `from` into the project that the working directory is in.
///
/// # Errors
///
/// Everything that is wrong with the CRDs, the project, or the plan; and what Rust types cannot express of a CRD, unless
/// that is allowed.
pub fn run(from: &str, args: &args::CreateApi) -> Result<ExitCode> {
    let root = workspace::find_root(&workspace::absolute(Path::new("."))?)?;
    let snapshot = Snapshot::read(&root)?;
    let project = Project::read(&snapshot)?;
    let crds = chosen(read(from)?, args.kind.as_deref())?;
    let imports = imports(&crds, &project, args.import.allow_differences)?;
    let controllers = args.controller == Some(true);
    let outcome = plan(&project, &snapshot, &imports, controllers)?;
    report::carry_out(&outcome.plan, args.output, |plan| apply::apply(&root, plan))?;
    let offers = offers(&outcome, &snapshot);
    if args.output.diff {
        for (_, diff) in &offers {
            shell::diff(diff)
                .map_err(|error| Diagnostic::new(format!("cannot write to stdout: {error}")))?;
        }
    }
    report::print_with_offers(&outcome.plan, &offers, args.output)?;
    say_next(&outcome, args.output);
    Ok(ExitCode::SUCCESS)
}

/// The CRDs of a file, a folder or standard input, in the order of their names. What is none is named and skipped.
fn read(from: &str) -> Result<Vec<Crd>> {
    let mut crds: Vec<Crd> = Vec::new();
    let mut problems = Vec::new();
    for text in crd_files::texts(from)? {
        let documents = match import::read(&text.text, &text.name) {
            Ok(documents) => documents,
            Err(found) => {
                problems.extend(found);
                continue;
            }
        };
        for other in documents.skipped {
            shell::status("Skipped", format_args!("{other} in {}: no CRD", text.name));
        }
        for crd in documents.crds {
            let name = crd_name(&crd);
            if crds.iter().any(|it| crd_name(it) == name) {
                let problem = Diagnostic::new(format!(
                    "the CRD `{name}` comes twice, again in {}",
                    text.name
                ));
                problems.push(problem.help("leave one of them out"));
            }
            crds.push(crd);
        }
    }
    Diagnostics::barrier(problems)?;
    if crds.is_empty() {
        let problem = Diagnostic::new(format!("there is no CRD in {}", crd_files::name_of(from)));
        return Err(problem.help(crd_files::WHAT_IS_A_CRD).into());
    }
    crds.sort_by(|a, b| crd_name(a).cmp(crd_name(b)));
    Ok(crds)
}

fn chosen(crds: Vec<Crd>, kind: Option<&str>) -> Result<Vec<Crd>> {
    let Some(kind) = kind else { return Ok(crds) };
    let kinds: Vec<String> = crds.iter().map(|crd| crd.kind().to_owned()).collect();
    let chosen: Vec<_> = crds.into_iter().filter(|crd| crd.kind() == kind).collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let problem = Diagnostic::new(format!("no CRD is of the kind `{kind}`"));
    let help = match suggest(kind, kinds.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", kinds.join(", ")),
    };
    Err(problem.help(help).into())
}

/// The types of the CRDs. What they cannot express is a warning where differences are allowed, else an error.
fn imports(crds: &[Crd], project: &Project, allow_differences: bool) -> Result<Vec<Import>> {
    let mut imports = Vec::new();
    let mut problems = Vec::new();
    for crd in crds {
        let imported = match import::import(crd) {
            Ok(imported) => imported,
            Err(found) => {
                problems.extend(found.into_iter().map(Diagnostic::from));
                continue;
            }
        };
        match differences(crd, &imported.differences) {
            Some(found) if allow_differences => shell::warning(&found),
            Some(found) => {
                problems.push(found.help("`--allow-differences` imports it all the same"))
            }
            None => {}
        }
        match Import::new(crd, &imported, project) {
            Ok(import) => imports.push(import),
            Err(found) => problems.extend(found),
        }
    }
    Diagnostics::barrier(problems)?;
    Ok(imports)
}

/// How many differences of a CRD are told.
const MOST: usize = 10;

/// The differences between a CRD and what its types yield, as the notes of one problem.
fn differences(crd: &Crd, found: &[kopgen_core::crd::Difference]) -> Option<Diagnostic> {
    let side =
        |value: &Option<serde_json::Value>| value.as_ref().map_or("nothing".to_owned(), brief);
    let problem = Diagnostic::new(format!(
        "Rust types cannot express all of the CRD `{}`",
        crd_name(crd)
    ));
    let told = found.iter().take(MOST).fold(problem, |problem, it| {
        problem.note(format!(
            "{}: {} would become {}",
            it.path,
            side(&it.left),
            side(&it.right)
        ))
    });
    match found.len() {
        0 => None,
        1..=MOST => Some(told),
        count => Some(told.note(format!("and {} more", count - MOST))),
    }
}

/// What the files would become that were edited and stay, as diffs.
fn offers<'a>(outcome: &'a Outcome, snapshot: &Snapshot) -> Vec<(&'a RelPath, String)> {
    let offer = |(path, text): &'a (RelPath, String)| {
        let diff = report::file_diff(path, snapshot.bytes(path), Some(text.as_bytes()));
        (path, diff)
    };
    outcome.edited.iter().map(offer).collect()
}

fn say_next(outcome: &Outcome, output: args::Output) {
    if !outcome.edited.is_empty() {
        let way = if output.diff {
            ""
        } else {
            ": `--dry-run --diff` shows how"
        };
        shell::caution(
            "Note",
            format_args!("what you have edited stays, and is not what the CRD says now{way}"),
        );
    }
    if outcome.plan.is_current() {
        if outcome.edited.is_empty() {
            shell::status("Unchanged", "every file is as it should be");
        }
    } else if !output.dry_run {
        shell::say(
            "\nNext: `kopgen manifests` writes the CRDs from the types; `kopgen crd equal` compares.",
        );
    }
}

#[cfg(test)]
mod tests {
    use kopgen_core::crd::Difference;
    use serde_json::json;

    use super::*;

    #[test]
    fn differences_beyond_ten_are_counted() {
        let crd = Crd::from(json!({"metadata": {"name": "walls.example.com"}}));
        let found: Vec<_> = (0..12)
            .map(|at| Difference {
                path: format!(".spec.f{at}"),
                left: Some(json!(at)),
                right: None,
            })
            .collect();
        assert_eq!(differences(&crd, &[]), None);
        let told = differences(&crd, &found[..10]).unwrap();
        assert_eq!(told.notes.len(), 10);
        assert_eq!(told.notes[9], ".spec.f9: 9 would become nothing");
        let told = differences(&crd, &found).unwrap();
        assert_eq!(told.notes.len(), 11);
        assert_eq!(told.notes[10], "and 2 more");
    }
}
