//! Builds the program that says what the project declares, with cargo.

use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use super::{enums, lock};
use crate::diagnostic::{Diagnostic, Result};
use crate::shell;
use crate::workspace::Snapshot;

/// The owned program, beside the operator's own `main`, that prints the report.
const BIN: &str = "manifests";

/// Whether cargo may bring `Cargo.lock` up to date on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// As any `cargo build` does.
    Update,
    /// A stale one is an error: the command promised to write nothing.
    Keep,
}

/// Builds the owned program `manifests` of the project at `root` for the host and returns where it is.
///
/// What cargo and rustc say goes to this process' stderr as they print it, colours included. Their settings are the
/// user's: `CARGO_TARGET_DIR`, `RUSTFLAGS`, `.cargo/config.toml` and the toolchain file count as in any build.
///
/// # Errors
/// Cargo is not there, or the build fails; with two incompatible versions of a crate that the derives' output is about,
/// the error says which crate brings which.
pub fn build(root: &Path, lock: Lock) -> Result<PathBuf> {
    let mut command = cargo(root);
    command.args([
        "build",
        "--manifest-path",
        "operator/Cargo.toml",
        "--bin",
        BIN,
    ]);
    command.args(["--message-format", "json-render-diagnostics"]);
    if lock == Lock::Keep {
        command.arg("--locked");
    }
    if is_target_configured(root) {
        command.arg("--target").arg(host(root)?);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| {
            Diagnostic::new(format!("cannot start cargo: {error}"))
                .help("install Rust from https://rustup.rs")
        })?;
    let stdout = child.stdout.take().expect("stdout is piped");
    let messages = BufReader::new(stdout).lines().map_while(|line| line.ok());
    let executable = messages.filter_map(|line| executable_in(&line)).last();
    let status = child
        .wait()
        .map_err(|error| Diagnostic::new(format!("cannot wait for cargo: {error}")))?;
    match executable {
        Some(executable) if status.success() => Ok(executable),
        _ => Err(build_failed(root, lock).into()),
    }
}

/// Waits until no other kopgen builds into the target folder, if the settings name one that other projects may build into, and
/// keeps it so: there the programs of all projects have one name, and the last one built is the one that would be run.
///
/// # Errors
/// The folder cannot be written.
pub fn turn(root: &Path) -> Result<Option<File>> {
    let Some(folder) = target_folder(root) else {
        return Ok(None);
    };
    let path = folder.join(".kopgen-lock");
    match lock_file(&path) {
        Ok(file) => Ok(Some(file)),
        Err(error) => Err(Diagnostic::io("cannot lock", &path, &error).into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "cargo's folder is no part of the project"
)]
fn lock_file(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = File::create(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            shell::status(
                "Blocking",
                "waiting for another kopgen to build into the same folder",
            );
            file.lock()?;
        }
        Err(TryLockError::Error(error)) => return Err(error),
    }
    Ok(file)
}

/// Cargo in the project's folder, without what cargo sets for a program that it runs itself: build scripts watch some of
/// these variables, and everything would be built again whenever kopgen is run by `cargo run` and then without it.
fn cargo(root: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command
}

/// One of cargo's JSON messages; every other field and kind is of no interest.
#[derive(Deserialize)]
struct Message {
    reason: String,
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

fn executable_in(line: &str) -> Option<PathBuf> {
    let message: Message = serde_json::from_str(line).ok()?;
    let target = message.target?;
    let is_ours =
        message.reason == "compiler-artifact" && target.name == BIN && target.kind == ["bin"];
    message.executable.filter(|_| is_ours)
}

fn build_failed(root: &Path, lock: Lock) -> Diagnostic {
    let mut failure =
        Diagnostic::new("the project does not build, see above; no manifest was written");
    let text = std::fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
    let conflicts = lock::conflicts(&text);
    for conflict in &conflicts {
        failure = failure.note(conflict.to_string());
    }
    failure.help = lock::way_out(&conflicts);
    if failure.help.is_none() && lock == Lock::Keep {
        failure = failure.help("if cargo asks for another Cargo.lock: this command writes nothing, so run `cargo check` first");
    }
    if failure.help.is_none() && lacks_operator(root) {
        failure = failure.help("operator/src/lib.rs needs what kopgen's files call:\npub fn operator() -> kopgen_runtime::Operator<state::State> {\n    operator::listed()\n}");
    }
    match Snapshot::read(root) {
        Ok(snapshot) if failure.help.is_none() => enums::explained(failure, &snapshot),
        _ => failure,
    }
}

/// Whether the operator's library, which is the user's, is without the function that all of kopgen's files begin with.
fn lacks_operator(root: &Path) -> bool {
    let text = std::fs::read_to_string(root.join("operator/src/lib.rs")).unwrap_or_default();
    !text.contains("fn operator(") && !text.contains("::operator;")
}

/// Where the build goes, if not to the project's own `target`.
fn target_folder(root: &Path) -> Option<PathBuf> {
    let variable = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
        .into_iter()
        .find_map(std::env::var_os);
    match variable {
        Some(folder) => Some(root.join(folder)),
        None => {
            let (base, folder) = build_setting(root, "target-dir")?;
            Some(base.join(folder.as_str()?))
        }
    }
}

/// Whether the build would be for another system than this one, as far as its settings tell.
fn is_target_configured(root: &Path) -> bool {
    std::env::var_os("CARGO_BUILD_TARGET").is_some() || build_setting(root, "target").is_some()
}

/// A key of `[build]` in the nearest of cargo's own files that has it, and the folder that a path there is relative to.
fn build_setting(root: &Path, key: &str) -> Option<(PathBuf, toml_edit::Item)> {
    let folders = root.ancestors().map(|folder| folder.join(".cargo"));
    let mut folders = folders.chain(cargo_home());
    folders.find_map(|folder| {
        let setting = ["config", "config.toml"].into_iter().find_map(|name| {
            let text = std::fs::read_to_string(folder.join(name)).ok()?;
            // What is no TOML is cargo's to complain about.
            let config: toml_edit::DocumentMut = text.parse().ok()?;
            config.get("build")?.get(key).cloned()
        })?;
        Some((folder.parent()?.to_owned(), setting))
    })
}

fn cargo_home() -> Option<PathBuf> {
    let configured = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    configured.or_else(|| Some(std::env::home_dir()?.join(".cargo")))
}

/// The target that rustc builds for by itself.
fn host(root: &Path) -> Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").current_dir(root).output();
    let output = output.map_err(|error| Diagnostic::new(format!("cannot start rustc: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .ok_or_else(|| Diagnostic::new("`rustc -vV` does not say its host"))?
        .to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        reason = "they make the files that they need"
    )]

    use super::*;

    #[test]
    fn the_nearest_of_cargos_files_that_has_it_says_where_a_build_goes() {
        let folder = tempfile::tempdir().unwrap();
        let project = folder.path().join("project");
        let write = |file: &Path, text: &str| {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        let target = || {
            let (base, item) = build_setting(&project, "target-dir")?;
            Some(base.join(item.as_str()?))
        };
        write(
            &folder.path().join(".cargo/config.toml"),
            "[build]\ntarget-dir = \"shared\"\n",
        );
        write(&project.join(".cargo/config.toml"), "[build]\njobs = 1\n");
        assert_eq!(target(), Some(folder.path().join("shared")));
        write(
            &project.join(".cargo/config"),
            "[build]\ntarget-dir = \"own\"\n",
        );
        assert_eq!(target(), Some(project.join("own")));
    }
}
