//! A disk that is full after any number of blocks, and one that has no room for another file.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use kopgen_envtest::require;

use crate::APPLE;
use crate::project::{Project, assert_same_files, assert_untouched, copy, kopgen, say, tree};

/// Set in the process that has the small disk; where it is.
const DISK: &str = "KOPGEN_TEST_SMALL_DISK";

/// Enough for two such projects.
const OPTIONS: &str = "size=1m,nr_inodes=300";

/// Mounting needs a mount namespace of one's own, which ends with the process and takes the disk along.
#[test]
fn what_does_not_fit_on_the_disk_changes_nothing() {
    if let Some(disk) = std::env::var_os(DISK) {
        return on(Path::new(&disk));
    }
    let disk = tempfile::tempdir().unwrap();
    let mounted = |then: &Path| {
        let script = format!(r#"mount -t tmpfs -o {OPTIONS} tmpfs "$0" && exec "$@""#);
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
        command.arg(disk.path()).arg(then).env(DISK, disk.path());
        command
    };
    let probe = mounted(Path::new("true")).output();
    if !probe.as_ref().is_ok_and(|it| it.status.success()) {
        let why = probe.map_or_else(
            |error| error.to_string(),
            |it| String::from_utf8_lossy(&it.stderr).trim().to_owned(),
        );
        require("small-disk", Err::<(), _>(why));
        return;
    }
    let this = std::env::current_exe().unwrap();
    let test = "full_disk::what_does_not_fit_on_the_disk_changes_nothing";
    let status = mounted(&this)
        .args(["--exact", test, "--nocapture"])
        .status();
    assert!(status.unwrap().success(), "see above");
}

const INIT: &str = "init a/new --domain example.com --kopgen-source release";

fn on(disk: &Path) {
    let project = Project::new();
    let after = project.copy();
    after.kopgen(APPLE).succeeds();
    let after = after.tree();

    // One more block, or one more file, until all of it fits.
    let refused = |fill: &dyn Fn(usize) -> PathBuf| {
        let refused = (0..).take_while(|free| {
            let root = disk.join("guestbook");
            copy(&project.root, &root);
            let before = tree(&root);
            let filling = fill(*free);
            let said = kopgen(&root, APPLE);
            let fits = said.code == Some(0);
            if !fits {
                said.refuses(&["No space left on device", "nothing was changed"]);
                assert_untouched(&root, &before);
            }
            fs::remove_dir_all(filling).unwrap();
            kopgen(&root, APPLE).succeeds();
            assert_same_files(&tree(&root), &after);
            fs::remove_dir_all(root).unwrap();
            !fits
        });
        refused.count()
    };
    let blocks = refused(&|free| fill_with_bytes(disk, free));
    let files = refused(&|free| fill_with_files(disk, free));
    assert!(blocks > 5 && files > 10, "{blocks} blocks, {files} files");

    // Nor is there anything of a new project.
    let filling = fill_with_files(disk, 20);
    let before = tree(disk);
    kopgen(disk, INIT).refuses(&["No space left on device", "nothing was changed"]);
    assert_untouched(disk, &before);
    fs::remove_dir_all(filling).unwrap();
    kopgen(disk, INIT).succeeds();

    say(format_args!(
        "a full disk: {blocks} runs without room for all the contents, {files} without room for all the files"
    ));
}

/// Leaves room for `free` blocks of contents; returns the folder to remove again.
fn fill_with_bytes(disk: &Path, free: usize) -> PathBuf {
    const BLOCK: usize = 4096;
    let folder = disk.join("filling");
    fs::create_dir(&folder).unwrap();
    let mut file = File::create(folder.join("bytes")).unwrap();
    let written = (0..)
        .take_while(|_| file.write_all(&[1; BLOCK]).is_ok())
        .count();
    file.set_len((written.saturating_sub(free) * BLOCK) as u64)
        .unwrap();
    folder
}

/// Leaves room for `free` more files; returns the folder to remove again.
fn fill_with_files(disk: &Path, free: usize) -> PathBuf {
    let folder = disk.join("filling");
    fs::create_dir(&folder).unwrap();
    let file = |number: usize| folder.join(number.to_string());
    let made = (0..)
        .take_while(|number| File::create(file(*number)).is_ok())
        .count();
    for number in made - free..made {
        fs::remove_file(file(number)).unwrap();
    }
    folder
}
