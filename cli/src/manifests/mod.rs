//! `kopgen manifests`: what the project's code declares, as Kubernetes' YAML.
//!
//! [`probe`] builds the project's `manifests` program and asks it; [`plan`](plan()) turns the report into a [`Plan`] of
//! files without touching any; only [`crate::apply`] writes.
//!
//! [`Plan`]: crate::plan::Plan

mod bounded;
mod build;
mod crd;
mod kustomize;
mod lock;
mod plan;
mod probe;
mod rbac;
mod sample;
mod unlisted;

pub use build::Lock;
pub use plan::{Files, plan};
