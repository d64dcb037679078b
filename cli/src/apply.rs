//! Carries a plan out: the only writer of a user's files.
//!
//! All or nothing, as far as a file system allows: what was read is checked again, the new contents are written beside
//! their targets, then renamed into place one by one, `kopgen.toml` last; a failure puts back what was renamed. A target
//! is never absent in between, so that after a `kill -9` each file is the old or the new one, and running the
//! command again completes the rest. Nothing is synced to the disk: a power cut is what git is for.
#![expect(clippy::disallowed_methods, reason = "the only writer")]

mod lock;
mod transaction;

use std::fs;
use std::io;
use std::path::Path;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::plan::{Change, Plan, RelPath};
use crate::workspace::{MARKER, TEMPORARY};

use transaction::Transaction;

/// Carries `plan` out in the project at `root`.
///
/// # Errors
///
/// The plan's conflicts, a file that is no longer what the plan was made from, a link in the way: nothing is written then.
/// A write that fails: what was done is undone, and the message says so.
pub fn apply(root: &Path, plan: &Plan) -> Result<()> {
    apply_with(root, plan, &mut |_| Ok(()))
}

/// Carries `plan` out in a folder that is not there yet, which appears whole or not at all.
///
/// # Errors
///
/// As [`apply`]'s, and a folder that cannot be made.
pub fn create_folder(folder: &Path, plan: &Plan) -> Result<()> {
    let problem = |error: io::Error| Diagnostic::io("cannot create", folder, &error);
    let parent = folder
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(problem)?;
    let staged = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .tempdir_in(parent)
        .map_err(problem)?;
    // The folder that appears has the rights of any new folder, not those of a temporary one.
    let inner = staged.path().join("project");
    fs::create_dir(&inner).map_err(problem)?;
    apply(&inner, plan)?;
    fs::rename(&inner, folder).map_err(problem)?;
    Ok(())
}

/// [`apply`], asking `fault` before each step on the disk whether it is to fail: for tests of what a failure leaves.
pub fn apply_with(
    root: &Path,
    plan: &Plan,
    fault: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<()> {
    Diagnostics::barrier(plan.conflicts().cloned().collect())?;
    if plan.is_current() {
        return Ok(());
    }
    let _lock = lock::hold(root)?;
    let stale = plan
        .changes
        .iter()
        .filter_map(|(path, change)| check_unchanged(root, path, change));
    Diagnostics::barrier(stale.collect())?;

    let mut transaction = Transaction::new(root, fault);
    // The commit point last: until it is written, the project is what it was, and the command can be run again.
    let (last, rest): (Vec<_>, Vec<_>) = plan
        .changes
        .iter()
        .partition(|(path, _)| path.as_str() == MARKER);
    for (path, change) in rest.iter().chain(&last) {
        if let Change::Create { after } | Change::Replace { after, .. } = change
            && let Err(error) = transaction.stage(path, after)
        {
            return Err(transaction.undo(path, &error).into());
        }
    }
    for (path, change) in rest.into_iter().chain(last) {
        let done = match change {
            Change::Create { .. } | Change::Replace { .. } => transaction.put(path),
            Change::Delete { .. } => transaction.delete(path),
            Change::Keep(_) | Change::Conflict(_) => Ok(()),
        };
        if let Err(error) = done {
            return Err(transaction.undo(path, &error).into());
        }
    }
    transaction.commit();
    Ok(())
}

/// What is no longer as the plan assumes, if anything: a file that changed since it was read would be lost.
fn check_unchanged(root: &Path, path: &RelPath, change: &Change) -> Option<Diagnostic> {
    let before = match change {
        Change::Create { .. } => None,
        Change::Replace { before, .. } | Change::Delete { before } => Some(before),
        Change::Keep(_) | Change::Conflict(_) => return None,
    };
    for folder in path.ancestors() {
        match fs::symlink_metadata(folder.under(root)) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Some(changed(&folder, "is no folder")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => return Some(Diagnostic::io("cannot read", &folder.under(root), &error)),
        }
    }
    let target = path.under(root);
    match (fs::symlink_metadata(&target), before) {
        (Err(error), None) if error.kind() == io::ErrorKind::NotFound => None,
        (Err(error), Some(_)) if error.kind() == io::ErrorKind::NotFound => {
            Some(changed(path, "is gone"))
        }
        (Err(error), _) => Some(Diagnostic::io("cannot read", &target, &error)),
        (Ok(_), None) => Some(changed(path, "has appeared")),
        (Ok(metadata), Some(_)) if !metadata.is_file() => Some(changed(path, "is no regular file")),
        (Ok(_), Some(before)) => match fs::read(&target) {
            Ok(content) if content == *before => None,
            Ok(_) => Some(changed(path, "has changed")),
            Err(error) => Some(Diagnostic::io("cannot read", &target, &error)),
        },
    }
}

fn changed(path: &RelPath, how: &str) -> Diagnostic {
    Diagnostic::new(format!("{path} {how} since kopgen read it")).help("run the command again")
}

#[cfg(test)]
mod tests;
