//! Kinds named like what the scaffold imports, or like what Rust knows without being told: each compiles with its
//! controller and its tests and is formatted, or is refused with the reason.

mod common;

use std::path::Path;

use common::{as_a_user, repository};

/// The types that scaffolded files import or the prelude has.
const KINDS: [&str; 12] = [
    "Action", "Api", "Arc", "Client", "Context", "Duration", "Mock", "Result", "Send", "State",
    "Type", "V1",
];

/// Those that come up where a controller runs an image.
const WITH_IMAGE: [&str; 3] = ["Container", "Deployment", "Service"];

#[test]
fn a_kind_named_like_what_the_scaffold_imports_compiles() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let kopgen = |folder: &Path, words: &str| {
        let mut command = as_a_user(env!("CARGO_BIN_EXE_kopgen"));
        let output = command.args(words.split(' ')).current_dir(folder).output();
        let output = output.unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), stderr)
    };
    let succeeds = |folder: &Path, words: &str| {
        let (success, stderr) = kopgen(folder, words);
        assert!(success, "kopgen {words}:\n{stderr}");
    };
    let source = repository().display();
    // The longest of projects: rustfmt breaks lines by the length of names.
    let name = "n".repeat(40);
    let init =
        format!("init names --project-name {name} --domain example.com --kopgen-source {source}");
    succeeds(&root, &init);
    let project = root.join("names");
    let create = |kind: &str| format!("create api --group names --version v1 --kind {kind}");
    for kind in KINDS {
        succeeds(&project, &create(kind));
    }
    for kind in WITH_IMAGE {
        succeeds(&project, &format!("{} --image nginx:1.29", create(kind)));
    }

    for (kind, reason) in [
        ("Condition", "its file imports Kubernetes' `Condition`"),
        ("Option", "means the standard library's"),
        ("Self", "it is a keyword"),
    ] {
        let (success, stderr) = kopgen(&project, &create(kind));
        assert!(!success && stderr.contains(reason), "{kind}: {stderr}");
    }

    #[expect(clippy::disallowed_methods, reason = "a test edits projects")]
    std::fs::copy(
        repository().join("testdata/Cargo.lock"),
        project.join("Cargo.lock"),
    )
    .unwrap();
    for command in [
        "fmt --check",
        "clippy --quiet --workspace --all-targets -- -D warnings",
    ] {
        let mut cargo = as_a_user("cargo");
        let output = cargo
            .args(command.split(' '))
            .current_dir(&project)
            .output()
            .unwrap();
        let (stdout, stderr) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "cargo {command}:\n{stdout}\n{stderr}"
        );
    }
}
