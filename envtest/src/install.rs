//! Installing a control plane into the store.

use std::fs;
use std::path::PathBuf;

use crate::error::Doing;
use crate::store::Lock;
use crate::{Assets, Error, Install, Program, Report, Result, Store, Version, VersionSpec};

mod archive;
mod download;
mod go;

/// Where an install comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Downloaded; and built with Go when the download cannot be had and Go is there.
    Any {
        /// As in [`Source::Download`].
        index: Option<String>,
    },
    /// The archives that controller-tools publishes (etcd, kube-apiserver, kubectl), or a mirror of them.
    Download {
        /// The URL or the file of their index, `None` being controller-tools' own.
        index: Option<String>,
    },
    /// Built by the Go on the `PATH`, from the module proxy that it is set to; this alone has kube-controller-manager.
    Go,
    /// Copied from a folder.
    Folder(PathBuf),
}

/// Makes sure that a version is in the store, and gives its install. What is there already is neither fetched nor
/// looked up again, but for `latest`. Others that install the same version at the same time are waited for.
///
/// # Errors
/// [`Error::Download`] when the network fails, [`Error::NotPublished`] when the source has no such version,
/// [`Error::Refused`] when what came is not what it should be; then nothing was installed.
pub fn install(
    store: &Store,
    wanted: VersionSpec,
    source: &Source,
    report: &dyn Report,
) -> Result<Install> {
    if wanted != VersionSpec::Latest
        && let Some(install) = store.find(wanted)?
    {
        return Ok(install);
    }
    match source {
        Source::Download { index } => download(store, wanted, index.as_deref(), report),
        Source::Go => build(store, wanted, report),
        Source::Folder(folder) => copy(store, wanted, folder.clone(), report),
        Source::Any { index } => match download(store, wanted, index.as_deref(), report) {
            Err(error @ (Error::Download { .. } | Error::NotPublished { .. }))
                if go::is_there() =>
            {
                report.stage(&format!("{error}; building it with Go instead"));
                build(store, wanted, report)
            }
            result => result,
        },
    }
}

fn download(
    store: &Store,
    wanted: VersionSpec,
    index: Option<&str>,
    report: &dyn Report,
) -> Result<Install> {
    let archive = download::look_up(index, wanted, store.platform())?;
    add(store, archive.version, report, |lock| {
        let part = store.work_path(archive.version, "part");
        let file = archive.fetch(&part, report)?;
        let stage = store.stage(archive.version, lock)?;
        archive::unpack(file, &archive.name, &stage)?;
        // The archive is of no more use. Should it stay behind, the next install of this version starts over.
        let _ = fs::remove_file(part);
        Ok(())
    })
}

fn build(store: &Store, wanted: VersionSpec, report: &dyn Report) -> Result<Install> {
    let platform = store.platform();
    let version = go::look_up(wanted, platform)?;
    add(store, version, report, |lock| {
        let module = store.empty_folder(version, "module", lock)?;
        let stage = store.stage(version, lock)?;
        go::build(version, &module, &stage, platform, report)?;
        fs::remove_dir_all(&module).doing(|| format!("remove {}", module.display()))
    })
}

fn copy(
    store: &Store,
    wanted: VersionSpec,
    folder: PathBuf,
    report: &dyn Report,
) -> Result<Install> {
    let assets = Assets::at(folder)?;
    let version = assets.version()?;
    if !wanted.matches(version) {
        return Err(Error::Refused(format!(
            "{} holds Kubernetes {version}, not {wanted}",
            assets.folder().display()
        )));
    }
    add(store, version, report, |lock| {
        let stage = store.stage(version, lock)?;
        report.stage(&format!("copying {}", assets.folder().display()));
        for program in Program::ALL.into_iter().filter_map(|p| assets.program(p)) {
            let name = program.file_name().expect("it is a file in the folder");
            fs::copy(&program, stage.join(name)).doing(|| format!("copy {}", program.display()))?;
        }
        Ok(())
    })
}

/// Installs `version` by filling its stage with `fill`, unless somebody else did so while the lock was waited for.
fn add(
    store: &Store,
    version: Version,
    report: &dyn Report,
    fill: impl FnOnce(&Lock) -> Result<()>,
) -> Result<Install> {
    let lock = store.lock(version, report)?;
    if let Some(install) = store.find(version.into())? {
        return Ok(install);
    }
    fill(&lock)?;
    store.publish(version, lock)
}
