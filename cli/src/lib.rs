//! Scaffolds Kubernetes operators in Rust and keeps their CRDs and RBAC true to the code.

pub mod conflict_markers;
pub mod diagnostic;
pub mod edit;
pub mod envtest;
pub mod manifests;
pub mod ownership;
pub mod plan;
pub mod project;
pub mod workspace;
