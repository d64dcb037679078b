//! Unpacking a published archive.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path};

use flate2::read::GzDecoder;

use crate::error::Doing;
use crate::{Error, Platform, Program, Result};

/// Unpacks the programs in the archive, wherever they lie in it, to `folder`. An archive that would write outside of
/// it, or anywhere by a link, is refused as a whole.
pub(super) fn unpack(archive: File, name: &str, folder: &Path) -> Result<()> {
    let doing = || format!("unpack {name}");
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    for entry in archive.entries().doing(doing)? {
        let mut entry = entry.doing(doing)?;
        let path = entry.path().doing(doing)?.into_owned();
        let climbs = |part| !matches!(part, Component::Normal(_) | Component::CurDir);
        if path.components().any(climbs) {
            return Err(refused(name, &path, "leads out of it"));
        }
        let kind = entry.header().entry_type();
        if kind.is_symlink() || kind.is_hard_link() {
            return Err(refused(name, &path, "is a link"));
        }
        let Some(program) = path.file_name().filter(|file| is_program(file)) else {
            continue;
        };
        if kind.is_file() {
            let mut file = create_executable(&folder.join(program)).doing(doing)?;
            io::copy(&mut entry, &mut file).doing(doing)?;
        }
    }
    Ok(())
}

fn is_program(file: &OsStr) -> bool {
    let Some(platform) = Platform::host() else {
        return false;
    };
    Program::ALL
        .iter()
        .any(|program| file == OsStr::new(&platform.executable(program.name())))
}

fn refused(archive: &str, path: &Path, problem: &str) -> Error {
    Error::Refused(format!(
        "the archive {archive} is refused: its entry `{}` {problem}",
        path.display()
    ))
}

fn create_executable(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
    options.open(path)
}
