//! Telling the user what takes so long.

use std::io::Write;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Hears about an install's progress.
pub trait Report: Send + Sync {
    /// A new stage begins, such as `building Kubernetes 1.36.3 with Go`.
    fn stage(&self, stage: &str);
    /// How far the stage has come.
    fn progress(&self, progress: Progress);
}

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many units are done.
    pub done: u64,
    /// How many there are in all, where that is known.
    pub total: Option<u64>,
    /// What is counted.
    pub unit: Unit,
}

/// What [`Progress`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes of a download.
    Bytes,
    /// Packages of a Go build.
    Packages,
}

/// Prints a line to stderr for each stage, and one every [`PERIOD`] while a stage lasts. For tests: the lines are written to the
/// process' stderr itself, which the test harness does not capture, so that a long wait is explained while it lasts.
#[derive(Default)]
pub struct Lines {
    stage: Mutex<Option<Stage>>,
}

/// How often [`Lines`] tells how far a stage has come.
pub const PERIOD: Duration = Duration::from_secs(10);

struct Stage {
    name: String,
    began: Instant,
    told: Instant,
}

impl Report for Lines {
    fn stage(&self, stage: &str) {
        let now = Instant::now();
        *self.lock() = Some(Stage {
            name: stage.to_owned(),
            began: now,
            told: now,
        });
        say(stage);
    }

    fn progress(&self, progress: Progress) {
        let mut stage = self.lock();
        let Some(stage) = stage.as_mut().filter(|s| s.told.elapsed() >= PERIOD) else {
            return;
        };
        stage.told = Instant::now();
        let seconds = stage.began.elapsed().as_secs();
        say(&format!("{}: {progress} after {seconds} s", stage.name));
    }
}

impl Lines {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Stage>> {
        self.stage.lock().expect("nothing panics while it holds it")
    }
}

impl std::fmt::Display for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (size, unit) = match self.unit {
            Unit::Bytes => (1_000_000, "MB"),
            Unit::Packages => (1, "packages"),
        };
        match self.total {
            Some(total) => write!(f, "{} of {} {unit}", self.done / size, total / size),
            None => write!(f, "{} {unit}", self.done / size),
        }
    }
}

/// Prints one line to the process' stderr. `eprintln!` would be captured by the test harness and shown for failed tests only.
pub(crate) fn say(line: &str) {
    // Nobody may be listening, and that is no reason to fail.
    let _ = writeln!(std::io::stderr(), "kopgen-envtest: {line}");
}
