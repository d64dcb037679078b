//! Runs a program that is not trusted to behave: under a time limit, an output limit and an environment in which it
//! finds no cluster, and ended together with whatever it started.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// What a program may use up before it is ended.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The time until it has exited and closed its output.
    pub time: Duration,
    /// The bytes that it may print, to stdout and to stderr each.
    pub bytes: usize,
}

/// What a program that kept to its limits left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it exited.
    pub status: ExitStatus,
    /// All that it printed to stdout.
    pub stdout: Vec<u8>,
    /// All that it printed to stderr.
    pub stderr: Vec<u8>,
}

/// Why a program has no result.
#[derive(Debug)]
pub enum Failure {
    /// It could not be started.
    Start(io::Error),
    /// It was still running, or something that it started still held its output open, when the time was over.
    TooSlow {
        /// What it had printed to stderr by then, if it has closed it.
        stderr: Vec<u8>,
    },
    /// It printed more than its limit to the named stream.
    TooMuch {
        /// `stdout` or `stderr`.
        stream: &'static str,
    },
}

/// Variables that a program may need in order to start at all, or to explain a panic. Everything else is withheld,
/// `KUBECONFIG`, `KUBERNETES_SERVICE_HOST` and every credential in the environment among them.
const PASSED_ON: [&str; 11] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "RUST_BACKTRACE",
    "RUST_LIB_BACKTRACE",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SystemRoot",
    "TEMP",
];

/// A home directory that does not exist, so that there is no `~/.kube/config`; without `HOME` the one of the password
/// database would be taken.
const NO_HOME: &str = "/nonexistent";

/// Runs `program` in `directory` without arguments, input, cluster or credentials, and waits for it.
///
/// However this ends, by its return or by Ctrl-C, the program and what it started in its process group are gone.
///
/// # Errors
/// The program did not start or exceeded a limit. A program that fails is not an error here: see [`Finished::status`].
pub fn run(program: &Path, directory: &Path, limits: Limits) -> Result<Finished, Failure> {
    let interrupt = interrupt::Guard::new().map_err(Failure::Start)?;
    let mut command = Command::new(program);
    command
        .current_dir(directory)
        .env_clear()
        .envs(
            PASSED_ON
                .iter()
                .filter_map(|name| Some((name, std::env::var_os(name)?))),
        )
        .env("HOME", NO_HOME)
        .env("USERPROFILE", NO_HOME)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut group = Group {
        leader: command.spawn().map_err(Failure::Start)?,
        reaped: false,
    };

    let (sender, events) = mpsc::channel();
    read_to_end(
        "stdout",
        group.leader.stdout.take(),
        limits.bytes,
        sender.clone(),
    );
    read_to_end("stderr", group.leader.stderr.take(), limits.bytes, sender);

    let deadline = Instant::now() + limits.time;
    let (mut stdout, mut stderr) = (None, None);
    loop {
        interrupt.raise_if_caught(|| group.kill());
        // An exit is noticed by asking, which must not be what `manifests` waits for.
        let pause = if stdout.is_some() && stderr.is_some() {
            1
        } else {
            20
        };
        match events.recv_timeout(Duration::from_millis(pause)) {
            Ok(Event { stream, bytes }) if bytes.len() > limits.bytes => {
                return Err(Failure::TooMuch { stream });
            }
            Ok(Event {
                stream: "stdout",
                bytes,
            }) => stdout = Some(bytes),
            Ok(Event { bytes, .. }) => stderr = Some(bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        match (stdout.take(), stderr.take()) {
            (Some(out), Some(err)) if group.has_exited() => {
                let status = group.end().map_err(Failure::Start)?;
                return Ok(Finished {
                    status,
                    stdout: out,
                    stderr: err,
                });
            }
            (out, err) => (stdout, stderr) = (out, err),
        }
        if Instant::now() >= deadline {
            return Err(Failure::TooSlow {
                stderr: stderr.unwrap_or_default(),
            });
        }
    }
}

struct Event {
    stream: &'static str,
    bytes: Vec<u8>,
}

/// Reads `stream` on a thread of its own, which is never joined: a process that left its group may hold the other end
/// open for ever. One byte more than `limit` is read, so that the receiver can tell that there was too much.
fn read_to_end(
    name: &'static str,
    stream: Option<impl Read + Send + 'static>,
    limit: usize,
    events: Sender<Event>,
) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            // What could be read before an error is what there is to judge.
            let _ = stream.take(limit as u64 + 1).read_to_end(&mut bytes);
        }
        let _ = events.send(Event {
            stream: name,
            bytes,
        });
    });
}

/// A process and the group that it leads, which end with this value.
struct Group {
    leader: Child,
    /// From then on the id may be another's.
    reaped: bool,
}

impl Group {
    /// Whether the leader has exited. It is not reaped by this, so that its group can still be named.
    #[cfg(unix)]
    fn has_exited(&mut self) -> bool {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        matches!(
            waitid(WaitId::Pid(self.id()), options),
            Ok(Some(_)) | Err(_)
        )
    }

    #[cfg(not(unix))]
    fn has_exited(&mut self) -> bool {
        matches!(self.leader.try_wait(), Ok(Some(_)) | Err(_))
    }

    #[cfg(unix)]
    fn id(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.leader)
    }

    fn kill(&self) {
        #[cfg(unix)]
        let _ = rustix::process::kill_process_group(self.id(), rustix::process::Signal::KILL);
    }

    /// Ends what is left of the group and reaps the leader.
    fn end(&mut self) -> io::Result<ExitStatus> {
        self.kill();
        #[cfg(not(unix))]
        let _ = self.leader.kill();
        self.reaped = true;
        self.leader.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.reaped {
            let _ = self.end();
        }
    }
}

/// Ctrl-C reaches the foreground's process group only, and the program has one of its own.
#[cfg(unix)]
mod interrupt {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::{flag, low_level};
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    /// While it lives, the signals that end a program are held back until [`Guard::raise_if_caught`].
    pub struct Guard {
        caught: Arc<AtomicUsize>,
        over: Arc<AtomicBool>,
    }

    impl Guard {
        pub fn new() -> io::Result<Self> {
            let guard = Self {
                caught: Arc::default(),
                over: Arc::default(),
            };
            for signal in [SIGHUP, SIGINT, SIGTERM] {
                // Registered first, and for good: a signal whose last action is unregistered would be ignored.
                flag::register_conditional_default(signal, guard.over.clone())?;
                flag::register_usize(signal, guard.caught.clone(), signal as usize)?;
            }
            Ok(guard)
        }

        /// Does `first` and dies of the signal, if there was one.
        pub fn raise_if_caught(&self, first: impl FnOnce()) {
            let signal = self.caught.load(Ordering::SeqCst);
            if signal != 0 {
                first();
                let _ = low_level::emulate_default_handler(signal as i32);
            }
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            self.over.store(true, Ordering::SeqCst);
            self.raise_if_caught(|| {});
        }
    }
}

#[cfg(not(unix))]
mod interrupt {
    pub struct Guard;

    impl Guard {
        pub fn new() -> std::io::Result<Self> {
            Ok(Self)
        }

        pub fn raise_if_caught(&self, _first: impl FnOnce()) {}
    }
}
