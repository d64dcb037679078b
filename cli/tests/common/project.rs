//! A small project on the disk, the binary run in it, and all that can be seen of it before and after.
#![allow(dead_code, reason = "no test needs all of it")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use tempfile::TempDir;

/// A project without APIs in a folder of its own, `guestbook` of `example.com`, which depends on the released crates.
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    _folder: TempDir,
}

/// Everything below a folder, by its path from there.
pub type Tree = BTreeMap<String, Found>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    File {
        content: Vec<u8>,
        modified: SystemTime,
    },
    Folder,
    Link(PathBuf),
}

impl Project {
    pub fn new() -> Self {
        Self::init("")
    }

    /// The project, made with more arguments.
    pub fn init(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let words = format!("init guestbook --domain example.com --kopgen-source release {more}");
        kopgen(folder.path(), &words).succeeds();
        Self {
            root: folder.path().join("guestbook"),
            _folder: folder,
        }
    }

    /// The folder that the project's folder is in.
    pub fn parent(&self) -> &Path {
        self.root.parent().unwrap()
    }

    pub fn copy(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("guestbook");
        copy(&self.root, &root);
        Self {
            root,
            _folder: folder,
        }
    }

    pub fn kopgen(&self, words: &str) -> Said {
        kopgen(&self.root, words)
    }

    pub fn tree(&self) -> Tree {
        tree(&self.root)
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    #[track_caller]
    pub fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[track_caller]
    pub fn edit(&self, path: &str, edit: impl FnOnce(&str) -> String) {
        let before = self.text(path);
        let after = edit(&before);
        assert_ne!(after, before, "{path} stays as it was");
        fs::write(self.path(path), after).unwrap();
    }
}

/// What a run of kopgen said, and how it ended.
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self
    }

    /// It failed as a user's error does, with nothing on stdout, and its message has all of `parts`.
    #[track_caller]
    pub fn refuses(self, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(1), "{}", self.stderr);
        assert_eq!(self.stdout, "");
        assert!(self.stderr.starts_with("error: "), "{}", self.stderr);
        for part in parts {
            assert!(
                self.stderr.contains(part),
                "no `{part}` in:\n{}",
                self.stderr
            );
        }
        self
    }
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// Runs kopgen in a folder; the words are parted by spaces.
pub fn kopgen(folder: &Path, words: &str) -> Said {
    command(folder, words).output().unwrap().into()
}

pub fn command(folder: &Path, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kopgen"));
    command
        .args(words.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

pub fn tree(root: &Path) -> Tree {
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter();
    let found = entries.map(|entry| {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap();
        let found = match entry.file_type() {
            it if it.is_symlink() => Found::Link(fs::read_link(entry.path()).unwrap()),
            it if it.is_dir() => Found::Folder,
            _ => Found::File {
                content: fs::read(entry.path()).unwrap(),
                modified: entry.metadata().unwrap().modified().unwrap(),
            },
        };
        (path.to_str().unwrap().to_owned(), found)
    });
    found.collect()
}

/// Checks that everything below a folder is as it was, times included.
#[track_caller]
pub fn assert_untouched(root: &Path, before: &Tree) {
    let now = tree(root);
    let mut paths = before.keys().chain(now.keys());
    if let Some(path) = paths.find(|path| before.get(*path) != now.get(*path)) {
        let (before, now) = (before.get(path), now.get(path));
        panic!("{path} was touched: {before:?} became {now:?}");
    }
}

/// Checks that both have the same files.
#[track_caller]
pub fn assert_same_files(found: &Tree, expected: &Tree) {
    let (found, expected) = (contents(found), contents(expected));
    let mut paths = found.keys().chain(expected.keys());
    if let Some(path) = paths.find(|path| found.get(*path) != expected.get(*path)) {
        let text =
            |content: Option<&&[u8]>| content.map(|it| String::from_utf8_lossy(it).into_owned());
        let (found, expected) = (text(found.get(path)), text(expected.get(path)));
        panic!("{path} differs: it is\n{found:?}\nand should be\n{expected:?}");
    }
}

/// The files of a tree, without when they were written.
pub fn contents(tree: &Tree) -> BTreeMap<&str, &[u8]> {
    let files = tree.iter().filter_map(|(path, found)| match found {
        Found::File { content, .. } => Some((path.as_str(), content.as_slice())),
        _ => None,
    });
    files.collect()
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (path, found) in tree(from) {
        let to = to.join(&path);
        match found {
            Found::Folder => fs::create_dir(to).unwrap(),
            Found::File { content, .. } => fs::write(to, content).unwrap(),
            Found::Link(target) => panic!("{path} links to {}", target.display()),
        }
    }
}

/// Says on the terminal, past the capture of the test's output, how much was tried or why it was not.
pub fn say(line: impl std::fmt::Display) {
    // Of the macros, the output would be captured.
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
