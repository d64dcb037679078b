//! What the types of an imported CRD cost to compile, beside kopium's: `cargo bench -p kopgen --bench import`.
//!
//! For each CRD, kopgen makes the modules of all its versions, and the one of its stored version is checked with `cargo
//! check`; where `kopium` is on the PATH, so is the module that it makes of that version. Both lie in crates whose
//! dependencies are compiled; only the module is touched, in turns, and nothing of an earlier check is used again. Prints a
//! Markdown table of medians.
//!
//! The CRDs are those of [`CRDS`] in the folder of real CRDs (`real_crds`); `-- FILE...` measures others.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark makes its own projects and prints"
)]

#[path = "../../../testdata/real_crds.rs"]
mod real_crds;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use kopgen::import;
use kopgen_core::crd::Crd;

/// Large ones, middling ones, small ones.
const CRDS: [&str; 10] = [
    "prometheus-operator/prometheuses.monitoring.coreos.com.yaml",
    "strimzi-kafka-operator/kafkas.kafka.strimzi.io.yaml",
    "cluster-api/machinepools.cluster.x-k8s.io.yaml",
    "prometheus-operator/probes.monitoring.coreos.com.yaml",
    "cluster-api/machinehealthchecks.cluster.x-k8s.io.yaml",
    "istio-api/workloadgroups.networking.istio.io.yaml",
    "cloudnative-pg/databases.postgresql.cnpg.io.yaml",
    "cert-manager/certificates.cert-manager.io.yaml",
    "crossplane/providers.pkg.crossplane.io.yaml",
    "metallb/communities.metallb.io.yaml",
];

/// What kopium derives for a type below a kind.
const KOPIUM_DERIVES: &str = "#[derive(Serialize, Deserialize, Clone, Debug, JsonSchema)]";

/// Odd, so that there is a median that was measured.
const RUNS: usize = 5;

fn main() {
    // Cargo adds `--bench`, and runs this in the folder of the package.
    let named: Vec<PathBuf> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .map(|path| repository().join(path))
        .collect();
    let files = if named.is_empty() { given() } else { named };
    let workspace = Workspace::new(&repository().join("target/generated/bench-import"));
    let has_kopium = Command::new("kopium").arg("--version").output().is_ok();
    if !has_kopium {
        eprintln!("no kopium on the PATH: kopgen is measured alone");
    }
    println!("| CRD | size | kopgen | kopium | ratio |\n|---|---|---|---|---|");
    for file in files {
        let crd = read(&file);
        let theirs = has_kopium.then(|| kopium(&file, stored(&crd)));
        println!("{}", workspace.row(&file, &crd, theirs));
    }
}

fn given() -> Vec<PathBuf> {
    let folder = real_crds::folder().unwrap_or_else(|reason| {
        panic!(
            "{reason}: name CRDs as arguments, `cargo bench -p kopgen --bench import -- FILE...`"
        )
    });
    CRDS.iter().map(|name| folder.join(name)).collect()
}

fn read(file: &Path) -> Crd {
    let text = fs::read_to_string(file).expect("the file is readable");
    let documents = import::read(&text, &file.display().to_string()).expect("it is YAML");
    let crd = documents.crds.into_iter().next();
    crd.unwrap_or_else(|| panic!("{} has no CRD", file.display()))
}

/// The name of the version that is stored.
fn stored(crd: &Crd) -> &str {
    let versions = crd.versions().iter();
    let stored = versions.filter(|version| version["storage"] == true);
    let name = stored.filter_map(|version| version["name"].as_str()).next();
    name.expect("a CRD has a version that is stored")
}

/// kopium's module, by the settings that it recommends: documentation, and a schema from which a CRD can be made again.
/// `Err` has what it said when it failed.
fn kopium(file: &Path, version: &str) -> Result<String, String> {
    let mut command = Command::new("kopium");
    command
        .args(["--auto", "--api-version", version, "--filename"])
        .arg(file);
    let output = command.output().expect("kopium starts");
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).expect("Rust is UTF-8")),
        false => Err(format!("fails: {}", first_error(&output.stderr))),
    }
}

/// A crate for each side, in one workspace, so that their dependencies are the same.
struct Workspace {
    root: PathBuf,
}

impl Workspace {
    fn new(root: &Path) -> Self {
        let runtime = repository().join("runtime");
        let runtime =
            format!("kopgen-runtime = {{ path = {runtime:?}, default-features = false }}\n");
        write(&root.join("Cargo.toml"), WORKSPACE);
        write(
            &root.join("kopgen/Cargo.toml"),
            &manifest("kopgen-side", &runtime),
        );
        write(
            &root.join("kopium/Cargo.toml"),
            &manifest("kopium-side", ""),
        );
        let lock = repository().join("testdata/Cargo.lock");
        fs::copy(lock, root.join("Cargo.lock")).expect("a copy");
        let workspace = Self {
            root: root.to_owned(),
        };
        // Cargo wants every member of a workspace to have a source.
        for side in ["kopgen", "kopium"] {
            workspace.put(side, "");
        }
        workspace
    }

    fn row(&self, file: &Path, crd: &Crd, theirs: Option<Result<String, String>>) -> String {
        let version = stored(crd);
        let imported = import::import(crd).expect("it can be imported");
        let ours = imported.modules.iter().find(|it| it.version == version);
        let ours = &ours.expect("each version has a module").text;
        self.compiles("kopgen", ours)
            .unwrap_or_else(|said| panic!("kopgen's module of {}: {said}", file.display()));
        let theirs = theirs.map(|module| module.and_then(|text| self.compiles_mended(&text)));
        let (mut kopgen, mut kopium) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            kopgen.push(self.time("kopgen"));
            if let Some(Ok(_)) = theirs {
                kopium.push(self.time("kopium"));
            }
        }
        let kopgen = median(kopgen);
        let (peer, ratio) = match theirs {
            None => ("–".to_owned(), "–".to_owned()),
            Some(Err(why)) => (why, "–".to_owned()),
            Some(Ok(mended)) => {
                let kopium = median(kopium);
                let ratio = kopgen.as_secs_f64() / kopium.as_secs_f64();
                (
                    format!("{}{mended}", seconds(kopium)),
                    format!("{ratio:.2}"),
                )
            }
        };
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let size = fs::metadata(file).expect("the file is there").len() / 1000;
        format!(
            "| {name} | {size} kB | {} | {peer} | {ratio} |",
            seconds(kopgen)
        )
    }

    fn put(&self, side: &str, module: &str) {
        write(&self.root.join(side).join("src/module.rs"), module);
        write(
            &self.root.join(side).join("src/lib.rs"),
            "pub mod module;\n",
        );
    }

    fn compiles(&self, side: &str, module: &str) -> Result<(), String> {
        self.put(side, module);
        let output = self.check(side);
        match output.status.success() {
            true => Ok(()),
            false => Err(first_error(&output.stderr)),
        }
    }

    /// Whether kopium's module compiles, if need be with empty types in the place of those that it names and does not declare;
    /// says which those are.
    fn compiles_mended(&self, module: &str) -> Result<String, String> {
        self.put("kopium", module);
        let output = self.check("kopium");
        if output.status.success() {
            return Ok(String::new());
        }
        let missing = missing_types(&output.stderr);
        let declared: String = missing
            .iter()
            .map(|name| format!("\n{KOPIUM_DERIVES}\npub struct {name} {{}}\n"))
            .collect();
        self.compiles("kopium", &format!("{module}{declared}"))?;
        let missing: Vec<_> = missing.into_iter().collect();
        Ok(format!(", with {} added", missing.join(", ")))
    }

    fn time(&self, side: &str) -> Duration {
        let module = self.root.join(side).join("src/module.rs");
        let text = fs::read(&module).expect("the module is readable");
        fs::write(&module, text).expect("the module can be written");
        let start = Instant::now();
        let output = self.check(side);
        let time = start.elapsed();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.contains("Checking"),
            "{said}"
        );
        time
    }

    fn check(&self, side: &str) -> Output {
        let mut command = Command::new("cargo");
        for (name, _) in std::env::vars_os() {
            // Build scripts watch some of what `cargo bench` sets for this program.
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(name);
            }
        }
        command
            .args(["check", "--package", &format!("{side}-side")])
            .current_dir(&self.root)
            .env("CARGO_TARGET_DIR", repository().join("target/generated"))
            .stdin(Stdio::null());
        command.output().expect("cargo starts")
    }
}

/// One line of what a program said when it failed, fit for a table.
fn first_error(stderr: &[u8]) -> String {
    let said = String::from_utf8_lossy(stderr);
    let first = said
        .lines()
        .find(|line| line.to_lowercase().starts_with("error"));
    first
        .or(said.lines().last())
        .unwrap_or("it says nothing")
        .replace('|', " ")
}

/// The names that rustc says no type has.
fn missing_types(stderr: &[u8]) -> BTreeSet<String> {
    let said = String::from_utf8_lossy(stderr);
    let after = said.split("cannot find type `").skip(1);
    after
        .filter_map(|rest| rest.split('`').next())
        .map(str::to_owned)
        .collect()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

fn repository() -> &'static Path {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR"));
    cli.parent().expect("cli/ lies in the repository")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
    fs::write(path, text).expect("a file that can be written");
}

/// The profile of a generated project, but for `incremental`: what is known from the last time would be used again.
const WORKSPACE: &str = "[workspace]
members = [\"kopgen\", \"kopium\"]
resolver = \"3\"

[profile.dev]
debug = \"line-tables-only\"
incremental = false
";

fn manifest(name: &str, more: &str) -> String {
    format!(
        "[package]
name = \"{name}\"
version = \"0.1.0\"
edition = \"2024\"
publish = false

[dependencies]
k8s-openapi = {{ version = \"0.29\", features = [\"latest\", \"schemars\"] }}
{more}kube = {{ version = \"5\", default-features = false, features = [\"derive\"] }}
schemars = \"1\"
serde = {{ version = \"1\", features = [\"derive\"] }}
serde_json = \"1\"
"
    )
}
