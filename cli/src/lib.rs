//! Scaffolds Kubernetes operators in Rust and keeps their CRDs and RBAC true to the code.

pub mod apply;

pub mod diagnostic;


pub mod plan;
pub mod workspace;
