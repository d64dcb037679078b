//! Where a test's control plane comes from.

use std::path::PathBuf;

use crate::install::{self, Source};
use crate::{Assets, Error, Report, Result, Store, VersionSpec};

/// The programs for a test: those that `KUBEBUILDER_ASSETS` names, else the store's, else they are installed now
/// (unless `ENVTEST_INSTALLED_ONLY` is set, as for setup-envtest).
///
/// `None` for `wanted` means [`DEFAULT_VERSION`](crate::DEFAULT_VERSION), or, where only that can be had, another patch release of the same minor version.
///
/// # Errors
/// [`Error::Unavailable`] when there is no control plane and none can be installed; [`Error::Assets`] when
/// `KUBEBUILDER_ASSETS` names a folder that holds none.
pub fn find(wanted: Option<VersionSpec>, report: &dyn Report) -> Result<Assets> {
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
    let acceptable = acceptable(wanted);
    for spec in &acceptable {
        if let Some(install) = store.find(*spec)? {
            return Assets::at(install.path);
        }
    }
    if variable("ENVTEST_INSTALLED_ONLY").is_some() {
        return Err(Error::Unavailable(format!(
            "Kubernetes {} is not in the store, and ENVTEST_INSTALLED_ONLY forbids to install it",
            acceptable[0]
        )));
    }
    let source = Source::Any { index: None };
    let mut result = Err(Error::Unavailable(String::new()));
    for spec in acceptable {
        result = install::install(&store, spec, &source, report);
        if !matches!(result, Err(Error::NotPublished { .. })) {
            break;
        }
    }
    match result {
        Ok(install) => Assets::at(install.path),
        Err(error) => Err(Error::Unavailable(error.to_string())),
    }
}

/// What will do, the best first.
fn acceptable(wanted: Option<VersionSpec>) -> Vec<VersionSpec> {
    match wanted {
        Some(spec) => vec![spec],
        None => {
            let default = crate::DEFAULT_VERSION;
            let minor = VersionSpec::Minor {
                major: default.major,
                minor: default.minor,
            };
            vec![VersionSpec::Exact(default), minor]
        }
    }
}

/// An environment variable that is set to something.
pub(crate) fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
