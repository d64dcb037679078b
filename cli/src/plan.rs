//! What a command is about to do to the project's files, as plain data: planners make it, [`crate::apply`] carries it out,
//! [`crate::report`] prints it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::diagnostic::Diagnostic;

/// Every file that a command looked at, in the order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What happens to each file.
    pub changes: BTreeMap<RelPath, Change>,
}

/// What happens to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is not there and will be.
    Create {
        /// What it will be.
        after: File,
    },
    /// It is there and gets another content.
    Replace {
        /// What it was when it was read: [`crate::apply`] refuses when that is no longer so.
        before: Vec<u8>,
        /// What it will be.
        after: File,
    },
    /// It is there and will not be.
    Delete {
        /// What it was when it was read.
        before: Vec<u8>,
    },
    /// It stays, byte for byte.
    Keep(Why),
    /// It cannot be what the project needs without loss: nothing at all is written.
    Conflict(Diagnostic),
}

/// Why a file stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Why {
    /// It means what kopgen would write.
    Current,
    /// It was written once and is the user's since.
    Yours,
}

/// A file as a plan writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub content: Vec<u8>,
    /// Whether it may be executed.
    pub executable: bool,
}

/// A file's path relative to the project's root, joined by `/` on every system; never absolute, never above the root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RelPath(String);

impl Plan {
    /// Adds what happens to one more file.
    ///
    /// # Panics
    ///
    /// When the plan has the file already: two planners that both own a file are a bug.
    pub fn add(&mut self, path: RelPath, change: Change) {
        if self.changes.contains_key(&path) {
            panic!("two planners own {path}");
        }
        self.changes.insert(path, change);
    }

    /// Both plans in one. Panics as [`Plan::add`].
    pub fn and(mut self, other: Plan) -> Plan {
        for (path, change) in other.changes {
            self.add(path, change);
        }
        self
    }

    /// The conflicts; with any, nothing may be written.
    pub fn conflicts(&self) -> impl Iterator<Item = &Diagnostic> {
        self.changes.values().filter_map(|change| match change {
            Change::Conflict(diagnostic) => Some(diagnostic),
            _ => None,
        })
    }

    /// Whether carrying it out would change nothing.
    pub fn is_current(&self) -> bool {
        self.changes
            .values()
            .all(|change| matches!(change, Change::Keep(_)))
    }
}

impl FromIterator<(RelPath, Change)> for Plan {
    fn from_iter<I: IntoIterator<Item = (RelPath, Change)>>(changes: I) -> Self {
        let mut plan = Plan::default();
        for (path, change) in changes {
            plan.add(path, change);
        }
        plan
    }
}

impl File {
    /// A text that is not executed.
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            content: content.into().into_bytes(),
            executable: false,
        }
    }
}

impl RelPath {
    /// The path, checked.
    ///
    /// # Panics
    ///
    /// When it is empty, absolute, or has a `.`, a `..` or an empty segment: paths are made by kopgen, not by users.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        let sound = path
            .split('/')
            .all(|segment| !matches!(segment, "" | "." | "..") && !segment.contains('\\'));
        assert!(sound, "`{path}` is no path below the project's root");
        Self(path)
    }

    /// The path of a file that was found below the root, or `None` when it is not UTF-8.
    pub fn from_path(path: &Path) -> Option<Self> {
        let segments: Option<Vec<&str>> = path
            .components()
            .map(|component| match component {
                Component::Normal(segment) => segment.to_str().filter(|it| !it.contains('\\')),
                _ => None,
            })
            .collect();
        Some(Self(segments?.join("/"))).filter(|it| !it.0.is_empty())
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path below `root`, in the system's form.
    pub fn under(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(self.0.split('/'));
        path
    }

    /// The folders that hold it, from the outermost one.
    pub fn ancestors(&self) -> impl Iterator<Item = RelPath> {
        self.0
            .match_indices('/')
            .map(|(at, _)| RelPath(self.0[..at].to_owned()))
    }

    /// What follows the last dot of the file's name.
    pub fn extension(&self) -> Option<&str> {
        Path::new(&self.0).extension()?.to_str()
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_the_root() {
        for path in ["a", "a/b.rs", ".github/workflows/test.yml"] {
            assert_eq!(RelPath::new(path).as_str(), path);
        }
        for path in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b"] {
            assert!(
                std::panic::catch_unwind(|| RelPath::new(path)).is_err(),
                "{path}"
            );
        }
    }

    #[test]
    fn ancestors_start_at_the_outermost_folder() {
        let path = RelPath::new("operator/src/bin/manifests.rs");
        let ancestors: Vec<_> = path.ancestors().collect();
        assert_eq!(
            ancestors,
            ["operator", "operator/src", "operator/src/bin"].map(RelPath::new)
        );
    }
}
