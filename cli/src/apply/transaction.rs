//! Files written beside their targets, renamed into place, and put back when one of them fails.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::plan::{File, RelPath};
use crate::workspace::TEMPORARY;

pub(super) struct Transaction<'a> {
    root: &'a Path,
    fault: &'a mut dyn FnMut(&str) -> io::Result<()>,
    /// Folders made for this transaction, outermost first.
    folders: Vec<PathBuf>,
    /// New contents that are not in place yet.
    staged: BTreeMap<RelPath, PathBuf>,
    /// What has been done, in order.
    done: Vec<Done>,
}

enum Done {
    Created(PathBuf),
    /// A target whose old self is kept at `backup`.
    Changed {
        target: PathBuf,
        backup: PathBuf,
    },
}

impl<'a> Transaction<'a> {
    pub(super) fn new(root: &'a Path, fault: &'a mut dyn FnMut(&str) -> io::Result<()>) -> Self {
        Self {
            root,
            fault,
            folders: Vec::new(),
            staged: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    /// Writes a file's new content beside its target.
    pub(super) fn stage(&mut self, path: &RelPath, file: &File) -> io::Result<()> {
        for folder in path.ancestors() {
            let folder = folder.under(self.root);
            if !folder.is_dir() {
                (self.fault)("create folder")?;
                fs::create_dir(&folder)?;
                self.folders.push(folder);
            }
        }
        let target = path.under(self.root);
        let staged = beside(&target, "new");
        (self.fault)("write")?;
        // Known before it is written: half of a file on a full disk is to be removed too.
        self.staged.insert(path.clone(), staged.clone());
        fs::write(&staged, &file.content)?;
        match fs::metadata(&target) {
            Ok(metadata) => fs::set_permissions(&staged, metadata.permissions()),
            Err(_) => make_executable(&staged, file.executable),
        }
    }

    /// Puts a staged file in its place.
    pub(super) fn put(&mut self, path: &RelPath) -> io::Result<()> {
        let target = path.under(self.root);
        let staged = self.staged[path].clone();
        let replaces = target.exists();
        if replaces {
            let backup = beside(&target, "old");
            (self.fault)("back up")?;
            // A second name for the old file, so that the target is there at every moment.
            fs::hard_link(&target, &backup).or_else(|_| fs::copy(&target, &backup).map(drop))?;
            self.done.push(Done::Changed {
                target: target.clone(),
                backup,
            });
        }
        (self.fault)("rename")?;
        fs::rename(&staged, &target)?;
        self.staged.remove(path);
        if !replaces {
            self.done.push(Done::Created(target));
        }
        Ok(())
    }

    /// Takes a file away.
    pub(super) fn delete(&mut self, path: &RelPath) -> io::Result<()> {
        let target = path.under(self.root);
        let backup = beside(&target, "old");
        (self.fault)("delete")?;
        fs::rename(&target, &backup)?;
        self.done.push(Done::Changed { target, backup });
        Ok(())
    }

    /// Everything is in place: forgets the old files. What cannot be removed is left: it is in nobody's way.
    pub(super) fn commit(self) {
        for done in self.done {
            let Done::Changed { target, backup } = done else {
                continue;
            };
            _ = fs::remove_file(backup);
            if !target.exists() {
                // The folders of a deleted file, as far as they are empty.
                let mut folders = target
                    .ancestors()
                    .skip(1)
                    .take_while(|folder| *folder != self.root);
                _ = folders.try_for_each(fs::remove_dir);
            }
        }
    }

    /// Puts everything back after the step at `path` failed with `error`, and says what happened.
    pub(super) fn undo(self, path: &RelPath, error: &io::Error) -> Diagnostic {
        let mut left = Vec::new();
        for staged in self.staged.values() {
            if let Err(error) = remove_if_there(staged) {
                left.push(format!(
                    "{} could not be removed: {error}",
                    staged.display()
                ));
            }
        }
        for done in self.done.iter().rev() {
            let (undone, target) = match done {
                Done::Created(target) => (remove_if_there(target), target),
                Done::Changed { target, backup } => (fs::rename(backup, target), target),
            };
            if let Err(error) = undone {
                left.push(format!(
                    "{} could not be put back: {error}",
                    target.display()
                ));
            }
            // Where both names were one file, the rename has left the backup's.
            if let Done::Changed { backup, .. } = done {
                _ = fs::remove_file(backup);
            }
        }
        for folder in self.folders.iter().rev() {
            _ = fs::remove_dir(folder);
        }
        let mut diagnostic = Diagnostic::io("cannot write", Path::new(path.as_str()), error);
        if left.is_empty() {
            diagnostic = diagnostic.note("nothing was changed: what had been written was put back");
        }
        for left in left {
            diagnostic = diagnostic.note(left);
        }
        diagnostic.help("mend the cause and run the command again")
    }
}

/// A temporary file's path in the target's own folder: a rename works only within one file system.
pub(super) fn beside(target: &Path, role: &str) -> PathBuf {
    let mut name = OsString::from(format!("{TEMPORARY}{role}-"));
    name.push(target.file_name().expect("a target has a name"));
    target.with_file_name(name)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn make_executable(path: &Path, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if !executable {
        return Ok(());
    }
    let mut permissions = fs::metadata(path)?.permissions();
    // Whoever may read it may run it.
    permissions.set_mode(permissions.mode() | (permissions.mode() & 0o444) >> 2);
    fs::set_permissions(path, permissions)
}

#[cfg(not(unix))]
fn make_executable(_path: &Path, _executable: bool) -> io::Result<()> {
    Ok(())
}
