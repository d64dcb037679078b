//! Plans as people and programs read them.

use serde::Serialize;
use serde_json::json;
use similar::TextDiff;

use crate::args::{Format, Output};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::plan::{Change, Plan, RelPath, Why};
use crate::shell;

/// Prints `plan` where it is to be printed for people, carries it out by `apply` unless `output` forbids it, and says what
/// was done.
///
/// # Errors
///
/// The plan's conflicts, and those of `apply`.
pub fn carry_out(
    plan: &Plan,
    output: Output,
    apply: impl FnOnce(&Plan) -> Result<()>,
) -> Result<()> {
    Diagnostics::barrier(plan.conflicts().cloned().collect())?;
    if output.diff {
        shell::diff(&diff(plan)).map_err(unwritable)?;
    }
    if !output.dry_run {
        apply(plan)?;
    }
    tell(plan, output.dry_run);
    Ok(())
}

/// Prints what was carried out where it is to be printed for programs.
///
/// # Errors
///
/// Stdout cannot be written.
pub fn print(plan: &Plan, output: Output) -> Result<()> {
    print_with_offers(plan, &[], output)
}

/// [`print()`], with the diffs of kept files: what they would become if they were not the user's.
///
/// # Errors
///
/// As [`print()`].
pub fn print_with_offers(plan: &Plan, offers: &[(&RelPath, String)], output: Output) -> Result<()> {
    match output.output {
        Format::Json => shell::data(&json(plan, offers, output.dry_run))
            .map_err(|error| unwritable(error).into()),
        Format::Text => Ok(()),
    }
}

/// The plan as a unified diff, of which `patch -p1` would make the same.
pub fn diff(plan: &Plan) -> String {
    plan.changes
        .iter()
        .filter_map(|(path, change)| match change {
            Change::Create { after } => Some(file_diff(path, None, Some(&after.content))),
            Change::Replace { before, after } => {
                Some(file_diff(path, Some(before), Some(&after.content)))
            }
            Change::Delete { before } => Some(file_diff(path, Some(before), None)),
            Change::Keep(_) | Change::Conflict(_) => None,
        })
        .collect()
}

/// The plan for programs: every file that was looked at, and what happens to it.
fn json(plan: &Plan, offers: &[(&RelPath, String)], dry_run: bool) -> String {
    #[derive(Serialize)]
    struct Entry<'a> {
        path: &'a RelPath,
        action: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Why>,
        #[serde(skip_serializing_if = "Option::is_none")]
        problem: Option<&'a Diagnostic>,
        #[serde(skip_serializing_if = "Option::is_none")]
        diff: Option<&'a str>,
    }
    let offer = |path: &RelPath| {
        let offer = offers.iter().find(|(of, _)| *of == path);
        offer.map(|(_, diff)| diff.as_str())
    };
    let entry = |(path, change)| match change {
        &Change::Create { .. } => Entry {
            path,
            action: "create",
            why: None,
            problem: None,
            diff: None,
        },
        Change::Replace { .. } => Entry {
            path,
            action: "replace",
            why: None,
            problem: None,
            diff: None,
        },
        Change::Delete { .. } => Entry {
            path,
            action: "delete",
            why: None,
            problem: None,
            diff: None,
        },
        Change::Keep(why) => Entry {
            path,
            action: "keep",
            why: Some(*why),
            problem: None,
            diff: offer(path),
        },
        Change::Conflict(problem) => Entry {
            path,
            action: "conflict",
            why: None,
            problem: Some(problem),
            diff: None,
        },
    };
    let changes: Vec<_> = plan.changes.iter().map(entry).collect();
    lines(&json!({ "dryRun": dry_run, "changes": changes }))
}

/// Errors for programs.
pub fn json_problems(problems: &Diagnostics) -> String {
    lines(&json!({ "problems": problems }))
}

fn lines(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn unwritable(error: std::io::Error) -> Diagnostic {
    Diagnostic::new(format!("cannot write to stdout: {error}"))
}

/// One line for each file that changes or that the user might have expected to.
fn tell(plan: &Plan, dry_run: bool) {
    let verb = |done: &'static str, will: &'static str| if dry_run { will } else { done };
    for (path, change) in &plan.changes {
        match change {
            Change::Create { .. } => shell::status(verb("Created", "Would create"), path),
            Change::Replace { .. } => shell::status(verb("Updated", "Would update"), path),
            Change::Delete { .. } => shell::status(verb("Deleted", "Would delete"), path),
            Change::Keep(Why::Yours) => {
                shell::status(verb("Kept", "Would keep"), format_args!("{path} (yours)"))
            }
            Change::Keep(Why::Current) | Change::Conflict(_) => {}
        }
    }
}

/// The difference between two contents of a file.
pub fn file_diff(path: &RelPath, before: Option<&[u8]>, after: Option<&[u8]>) -> String {
    let text =
        |content: Option<&[u8]>| String::from_utf8_lossy(content.unwrap_or_default()).into_owned();
    let name = |side: &str, content: Option<&[u8]>| {
        content.map_or("/dev/null".to_owned(), |_| format!("{side}/{path}"))
    };
    let (old, new) = (text(before), text(after));
    let diff = TextDiff::from_lines(&old, &new);
    diff.unified_diff()
        .header(&name("a", before), &name("b", after))
        .to_string()
}
