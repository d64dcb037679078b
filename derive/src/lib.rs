//! Derive macros for Kubernetes operators: kinds, permissions and watches, checked by the compiler.
