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
use crate::workspace::{self, LOCK, MARKER};

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

/// Carries `plan` out in a folder that is not there yet, which appears whole or not at all, with the folders that it is to
/// be in. Its path is absolute.
///
/// # Errors
///
/// As [`apply`]'s, and a folder that cannot be made.
pub fn create_folder(folder: &Path, plan: &Plan) -> Result<()> {
    Diagnostics::barrier(plan.conflicts().cloned().collect())?;
    let parents = folder.ancestors().skip(1);
    let missing: Vec<&Path> = parents.take_while(|it| !it.exists()).collect();
    create_beside(folder, plan).inspect_err(|_| {
        // From the innermost outwards; where somebody has put something meanwhile, it stays.
        for folder in missing {
            _ = fs::remove_dir(folder);
        }
    })
}

/// [`apply`], asking `fault` before each step on the disk whether it is to fail: for tests of what a failure leaves.
pub fn apply_with(
    root: &Path,
    plan: &Plan,
    fault: &mut dyn FnMut(&str) -> io::Result<()>,
) -> Result<()> {
    Diagnostics::barrier(plan.conflicts().cloned().collect())?;
    if plan.is_current() && workspace::leftovers(root).is_empty() {
        return Ok(());
    }
    let _lock = lock::hold(root)?;
    let stale = plan
        .changes
        .iter()
        .filter_map(|(path, change)| check_unchanged(root, path, change));
    Diagnostics::barrier(stale.collect())?;
    // Whoever holds the lock is the only one who has temporary files.
    let leftovers = workspace::leftovers(root);
    for left in leftovers.iter().filter(|left| !left.ends_with(LOCK)) {
        fs::remove_file(left).map_err(|error| Diagnostic::io("cannot remove", left, &error))?;
    }

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

/// Makes the folder under another name in its own parent, where a rename is one step.
fn create_beside(folder: &Path, plan: &Plan) -> Result<()> {
    let problem = |error: io::Error| {
        Diagnostic::io("cannot create", folder, &error)
            .help("nothing was changed; kopgen needs to write there")
    };
    let parent = folder.parent().expect("an absolute path but the root");
    fs::create_dir_all(parent).map_err(problem)?;
    let _lock = lock::hold(parent)?;
    let staged = transaction::beside(folder, "new");
    if staged.exists() {
        // Under the lock: it was left by a kopgen that was killed.
        fs::remove_dir_all(&staged).map_err(problem)?;
    }
    fs::create_dir(&staged).map_err(problem)?;
    let created =
        apply(&staged, plan).and_then(|()| Ok(fs::rename(&staged, folder).map_err(problem)?));
    created.inspect_err(|_| _ = fs::remove_dir_all(&staged))
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
