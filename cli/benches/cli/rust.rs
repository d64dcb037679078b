//! kopgen, on projects that it generates.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::{Size, finish, median, replace, run};

const KOPGEN: &str = env!("CARGO_BIN_EXE_kopgen");

pub struct Peer {
    folder: PathBuf,
}

pub struct Project {
    root: PathBuf,
    /// Where all sizes are built, so that kube is compiled once.
    target: PathBuf,
    types: PathBuf,
}

impl Peer {
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub fn init(&self) -> Duration {
        median(
            |run| format!("init{run}"),
            |name| self.init_project(&name, false),
        )
    }

    /// One more kind in a project of that size.
    pub fn create_api(&self, size: Size) -> Duration {
        let root = self.generate(&format!("create{}", size.total()), size);
        median(
            |run| format!("More{run}"),
            |kind| create_api(&root, "group0", &kind),
        )
    }

    pub fn project(&self, size: Size) -> Project {
        let root = self.generate(&format!("bench{}", size.total()), size);
        let folder = if size.groups == 1 {
            "api"
        } else {
            "api/group0"
        };
        let project = Project {
            types: root.join(folder).join("src/v1/kind0.rs"),
            target: self.folder.join("target"),
            root,
        };
        // Builds what every later run finds built.
        project.manifests();
        project
    }

    fn generate(&self, name: &str, size: Size) -> PathBuf {
        self.init_project(name, size.groups > 1);
        let root = self.folder.join(name);
        // Nothing is resolved, and what another project has built is not built again.
        std::fs::copy(
            repository().join("testdata/Cargo.lock"),
            root.join("Cargo.lock"),
        )
        .expect("a copy");
        for (group, kind) in size.each() {
            create_api(&root, &group, &kind);
        }
        root
    }

    fn init_project(&self, name: &str, multigroup: bool) {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("cli/ lies in the repository");
        let source = repository.to_str().expect("a path of UTF-8");
        let mut words = vec![
            "init",
            name,
            "--domain",
            "example.com",
            "--kopgen-source",
            source,
        ];
        words.extend(multigroup.then_some("--multigroup"));
        run(KOPGEN, &words, &self.folder);
    }
}

impl Project {
    pub fn unchanged(&self) -> Duration {
        median(|_| (), |()| self.manifests())
    }

    /// The build that finds nothing to do.
    pub fn cargo(&self) -> Duration {
        let words = [
            "build",
            "--manifest-path",
            "operator/Cargo.toml",
            "--bin",
            "manifests",
        ];
        median(|_| (), |()| self.build("cargo", &words))
    }

    pub fn edited(&self) -> Duration {
        let (without, with) = (
            "pub replicas: i32,",
            "pub replicas: i32,\n    pub motto: Option<String>,",
        );
        let edit = |run: usize| match run % 2 {
            0 => replace(&self.types, without, with),
            _ => replace(&self.types, with, without),
        };
        median(edit, |()| self.manifests())
    }

    fn manifests(&self) {
        self.build(KOPGEN, &["manifests"]);
    }

    /// As a user's shell would, without what `cargo bench` sets: build scripts watch some of it (ring's does), and what one
    /// of the two programs has built would be built again by the other.
    fn build(&self, program: &str, words: &[&str]) {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        command.args(words).env("CARGO_TARGET_DIR", &self.target);
        finish(&mut command, &self.root);
    }
}

fn create_api(root: &Path, group: &str, kind: &str) {
    run(
        KOPGEN,
        &[
            "create",
            "api",
            "--group",
            group,
            "--version",
            "v1",
            "--kind",
            kind,
        ],
        root,
    );
}

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("cli/ lies in the repository")
}
