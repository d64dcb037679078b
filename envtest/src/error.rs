use std::io;
use std::path::PathBuf;

use crate::{InvalidVersion, Version, VersionSpec};

/// Why there is no control plane, no install, or no answer from it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No control plane can be had on this machine. A test may be skipped for this reason, and for no other.
    #[error(
        "no control plane can be had here: {0}; run `kopgen envtest install`, or set KUBEBUILDER_ASSETS to a folder that holds etcd and kube-apiserver"
    )]
    Unavailable(String),
    /// A version that cannot be read.
    #[error(transparent)]
    Version(#[from] InvalidVersion),
    /// A folder that was named, or found in the store, is not a whole set of programs.
    #[error("{}: {problem}", folder.display())]
    Assets {
        /// The folder that was looked into.
        folder: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The network, or the server at the other end, did not answer as it should.
    #[error("cannot download {url}: {problem}")]
    Download {
        /// What was asked for.
        url: String,
        /// What came instead.
        problem: String,
    },
    /// The source is reachable, but has no such version.
    #[error("{source_name} has no Kubernetes {wanted} for {platform}{}", nearest.map(|v| format!("; the nearest that it has is {v}")).unwrap_or_default())]
    NotPublished {
        /// What was asked for.
        wanted: VersionSpec,
        /// For which platform.
        platform: String,
        /// Who was asked.
        source_name: String,
        /// What could be had instead.
        nearest: Option<Version>,
    },
    /// What was fetched or built is refused.
    #[error("{0}")]
    Refused(String),
    /// A file or a program could not be used.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was tried, as it follows on "cannot".
        doing: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// A server of the control plane did not come up, or ended.
    #[error("{server} {problem}; its last lines:\n{log}")]
    Server {
        /// `etcd`, `kube-apiserver` or `kube-controller-manager`.
        server: &'static str,
        /// What happened.
        problem: String,
        /// The last lines of what it printed.
        log: String,
    },
    /// A file of manifests could not be read.
    #[error("{}: {problem}", path.display())]
    Manifest {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The API server did not take an object.
    #[cfg(feature = "env")]
    #[error("cannot {doing}: {source}")]
    Api {
        /// What was tried, as it follows on "cannot".
        doing: String,
        /// The API server's answer.
        #[source]
        source: Box<kube::Error>,
    },
    /// What was applied did not come to be served in time.
    #[error("{what} after {seconds} s")]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long, in seconds.
        seconds: u64,
    },
    /// The control plane that the tests of this process share could not be started; the first test to ask has the details.
    #[error("the shared control plane did not start: {0}")]
    Shared(String),
}

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Adds to an error what was being done.
pub(crate) trait Doing<T> {
    /// `what` follows on "cannot": `read /etc/hosts`.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io {
            doing: what(),
            source,
        })
    }
}

#[cfg(feature = "env")]
impl<T> Doing<T> for kube::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Api {
            doing: what(),
            source: Box::new(source),
        })
    }
}
