use std::cell::Cell;
use std::collections::BTreeMap;

use tempfile::TempDir;

use super::*;
use crate::plan::{File, Why};

/// A project with a file to keep, one to replace and one to delete.
fn project() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in [
        ("kopgen.toml", "one"),
        ("api/keep.rs", "mine"),
        ("api/old.rs", "old"),
        ("gone/x", "x"),
    ] {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

fn plan() -> Plan {
    let replace = |before: &str, after: &str| Change::Replace {
        before: before.into(),
        after: File::text(after),
    };
    Plan::from_iter([
        (RelPath::new("kopgen.toml"), replace("one", "two")),
        (RelPath::new("api/keep.rs"), Change::Keep(Why::Yours)),
        (RelPath::new("api/old.rs"), replace("old", "new")),
        (
            RelPath::new("gone/x"),
            Change::Delete { before: "x".into() },
        ),
        (
            RelPath::new("new/folder/run.sh"),
            Change::Create {
                after: File {
                    content: "#!".into(),
                    executable: true,
                },
            },
        ),
    ])
}

/// Every file and folder below `root`, temporary ones included.
fn tree(root: &Path) -> BTreeMap<String, Option<String>> {
    let entries = walkdir::WalkDir::new(root).min_depth(1);
    let described = entries.into_iter().map(|entry| {
        let entry = entry.unwrap();
        let path = entry
            .path()
            .strip_prefix(root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let content = entry
            .file_type()
            .is_file()
            .then(|| fs::read_to_string(entry.path()).unwrap());
        (path, content)
    });
    described.collect()
}

fn applied() -> BTreeMap<String, Option<String>> {
    let files = [
        ("kopgen.toml", "two"),
        ("api/keep.rs", "mine"),
        ("api/old.rs", "new"),
        ("new/folder/run.sh", "#!"),
    ];
    let folders = ["api", "new", "new/folder"].map(|path| (path.to_owned(), None));
    folders
        .into_iter()
        .chain(files.map(|(path, content)| (path.to_owned(), Some(content.to_owned()))))
        .collect()
}

#[test]
fn a_plan_is_carried_out_whole() {
    let root = project();
    apply(root.path(), &plan()).unwrap();
    assert_eq!(tree(root.path()), applied());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(root.path().join("new/folder/run.sh"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o100, 0o100);
    }
}

#[test]
fn a_failure_at_any_step_leaves_the_tree_as_it_was() {
    let steps = Cell::new(0);
    apply_with(project().path(), &plan(), &mut |_| {
        steps.set(steps.get() + 1);
        Ok(())
    })
    .unwrap();
    // Two folders, three writes, two backups, three renames and one deletion.
    assert_eq!(steps.get(), 11);
    for failing in 1..=steps.get() {
        let root = project();
        let before = tree(root.path());
        let mut step = 0;
        let mut failed = String::new();
        let problems = apply_with(root.path(), &plan(), &mut |what| {
            step += 1;
            if step != failing {
                return Ok(());
            }
            failed = what.to_owned();
            Err(io::Error::from(io::ErrorKind::StorageFull))
        })
        .unwrap_err();
        assert_eq!(tree(root.path()), before, "step {failing}: {failed}");
        assert!(
            problems.to_string().contains("nothing was changed"),
            "{problems}"
        );

        apply(root.path(), &plan()).unwrap();
        assert_eq!(
            tree(root.path()),
            applied(),
            "again after step {failing}: {failed}"
        );
    }
    println!("{} faults injected", steps.get());
}

#[test]
fn leftovers_of_a_killed_run_are_in_nobodys_way() {
    let root = project();
    fs::write(root.path().join("api/.kopgen-new-old.rs"), "half").unwrap();
    fs::write(root.path().join("api/.kopgen-old-old.rs"), "older").unwrap();
    fs::write(root.path().join(".kopgen-lock"), "").unwrap();
    apply(root.path(), &plan()).unwrap();
    assert_eq!(tree(root.path()), applied());
}

#[test]
fn a_file_that_changed_meanwhile_is_not_lost() {
    type Meddle = fn(&Path);
    let cases: [(Meddle, &str); 4] = [
        (
            |root| fs::write(root.join("api/old.rs"), "mine now").unwrap(),
            "api/old.rs has changed",
        ),
        (
            |root| fs::remove_file(root.join("gone/x")).unwrap(),
            "gone/x is gone",
        ),
        (
            |root| {
                fs::create_dir_all(root.join("new/folder")).unwrap();
                fs::write(root.join("new/folder/run.sh"), "mine").unwrap();
            },
            "new/folder/run.sh has appeared",
        ),
        (
            |root| fs::write(root.join("new"), "a file").unwrap(),
            "new is no folder",
        ),
    ];
    for (meddle, message) in cases {
        let root = project();
        meddle(root.path());
        let before = tree(root.path());
        let problems = apply(root.path(), &plan()).unwrap_err();
        assert!(problems.to_string().contains(message), "{problems}");
        assert_eq!(tree(root.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let root = project();
    let outside = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(outside.path(), root.path().join("new")).unwrap();
    let problems = apply(root.path(), &plan()).unwrap_err();
    assert!(
        problems.to_string().contains("new is no folder"),
        "{problems}"
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn every_conflict_is_told_and_nothing_written() {
    let root = project();
    let before = tree(root.path());
    let mut plan = plan();
    for path in ["a", "b"] {
        plan.add(
            RelPath::new(path),
            Change::Conflict(Diagnostic::new(format!("{path} is edited"))),
        );
    }
    let problems = apply(root.path(), &plan).unwrap_err();
    assert_eq!(problems.to_string(), "a is edited\nb is edited");
    assert_eq!(tree(root.path()), before);
}

#[test]
fn a_new_folder_appears_whole_or_not_at_all() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("deep/guestbook");
    let create = |after: &str| Change::Create {
        after: File::text(after),
    };
    let mut plan = Plan::from_iter([(RelPath::new("a/b"), create("b"))]);
    create_folder(&folder, &plan).unwrap();
    assert_eq!(tree(&folder).len(), 2);

    plan.add(RelPath::new("c"), Change::Conflict(Diagnostic::new("no")));
    create_folder(&parent.path().join("deep/other"), &plan).unwrap_err();
    assert_eq!(fs::read_dir(parent.path().join("deep")).unwrap().count(), 1);
}
