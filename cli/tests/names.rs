//! Kinds named like what the scaffold imports, or like what Rust knows without being told: each compiles with its
//! controller and its tests and is formatted, or is refused with the reason.

mod common;

use common::{as_a_user, repository};

/// The types that scaffolded files import or the prelude has, crates, keywords, and names that are hard to take apart.
const KINDS: [&str; 30] = [
    "Action",
    "Api",
    "Arc",
    "Client",
    "Context",
    "Core",
    "Crate",
    "CrateDB",
    "Duration",
    "Error",
    "GraphQLAPI",
    "IPv4Pool",
    "Item",
    "Mock",
    "Null",
    "Operator",
    "Reconcile",
    "Reconciler",
    "Result",
    "Rule",
    "SampleDB",
    "Send",
    "Serde",
    "Spec",
    "State",
    "Status",
    "Target",
    "Test",
    "Type",
    "V1",
];

/// Those that come up where a controller runs an image.
const WITH_IMAGE: [&str; 4] = ["Container", "DBCrate", "Deployment", "Service"];

#[test]
fn a_kind_named_like_what_the_scaffold_imports_compiles() {
    // The longest of projects: rustfmt breaks lines by the length of names.
    let project = Made::init(&format!("--project-name {}", "n".repeat(40)));
    let create = |kind: &str| format!("create api --group names --version v1 --kind {kind}");
    for kind in KINDS {
        project.succeeds(&create(kind));
    }
    for kind in WITH_IMAGE {
        project.succeeds(&format!("{} --image nginx:1.29", create(kind)));
    }
    for (kind, reason) in [
        ("Condition", "its file imports Kubernetes' `Condition`"),
        ("Option", "means the standard library's"),
        ("Self", "it is a keyword"),
    ] {
        let (success, stderr) = project.kopgen(&create(kind));
        assert!(!success && stderr.contains(reason), "{kind}: {stderr}");
    }
    // A user's helpers of one name, one of which is that of a kind.
    for kind in ["api", "spec"] {
        project.append(
            &format!("api/src/v1/{kind}.rs"),
            "\n/// A helper.\npub struct Helper;\n\n/// A helper, named like a kind.\npub struct Item;\n",
        );
    }
    project.is_linted();
}

#[test]
fn groups_and_controllers_of_any_name_compile() {
    let project = Made::init("--project-name a--crate --multigroup");
    for (group, kind) in [
        ("a--b", "Crate"),
        ("a--kind--b", "Kube"),
        ("crate", "Crate"),
        ("target", "Target"),
        ("3d", "Test"),
        // The project's domain.
        ("example.com", "State"),
    ] {
        project.succeeds(&format!(
            "create api --group {group} --version v1 --kind {kind}"
        ));
    }
    for (group, kind, name) in [
        ("crate", "Crate", "self"),
        ("target", "Target", "target-3d"),
        ("a--b", "Crate", "a--b-x--y"),
    ] {
        let of = format!("--group {group} --version v1 --kind {kind}");
        project.succeeds(&format!(
            "create api {of} --resource=false --controller-name {name}"
        ));
    }
    project.is_linted();
}

/// A project on the disk, whose names are what is tried.
struct Made {
    _folder: tempfile::TempDir,
    root: std::path::PathBuf,
}

impl Made {
    fn init(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let parent = folder.path().canonicalize().unwrap();
        let source = repository().display();
        let init = format!("init names --domain example.com --kopgen-source {source} {more}");
        let made = Self {
            root: parent.clone(),
            _folder: folder,
        };
        made.succeeds(&init);
        Self {
            root: parent.join("names"),
            ..made
        }
    }

    fn kopgen(&self, words: &str) -> (bool, String) {
        let mut command = as_a_user(env!("CARGO_BIN_EXE_kopgen"));
        let output = command.args(words.split(' ')).current_dir(&self.root);
        let output = output.output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        (output.status.success(), stderr)
    }

    #[track_caller]
    fn succeeds(&self, words: &str) {
        let (success, stderr) = self.kopgen(words);
        assert!(success, "kopgen {words}:\n{stderr}");
    }

    #[expect(clippy::disallowed_methods, reason = "a test edits projects")]
    fn append(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, before + text).unwrap();
    }

    /// It passes the project's own lint job, and any user's that asks for documentation.
    #[expect(clippy::disallowed_methods, reason = "a test edits projects")]
    fn is_linted(&self) {
        let lock = repository().join("testdata/Cargo.lock");
        std::fs::copy(lock, self.root.join("Cargo.lock")).unwrap();
        for command in [
            "fmt --check",
            "clippy --quiet --workspace --all-targets -- -D warnings -D missing_docs",
        ] {
            let mut cargo = as_a_user("cargo");
            let cargo = cargo.args(command.split(' ')).current_dir(&self.root);
            let output = cargo.output().unwrap();
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
}
