//! Where a test's control plane comes from.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::install::{self, Source};
use crate::{Assets, Error, Report, Result, Store, VersionSpec};

/// The programs for a test: those that `KUBEBUILDER_ASSETS` names, else the store's, else they are installed now
/// (unless `ENVTEST_INSTALLED_ONLY` is set, as for setup-envtest).
///
/// # Errors
/// [`Error::Unavailable`] when there is no control plane and none can be installed; [`Error::Assets`] when
/// `KUBEBUILDER_ASSETS` names a folder that holds none.
pub fn find(wanted: VersionSpec, report: &dyn Report) -> Result<Assets> {
    if let Some(folder) = variable("KUBEBUILDER_ASSETS") {
        return Assets::at(PathBuf::from(folder)).map_err(|error| match error {
            Error::Assets { folder, problem } => Error::Assets {
                folder,
                problem: format!("{problem} (KUBEBUILDER_ASSETS names this folder)"),
            },
            other => other,
        });
    }
    let store = Store::open()?;
    if let Some(install) = store.find(wanted)? {
        return Assets::at(install.path);
    }
    if variable("ENVTEST_INSTALLED_ONLY").is_some() {
        return Err(Error::Unavailable(format!(
            "Kubernetes {wanted} is not in the store, and ENVTEST_INSTALLED_ONLY forbids to install it"
        )));
    }
    install_once(&store, wanted, report)
}

/// Installs a version, unless that failed in this process already: dozens of tests would each wait for the same failure.
fn install_once(store: &Store, wanted: VersionSpec, report: &dyn Report) -> Result<Assets> {
    static FAILURES: Mutex<Vec<(VersionSpec, String)>> = Mutex::new(Vec::new());
    let mut failures = FAILURES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, failure)) = failures.iter().find(|(failed, _)| *failed == wanted) {
        return Err(Error::Unavailable(failure.clone()));
    }
    match install::install(store, wanted, &Source::Any { index: None }, report) {
        Ok(install) => Assets::at(install.path),
        Err(error) => {
            failures.push((wanted, error.to_string()));
            Err(Error::Unavailable(error.to_string()))
        }
    }
}

/// An environment variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
