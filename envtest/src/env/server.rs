//! One server process and what it prints.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::supervisor::Supervisor;
use crate::error::Doing;
use crate::{Error, Program, Result};

/// How many of a server's last lines an error shows.
const LAST_LINES: usize = 20;

/// How to start a server, as often as needed.
pub(super) struct Server {
    name: &'static str,
    executable: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
}

impl Server {
    pub(super) fn new(
        program: Program,
        executable: PathBuf,
        arguments: Vec<String>,
        folder: &Path,
    ) -> Self {
        Self {
            name: program.name(),
            executable,
            arguments,
            log: folder.join(format!("{}.log", program.name())),
            child: None,
        }
    }

    /// Starts it; its output is added to its log.
    pub(super) fn start(&mut self, supervisor: &mut Supervisor) -> Result<()> {
        let doing = || format!("open {}", self.log.display());
        let options = || File::options().create(true).append(true).open(&self.log);
        let mut command = Command::new(&self.executable);
        command
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(options().doing(doing)?)
            .stderr(options().doing(doing)?);
        // etcd takes these for flags, and refuses them beside flags.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ETCD_") {
                command.env_remove(name);
            }
        }
        self.child = Some(supervisor.spawn(&mut command)?);
        Ok(())
    }

    /// Ends it at once, as a crash would.
    pub(super) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            // An error means that it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// # Errors
    /// [`Error::Server`] when it has ended by itself; that is told once.
    pub(super) fn check(&mut self) -> Result<()> {
        match self.child.as_mut().map(Child::try_wait) {
            Some(Ok(Some(status))) => {
                self.child = None;
                Err(self.failed(format!("ended with {status}")))
            }
            _ => Ok(()),
        }
    }

    /// An error about this server, with what it printed last.
    pub(super) fn failed(&self, problem: String) -> Error {
        let text = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<_> = text.lines().collect();
        Error::Server {
            server: self.name,
            problem,
            log: lines[lines.len().saturating_sub(LAST_LINES)..].join("\n"),
        }
    }
}
