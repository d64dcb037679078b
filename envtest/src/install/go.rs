//! Building a control plane from the Go module proxy.
//!
//! `k8s.io/kubernetes` declares its own parts (`k8s.io/api`, …) as `v0.0.0` and replaces them by folders of its
//! repository, so that `go install` refuses it. A module that requires it, and replaces each of those parts by the
//! version published with it (`v0.36.3` for `v1.36.3`), can build its commands. That module's requirements also name the
//! etcd that this Kubernetes is tested with.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::Doing;
use crate::report::{Progress, Unit};
use crate::{DEFAULT_VERSION, Error, Platform, Program, Report, Result, Version, VersionSpec};

const KUBERNETES: &str = "k8s.io/kubernetes";
const ETCD: &str = "go.etcd.io/etcd/server/v3";
/// What `go build` calls etcd: the last part of its import path that is no version.
const ETCD_FILE: &str = "server";

/// Whether there is a Go to build with.
pub(super) fn is_there() -> bool {
    go(Path::new("."), &["version"])
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The newest version that matches and that the module proxy has; it is asked only if that is not clear already.
pub(super) fn look_up(wanted: VersionSpec, platform: Platform) -> Result<Version> {
    match wanted {
        VersionSpec::Default => return Ok(DEFAULT_VERSION),
        VersionSpec::Exact(version) => return Ok(version),
        VersionSpec::Minor { .. } | VersionSpec::Latest => {}
    }
    #[derive(Deserialize)]
    struct Module {
        #[serde(rename = "Versions", default)]
        versions: Vec<String>,
    }
    let folder = std::env::temp_dir();
    let text = run(go(
        &folder,
        &["list", "-m", "-versions", "-json", KUBERNETES],
    ))?;
    let module: Module = parse(&text)?;
    let versions: Vec<Version> = module
        .versions
        .iter()
        .filter_map(|version| version.parse().ok())
        .collect();
    wanted
        .best(versions.iter().copied())
        .ok_or_else(|| Error::NotPublished {
            wanted,
            platform: platform.to_string(),
            source_name: "the Go module proxy".to_owned(),
            nearest: versions.into_iter().max(),
        })
}

/// Builds etcd, kube-apiserver, kube-controller-manager and kubectl into `stage`, by a module that is written to `module`.
pub(super) fn build(
    version: Version,
    module: &Path,
    stage: &Path,
    platform: Platform,
    report: &dyn Report,
) -> Result<()> {
    let commands = [
        format!("{KUBERNETES}/cmd/kube-apiserver"),
        format!("{KUBERNETES}/cmd/kube-controller-manager"),
        format!("{KUBERNETES}/cmd/kubectl"),
        ETCD.to_owned(),
    ];

    report.stage(&format!(
        "fetching the sources of Kubernetes {version} with Go"
    ));
    let upstream = requirements(version, module)?;
    write(&module.join("go.mod"), &go_mod(&upstream, version))?;
    write(&module.join("tools.go"), &tools_go(&commands))?;
    run(go(module, &["mod", "tidy"]))?;

    report.stage(&format!("building Kubernetes {version} with Go"));
    let total = packages(module, &commands)?;
    let ldflags = format!(
        "-s -w -X k8s.io/component-base/version.gitVersion=v{version} \
         -X k8s.io/component-base/version.gitMajor={} -X k8s.io/component-base/version.gitMinor={}",
        version.major, version.minor
    );
    let output = stage.join("").display().to_string();
    let mut compile = go(
        module,
        &[
            "build",
            "-v",
            "-trimpath",
            "-ldflags",
            &ldflags,
            "-o",
            &output,
        ],
    );
    compile.args(&commands);
    run_counting(compile, total, report)?;
    let etcd = stage.join(platform.executable(Program::Etcd.name()));
    fs::rename(stage.join(platform.executable(ETCD_FILE)), &etcd)
        .doing(|| format!("write {}", etcd.display()))
}

/// The text of Kubernetes' own go.mod.
fn requirements(version: Version, module: &Path) -> Result<String> {
    #[derive(Deserialize)]
    struct Module {
        #[serde(rename = "GoMod")]
        go_mod: String,
    }
    let name = format!("{KUBERNETES}@v{version}");
    let text = run(go(module, &["list", "-m", "-json", &name]))?;
    let module: Module = parse(&text)?;
    fs::read_to_string(&module.go_mod).doing(|| format!("read {}", module.go_mod))
}

/// The wrapper's go.mod, from Kubernetes' own: Go ignores a dependency's replacements, so they are written anew.
fn go_mod(upstream: &str, version: Version) -> String {
    let lines = || {
        upstream
            .lines()
            .map(|line| line.trim().trim_start_matches("require "))
    };
    let go = lines()
        .find(|line| line.starts_with("go "))
        .unwrap_or("go 1.24");
    let mut text =
        format!("module kopgen.dev/control-plane\n\n{go}\n\nrequire {KUBERNETES} v{version}\n\n");
    let parts = lines()
        .filter_map(|line| line.split_once(" v0.0.0"))
        .filter(|(_, rest)| {
            // `v0.0.0-2024…` is an ordinary requirement of a commit.
            rest.is_empty() || rest.starts_with(' ')
        });
    for (part, _) in parts {
        writeln!(
            text,
            "replace {part} => {part} v0.{}.{}",
            version.minor, version.patch
        )
        .expect("a String takes all");
    }
    text
}

/// `go mod tidy` keeps only what is imported; a command can be imported only where a build tag hides it from the compiler.
fn tools_go(commands: &[String]) -> String {
    let mut text = "//go:build tools\n\npackage tools\n\nimport (\n".to_owned();
    for command in commands {
        writeln!(text, "\t_ \"{command}\"").expect("a String takes all");
    }
    text + ")\n"
}

/// How many packages a build from nothing compiles.
fn packages(module: &Path, commands: &[String]) -> Result<u64> {
    let mut list = go(module, &["list", "-deps"]);
    list.args(commands);
    Ok(run(list)?.lines().count() as u64)
}

/// A go command, independent of what the user's own projects set.
fn go(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("go");
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        // No C compiler is needed, and the programs run on any libc.
        .env("CGO_ENABLED", "0")
        .env("GO111MODULE", "on")
        .env("GOWORK", "off")
        .env("GOFLAGS", "-mod=mod")
        .env_remove("GOOS")
        .env_remove("GOARCH")
        .env_remove("GOBIN");
    command
}

/// Runs a command and gives its stdout.
fn run(mut command: Command) -> Result<String> {
    let output = command
        .output()
        .doing(|| format!("run {}", describe(&command)))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(failed(
        &command,
        stderr.lines().map(str::to_owned).collect(),
    ))
}

/// Runs `go build -v`, which prints a line for each package that it compiles.
fn run_counting(mut command: Command, total: u64, report: &dyn Report) -> Result<()> {
    let doing = format!("run {}", describe(&command));
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .doing(|| doing.clone())?;
    let stderr = child.stderr.take().expect("it is piped");
    let mut lines = Vec::new();
    for line in BufReader::new(stderr).lines() {
        lines.push(line.doing(|| doing.clone())?);
        report.progress(Progress {
            done: total.min(lines.len() as u64),
            total: Some(total),
            unit: Unit::Packages,
        });
    }
    let status = child.wait().doing(|| doing)?;
    if status.success() {
        return Ok(());
    }
    Err(failed(&command, lines))
}

fn failed(command: &Command, stderr: Vec<String>) -> Error {
    let last = stderr.len().saturating_sub(10);
    Error::Refused(format!(
        "`{}` failed:\n{}",
        describe(command),
        stderr[last..].join("\n")
    ))
}

/// `go mod tidy`: enough to know which step it was.
fn describe(command: &Command) -> String {
    let words = command
        .get_args()
        .take(2)
        .map(|word| word.to_string_lossy());
    format!("go {}", words.collect::<Vec<_>>().join(" "))
}

fn parse<T: serde::de::DeserializeOwned>(json: &str) -> Result<T> {
    serde_json::from_str(json)
        .map_err(|error| Error::Refused(format!("go printed something unexpected: {error}")))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).doing(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_kubernetes_replaces() {
        let upstream = "module k8s.io/kubernetes\n\ngo 1.26.0\n\nrequire (\n\
            \tk8s.io/api v0.0.0\n\tk8s.io/kube-openapi v0.0.0-20260127142750-a19766b6e2d4\n\
            \tk8s.io/utils v0.0.0-20260108192941-914a6e750570 // indirect\n\
            \tk8s.io/metrics v0.0.0 // indirect\n\
            \tgo.etcd.io/etcd/client/v3 v3.6.8\n)\n\nrequire k8s.io/kubectl v0.0.0\n";
        let expected = "module kopgen.dev/control-plane\n\ngo 1.26.0\n\n\
            require k8s.io/kubernetes v1.36.3\n\n\
            replace k8s.io/api => k8s.io/api v0.36.3\n\
            replace k8s.io/metrics => k8s.io/metrics v0.36.3\n\
            replace k8s.io/kubectl => k8s.io/kubectl v0.36.3\n";
        assert_eq!(go_mod(upstream, DEFAULT_VERSION), expected);
    }
}
