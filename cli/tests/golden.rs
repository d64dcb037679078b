//! Golden projects: `testdata/<case>/commands` makes `testdata/<case>/project`, and nothing else. Another folder of the
//! case is put beside the project, as it is.
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
mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use common::{as_a_user, repository};

/// A golden project whole: made from nothing, compared both ways, then built and tested as its user would.
fn check(case: &str) -> Made {
    let made = Made::new(case);
    snapshot::check(&testdata().join(case).join("project"), &made.project);
    made.succeeds("cargo fmt --check");
    // What kopgen writes is documented. The CRDs of others leave fields without a description.
    let documented = if case == "import" {
        ""
    } else {
        " -D missing_docs"
    };
    let clippy = "cargo clippy --workspace --all-targets -- -D warnings";
    made.succeeds(&format!("{clippy}{documented}"));
    made.succeeds("cargo test --workspace");
    made.succeeds("kopgen manifests --check");
    made
}

/// What `make install` does; `true` stands for kopgen, and for kubectl what says how it is called.
fn installs(made: &Made) -> String {
    let output = run(
        &made.project,
        "make --silent install KOPGEN=true KUBECTL=echo",
    );
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Before it has an API, a project builds, and says what it lacks.
#[test]
fn empty() {
    let made = check("empty");
    assert_eq!(installs(&made), "This project defines no kind.\n");
}

#[test]
fn guestbook() {
    let made = check("guestbook");
    assert_eq!(installs(&made), "apply --server-side -k config/crd\n");

    // A role that lacks one rule is found out by the project's own test, and the log tells of it.
    let role = made.project.join("config/rbac/role.yaml");
    let text = fs::read_to_string(&role).unwrap();
    let lacking = text.replace("  - guestbooks/status\n", "  - guestbooks/finalizers\n");
    assert_ne!(lacking, text);
    fs::write(role, lacking).unwrap();
    let test = "cargo test --package guestbook-operator --test guestbook the_sample";
    let Output { status, stdout, .. } = run(&made.project, test);
    let log = String::from_utf8_lossy(&stdout);
    assert!(!status.success(), "{log}");
    let forbidden = "cannot patch resource \\\"guestbooks/status\\\"";
    assert!(log.contains(forbidden), "{log}");

    write_tasks(&made.project);
    made.succeeds("cargo build --package guestbook-operator --lib");
    made.succeeds("cargo test --package guestbook-operator --lib sweeper::");
    // Where its lines are put is not what the chapter says.
    made.succeeds("cargo fmt");
    made.succeeds("cargo clippy --workspace --all-targets -- -D warnings");
}

/// What the chapter on tasks has its reader write, in a project as it is scaffolded.
fn write_tasks(project: &Path) {
    let chapter = include_str!("../../docs/tasks.md");
    let blocks = |language: &str| -> Vec<&str> {
        let fence = format!("```{language}\n");
        let opened = chapter.split(&fence).skip(1);
        opened
            .map(|rest| rest.split("```").next().expect("a first part"))
            .collect()
    };
    let [sweeper, operator, motto, test] = blocks("rust")[..] else {
        panic!("the chapter has other code than this test knows");
    };
    let source = project.join("operator/src");
    fs::write(source.join("sweeper.rs"), format!("{sweeper}\n{test}")).unwrap();
    fs::write(source.join("motto.rs"), motto).unwrap();
    let library = fs::read_to_string(source.join("lib.rs")).unwrap();
    let (modules, _) = library.split_once("\nuse ").expect("modules come first");
    fs::write(
        source.join("lib.rs"),
        format!("{modules}mod motto;\n{operator}"),
    )
    .unwrap();
    let manifest = project.join("operator/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let with_features = text.replacen("tokio = { workspace = true }\n", blocks("toml")[0], 1);
    assert_ne!(with_features, text);
    fs::write(manifest, with_features).unwrap();
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
    let made = check("namespaced");
    fs::write(
        made.project.join("operator/tests/namespaces.rs"),
        include_str!("golden/namespaces.rs"),
    )
    .unwrap();
    made.succeeds("cargo test --package tenant-operator --test namespaces");
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
            paths.extend(snapshot::tree(&project).into_keys());
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
        let folders = fs::read_dir(testdata().join(case))
            .unwrap()
            .map(|entry| entry.unwrap().path());
        for beside in folders.filter(|path| path.is_dir() && !path.ends_with("project")) {
            snapshot::write(
                &root.join(beside.file_name().unwrap()),
                &snapshot::tree(&beside),
            );
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

fn testdata() -> PathBuf {
    repository().join("testdata")
}
