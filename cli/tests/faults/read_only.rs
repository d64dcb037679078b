//! Folders that may not be written and files that may not be read, met by a user who is not root: root may do all of it.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::project::{Project, Said, assert_same_files, assert_untouched, command, tree};
use crate::{APPLE, BANANA};

#[test]
fn what_may_not_be_written_changes_nothing() {
    let user = User::new();
    // What is at the root is written last, what is below config/ in between: there is something to put back.
    for folder in [
        "",
        "api/src/v1",
        "config/samples",
        "operator/src",
        "operator/src/controllers",
        "operator/tests",
    ] {
        let project = user.project();
        user.kopgen(&project, BANANA).succeeds();
        let before = tree(&project);
        forbid(&project.join(folder), 0o555);
        user.kopgen(&project, APPLE).refuses(&[
            "Permission denied",
            "cannot write",
            "nothing was changed",
        ]);
        assert_untouched(&project, &before);

        forbid(&project.join(folder), 0o755);
        user.kopgen(&project, APPLE).succeeds();
        let expected = Project::new();
        expected.kopgen(APPLE).succeeds();
        expected.kopgen(BANANA).succeeds();
        assert_same_files(&tree(&project), &expected.tree());
    }
}

#[test]
fn what_may_not_be_read_is_named_and_changes_nothing() {
    let user = User::new();
    for (path, mode) in [
        ("api/src/lib.rs", 0o200),
        ("operator/src/main.rs", 0),
        ("config/samples", 0o300),
        ("kopgen.toml", 0o200),
    ] {
        let project = user.project();
        let before = tree(&project);
        let usual = fs::metadata(project.join(path)).unwrap().permissions();
        forbid(&project.join(path), mode);
        user.kopgen(&project, APPLE)
            .refuses(&["cannot read", path, "Permission denied"]);
        fs::set_permissions(project.join(path), usual).unwrap();
        assert_untouched(&project, &before);
    }
}

#[test]
fn a_new_project_where_nothing_may_be_written_leaves_nothing() {
    let user = User::new();
    let folder = user.folder.path().join("locked");
    fs::create_dir(&folder).unwrap();
    user.own(&folder);
    forbid(&folder, 0o555);
    for target in ["new", "deep/new"] {
        let init = format!("init {target} --domain example.com --kopgen-source release");
        user.kopgen(&folder, &init).refuses(&[
            "cannot ",
            "locked",
            "Permission denied",
            "nothing was changed",
        ]);
        assert!(tree(&folder).is_empty());
    }
}

/// Whoever runs the tests, or nobody where that is root.
struct User {
    folder: TempDir,
    /// A copy, where the user can reach it.
    kopgen: PathBuf,
    is_root: bool,
}

const NOBODY: u32 = 65534;

impl User {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let kopgen = folder.path().join("kopgen");
        // By another process: a file that this one has open for writing cannot be run by any of its threads.
        let mut copy = Command::new("cp");
        copy.arg(env!("CARGO_BIN_EXE_kopgen")).arg(&kopgen);
        assert!(copy.status().unwrap().success());
        let is_root = fs::metadata(folder.path()).unwrap().uid() == 0;
        let user = Self {
            folder,
            kopgen,
            is_root,
        };
        user.own(user.folder.path());
        user
    }

    /// A project of the user's.
    fn project(&self) -> PathBuf {
        let root = self.folder.path().join("guestbook");
        if root.exists() {
            fs::remove_dir_all(&root).unwrap();
        }
        self.kopgen(
            self.folder.path(),
            "init guestbook --domain example.com --kopgen-source release",
        )
        .succeeds();
        root
    }

    fn kopgen(&self, folder: &Path, words: &str) -> Said {
        let mut usual = Command::new(&self.kopgen);
        usual
            .args(command(folder, words).get_args())
            .current_dir(folder);
        if self.is_root {
            usual.uid(NOBODY).gid(NOBODY);
        }
        usual.output().unwrap().into()
    }

    fn own(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

fn forbid(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}
