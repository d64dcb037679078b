//! An install's progress: a bar on a terminal, else lines.

use std::io::{IsTerminal, stderr};
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kopgen_envtest::{Lines, Progress, Report, Unit};

/// Shows each stage and how far it has come.
pub(super) struct Bars {
    current: Mutex<Option<ProgressBar>>,
    /// Where nobody could watch a bar move.
    lines: Option<Lines>,
}

impl Default for Bars {
    fn default() -> Self {
        Self {
            current: Mutex::default(),
            lines: (!stderr().is_terminal()).then(Lines::default),
        }
    }
}

impl Bars {
    /// The last stage is over.
    pub(super) fn end(&self) {
        self.replace(None);
    }

    fn replace(&self, bar: Option<ProgressBar>) {
        let mut current = self
            .current
            .lock()
            .expect("nothing panics while it holds it");
        if let Some(ended) = std::mem::replace(&mut *current, bar) {
            // What was shown stays: a line for each stage, with its duration.
            ended.abandon();
        }
    }
}

impl Report for Bars {
    fn stage(&self, stage: &str) {
        if let Some(lines) = &self.lines {
            return lines.stage(stage);
        }
        let bar = ProgressBar::new_spinner()
            .with_style(style("{elapsed:>12} {msg}"))
            .with_message(stage.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        self.replace(Some(bar));
    }

    fn progress(&self, progress: Progress) {
        if let Some(lines) = &self.lines {
            return lines.progress(progress);
        }
        let current = self
            .current
            .lock()
            .expect("nothing panics while it holds it");
        let Some(bar) = current.as_ref() else { return };
        if let Some(total) = progress.total
            && bar.length() != Some(total)
        {
            bar.set_length(total);
            bar.set_style(style(match progress.unit {
                Unit::Bytes => "{elapsed:>12} {msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec}, {eta} left",
                Unit::Packages => "{elapsed:>12} {msg} [{wide_bar}] {pos}/{len} packages",
            }));
        }
        bar.set_position(progress.done);
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a constant")
}
