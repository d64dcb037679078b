//! Names, RBAC rules and CRD passes shared by kopgen's CLI, derives and runtime.
//!
//! Plain data in, plain data out: nothing here reads a file, talks to a cluster or prints. The three users must agree on
//! what a valid kind is, how rules merge and what a CRD looks like, so that knowledge lives here once.
//!
//! | module | what it knows | feature |
//! |---|---|---|
//! | [`names`] | groups, versions, kinds, plurals and the rest, as checked newtypes | – |
//! | [`rbac`] | policy rules and how they merge | – |
//! | [`report`] | what the generated `manifests` binary tells the CLI | – |
//! | [`crd`] | one CRD of several versions; with `schema`, CRDs of Rust types | `schema` |
//! | [`lint`] | what is wrong with a CRD or a sample | `lint` |
//! | [`yaml`] | the one place that reads and writes YAML | `yaml` |
//!
//! [`FieldPath`] is the path of a field that watched objects are named in.

pub mod crd;
mod field_path;
#[cfg(feature = "lint")]
pub mod lint;
pub mod names;
mod problem;
pub mod rbac;
pub mod report;
#[cfg(feature = "yaml")]
pub mod yaml;

pub use field_path::FieldPath;
pub use problem::{Problem, Source};
