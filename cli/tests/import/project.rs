//! The project that the imported modules are compiled in: a few large crates, and a program that holds them all.
//!
//! One crate of each CRD would load kube's metadata 156 times, a single crate would keep one core busy alone; and crates that
//! did not change are not compiled again.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kopgen::import::{Imported, Module};
use kopgen_core::names::{Kind, Version};
use serde_json::Value;

use crate::common::{as_a_user, repository};

/// Where it lies in the repository.
const PROJECT: &str = "target/generated/import";

/// How many crates there are. Each should be small beside the whole, as two cores share them.
const CRATES: usize = 12;

/// Writes and builds the project of the imported CRDs, and gives the program.
pub fn build(imported: &[(String, Imported)]) -> PathBuf {
    build_at(PROJECT, CRATES, imported)
}

/// The same in a folder of the repository and in so many crates. The last part of the folder names the program.
pub fn build_at(folder: &str, crates: usize, imported: &[(String, Imported)]) -> PathBuf {
    let root = repository().join(folder);
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let batches = batches(imported, crates);
    let mut dependencies = String::new();
    let mut calls = String::new();
    for (at, batch) in batches.iter().enumerate() {
        write_crate(&root.join(format!("crate{at}")), at, batch);
        let _ = writeln!(dependencies, "crate{at} = {{ path = \"crate{at}\" }}");
        let _ = writeln!(calls, "    versions.extend(crate{at}::versions());");
    }
    let support = "support = { path = \"support\" }\n";
    let manifest = format!(
        "{WORKSPACE}{}\n[dependencies]\n{SERDE_JSON}{support}{dependencies}",
        package(name)
    );
    write(&root.join("Cargo.toml"), &manifest);
    let lock = repository().join("testdata/Cargo.lock");
    if !root.join("Cargo.lock").exists() {
        fs::copy(lock, root.join("Cargo.lock")).expect("the lock file is readable");
    }
    let versions = format!(
        "\nfn versions() -> Vec<support::Version> {{\n    let mut versions = Vec::new();\n{calls}    versions\n}}\n"
    );
    write(
        &root.join("src/main.rs"),
        &(include_str!("project/main.rs").to_owned() + &versions),
    );
    let manifest = package("support") + "[dependencies]\n" + &runtime() + SERDE_JSON + SERDE;
    write(&root.join("support/Cargo.toml"), &manifest);
    write(
        &root.join("support/src/lib.rs"),
        include_str!("project/support.rs"),
    );
    check_format(&root);
    let status = as_a_user(env!("CARGO"))
        .args(["build", "--quiet"])
        // Clippy is rustc with more lints: that saves a second pass over all modules.
        .env("RUSTC_WORKSPACE_WRAPPER", clippy_driver())
        .current_dir(&root)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the imported modules do not compile");
    repository().join("target/generated/debug").join(name)
}

/// Runs rustdoc over the modules, to which a warning is an error.
pub fn document() {
    let status = as_a_user(env!("CARGO"))
        .args(["doc", "--quiet", "--workspace", "--lib", "--no-deps"])
        .current_dir(repository().join(PROJECT))
        .status()
        .expect("cargo runs");
    assert!(status.success(), "rustdoc refuses the imported modules");
}

/// Beside the cargo that runs this test.
fn clippy_driver() -> PathBuf {
    Path::new(env!("CARGO"))
        .with_file_name(format!("clippy-driver{}", std::env::consts::EXE_SUFFIX))
}

/// Asserts that the modules are as rustfmt would leave them.
fn check_format(root: &Path) {
    let modules = walkdir::WalkDir::new(root)
        .into_iter()
        .filter_map(Result::ok);
    let modules = modules.map(walkdir::DirEntry::into_path).filter(|path| {
        let folder = path.parent().and_then(Path::file_name);
        path.extension().is_some_and(|it| it == "rs")
            && folder.is_some_and(|it| it.to_string_lossy().starts_with('c'))
    });
    let output = Command::new("rustfmt")
        .args(["--check", "--edition", "2024"])
        .args(modules)
        .output()
        .expect("rustfmt runs");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{}",
        &shown[..shown.len().min(4000)]
    );
}

/// Runs the program with one of its words and this input, and gives what it prints.
pub fn run(program: &Path, word: &str, input: String) -> String {
    let mut child = Command::new(program)
        .arg(word)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("the program ends");
    let written = writer.join().expect("the writer ends");
    assert!(output.status.success() && written.is_ok(), "{written:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// What the type of a version writes of each object, or why it cannot be read.
pub fn through_type(
    program: &Path,
    version: &str,
    objects: &[Value],
) -> Vec<Result<String, String>> {
    let lines: Vec<_> = objects
        .iter()
        .map(|it| format!("{version}\t{it}"))
        .collect();
    let output = run(program, "objects", lines.join("\n"));
    let texts = output.lines().map(|line| match line.split_at(1) {
        ("+", text) => Ok(text.to_owned()),
        (_, error) => Err(error.to_owned()),
    });
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts.len(), objects.len());
    texts
}

/// Whether a text that came through a type is the object that went in.
pub fn is_same(text: &Result<String, String>, object: &Value) -> bool {
    let value = text.as_ref().map(|it| serde_json::from_str::<Value>(it));
    matches!(value, Ok(Ok(value)) if value == *object)
}

const WORKSPACE: &str = r#"[workspace]
members = ["crate*", "support"]
resolver = "3"

[profile.dev]
debug = false
incremental = false

"#;
const SERDE_JSON: &str = "serde_json = \"1\"\n";
const SERDE: &str = "serde = { version = \"1\", features = [\"derive\"] }\n";

fn package(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n"
    )
}

fn runtime() -> String {
    format!(
        "kopgen-runtime = {{ path = {:?}, default-features = false }}\n",
        repository().join("runtime")
    )
}

/// Batches of about the same size, the largest CRDs first. The size is that of the CRD: what changes a module leaves the
/// others where they are.
fn batches(imported: &[(String, Imported)], crates: usize) -> Vec<Vec<&(String, Imported)>> {
    let size = |(_, it): &(String, Imported)| it.crd.definition.to_string().len();
    let mut sorted: Vec<_> = imported.iter().collect();
    sorted.sort_by_key(|it| std::cmp::Reverse(size(it)));
    let mut batches = vec![(0, Vec::new()); crates];
    for it in sorted {
        let smallest = batches.iter_mut().min_by_key(|(size, _)| *size);
        let (total, batch) = smallest.expect("there are batches");
        *total += size(it);
        batch.push(it);
    }
    batches.into_iter().map(|(_, batch)| batch).collect()
}

fn write_crate(folder: &Path, at: usize, batch: &[&(String, Imported)]) {
    let manifest = package(&format!("crate{at}"))
        + "[dependencies]\nk8s-openapi = { version = \"0.29\", features = [\"latest\", \"schemars\"] }\n"
        + &runtime()
        + "kube = { version = \"5\", default-features = false, features = [\"derive\"] }\nschemars = \"1\"\n"
        + SERDE
        + SERDE_JSON
        + "support = { path = \"../support\" }\n";
    write(&folder.join("Cargo.toml"), &manifest);
    let mut modules = String::new();
    let mut versions = String::new();
    for (index, (file, imported)) in batch.iter().enumerate() {
        let kind: Kind = imported.crd.kind().parse().expect("it was read");
        let kind = kind.type_name();
        let _ = writeln!(modules, "pub mod c{index} {{");
        for Module { version, text } in &imported.modules {
            let name = version.parse::<Version>().expect("it was read").snake();
            let _ = writeln!(modules, "    pub mod {name};");
            let _ = writeln!(
                versions,
                "        support::version::<c{index}::{name}::{kind}>(\"{file} {version}\"),"
            );
            write(&folder.join(format!("src/c{index}/{name}.rs")), text);
        }
        let _ = writeln!(modules, "}}");
    }
    let text = format!(
        "#![deny(warnings)]\n\n{modules}\npub fn versions() -> Vec<support::Version> {{\n    vec![\n{versions}    ]\n}}\n"
    );
    write(&folder.join("src/lib.rs"), &text);
}

/// Writes what is new, so that cargo sees what is old as it is.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}
