//! Scaffolds Kubernetes operators in Rust and keeps their CRDs and RBAC true to the code.
