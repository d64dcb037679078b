//! kopgen killed at any moment, and two kopgens at once: the tree is as before, or the next run completes it, and nothing
//! of the user's is lost. (What a failing file system leaves is tested beside `apply`, step by step.)
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test writes and prints as it likes"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

const APPLE: &str = "create api --group webapp --version v1 --kind Apple --image nginx:1.29";
const BANANA: &str = "create api --group webapp --version v1 --kind Banana";

#[test]
fn a_kopgen_that_is_killed_at_any_moment_is_completed_by_the_next() {
    let before = project();
    let after = copy(&before);
    let started = Instant::now();
    succeeds(&after.root, APPLE);
    let usual = started.elapsed();

    let (mut unfinished, mut half_done) = (0, 0);
    for run in 0..100_u32 {
        let project = copy(&before);
        let mut child = spawn(&project.root, APPLE);
        // From at once to a little after the usual end.
        std::thread::sleep(usual * run / 80);
        child.kill().unwrap();
        let finished = child.wait().unwrap().success();

        let left = tree(&project.root);
        unfinished += u32::from(!finished);
        half_done += u32::from(left != before.tree() && left != after.tree());
        for (path, content) in before.tree() {
            let now = left.get(&path);
            let known = now == Some(&content) || now == after.tree().get(&path);
            assert!(known, "run {run}: {path} is neither as before nor as after");
        }
        succeeds(&project.root, APPLE);
        assert_eq!(tree(&project.root), after.tree(), "run {run}");
        let litter = litter(&project.root);
        assert!(litter.is_empty(), "run {run}: {litter:?}");
    }
    assert!(
        unfinished > 10,
        "only {unfinished} of 100 were killed in time"
    );
    println!(
        "100 runs, {unfinished} killed before their end, {half_done} with half of the files written"
    );
}

#[test]
fn two_kopgens_at_once_lose_nothing_of_one_another() {
    let expected = project();
    succeeds(&expected.root, APPLE);
    succeeds(&expected.root, BANANA);
    for run in 0..20 {
        let project = project();
        let children = [APPLE, BANANA].map(|words| (words, spawn(&project.root, words)));
        for (words, child) in children {
            let output = child.wait_with_output().unwrap();
            if !output.status.success() {
                // It was overtaken after it had read the project.
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(said.contains("since kopgen read it"), "run {run}: {said}");
                assert!(said.contains("run the command again"), "run {run}: {said}");
                succeeds(&project.root, words);
            }
        }
        assert_eq!(tree(&project.root), expected.tree(), "run {run}");
    }
}

struct Project {
    _folder: TempDir,
    root: PathBuf,
}

impl Project {
    fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        tree(&self.root)
    }
}

fn project() -> Project {
    let folder = tempfile::tempdir().unwrap();
    succeeds(
        folder.path(),
        "init guestbook --domain example.com --kopgen-source release",
    );
    Project {
        root: folder.path().join("guestbook"),
        _folder: folder,
    }
}

fn copy(project: &Project) -> Project {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("guestbook");
    for (path, content) in project.tree() {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    Project {
        root,
        _folder: folder,
    }
}

fn spawn(folder: &Path, words: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_kopgen"))
        .args(words.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[track_caller]
fn succeeds(folder: &Path, words: &str) {
    let output = spawn(folder, words).wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Every file but kopgen's temporary ones.
fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let content = |path: String| (path.clone(), fs::read(root.join(path)).unwrap());
    files(root)
        .into_iter()
        .filter(|path| !path.contains(".kopgen-"))
        .map(content)
        .collect()
}

/// kopgen's temporary files.
fn litter(root: &Path) -> Vec<String> {
    files(root)
        .into_iter()
        .filter(|path| path.contains(".kopgen-"))
        .collect()
}

fn files(root: &Path) -> Vec<String> {
    let entries = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            entry
                .path()
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}
