//! All reading of the user's project: where its root is, and what its files were when the command began.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::enclosing::Enclosing;
use crate::plan::RelPath;

/// The file that makes a folder a project.
pub const MARKER: &str = "kopgen.toml";

/// How the names of [`crate::apply`]'s temporary files start; they are nobody's.
pub const TEMPORARY: &str = ".kopgen-";

/// The one of them that says who may write.
pub const LOCK: &str = ".kopgen-lock";

/// What was in the project's folders when the command began: planners see nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    entries: BTreeMap<RelPath, Entry>,
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A regular file and its bytes.
    File(Vec<u8>),
    /// A folder.
    Folder,
    /// A symbolic link; kopgen writes through none.
    Link,
    /// A regular file too large to be one of kopgen's; not read.
    Large,
    /// A socket, a device and the like.
    Other,
}

impl Snapshot {
    /// Reads the project at `root`: the files in the root itself, and all below the folders that kopgen writes to.
    ///
    /// # Errors
    ///
    /// A folder or file that cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let mut walk = WalkDir::new(root).min_depth(1).into_iter();
        let mut entries = BTreeMap::new();
        let mut problems = Vec::new();
        while let Some(found) = walk.next() {
            if let Ok(entry) = &found {
                if entry.file_type().is_dir() && !is_in_our_folders(root, entry) {
                    walk.skip_current_dir();
                }
                if is_temporary(entry) {
                    continue;
                }
            }
            match found
                .map_err(|error| walk_problem(root, &error))
                .and_then(|it| read_entry(root, &it))
            {
                Ok(Some((path, entry))) => _ = entries.insert(path, entry),
                Ok(None) => {}
                Err(problem) => problems.push(problem),
            }
        }
        Diagnostics::barrier(problems)?;
        Ok(Self { entries })
    }

    /// A project in memory: paths and contents.
    pub fn from_files<P: Into<String>, C: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Self {
        let mut snapshot = Self::default();
        for (path, content) in files {
            snapshot.set(RelPath::new(path), Entry::File(content.into()));
        }
        snapshot
    }

    /// Puts an entry, and the folders that hold it, in its place.
    pub fn set(&mut self, path: RelPath, entry: Entry) {
        for folder in path.ancestors() {
            self.entries.entry(folder).or_insert(Entry::Folder);
        }
        self.entries.insert(path, entry);
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &RelPath) {
        self.entries.remove(path);
    }

    /// What stands at a path; `None` when nothing does.
    pub fn entry(&self, path: &RelPath) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// The bytes of a regular file.
    pub fn bytes(&self, path: &RelPath) -> Option<&[u8]> {
        match self.entry(path)? {
            Entry::File(content) => Some(content),
            _ => None,
        }
    }

    /// The text of a regular file; `None` when there is none or it is not UTF-8.
    pub fn text(&self, path: &RelPath) -> Option<&str> {
        std::str::from_utf8(self.bytes(path)?).ok()
    }

    /// Every regular file below a folder (`config/crd`), in the order of their paths.
    pub fn files_below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a RelPath, &'a [u8])> {
        self.entries
            .range(RelPath::new(folder)..)
            .take_while(move |(path, _)| path.as_str().starts_with(folder))
            .filter(move |(path, _)| path.as_str()[folder.len()..].starts_with('/'))
            .filter_map(|(path, entry)| match entry {
                Entry::File(content) => Some((path, content.as_slice())),
                _ => None,
            })
    }

    /// Every entry, in the order of their paths.
    pub fn entries(&self) -> impl Iterator<Item = (&RelPath, &Entry)> {
        self.entries.iter()
    }
}

/// The temporary files of a kopgen that was killed, or of one that still runs, in the folders that kopgen writes to.
pub fn leftovers(root: &Path) -> Vec<PathBuf> {
    let walk = WalkDir::new(root).min_depth(1).into_iter();
    let files = walk
        .filter_entry(|entry| is_in_our_folders(root, entry))
        .flatten()
        .filter(|entry| entry.file_type().is_file());
    files
        .filter(is_temporary)
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// The root of the project that `from` is in: the nearest folder upwards that holds a `kopgen.toml`.
///
/// # Errors
///
/// There is none.
pub fn find_root(from: &Path) -> Result<PathBuf> {
    from.ancestors()
        .find(|folder| folder.join(MARKER).is_file())
        .map(Path::to_owned)
        .ok_or_else(|| {
            Diagnostic::new(format!("no {MARKER} in {} or above it", from.display()))
                .help("run kopgen inside a project, or make one with `kopgen init`")
                .into()
        })
}

/// The cargo workspace that a folder lies in: of the folders above it, the nearest whose `Cargo.toml` has a `[workspace]`.
pub fn enclosing(folder: &Path) -> Option<Enclosing> {
    folder.ancestors().skip(1).find_map(rooted_at)
}

/// The cargo workspace whose root a folder is.
pub fn rooted_at(folder: &Path) -> Option<Enclosing> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    Enclosing::of(folder, &manifest)
}

/// What is to be known of a folder before it becomes a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not there.
    Absent,
    /// It is there and empty, but for what git and a killed kopgen leave.
    Empty,
    /// There is something in it.
    Occupied,
    /// It is a project.
    Project,
}

/// What stands at `folder`.
///
/// # Errors
///
/// It is no folder, or cannot be read.
pub fn state(folder: &Path) -> Result<State> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::Absent),
        Err(error) => return Err(Diagnostic::io("cannot read", folder, &error).into()),
        Ok(_) if !folder.is_dir() => {
            let problem = Diagnostic::new(format!("{} is no folder", folder.display()));
            return Err(problem.help("choose another").into());
        }
        Ok(_) => {}
    }
    let problem = |error| Diagnostic::io("cannot read", folder, &error);
    let mut state = State::Empty;
    for entry in fs::read_dir(folder).map_err(problem)? {
        let name = entry.map_err(problem)?.file_name();
        let name = name.to_string_lossy();
        if name == MARKER {
            return Ok(State::Project);
        }
        if name != ".git" && !name.starts_with(TEMPORARY) {
            state = State::Occupied;
        }
    }
    Ok(state)
}

/// A path from the root of the file system on, without `.` and `..`. It need not be there.
///
/// # Errors
///
/// There is no working directory any more.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    let problem = |error| Diagnostic::io("cannot find", path, &error);
    let absolute = std::path::absolute(path).map_err(problem)?;
    // As far as it is there, links are followed, so that `..` means what it means to the system.
    let mut missing = Vec::new();
    let mut there = absolute.as_path();
    loop {
        match fs::canonicalize(there) {
            Ok(found) => {
                return Ok(missing
                    .into_iter()
                    .rev()
                    .fold(found, |path, part| join(path, part)));
            }
            Err(error) => {
                let Some(parent) = there.parent() else {
                    return Err(problem(error).into());
                };
                missing.push(
                    there
                        .components()
                        .next_back()
                        .expect("what has a parent has a last part"),
                );
                there = parent;
            }
        }
    }
}

fn join(mut path: PathBuf, part: Component<'_>) -> PathBuf {
    match part {
        Component::ParentDir => _ = path.pop(),
        Component::CurDir => {}
        part => path.push(part),
    }
    path
}

/// The way from a folder to another, with `/` between its parts; both absolute, the first need not be there.
///
/// # Errors
///
/// The way is not UTF-8.
pub fn relative(from: &Path, to: &Path) -> Result<String, Diagnostic> {
    let to = fs::canonicalize(to).map_err(|error| Diagnostic::io("cannot find", to, &error))?;
    let common = from
        .components()
        .zip(to.components())
        .take_while(|(a, b)| a == b)
        .count();
    let way = if common == 0 {
        to.clone()
    } else {
        let up = from.components().skip(common).map(|_| Component::ParentDir);
        up.chain(to.components().skip(common)).collect()
    };
    let text = way
        .to_str()
        .ok_or_else(|| Diagnostic::new(format!("{} is not UTF-8", to.display())))?;
    Ok(text.replace(std::path::MAIN_SEPARATOR, "/"))
}

/// The text of a file that the user named.
///
/// # Errors
///
/// It cannot be read, is no text, or is far too long to be meant.
pub fn read_text(path: &Path) -> Result<String, Diagnostic> {
    let problem = |error| Diagnostic::io("cannot read", path, &error);
    match read_file(path).map_err(problem)? {
        Entry::File(content) => String::from_utf8(content)
            .map_err(|_| Diagnostic::new(format!("{} is not UTF-8", path.display()))),
        _ => Err(Diagnostic::new(format!(
            "{} is far too large",
            path.display()
        ))),
    }
}

/// The folders that kopgen writes to; others may be large and are none of its business.
const FOLDERS: &[&str] = &["api", "operator", "config", "hack", ".cargo", ".github"];

/// Nothing that kopgen writes or reads comes near this.
const LARGE: u64 = 4 << 20;

fn is_temporary(entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with(TEMPORARY)
}

fn is_in_our_folders(root: &Path, entry: &walkdir::DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let at_the_root = entry.path().parent() == Some(root);
    !entry.file_type().is_dir()
        || if at_the_root {
            FOLDERS.contains(&&*name)
        } else {
            // A group may be called so; cargo marks the folder that it builds into.
            name != "target" || !entry.path().join("CACHEDIR.TAG").exists()
        }
}

fn read_entry(
    root: &Path,
    found: &walkdir::DirEntry,
) -> Result<Option<(RelPath, Entry)>, Diagnostic> {
    let below = found
        .path()
        .strip_prefix(root)
        .expect("the walk stays below its root");
    let Some(path) = RelPath::from_path(below) else {
        // A name that is not UTF-8 is none that kopgen could mean.
        return Ok(None);
    };
    let kind = found.file_type();
    let entry = if kind.is_dir() {
        Entry::Folder
    } else if kind.is_symlink() {
        Entry::Link
    } else if kind.is_file() {
        read_file(found.path()).map_err(|error| Diagnostic::io("cannot read", below, &error))?
    } else {
        Entry::Other
    };
    Ok(Some((path, entry)))
}

fn read_file(path: &Path) -> std::io::Result<Entry> {
    let mut content = Vec::new();
    fs::File::open(path)?
        .take(LARGE + 1)
        .read_to_end(&mut content)?;
    let large = content.len() as u64 > LARGE;
    Ok(if large {
        Entry::Large
    } else {
        Entry::File(content)
    })
}

fn walk_problem(root: &Path, error: &walkdir::Error) -> Diagnostic {
    let path = error
        .path()
        .map(|path| path.strip_prefix(root).unwrap_or(path));
    Diagnostic::new(match (path, error.io_error()) {
        (Some(path), Some(error)) => format!("cannot read {}: {error}", path.display()),
        _ => format!("cannot read the project: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_a_folder_are_not_those_of_its_namesakes() {
        let files = [
            "config/crd/bases/a.yaml",
            "config/crd.yaml",
            "config/crd/kustomization.yaml",
            "config/crds/b.yaml",
        ];
        let snapshot = Snapshot::from_files(files.map(|path| (path, "")));
        let found: Vec<_> = snapshot
            .files_below("config/crd")
            .map(|(path, _)| path.as_str())
            .collect();
        assert_eq!(
            found,
            ["config/crd/bases/a.yaml", "config/crd/kustomization.yaml"]
        );
    }
}
