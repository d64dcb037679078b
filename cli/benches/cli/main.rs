//! The CLI's figures of `docs/benchmarks.md`: `cargo bench -p kopgen --bench cli`.
//!
//! Prints a Markdown table of medians. kopgen works on projects that it generates; where `controller-gen` and `go`
//! are on the PATH, they do the same work on Go projects of the same shape, and `kubebuilder` scaffolds beside
//! `kopgen`. With `-- 1` or `-- 10` only the sizes of so many kinds are measured.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark makes its own projects and prints"
)]

mod go;
mod rust;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A project's groups and the kinds in each of them.
#[derive(Clone, Copy)]
struct Size {
    groups: usize,
    kinds: usize,
}

const SIZES: [Size; 3] = [
    Size {
        groups: 1,
        kinds: 1,
    },
    Size {
        groups: 1,
        kinds: 10,
    },
    Size {
        groups: 10,
        kinds: 10,
    },
];

/// Odd, so that there is a median that was measured.
const RUNS: usize = 7;

fn main() {
    let wanted: Option<usize> = std::env::args().find_map(|argument| argument.parse().ok());
    // It goes at the end, with all that was built.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rust = rust::Peer::new(folder.path());
    let go = go::Peer::find(folder.path());
    println!(
        "| work | kinds | kopgen | {} | ratio |\n|---|---|---|---|---|",
        go::NAME
    );
    row(
        "init",
        "",
        rust.init(),
        go.as_ref().and_then(go::Peer::init),
    );
    for size in SIZES
        .into_iter()
        .filter(|size| wanted.is_none_or(|wanted| size.total() == wanted))
    {
        let name = size.to_string();
        row(
            "create api",
            &name,
            rust.create_api(size),
            go.as_ref().and_then(|go| go.create_api(size)),
        );
        let rust = rust.project(size);
        let go = go.as_ref().map(|go| go.project(size));
        row(
            "manifests, nothing changed",
            &name,
            rust.unchanged(),
            go.as_ref().map(go::Project::unchanged),
        );
        row("cargo's part of that", &name, rust.cargo(), None);
        row(
            "one field edited, then manifests",
            &name,
            rust.edited(),
            go.as_ref().map(go::Project::edited),
        );
    }
}

impl Size {
    fn total(self) -> usize {
        self.groups * self.kinds
    }

    /// Each group with each kind in it.
    fn each(self) -> impl Iterator<Item = (String, String)> {
        (0..self.groups).flat_map(move |group| {
            (0..self.kinds).map(move |kind| (format!("group{group}"), format!("Kind{kind}")))
        })
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.groups {
            1 => write!(f, "{}", self.kinds),
            groups => write!(f, "{groups} × {}", self.kinds),
        }
    }
}

fn row(work: &str, kinds: &str, kopgen: Duration, peer: Option<Duration>) {
    let seconds = |it: Duration| format!("{:.3} s", it.as_secs_f64());
    let ratio = peer.map(|peer| format!("{:.2}", kopgen.as_secs_f64() / peer.as_secs_f64()));
    let peer = peer.map(seconds);
    let cell = |it: Option<String>| it.unwrap_or_else(|| "–".to_owned());
    println!(
        "| {work} | {kinds} | {} | {} | {} |",
        seconds(kopgen),
        cell(peer),
        cell(ratio)
    );
}

/// The median time of `work`, which is told how often it has run, after `prepare`, which is not measured.
fn median<T>(mut prepare: impl FnMut(usize) -> T, mut work: impl FnMut(T)) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|run| {
            let prepared = prepare(run);
            let start = Instant::now();
            work(prepared);
            start.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}

/// Runs a program to its end; what it prints is shown when it fails.
fn run(program: impl AsRef<std::ffi::OsStr>, arguments: &[&str], folder: &Path) {
    finish(Command::new(&program).args(arguments), folder);
}

fn finish(command: &mut Command, folder: &Path) {
    let output = command
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Replaces a text that the file must have.
fn replace(file: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).expect("a source");
    assert!(text.contains(from), "{} has no {from:?}", file.display());
    std::fs::write(file, text.replace(from, to)).expect("a source that can be written");
}
