//! An operator as a process, and what it takes, as `/proc` tells.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::peers::Peer;

/// A running operator, which ends with this.
pub struct Process(Child);

/// `/proc` counts processor time in hundredths of a second, whatever the kernel's own clock.
const TICK: Duration = Duration::from_millis(10);

impl Process {
    pub fn start(peer: &Peer, kubeconfig: &Path) -> Self {
        let mut command = Command::new(&peer.binary);
        command
            .args(peer.arguments)
            .env("KUBECONFIG", kubeconfig)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(
            command
                .spawn()
                .unwrap_or_else(|error| panic!("{command:?}: {error}")),
        )
    }

    /// The processor time that it has taken.
    pub fn cpu(&self) -> Duration {
        let stat = self.read("stat");
        // The second field, a name in parentheses, may hold anything. `utime` and `stime` are the 14th and 15th.
        let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace();
        let ticks: u32 = fields
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u32>().expect("a number"))
            .sum();
        TICK * ticks
    }

    /// The memory that it has now, in KiB.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most memory that it ever had, in KiB.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// Returns when it takes no more than a hundredth of a processor.
    pub async fn until_at_rest(&self) {
        let mut before = self.cpu();
        loop {
            tokio::time::sleep(2 * crate::SECOND).await;
            let now = self.cpu();
            if now - before <= 2 * TICK {
                return;
            }
            before = now;
        }
    }

    fn status(&self, name: &str) -> u64 {
        let status = self.read("status");
        let value = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("a line of that name");
        let kib = value.trim().strip_suffix(" kB").expect("a number of kB");
        kib.parse().expect("a number")
    }

    fn read(&self, file: &str) -> String {
        let path = format!("/proc/{}/{file}", self.0.id());
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
