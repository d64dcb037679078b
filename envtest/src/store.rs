//! The store of installed control planes, shared with setup-envtest.
//!
//! ```text
//! <data dir>/kubebuilder-envtest/
//!   k8s/1.36.3-linux-amd64/          etcd, kube-apiserver, …      (setup-envtest's layout)
//!   .kopgen/1.36.3-linux-amd64.json  what was seen whole there
//!   .kopgen/1.36.3-linux-amd64.lock  held by whoever installs or removes it
//!   .kopgen/…                        installs and downloads in progress
//! ```
//! An install appears in `k8s/` by one rename, when it is whole. Folders that something else put there count as whole
//! once their programs have been run, and as long as their sizes stay.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::Doing;
use crate::{Assets, Error, Platform, Program, Report, Result, Version, VersionSpec};

/// Where control planes are installed.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
    platform: Platform,
}

/// One installed version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// Its version.
    pub version: Version,
    /// Its folder: what `KUBEBUILDER_ASSETS` should be.
    pub path: PathBuf,
    /// The programs it holds, or what is wrong with it.
    pub content: Result<Vec<Program>, String>,
}

/// What is remembered of an install that was seen whole.
#[derive(Serialize, Deserialize)]
struct Record {
    /// The size of each program in bytes, by its name.
    sizes: BTreeMap<String, u64>,
}

/// The right to change one version's install, until dropped.
pub(crate) struct Lock {
    _file: File,
}

impl Store {
    /// This machine's store: the one that setup-envtest uses.
    ///
    /// # Errors
    /// [`Error::Unavailable`] on a platform that Kubernetes has no test binaries for, or when there is no home directory.
    pub fn open() -> Result<Self> {
        let platform = host()?;
        let root = platform
            .os
            .store(|name| std::env::var_os(name))
            .map_err(Error::Unavailable)?;
        Ok(Self { root, platform })
    }

    /// A store in `root` instead of setup-envtest's place.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn at(root: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self {
            root: root.into(),
            platform: host()?,
        })
    }

    /// The platform whose installs this store is asked for.
    pub fn platform(&self) -> Platform {
        self.platform
    }

    /// All installs for this machine's platform, newest first, broken ones among them.
    ///
    /// # Errors
    /// [`Error::Io`] when the store cannot be read; an absent store is an empty one.
    pub fn installs(&self) -> Result<Vec<Install>> {
        let versions = self.versions()?;
        Ok(versions.into_iter().map(|v| self.look_at(v)).collect())
    }

    /// The best whole install that matches; nothing but this machine's disk is asked.
    ///
    /// # Errors
    /// As [`Store::installs`].
    pub fn find(&self, wanted: VersionSpec) -> Result<Option<Install>> {
        let mut versions = self.versions()?;
        while let Some(best) = wanted.best(versions.iter().copied()) {
            let install = self.look_at(best);
            if install.content.is_ok() {
                return Ok(Some(install));
            }
            versions.retain(|version| *version != best);
        }
        Ok(None)
    }

    /// Removes a version; `None` when it was not installed.
    ///
    /// # Errors
    /// [`Error::Io`] when its files cannot be removed.
    pub fn remove(&self, version: Version, report: &dyn Report) -> Result<Option<PathBuf>> {
        let path = self.path(version);
        if !path.exists() {
            return Ok(None);
        }
        let _lock = self.lock(version, report)?;
        self.discard(version)?;
        Ok(Some(path))
    }

    /// Waits until nobody else changes this version's install, and keeps it so.
    pub(crate) fn lock(&self, version: Version, report: &dyn Report) -> Result<Lock> {
        let path = self.work_path(version, "lock");
        let doing = || format!("lock {}", path.display());
        fs::create_dir_all(self.work_folder())
            .doing(|| format!("create {}", self.work_folder().display()))?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .doing(doing)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                report.stage(&format!(
                    "waiting for another install of Kubernetes {version}"
                ));
                file.lock().doing(doing)?;
            }
            Err(TryLockError::Error(source)) => return Err(source).doing(doing),
        }
        Ok(Lock { _file: file })
    }

    /// An empty folder to prepare an install in.
    pub(crate) fn stage(&self, version: Version, lock: &Lock) -> Result<PathBuf> {
        self.empty_folder(version, "stage", lock)
    }

    /// An empty folder for work on a version. What interrupted work left there is removed.
    pub(crate) fn empty_folder(
        &self,
        version: Version,
        extension: &str,
        _lock: &Lock,
    ) -> Result<PathBuf> {
        let folder = self.work_path(version, extension);
        remove_folder(&folder)?;
        fs::create_dir_all(&folder).doing(|| format!("create {}", folder.display()))?;
        Ok(folder)
    }

    /// Makes what was prepared in the [`stage`](Store::stage) the install of `version`.
    pub(crate) fn publish(&self, version: Version, lock: Lock) -> Result<Install> {
        let stage = self.work_path(version, "stage");
        let assets = Assets::at(&stage)?;
        let reported = assets.version()?;
        if reported != version {
            return Err(Error::Refused(format!(
                "kube-apiserver says that it is {reported}, not {version}: not installed"
            )));
        }
        for program in Program::ALL.into_iter().filter_map(|p| assets.program(p)) {
            // Otherwise a crash of the machine could leave the name in place and the bytes not.
            File::open(&program)
                .and_then(|file| file.sync_all())
                .doing(|| format!("flush {}", program.display()))?;
        }
        self.discard(version)?;
        let path = self.path(version);
        fs::create_dir_all(self.root.join("k8s"))
            .and_then(|()| fs::rename(&stage, &path))
            .doing(|| format!("move {} to {}", stage.display(), path.display()))?;
        let install = self.look_at(version);
        drop(lock);
        Ok(install)
    }

    /// A file for work in progress on a version, which the lock's holder may use.
    pub(crate) fn work_path(&self, version: Version, extension: &str) -> PathBuf {
        let folder = self.platform.folder(version);
        self.work_folder().join(format!("{folder}.{extension}"))
    }

    /// The versions that have a folder, newest first.
    fn versions(&self) -> Result<Vec<Version>> {
        let folder = self.root.join("k8s");
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.doing(|| format!("read {}", folder.display()))?,
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut versions: Vec<_> = names
            .filter_map(|name| self.platform.version_of_folder(&name))
            .collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        Ok(versions)
    }

    fn look_at(&self, version: Version) -> Install {
        let path = self.path(version);
        let content = self.check(version, &path).map_err(|error| match error {
            Error::Assets { problem, .. } => problem,
            other => other.to_string(),
        });
        Install {
            version,
            path,
            content,
        }
    }

    /// The programs of an install, if it is whole.
    fn check(&self, version: Version, path: &Path) -> Result<Vec<Program>> {
        let assets = Assets::at(path)?;
        let sizes = assets.sizes()?;
        let record = self.work_path(version, "json");
        let known = fs::read(&record)
            .ok()
            .and_then(|text| serde_json::from_slice::<Record>(&text).ok());
        if known.is_none_or(|known| known.sizes != sizes) {
            let reported = assets.version()?;
            if reported != version {
                return Err(Error::Assets {
                    folder: path.to_owned(),
                    problem: format!("kube-apiserver says that it is {reported}"),
                });
            }
            // A store that cannot be written to is as good: its programs are only run again the next time.
            let _ = self.remember(&record, Record { sizes });
        }
        let programs = Program::ALL.into_iter();
        Ok(programs
            .filter(|program| assets.program(*program).is_some())
            .collect())
    }

    fn remember(&self, path: &Path, record: Record) -> io::Result<()> {
        fs::create_dir_all(self.work_folder())?;
        // Several may write at once, but all write the same: each its own file, then one rename.
        let temporary = path.with_extension(format!("json.{}", std::process::id()));
        fs::write(&temporary, serde_json::to_vec_pretty(&record)?)?;
        fs::rename(&temporary, path)
    }

    /// Removes an install so that at no time half of it is seen. The lock must be held.
    fn discard(&self, version: Version) -> Result<()> {
        let path = self.path(version);
        if !path.exists() {
            return Ok(());
        }
        let trash = self.work_path(version, "trash");
        remove_folder(&trash)?;
        make_writable(&path)
            .and_then(|()| fs::rename(&path, &trash))
            .doing(|| format!("move {} away", path.display()))?;
        remove_folder(&trash)
    }

    fn path(&self, version: Version) -> PathBuf {
        self.root.join("k8s").join(self.platform.folder(version))
    }

    fn work_folder(&self) -> PathBuf {
        self.root.join(".kopgen")
    }
}

fn host() -> Result<Platform> {
    Platform::host().ok_or_else(|| {
        Error::Unavailable(format!(
            "Kubernetes has no test binaries for {} on {}",
            std::env::consts::OS,
            std::env::consts::ARCH
        ))
    })
}

fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result.doing(|| format!("remove {}", path.display())),
    }
}

/// setup-envtest leaves its folders read-only.
#[cfg(unix)]
fn make_writable(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_writable(_: &Path) -> io::Result<()> {
    Ok(())
}
