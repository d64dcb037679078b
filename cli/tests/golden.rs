//! Golden projects: `testdata/<case>/commands` makes `testdata/<case>/project`, and nothing else.
//!
//! `SNAPSHOTS=overwrite cargo test -p kopgen --test golden` renews them; then read the diff as a user would.
//!
//! Golden projects depend on the released crates, as a user's do. A `[patch]` beside the folder that they are made in
//! points cargo to this checkout, and they share one target folder and the lock file `testdata/Cargo.lock`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test writes and prints as it likes"
)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use common::{as_a_user, repository};

/// A golden project whole: made from nothing, compared both ways, then built and tested as its user would.
fn check(case: &str) {
    let made = Made::new(case);
    let golden = testdata().join(case).join("project");
    let actual = tree(&made.project);
    if std::env::var("SNAPSHOTS").is_ok_and(|it| it == "overwrite") {
        overwrite(&golden, &actual);
    } else {
        compare(case, &actual, &tree(&golden));
    }
    made.succeeds("cargo fmt --check");
    made.succeeds("cargo clippy --workspace --all-targets -- -D warnings");
    made.succeeds("cargo test --workspace");
    made.succeeds("kopgen manifests --check");
    println!("{case}: {} files", actual.len());
}

#[test]
fn guestbook() {
    check("guestbook");
}

#[test]
fn image() {
    check("image");
}

#[test]
fn versions() {
    check("versions");
}

#[test]
fn multigroup() {
    check("multigroup");
}

#[test]
fn namespaced() {
    check("namespaced");
}

#[test]
fn foreign() {
    check("foreign");
}

#[test]
fn import() {
    check("import");
}

#[test]
fn every_case_is_checked() {
    let source =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden.rs")).unwrap();
    let cases = fs::read_dir(testdata())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    for case in cases.filter(|path| path.join("commands").is_file()) {
        let name = case.file_name().unwrap().to_str().unwrap();
        assert!(
            source.contains(&format!("check({name:?})")),
            "testdata/{name} is checked by no test"
        );
    }
}

/// A template that no golden project has, nobody looks at.
#[test]
fn every_template_is_rendered_by_a_golden_project() {
    let mut paths = Vec::new();
    for case in fs::read_dir(testdata())
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        let project = case.join("project");
        if project.is_dir() {
            paths.extend(tree(&project).into_keys());
        }
    }
    let templates = kopgen_templates::files();
    for template in templates {
        let partial = Path::new(template.path)
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with('_')
            && !Path::new(template.path)
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("__");
        assert!(
            partial || paths.iter().any(|path| matches(template.path, path)),
            "no golden project has a file of {}",
            template.path
        );
    }
    println!(
        "{} templates, {} golden files",
        templates.len(),
        paths.len()
    );
}

/// Whether `path` can come from a template's path, in which `__name__` stands for one or more folders or a stem.
fn matches(template: &str, path: &str) -> bool {
    match template.find("__") {
        None => template == path,
        Some(start) => {
            let end = template[start + 2..]
                .find("__")
                .expect("a placeholder ends in `__`")
                + start
                + 4;
            path.strip_prefix(&template[..start]).is_some_and(|rest| {
                (1..=rest.len())
                    .any(|at| rest.is_char_boundary(at) && matches(&template[end..], &rest[at..]))
            })
        }
    }
}

/// A golden project that has just been made.
struct Made {
    _folder: TempDir,
    project: PathBuf,
}

impl Made {
    fn new(case: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join(".cargo")).unwrap();
        fs::write(root.join(".cargo/config.toml"), patch()).unwrap();
        // What the commands read lies beside the project.
        let crds = testdata().join(case).join("crds");
        if crds.is_dir() {
            fs::create_dir(root.join("crds")).unwrap();
            for entry in fs::read_dir(crds).unwrap().map(|entry| entry.unwrap()) {
                fs::copy(entry.path(), root.join("crds").join(entry.file_name())).unwrap();
            }
        }
        let mut made = Self {
            project: root.clone(),
            _folder: folder,
        };
        let commands = fs::read_to_string(testdata().join(case).join("commands")).unwrap();
        for command in commands.lines().filter(|line| !line.starts_with('#')) {
            made.succeeds(command);
            if made.project == root {
                // The first command makes the project; the others run in it.
                let is_project = |path: &PathBuf| path.join("kopgen.toml").is_file();
                let mut folders = fs::read_dir(&root)
                    .unwrap()
                    .map(|entry| entry.unwrap().path());
                made.project = folders
                    .find(is_project)
                    .expect("the first command makes a project");
                fs::copy(
                    testdata().join("Cargo.lock"),
                    made.project.join("Cargo.lock"),
                )
                .unwrap();
            }
        }
        made
    }

    fn succeeds(&self, command: &str) {
        let Output {
            status,
            stdout,
            stderr,
        } = run(&self.project, command);
        let (stdout, stderr) = (
            String::from_utf8_lossy(&stdout),
            String::from_utf8_lossy(&stderr),
        );
        assert!(
            status.success(),
            "`{command}` ended with {status}:\n{stdout}\n{stderr}"
        );
    }
}

fn run(folder: &Path, command: &str) -> Output {
    let kopgen = env!("CARGO_BIN_EXE_kopgen");
    let mut words = command.split_whitespace();
    let program = words.next().expect("a command");
    as_a_user(if program == "kopgen" { kopgen } else { program })
        .args(words)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What points cargo to this checkout for the crates of kopgen.
fn patch() -> String {
    let crates = ["core", "derive", "envtest", "runtime"];
    let line = |name: &str| format!("kopgen-{name}.path = {:?}\n", repository().join(name));
    format!("[patch.crates-io]\n{}", crates.map(line).concat())
}

#[derive(Debug, PartialEq, Eq)]
struct File {
    content: Vec<u8>,
    executable: bool,
}

/// Every file of a project, but for what cargo leaves.
fn tree(project: &Path) -> BTreeMap<String, File> {
    let walk = walkdir::WalkDir::new(project).into_iter();
    let files = walk
        .filter_entry(|entry| entry.file_name() != "target")
        .map(|entry| entry.unwrap());
    files
        .filter(|entry| entry.file_type().is_file() && entry.file_name() != "Cargo.lock")
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(project)
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
fn compare(case: &str, actual: &BTreeMap<String, File>, expected: &BTreeMap<String, File>) {
    let mut differences = Vec::new();
    for path in actual
        .keys()
        .chain(expected.keys())
        .collect::<std::collections::BTreeSet<_>>()
    {
        match (actual.get(path), expected.get(path)) {
            (Some(_), None) => differences.push(format!(
                "{path} is made, but testdata/{case} has no such file"
            )),
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
        "testdata/{case} is not what its commands make; SNAPSHOTS=overwrite renews it\n{}",
        differences.join("\n")
    );
}

fn overwrite(golden: &Path, files: &BTreeMap<String, File>) {
    _ = fs::remove_dir_all(golden);
    for (path, file) in files {
        let path = golden.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &file.content).unwrap();
        #[cfg(unix)]
        if file.executable {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

fn testdata() -> PathBuf {
    repository().join("testdata")
}
