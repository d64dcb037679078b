//! The programs of a control plane, in one folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::error::Doing;
use crate::{Error, Platform, Result, Version};

/// A folder that holds at least etcd and kube-apiserver: what `KUBEBUILDER_ASSETS` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    folder: PathBuf,
}

/// A program of a control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Program {
    /// The store behind the API server.
    Etcd,
    /// The API server.
    ApiServer,
    /// Garbage collection, namespaces, Deployments and the like. The published archives do not have it.
    ControllerManager,
    /// Needed for kustomizations.
    Kubectl,
}

impl Program {
    /// All of them; the first two are the least that makes a control plane.
    pub const ALL: [Self; 4] = [
        Self::Etcd,
        Self::ApiServer,
        Self::ControllerManager,
        Self::Kubectl,
    ];

    /// The name of its file on all systems but Windows.
    pub fn name(self) -> &'static str {
        match self {
            Self::Etcd => "etcd",
            Self::ApiServer => "kube-apiserver",
            Self::ControllerManager => "kube-controller-manager",
            Self::Kubectl => "kubectl",
        }
    }

    fn is_required(self) -> bool {
        matches!(self, Self::Etcd | Self::ApiServer)
    }
}

impl Assets {
    /// The programs in `folder`.
    ///
    /// # Errors
    /// [`Error::Assets`] when etcd or kube-apiserver is missing, empty or not executable.
    pub fn at(folder: impl Into<PathBuf>) -> Result<Self> {
        let assets = Self {
            folder: folder.into(),
        };
        let sizes = assets.sizes()?;
        for program in Program::ALL {
            if program.is_required() && !sizes.contains_key(program.name()) {
                return Err(assets.broken(format!("there is no {}", program.name())));
            }
        }
        Ok(assets)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A program's file; `None` when this folder does not hold it.
    pub fn program(&self, program: Program) -> Option<PathBuf> {
        let path = self.file(program);
        path.is_file().then_some(path)
    }

    /// The version that the API server reports of itself; the programs are run for it, which also shows that they are whole.
    ///
    /// # Errors
    /// [`Error::Assets`] when a program does not run or says something else.
    pub fn version(&self) -> Result<Version> {
        self.ask(Program::Etcd, "etcd Version: ")?;
        let version = self.ask(Program::ApiServer, "Kubernetes ")?;
        version.parse().map_err(|_| {
            self.broken(format!(
                "kube-apiserver reports the version `{version}`, which is no release"
            ))
        })
    }

    /// The size of each program that is there, by its name; what is there, but cannot be a program, is an error.
    pub(crate) fn sizes(&self) -> Result<BTreeMap<String, u64>> {
        let mut sizes = BTreeMap::new();
        for program in Program::ALL {
            let path = self.file(program);
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            if metadata.len() == 0 {
                return Err(self.broken(format!("{} is empty", program.name())));
            }
            if !metadata.is_file() || !is_executable(&metadata) {
                return Err(self.broken(format!("{} is not executable", program.name())));
            }
            sizes.insert(program.name().to_owned(), metadata.len());
        }
        Ok(sizes)
    }

    /// Runs `program --version` and gives the rest of the line that starts with `label`.
    fn ask(&self, program: Program, label: &str) -> Result<String> {
        let path = self.file(program);
        let output = run(Command::new(&path).arg("--version").stdin(Stdio::null()))
            .doing(|| format!("run {}", path.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines()
            .find_map(|line| line.strip_prefix(label))
            .filter(|_| output.status.success())
            .map(|version| version.trim().to_owned())
            .ok_or_else(|| {
                self.broken(format!(
                    "`{} --version` gives {} and prints no line with `{label}`",
                    program.name(),
                    output.status
                ))
            })
    }

    fn file(&self, program: Program) -> PathBuf {
        let name = match Platform::host() {
            Some(platform) => platform.executable(program.name()),
            None => program.name().to_owned(),
        };
        self.folder.join(name)
    }

    fn broken(&self, problem: String) -> Error {
        Error::Assets {
            folder: self.folder.clone(),
            problem,
        }
    }
}

/// Runs a program that may have been written a moment ago: a process that another thread is just forking holds the file open
/// for writing until it becomes another program, and for so long nobody can execute it.
fn run(command: &mut Command) -> io::Result<Output> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match command.output() {
            Err(error)
                if error.kind() == io::ErrorKind::ExecutableFileBusy
                    && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            result => return result,
        }
    }
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}
