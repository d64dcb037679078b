//! A running control plane.

use std::path::{Path, PathBuf};
use std::time::Duration;

use k8s_openapi::api::authentication::v1::{TokenRequest, TokenRequestSpec};
use k8s_openapi::api::core::v1::ServiceAccount;
use kube::api::{Api, PostParams};
use kube::{Client, Config};
use rustls::crypto::{CryptoProvider, ring};
use tokio::sync::Mutex;

use crate::error::Doing;
use crate::report::Lines;
use crate::require::{CONTROL_PLANE, is_required, require};
use crate::{Assets, Error, Program, Result, VersionSpec, find};

mod apply;
mod audit;
mod control_plane;
mod credentials;
mod manifest;
mod port;
mod ready;
mod server;
mod shared;
mod supervisor;

pub use audit::{AuditEvent, ObjectReference, ResponseStatus, User};

use control_plane::{ControlPlane, Options};

/// How long the tokens of [`TestEnv::service_account`] are good for: longer than anybody debugs one test.
const TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// A control plane of its own: etcd, kube-apiserver and, where the assets have it, kube-controller-manager, on free ports of
/// 127.0.0.1 and in a temporary folder. Dropping it ends all of that; so does the end of the process, be it by a panic,
/// Ctrl-C or SIGKILL.
///
/// Nothing here is bound to the async runtime that started it, so one can be used from the tests of many runtimes.
///
/// The crate's example starts one. With settings of its own, and asked what the API server was asked:
///
/// ```no_run
/// use kopgen_envtest::TestEnv;
///
/// # async fn example() -> kopgen_envtest::Result<()> {
/// let builder = TestEnv::builder().version("1.36").audit_log(true);
/// let env = builder.api_server_flag("--feature-gates=CoordinatedLeaderElection=true").start().await?;
/// let client = env.client();
/// // Use the client here.
/// # drop(client);
/// for event in env.audit_log()? {
///     println!("{} {}", event.verb, event.request_uri);
/// }
/// # Ok(())
/// # }
/// ```
pub struct TestEnv {
    control_plane: Mutex<ControlPlane>,
    assets: Assets,
    folder: PathBuf,
    admin: Config,
    audit_log: Option<PathBuf>,
}

/// How a [`TestEnv`] is to be.
#[derive(Clone, Debug)]
pub struct Builder {
    version: Option<String>,
    options: Options,
}

impl TestEnv {
    /// Settings other than the usual ones.
    pub fn builder() -> Builder {
        Builder {
            version: None,
            options: Options {
                audit_log: false,
                controller_manager: true,
                api_server_flags: Vec::new(),
            },
        }
    }

    /// Starts a control plane of [`DEFAULT_VERSION`](crate::DEFAULT_VERSION), installing it first where need be (see [`find()`]).
    ///
    /// # Errors
    /// [`Error::Unavailable`] when there is none and none can be installed; [`Error::Server`] when it does not come up.
    pub async fn start() -> Result<Self> {
        Self::builder().start().await
    }

    /// As [`TestEnv::start`], but `None` where no control plane can be had, after one line on stderr that says so. With
    /// `KOPGEN_REQUIRE=control-plane` that is the error [`Error::Unavailable`] again.
    ///
    /// # Errors
    /// As [`TestEnv::start`]: a control plane that is there and does not come up is never skipped.
    pub async fn start_or_skip() -> Result<Option<Self>> {
        Self::builder().start_or_skip().await
    }

    /// The control plane that all tests of this process share, started by the first that asks. It lives as long as the process
    /// does, whichever thread or runtime asked first. `None` as with [`TestEnv::start_or_skip`].
    ///
    /// Tests that share it should each work in a namespace of their own.
    ///
    /// # Errors
    /// As [`TestEnv::start_or_skip`] for the first that asks, and [`Error::Shared`] for those after it.
    pub async fn shared() -> Result<Option<&'static Self>> {
        shared::shared().await
    }

    /// A client for the admin (`system:masters`). Make one in each runtime: a client ends with the runtime it was made in.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn client(&self) -> Client {
        client(&self.admin)
    }

    /// The configuration of [`TestEnv::client`], for clients with layers of their own.
    pub fn config(&self) -> Config {
        self.admin.clone()
    }

    /// A client that is this ServiceAccount, by a token as its pods would have; it may do what RBAC lets it do and nothing
    /// else. As with [`TestEnv::client`], make one in each runtime.
    ///
    /// # Errors
    /// [`Error::Api`] when there is no such ServiceAccount.
    ///
    /// # Panics
    /// Outside of a Tokio runtime.
    pub async fn service_account(&self, namespace: &str, name: &str) -> Result<Client> {
        Ok(client(&self.service_account_config(namespace, name).await?))
    }

    /// The configuration of [`TestEnv::service_account`], for clients with layers of their own.
    ///
    /// # Errors
    /// As [`TestEnv::service_account`].
    pub async fn service_account_config(&self, namespace: &str, name: &str) -> Result<Config> {
        let request = TokenRequest {
            spec: Some(TokenRequestSpec {
                expiration_seconds: Some(TOKEN_LIFETIME.as_secs() as i64),
                ..TokenRequestSpec::default()
            }),
            ..TokenRequest::default()
        };
        let doing = || format!("get a token for the ServiceAccount {namespace}/{name}");
        let accounts: Api<ServiceAccount> = Api::namespaced(self.client(), namespace);
        let answer = accounts
            .create_token_request(name, &PostParams::default(), &request)
            .await
            .doing(doing)?;
        let token = answer
            .status
            .and_then(|status| status.token)
            .unwrap_or_default();
        let mut config = self.control_plane.lock().await.bearer(&token);
        config.default_namespace = namespace.to_owned();
        Ok(config)
    }

    /// Applies, on the server's side and as `kopgen-envtest`, all objects in a file, in a folder's YAML and JSON files (not in its
    /// subfolders), or of a kustomization, and waits until what they bring is in force: until their CRDs are served, and until
    /// RBAC allows what their roles and bindings say. Namespaces and CRDs go first; an object without a namespace goes to
    /// `default`.
    ///
    /// # Errors
    /// [`Error::Manifest`] names the file that cannot be read, [`Error::Api`] the object that the API server does not take,
    /// and [`Error::Timeout`] what did not come to be served.
    pub async fn apply(&self, path: impl AsRef<Path>) -> Result<()> {
        let (path, kubectl) = (path.as_ref().to_owned(), self.kubectl());
        let manifests = blocking(move || manifest::read(&path, kubectl.as_deref())).await?;
        let brings_kinds = apply::apply(&self.client(), manifests).await?;
        if brings_kinds {
            self.control_plane
                .lock()
                .await
                .restart_controller_manager()?;
        }
        Ok(())
    }

    /// Ends the API server as a crash would, starts it again at the same address, and waits until it is ready.
    ///
    /// # Errors
    /// [`Error::Server`] when it does not come up again.
    pub async fn restart_api_server(&self) -> Result<()> {
        let mut control_plane = self.control_plane.lock().await;
        control_plane.restart_api_server(&self.client()).await
    }

    /// What the API server was asked so far, if [`Builder::audit_log`] was set: who, what, and with which outcome, without
    /// bodies. It is written when the answer has been sent, so that the last request may be some milliseconds late.
    ///
    /// # Errors
    /// [`Error::Refused`] when no audit log was asked for.
    pub fn audit_log(&self) -> Result<Vec<AuditEvent>> {
        match &self.audit_log {
            Some(path) => audit::read(path),
            None => Err(Error::Refused(
                "this control plane keeps no audit log: start it with `TestEnv::builder().audit_log(true)`"
                    .to_owned(),
            )),
        }
    }

    /// A kubeconfig file of the admin, for programs that a test runs. It is gone when this is dropped.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// The programs that this runs.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// kubectl of the control plane's version, if the assets have it; combine with [`TestEnv::kubeconfig`].
    pub fn kubectl(&self) -> Option<PathBuf> {
        self.assets.program(Program::Kubectl)
    }

    /// Where the servers keep their data and their logs, such as `kube-apiserver.log`. It is gone when this is dropped.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Builder {
    /// The Kubernetes version, such as `1.36.3` or `1.36`. `KUBEBUILDER_ASSETS`, when set, goes before this.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Whether the API server records every request, for [`TestEnv::audit_log`]. It does not unless asked.
    #[must_use]
    pub fn audit_log(mut self, audit_log: bool) -> Self {
        self.options.audit_log = audit_log;
        self
    }

    /// Adds a flag for kube-apiserver, such as `--feature-gates=…`. It goes before a flag of the same name that [`TestEnv`] sets itself.
    #[must_use]
    pub fn api_server_flag(mut self, flag: impl Into<String>) -> Self {
        self.options.api_server_flags.push(flag.into());
        self
    }

    /// Whether kube-controller-manager runs, where the assets have it: garbage collection, namespaces' deletion,
    /// Deployments and the like. It does unless asked not to.
    #[must_use]
    pub fn controller_manager(mut self, controller_manager: bool) -> Self {
        self.options.controller_manager = controller_manager;
        self
    }

    /// Starts it. See [`TestEnv::start`].
    ///
    /// # Errors
    /// As [`TestEnv::start`].
    pub async fn start(self) -> Result<TestEnv> {
        let version = match &self.version {
            Some(version) => version.parse()?,
            None => VersionSpec::Default,
        };
        // Looking for the programs may mean minutes of building them.
        let assets = blocking(move || find(version, &Lines::default())).await?;
        self.start_with(assets).await
    }

    /// Starts it, or gives `None` where no control plane can be had. See [`TestEnv::start_or_skip`].
    ///
    /// # Errors
    /// As [`TestEnv::start_or_skip`].
    pub async fn start_or_skip(self) -> Result<Option<TestEnv>> {
        match self.start().await {
            Ok(env) => Ok(Some(env)),
            Err(error @ Error::Unavailable(_)) if !is_required(CONTROL_PLANE) => {
                Ok(require(CONTROL_PLANE, Err(error)))
            }
            Err(error) => Err(error),
        }
    }

    async fn start_with(self, assets: Assets) -> Result<TestEnv> {
        let control_plane = ControlPlane::start(&assets, &self.options).await?;
        Ok(TestEnv {
            admin: control_plane.admin(),
            audit_log: control_plane.audit_log(),
            folder: control_plane.folder().to_owned(),
            control_plane: Mutex::new(control_plane),
            assets,
        })
    }
}

fn client(config: &Config) -> Client {
    choose_provider();
    Client::try_from(config.clone()).expect("the control plane was reached by such a configuration")
}

/// Has ring encrypt for kube's client, unless the program has chosen already. Where some dependency brings a second provider, rustls
/// does not choose, and panics.
fn choose_provider() {
    if CryptoProvider::get_default().is_none() {
        // An error says that another thread was faster, so that there is one.
        let _ = ring::default_provider().install_default();
    }
}

/// Runs what blocks on a thread for such.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
