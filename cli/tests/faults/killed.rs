//! kopgen killed at any moment, and two kopgens at once.

use std::time::{Duration, Instant};

use crate::project::{Project, assert_same_files, command, contents, kopgen, say, tree};
use crate::{APPLE, BANANA};

#[test]
fn a_kopgen_that_is_killed_at_any_moment_is_completed_by_the_next() {
    let project = Project::new();
    let before = project.tree();
    let expected = project.copy();
    let started = Instant::now();
    expected.kopgen(APPLE).succeeds();
    let usual = started.elapsed();
    let expected = expected.tree();
    let (before, after) = (contents(&before), contents(&expected));

    let (mut unfinished, mut half_done) = (0, 0);
    for run in 0..100_u32 {
        let project = project.copy();
        let mut child = command(&project.root, APPLE).spawn().unwrap();
        if run % 2 == 0 {
            // From at once to a little after the usual end.
            std::thread::sleep(usual * run / 80);
        } else {
            // While it writes, which is a small part of its time.
            let lock = project.path(".kopgen-lock");
            while !lock.exists() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            std::thread::sleep(Duration::from_micros(20) * run);
        }
        child.kill().unwrap();
        let finished = child.wait().unwrap().success();

        let left = project.tree();
        let left = contents(&left);
        unfinished += u32::from(!finished);
        half_done += u32::from(left != before && left != after);
        for (path, content) in &before {
            let now = left.get(path);
            let known = now == Some(content) || now == after.get(path);
            assert!(known, "run {run}: {path} is neither as before nor as after");
        }
        project.kopgen(APPLE).succeeds();
        assert_same_files(&project.tree(), &expected);
    }
    assert!(
        unfinished > 10 && half_done > 0,
        "of 100, {unfinished} were killed in time, {half_done} while they wrote"
    );
    say(format_args!(
        "100 runs killed, {unfinished} of them before their end, {half_done} in the middle of writing"
    ));
}

/// What a kopgen that was killed leaves is found in the end, even if nothing else is to do.
#[test]
fn a_kopgen_that_is_killed_while_it_tidies_up_is_tidied_up_after() {
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    let before = project.tree();
    for left in [
        "api/src/.kopgen-old-lib.rs",
        "config/crd/bases/.kopgen-old-gone.yaml",
        ".kopgen-new-kopgen.toml",
        ".kopgen-lock",
    ] {
        project.write(left, "left");
    }
    project.kopgen(&format!("{APPLE} --dry-run")).succeeds();
    assert!(project.path(".kopgen-lock").exists());
    project.kopgen(APPLE).succeeds();
    assert_same_files(&project.tree(), &before);
}

#[test]
fn a_new_project_whose_kopgen_was_killed_leaves_nothing_behind() {
    const INIT: &str = "init guestbook --domain example.com --kopgen-source release";
    let expected = Project::new();
    let started = Instant::now();
    let folder = tempfile::tempdir().unwrap();
    kopgen(folder.path(), INIT).succeeds();
    let usual = started.elapsed();
    let mut unfinished = 0;
    for run in 0..40_u32 {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("guestbook");
        let mut child = command(folder.path(), INIT).spawn().unwrap();
        std::thread::sleep(usual * run / 32);
        child.kill().unwrap();
        child.wait().unwrap();
        if !root.exists() {
            unfinished += 1;
            kopgen(folder.path(), INIT).succeeds();
        }
        assert_same_files(&tree(&root), &expected.tree());
        let left: Vec<String> = tree(folder.path()).into_keys().collect();
        let left = left.iter().filter(|path| !path.starts_with("guestbook"));
        // A kopgen that was killed after its work leaves a lock that nobody holds.
        assert!(
            left.clone().all(|path| path == ".kopgen-lock"),
            "run {run}: {left:?}"
        );
    }
    assert!(
        unfinished > 5,
        "only {unfinished} of 40 were killed in time"
    );
    say(format_args!(
        "40 runs of init killed, {unfinished} of them before the project was there"
    ));
}

#[test]
fn two_kopgens_at_once_lose_nothing_of_one_another() {
    let project = Project::new();
    let expected = project.copy();
    expected.kopgen(APPLE).succeeds();
    expected.kopgen(BANANA).succeeds();
    let expected = expected.tree();
    for run in 0..20 {
        let project = project.copy();
        let children =
            [APPLE, BANANA].map(|words| (words, command(&project.root, words).spawn().unwrap()));
        for (words, child) in children {
            let output = child.wait_with_output().unwrap();
            if !output.status.success() {
                // It was overtaken after it had read the project.
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(said.contains("since kopgen read it"), "run {run}: {said}");
                assert!(said.contains("run the command again"), "run {run}: {said}");
                project.kopgen(words).succeeds();
            }
        }
        assert_same_files(&project.tree(), &expected);
    }
}
