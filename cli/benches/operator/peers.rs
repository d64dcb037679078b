//! The operators, built from source.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use walkdir::WalkDir;

/// An operator's binary.
pub struct Peer {
    pub name: &'static str,
    pub binary: PathBuf,
    pub arguments: &'static [&'static str],
}

const KOPGEN: &str = env!("CARGO_BIN_EXE_kopgen");

/// Where projects and what is built of them stay, so that the next run builds nothing.
const FOLDER: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/operator");

/// Probes and metrics are on, at any port.
const ARGUMENTS: &[&str] = &[
    "--health-probe-bind-address=127.0.0.1:0",
    "--metrics-bind-address=127.0.0.1:0",
];

/// Builds the operators that are wanted, kopgen's first.
pub fn build(wanted: impl Fn(&str) -> bool) -> Vec<Peer> {
    fs::create_dir_all(FOLDER).expect("a folder");
    // As deep as where they go: the project's path to the runtime is relative.
    let sources = tempfile::tempdir_in(FOLDER).expect("a temporary folder");
    let kopgen = kopgen(sources.path());
    let mut peers = Vec::new();
    if wanted("kopgen") {
        peers.push(Peer {
            name: "kopgen",
            binary: build_one(&kopgen, "bench-operator"),
            arguments: ARGUMENTS,
        });
    }
    if wanted("kube-rs") {
        let manifest = fs::read_to_string(kopgen.join("Cargo.toml")).expect("a manifest");
        let kube = kube(sources.path(), release_profile(&manifest));
        peers.push(Peer {
            name: "kube-rs",
            binary: build_one(&kube, "plain"),
            arguments: &[],
        });
    }
    if let Some(binary) = std::env::var_os("KUBEBUILDER_OPERATOR")
        && wanted("KubeBuilder")
    {
        peers.push(Peer {
            name: "KubeBuilder",
            binary: binary.into(),
            arguments: ARGUMENTS,
        });
    }
    peers
}

impl Peer {
    /// In bytes.
    pub fn size(&self) -> u64 {
        let file = fs::metadata(&self.binary);
        file.unwrap_or_else(|error| panic!("{}: {error}", self.binary.display()))
            .len()
    }
}

/// A project as kopgen generates it, with a reconciler that does the work.
fn kopgen(folder: &Path) -> PathBuf {
    let source = repository().to_str().expect("a path of UTF-8");
    let project = folder.join("bench");
    let init = [
        "init",
        "bench",
        "--domain",
        "example.com",
        "--kopgen-source",
        source,
    ];
    run(Command::new(KOPGEN).args(init).current_dir(folder));
    let create = [
        "create",
        "api",
        "--group",
        "bench",
        "--version",
        "v1",
        "--kind",
        "Note",
    ];
    run(Command::new(KOPGEN).args(create).current_dir(&project));
    put(
        &project,
        "api/src/v1/note.rs",
        include_str!("peers/kopgen_type.rs"),
    );
    let controller = "operator/src/controllers/note.rs";
    put(
        &project,
        controller,
        include_str!("peers/kopgen_controller.rs"),
    );
    project
}

fn kube(folder: &Path, profile: &str) -> PathBuf {
    let project = folder.join("plain");
    let manifest = include_str!("peers/kube.toml").to_owned() + profile;
    put(&project, "Cargo.toml", &manifest);
    put(&project, "src/main.rs", include_str!("peers/kube.rs"));
    project
}

/// Both are built as the generated project says.
fn release_profile(manifest: &str) -> &str {
    let start = manifest.find("[profile.release]").expect("a profile");
    let end = manifest[start + 1..]
        .find("\n[")
        .map_or(manifest.len(), |end| start + 1 + end);
    &manifest[start..end]
}

fn build_one(source: &Path, name: &str) -> PathBuf {
    let project = Path::new(FOLDER).join("projects").join(name);
    // The versions that kopgen is tested with, on both sides.
    let lock = fs::read_to_string(repository().join("testdata/Cargo.lock")).expect("a lock file");
    put(source, "Cargo.lock", &lock);
    for file in WalkDir::new(source) {
        let file = file.expect("a file that was just written");
        let path = file.path().strip_prefix(source).expect("a path in it");
        if file.file_type().is_file() {
            put(
                &project,
                path,
                &fs::read_to_string(file.path()).expect("a source"),
            );
        }
    }
    let target = Path::new(FOLDER).join("target");
    run(Command::new("cargo")
        .args(["build", "--release", "--bin", name])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(&project));
    target.join("release").join(name)
}

/// Writes a file, unless it is there already: what has not changed is not built again.
fn put(folder: &Path, path: impl AsRef<Path>, text: &str) {
    let path = folder.join(path);
    if fs::read_to_string(&path).is_ok_and(|known| known == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// What cargo says of its progress is shown.
fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("cli/ lies in the repository")
}
