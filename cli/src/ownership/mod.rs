//! Who owns a file, and so what may happen to it: the one place for those rules (`docs/reference/files.md`).
//!
//! - **once**: written when absent, then the user's.
//! - **owned**: rebuilt whole. A header carries the digest of what the file *means* (`meaning`); what still means that is
//!   kopgen's and may be replaced, anything else is the user's and is not.
//! - **imported**: made of a CRD. A header carries the digest of what was imported; a file that still is that follows the
//!   CRD, an edited one is the user's.
//! - **shared** (`Cargo.toml`): edited structurally, by [`crate::scaffold`]; only the last step is here.

mod imported;
mod meaning;
mod merge;
mod taken_over;

use crate::diagnostic::Diagnostic;
use crate::plan::{Change, File, RelPath, Why};
use crate::workspace::{Entry, Snapshot};

pub use imported::{imported, no_longer_imported, with_header};
use meaning::Meaning;

/// Where a user changes what an owned file says, and whether kopgen's is to win.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// What to do instead of editing the file, as the end of a sentence: `patch it in config/default`. It stands in the
    /// file's header and in every conflict about it.
    pub instead: &'a str,
    /// Whether a user's edit is replaced (`--overwrite`).
    pub overwrite: bool,
}

/// A file that is written when it is absent and is the user's from then on.
pub fn once(snapshot: &Snapshot, path: &RelPath, after: File) -> Change {
    match place(snapshot, path) {
        Ok(None) => Change::Create { after },
        Ok(Some(_)) => Change::Keep(Why::Yours),
        Err(conflict) => Change::Conflict(conflict),
    }
}

/// A file that kopgen rebuilds whole; `body` is its text without the header.
pub fn owned(snapshot: &Snapshot, path: &RelPath, body: &str, owner: Owner<'_>) -> Change {
    let content = match place(snapshot, path) {
        Ok(None) => {
            return Change::Create {
                after: sealed(path, body, owner),
            };
        }
        Ok(Some(content)) => content,
        Err(conflict) => return Change::Conflict(conflict),
    };
    let after = sealed(path, body, owner);
    if content == after.content {
        return Change::Keep(Why::Current);
    }
    let replace = || Change::Replace {
        before: content.to_owned(),
        after: after.clone(),
    };
    if owner.overwrite {
        return replace();
    }
    let Ok(text) = std::str::from_utf8(content) else {
        return Change::Conflict(edited(
            path,
            Diagnostic::new(format!("{path} is not UTF-8")),
            owner,
        ));
    };
    if merge::loses_nothing(text, body) {
        return replace();
    }
    let found = match Meaning::of(path, text) {
        Ok(found) => found,
        Err(problem) => return Change::Conflict(edited(path, problem, owner)),
    };
    let wanted = Meaning::of(path, body).expect("kopgen's own text is sound");
    let seal = seal(text);
    match (found == wanted, seal) {
        // Whoever took the header off and left the rest keeps it so.
        (true, None) => Change::Keep(Why::Current),
        (true, Some(seal)) if seal == found.digest(path) => Change::Keep(Why::Current),
        // A merge may leave an older digest behind: the next change would be taken for the user's.
        (true, Some(_)) => replace(),
        (false, Some(seal)) if seal == found.digest(path) => replace(),
        (false, _) => match taken_over::missing(path, text, body) {
            Ok(Some(missing)) if missing.is_empty() => Change::Keep(Why::Yours),
            Ok(Some(missing)) => {
                Change::Conflict(taken_over::conflict(path, text, &missing, owner))
            }
            Ok(None) => Change::Conflict(edited(
                path,
                Diagnostic::new(format!("{path} was edited by hand")),
                owner,
            )),
            Err(problem) => Change::Conflict(edited(path, problem, owner)),
        },
    }
}

/// An owned file that the project no longer needs: deleted when it is as kopgen wrote it.
pub fn pruned(snapshot: &Snapshot, path: &RelPath, owner: Owner<'_>) -> Option<Change> {
    let content = match place(snapshot, path) {
        Ok(None) => return None,
        Ok(Some(content)) => content,
        Err(conflict) => return Some(Change::Conflict(conflict)),
    };
    let text = std::str::from_utf8(content).unwrap_or_default();
    let unedited = seal(text)
        .zip(Meaning::of(path, text).ok())
        .is_some_and(|(seal, meaning)| seal == meaning.digest(path));
    if unedited || owner.overwrite {
        return Some(Change::Delete {
            before: content.to_owned(),
        });
    }
    let problem = Diagnostic::new(format!(
        "{path} has kopgen's header, but the project needs no such file, and it is not as kopgen wrote it there"
    ))
    .help("take the header off if it is yours; or delete it, or run `kopgen manifests --overwrite` to have it deleted");
    Some(Change::Conflict(problem))
}

/// A file that kopgen edits structurally: `after` is the edited text of what `snapshot` has.
pub fn shared(snapshot: &Snapshot, path: &RelPath, after: File) -> Change {
    match place(snapshot, path) {
        Ok(None) => Change::Create { after },
        Ok(Some(content)) if content == after.content => Change::Keep(Why::Current),
        Ok(Some(content)) => Change::Replace {
            before: content.to_owned(),
            after,
        },
        Err(conflict) => Change::Conflict(conflict),
    }
}

/// The text of a file that is both read and written; `None` when there is none.
///
/// # Errors
///
/// What stands in its way, or that it is not UTF-8.
pub fn text<'a>(snapshot: &'a Snapshot, path: &RelPath) -> Result<Option<&'a str>, Diagnostic> {
    let Some(content) = place(snapshot, path)? else {
        return Ok(None);
    };
    match std::str::from_utf8(content) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Diagnostic::new(format!("{path} is not UTF-8")).help("save it as UTF-8")),
    }
}

/// Whether a text carries kopgen's header, and so was one of its files once.
pub fn is_generated(text: &str) -> bool {
    seal(text).is_some()
}

/// The bytes at `path`, where a regular file can be written; what stands in the way otherwise.
fn place<'a>(snapshot: &'a Snapshot, path: &RelPath) -> Result<Option<&'a [u8]>, Diagnostic> {
    for folder in path.ancestors() {
        match snapshot.entry(&folder) {
            None | Some(Entry::Folder) => {}
            Some(Entry::Link) => {
                return Err(Diagnostic::new(format!(
                    "{folder} is a symbolic link, and kopgen writes through none"
                ))
                .help("put the folder itself in its place"));
            }
            Some(_) => {
                return Err(Diagnostic::new(format!(
                    "{folder} is a file where the project has a folder"
                ))
                .help(format!("move it away: {path} belongs there")));
            }
        }
    }
    let in_the_way = |what: &str| {
        Err(
            Diagnostic::new(format!("{path} is {what} where the project has a file"))
                .help("move it away"),
        )
    };
    match snapshot.entry(path) {
        None => Ok(None),
        Some(Entry::File(content)) => Ok(Some(content)),
        Some(Entry::Folder) => in_the_way("a folder"),
        Some(Entry::Link) => Err(Diagnostic::new(format!(
            "{path} is a symbolic link, and kopgen writes through none"
        ))
        .help("put the file itself in its place")),
        Some(Entry::Large) => in_the_way("far too large to be the file"),
        Some(Entry::Other) => in_the_way("something else than a file"),
    }
}

const SEAL: &str = "kopgen-digest: ";

/// The file of a body: header, digest, body.
fn sealed(path: &RelPath, body: &str, owner: Owner<'_>) -> File {
    let comment = if path.extension() == Some("rs") {
        "//"
    } else {
        "#"
    };
    let digest = Meaning::of(path, body)
        .expect("kopgen's own text is sound")
        .digest(path);
    let instead = owner.instead;
    File::text(format!(
        "{comment} @generated by kopgen. Do not edit: {instead}.\n{comment} {SEAL}{digest}\n{body}"
    ))
}

/// The digest in a text's header.
fn seal(text: &str) -> Option<&str> {
    let comment = |line: &'_ str| line.starts_with('#') || line.starts_with("//");
    // Some editors put a byte order mark before it all.
    text.trim_start_matches('\u{feff}')
        .lines()
        .take_while(|line| comment(line) || line.trim().is_empty())
        .find_map(|line| Some(line.split_once(SEAL)?.1.trim()))
}

fn edited(path: &RelPath, problem: Diagnostic, owner: Owner<'_>) -> Diagnostic {
    problem
        .note(format!(
            "{path} is kopgen's: it is rebuilt whole, so an edit there would be lost"
        ))
        .help(format!(
            "{}; then take kopgen's file with `kopgen manifests --overwrite`",
            owner.instead
        ))
}

#[cfg(test)]
mod tests;
