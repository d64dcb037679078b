//! One writer at a time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::diagnostic::{Diagnostic, Result};
use crate::workspace::LOCK;

/// Held while a plan is carried out; the operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

/// Waits until no other kopgen writes to the folder `root`.
pub(super) fn hold(root: &Path) -> Result<Lock> {
    let path = root.join(LOCK);
    let problem = |error: io::Error| {
        Diagnostic::io("cannot write in", root, &error)
            .help("nothing was changed; kopgen needs to write there")
    };
    loop {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(problem)?;
        file.lock().map_err(problem)?;
        // Whoever held it before has removed the file: then this is a lock on nothing, and the next one may hold another.
        let locked = Handle::from_file(file.try_clone().map_err(problem)?).map_err(problem)?;
        if Handle::from_path(&path).is_ok_and(|there| there == locked) {
            return Ok(Lock { path, _file: file });
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held: see `hold`. A file that stays behind is harmless.
        _ = fs::remove_file(&self.path);
    }
}
