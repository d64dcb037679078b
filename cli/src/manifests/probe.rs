//! Asks the project's own code what it declares.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use kopgen_core::report::{Handshake, MARKER, PROTOCOL, Report};

use super::bounded::{self, Failure, Finished, Limits};
use super::build::{self, Lock};
use crate::diagnostic::{Diagnostic, Result};

/// A program that only prints what the compiler knows needs a fraction of a second, and a few hundred kilobytes for the
/// largest of CRDs.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(30),
    bytes: 64 << 20,
};

/// Builds the project's `manifests` program, runs it without a cluster in reach and reads what it reports.
///
/// The user's `main` is not run: it may well start to reconcile whatever cluster it finds.
///
/// # Errors
/// The build fails, or the program does: it crashes, takes too long, prints too much, or speaks another protocol.
pub fn report(root: &Path, lock: Lock) -> Result<Report> {
    report_within(LIMITS, root, lock)
}

fn report_within(limits: Limits, root: &Path, lock: Lock) -> Result<Report> {
    let _turn = build::turn(root)?;
    let program = build::build(root, lock)?;
    Ok(ask(limits, &program, root)?)
}

fn ask(limits: Limits, program: &Path, root: &Path) -> Result<Report, Diagnostic> {
    let finished = bounded::run(program, root, limits)
        .map_err(|failure| describe(limits, &failure, program))?;
    let Some(json) = reported(&finished.stdout) else {
        return Err(no_report(&finished));
    };
    let handshake: Handshake = serde_json::from_slice(json).map_err(|error| broken(&error))?;
    shake_hands(&handshake)?;
    let report: Report = serde_json::from_slice(json).map_err(|error| broken(&error))?;
    // With problems in its report the program says so by its exit code, too.
    if !finished.status.success() && report.problems.is_empty() {
        return Err(no_report(&finished));
    }
    Ok(report)
}

/// The last line that is a report; what the user's code prints on its own is not for the CLI.
fn reported(stdout: &[u8]) -> Option<&[u8]> {
    let lines = stdout.rsplit(|byte| *byte == b'\n');
    lines
        .filter_map(|line| line.strip_prefix(MARKER.as_bytes()))
        .next()
}

fn shake_hands(handshake: &Handshake) -> Result<(), Diagnostic> {
    let Handshake { protocol, kopgen } = handshake;
    let this = env!("CARGO_PKG_VERSION");
    let differs =
        format!("the project uses kopgen-runtime {kopgen}, which kopgen {this} cannot talk to");
    if *protocol < PROTOCOL {
        let way_out = format!("raise `kopgen-runtime` in Cargo.toml to \"{this}\"");
        return Err(Diagnostic::new(differs).note("it is too old").help(way_out));
    }
    if *protocol > PROTOCOL {
        let way_out = format!(
            "install the kopgen that belongs to it: `cargo install kopgen --version {kopgen}`"
        );
        return Err(Diagnostic::new(differs).note("it is too new").help(way_out));
    }
    Ok(())
}

/// What to look at when the program misbehaves: the code of the user's that it runs.
const WHERE: &str = "it calls `operator()` of operator/src/lib.rs and the schemas of the kinds, nothing else: look there";

fn describe(limits: Limits, failure: &Failure, program: &Path) -> Diagnostic {
    match failure {
        Failure::Start(error) => Diagnostic::io("cannot start", program, error),
        Failure::TooSlow { stderr } => {
            let seconds = limits.time.as_secs_f32();
            with_stderr(
                Diagnostic::new(format!(
                    "the `manifests` program did not end within {seconds} s"
                )),
                stderr,
            )
            .help(WHERE)
        }
        Failure::TooMuch { stream } => Diagnostic::new(format!(
            "the `manifests` program printed more than {} bytes to {stream}",
            limits.bytes
        ))
        .help(WHERE),
    }
}

fn no_report(finished: &Finished) -> Diagnostic {
    let what = match ended(finished.status) {
        Some(how) => format!("the `manifests` program {how}"),
        None => "the `manifests` program reports nothing".to_owned(),
    };
    let diagnostic = with_stderr(Diagnostic::new(what), &finished.stderr);
    if finished.status.success() {
        return diagnostic.help(
            "operator/src/bin/manifests.rs is kopgen's: `kopgen manifests --overwrite` writes it again, if it was edited",
        );
    }
    diagnostic.help(WHERE)
}

fn broken(error: &serde_json::Error) -> Diagnostic {
    Diagnostic::new(format!("what the `manifests` program reports is not a report: {error}"))
        .help("`kopgen-runtime` and kopgen must be of the same release: compare `kopgen version` with Cargo.lock")
}

fn ended(status: ExitStatus) -> Option<String> {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Some(format!("was ended by signal {signal}"));
    }
    match status.code() {
        Some(0) => None,
        Some(code) => Some(format!("failed with exit code {code}")),
        None => Some("failed".to_owned()),
    }
}

/// How many lines of the program's own words an error repeats; a panic's message and the head of its backtrace.
const LINES: usize = 20;

fn with_stderr(diagnostic: Diagnostic, stderr: &[u8]) -> Diagnostic {
    let text = String::from_utf8_lossy(stderr);
    let said: Vec<&str> = text.trim().lines().collect();
    if said.is_empty() {
        return diagnostic;
    }
    let from = said.len().saturating_sub(LINES);
    diagnostic.note(format!("it said:\n{}", said[from..].join("\n")))
}

#[cfg(test)]
mod tests;
