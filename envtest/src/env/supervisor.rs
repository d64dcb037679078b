//! Ends the servers when the process that started them ends, however that happens.
//!
//! A destructor does not run on SIGKILL, and Linux' parent-death signal fires when the *thread* ends that started a
//! child, which under a test harness is long before the process. So a small watcher process holds the reading end of a
//! pipe whose writing end is in this process alone: when it reads the end of the file, it kills what it was told of and
//! removes the folder. The ordinary end takes the same way.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::error::Doing;
use crate::{Os, Result};

/// The watcher of one control plane.
pub(super) struct Supervisor {
    watcher: Child,
    /// What the watcher reads; closed to have everything ended.
    targets: Option<ChildStdin>,
    /// Whose process group the servers are in, on Unix: known before the first of them runs, so that none can be missed,
    /// and out of the reach of a terminal's Ctrl-C, after which the watcher still has its work to do.
    #[cfg(unix)]
    leader: Child,
}

impl Supervisor {
    /// Starts the watcher of what will run in `folder`.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        let os = if cfg!(windows) {
            Os::Windows
        } else {
            Os::Linux
        };
        let mut watcher = detached(watch(os, folder)).doing(|| "start a watcher".to_owned())?;
        let targets = watcher.stdin.take();
        #[cfg(unix)]
        let leader = detached(["/bin/sh", "-c", "read -r _"].map(OsString::from).to_vec())
            .doing(|| "start a process group".to_owned())?;
        // On Windows the watcher is told of each server by itself.
        #[cfg_attr(not(unix), expect(unused_mut))]
        let mut supervisor = Self {
            watcher,
            targets,
            #[cfg(unix)]
            leader,
        };
        #[cfg(unix)]
        supervisor.tell(&format!("-{}", supervisor.leader.id()))?;
        Ok(supervisor)
    }

    /// Starts a server that ends when this process does.
    pub(super) fn spawn(&mut self, command: &mut Command) -> Result<Child> {
        #[cfg(unix)]
        {
            use std::os::unix::process::CommandExt;
            let group = self.leader.id().try_into().expect("a process id is an i32");
            command.process_group(group);
        }
        let child = command
            .spawn()
            .doing(|| format!("start {}", command.get_program().display()))?;
        #[cfg(windows)]
        self.tell(&child.id().to_string())?;
        Ok(child)
    }

    fn tell(&mut self, target: &str) -> Result<()> {
        let pipe = self.targets.as_mut().expect("it is closed on drop only");
        writeln!(pipe, "{target}").doing(|| "tell the watcher of a process".to_owned())
    }
}

impl Drop for Supervisor {
    /// Ends all servers and removes the folder. The servers' owner has to wait for them.
    fn drop(&mut self) {
        drop(self.targets.take());
        // An error would mean that the watcher is gone: nobody is left to tell.
        let _ = self.watcher.wait();
        #[cfg(unix)]
        {
            // Only now: until it is waited for, its process id cannot become somebody else's group.
            drop(self.leader.stdin.take());
            let _ = self.leader.wait();
        }
    }
}

/// The watcher's command line.
///
/// On Unix its stdin has one line, a process group. On Windows, where there are none, it has one per process; as a process
/// id may have been given to something else meanwhile, only the servers' names are ended.
fn watch(os: Os, folder: &Path) -> Vec<OsString> {
    let (shell, script): (&[&str], &str) = match os {
        Os::Linux | Os::Darwin => (
            &["/bin/sh", "-c"],
            "trap '' HUP INT TERM\n\
             targets=$(cat)\n\
             for target in $targets; do kill -s KILL -- \"$target\" 2>/dev/null; done\n\
             rm -rf -- \"$0\"",
        ),
        Os::Windows => (
            &["powershell", "-NoProfile", "-NonInteractive", "-Command"],
            "& { param($folder)\n\
             $targets = [Console]::In.ReadToEnd() -split '\\s+' | Where-Object { $_ }\n\
             foreach ($target in $targets) {\n\
               Get-Process -Id $target -ErrorAction SilentlyContinue |\n\
                 Where-Object { $_.ProcessName -in 'etcd', 'kube-apiserver', 'kube-controller-manager' } |\n\
                 ForEach-Object { $_ | Stop-Process -Force; $_.WaitForExit() }\n\
             }\n\
             Remove-Item -Recurse -Force -LiteralPath $folder }",
        ),
    };
    let mut line: Vec<OsString> = shell.iter().map(OsString::from).collect();
    line.push(script.into());
    line.push(folder.into());
    line
}

/// Starts a process that is reached by nothing but its stdin: neither by the terminal's Ctrl-C, nor by who waits for this
/// process' output to end.
fn detached(line: Vec<OsString>) -> std::io::Result<Child> {
    let mut command = Command::new(&line[0]);
    command
        .args(&line[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    #[cfg(windows)]
    {
        const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
        std::os::windows::process::CommandExt::creation_flags(
            &mut command,
            CREATE_NEW_PROCESS_GROUP,
        );
    }
    command.spawn()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_has_its_watcher() {
        let check = |os: Os, program: &str, needed: &[&str]| {
            let line = watch(os, Path::new("/tmp/a b"));
            assert_eq!(line[0], program);
            assert_eq!(line.last().unwrap(), "/tmp/a b", "a path needs no quotes");
            let script = line[line.len() - 2].to_str().unwrap();
            for part in needed {
                assert!(script.contains(part), "{script}");
            }
        };
        let unix = ["kill -s KILL -- \"$target\"", "rm -rf -- \"$0\""];
        check(Os::Linux, "/bin/sh", &unix);
        check(Os::Darwin, "/bin/sh", &unix);
        let windows = ["Stop-Process -Force", "Remove-Item -Recurse -Force"];
        check(Os::Windows, "powershell", &windows);
    }
}
