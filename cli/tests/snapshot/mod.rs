//! Folders that tests make, beside the golden ones in `testdata/`. `SNAPSHOTS=overwrite` renews those.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Compares the folder that was made with the golden one, or renews that.
pub fn check(golden: &Path, made: &Path) {
    let made = tree(made);
    if std::env::var("SNAPSHOTS").is_ok_and(|it| it == "overwrite") {
        write(golden, &made);
    } else {
        compare(golden, &made, &tree(golden));
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct File {
    content: Vec<u8>,
    executable: bool,
}

/// Every file of a folder, but for what cargo leaves.
pub fn tree(folder: &Path) -> BTreeMap<String, File> {
    let walk = walkdir::WalkDir::new(folder).into_iter();
    let files = walk
        .filter_entry(|entry| entry.file_name() != "target")
        .map(|entry| entry.unwrap());
    files
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != "Cargo.lock")
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(folder)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            let content = fs::read(entry.path()).unwrap();
            (
                path,
                File {
                    content,
                    executable: is_executable(entry.path()),
                },
            )
        })
        .collect()
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> bool {
    false
}

/// Both ways: a missing file, an extra one, another content or another mode.
fn compare(golden: &Path, actual: &BTreeMap<String, File>, expected: &BTreeMap<String, File>) {
    let mut differences = Vec::new();
    for path in actual
        .keys()
        .chain(expected.keys())
        .collect::<BTreeSet<_>>()
    {
        match (actual.get(path), expected.get(path)) {
            (Some(_), None) => differences.push(format!("{path} is made, and not expected")),
            (None, Some(_)) => differences.push(format!("{path} is no longer made")),
            (Some(actual), Some(expected)) if actual != expected => {
                let text = |file: &File| String::from_utf8_lossy(&file.content).into_owned();
                let (before, after) = (text(expected), text(actual));
                let diff = similar::TextDiff::from_lines(&before, &after);
                differences.push(format!(
                    "{path} (executable: {} -> {})\n{}",
                    expected.executable,
                    actual.executable,
                    diff.unified_diff().header("golden", "made")
                ));
            }
            _ => {}
        }
    }
    assert!(
        differences.is_empty(),
        "{} is not what is made; SNAPSHOTS=overwrite renews it\n{}",
        golden.display(),
        differences.join("\n")
    );
}

/// Makes a folder hold these files and no others.
pub fn write(folder: &Path, files: &BTreeMap<String, File>) {
    _ = fs::remove_dir_all(folder);
    for (path, file) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &file.content).unwrap();
        #[cfg(unix)]
        if file.executable {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}
