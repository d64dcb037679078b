//! CRDs that other projects have published. They are not part of this repository.
//!
//! Tests and benchmarks include this file by its path: it is the only one that knows where the CRDs are.

use std::path::{Path, PathBuf};

/// The name of the CRDs among the things that a test may require.
#[allow(dead_code, reason = "the benchmark requires nothing")]
pub const NAME: &str = "real-crds";

/// Names the folder of the CRDs; empty, it hides those beside the repository.
const VARIABLE: &str = "KOPGEN_REAL_CRDS";

/// Returns the folder that `KOPGEN_REAL_CRDS` names, else `shared/crds` beside the repository.
///
/// # Errors
/// Where there is none, with the reason.
///
/// # Panics
/// If the variable names a folder that is not there.
pub fn folder() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        if named.is_empty() {
            return Err(format!("{VARIABLE} is empty"));
        }
        let named = PathBuf::from(named);
        assert!(named.is_dir(), "{VARIABLE}: no folder {}", named.display());
        return Ok(named);
    }
    let beside = beside_the_repository();
    if beside.is_dir() {
        return Ok(beside);
    }
    Err(format!("there is no folder {}", beside.display()))
}

/// Whether `folder` is the one beside the repository, whose files are known.
#[allow(dead_code, reason = "not everybody counts them")]
pub fn is_known(folder: &Path) -> bool {
    folder == beside_the_repository()
}

fn beside_the_repository() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    repository
        .expect("each crate lies in the repository")
        .join("../shared/crds")
}
