//! For the tests of an operator: an API server in memory, and a real one.
//!
//! [`Mock`] answers at once and needs nothing: for what a reconciler decides. It knows no schema, no defaults, no admission
//! and no garbage collection. `TestEnv` starts a real etcd and kube-apiserver: for what only the API server knows, and for
//! the operator's role. [`Guard`] compares what an operator does there with what it has declared.

mod access;
mod guard;
mod mock;
mod server;

pub use guard::Guard;
pub use kopgen_envtest::*;
pub use mock::Mock;
pub use server::Request;
