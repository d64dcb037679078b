//! A real etcd and kube-apiserver for the tests of any kube-rs project: no cluster, no Docker.
//!
//! ```no_run
//! use k8s_openapi::api::core::v1::ConfigMap;
//! use kopgen_envtest::TestEnv;
//! use kube::Api;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let Some(env) = TestEnv::start_or_skip().await? else {
//!     return Ok(()); // no control plane can be had here, and stderr says why
//! };
//! env.apply("config/crd").await?;
//! let operator = env.service_account("default", "operator").await?;
//! let config_maps = Api::<ConfigMap>::default_namespaced(operator);
//! assert!(config_maps.list(&Default::default()).await.is_err(), "it has no role");
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! The programs are found in the folder that `KUBEBUILDER_ASSETS` names, else in the store that setup-envtest uses, else they are
//! installed there: [`find()`] has the rules, [`install()`] the sources. Two more environment variables count:
//! `KOPGEN_REQUIRE=control-plane` makes it a failure when none can be had (see [`require()`]), and `ENVTEST_INSTALLED_ONLY=1`
//! forbids to install.
//!
//! Without the default feature `env` this crate has neither [`TestEnv`] nor a Kubernetes client nor an async runtime: that is
//! what an installer needs.

mod assets;
#[cfg(feature = "env")]
mod env;
mod error;
mod find;
mod install;
mod platform;
mod report;
mod require;
mod store;
mod version;

pub use assets::{Assets, Program};
#[cfg(feature = "env")]
pub use env::{AuditEvent, Builder, ObjectReference, ResponseStatus, TestEnv, User};
pub use error::{Error, Result};
pub use find::find;
pub use install::{Source, install};
pub use platform::{Os, Platform};
pub use report::{Lines, PERIOD, Progress, Report, Unit};
pub use require::require;
pub use store::{Install, Store};
pub use version::{DEFAULT_VERSION, InvalidVersion, Version, VersionSpec};
