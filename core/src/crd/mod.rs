//! Custom resource definitions: of a Rust type (feature `schema`), and of several versions of a kind.
//!
//! `kube::CustomResourceExt::crd` is not taken as it is: it drops every `x-*` key that it does not know, makes every
//! `Option` nullable and loses the shape of int-or-string; and it panics at `serde_json::Value` below a map. [`Outline`] has the
//! names, columns, scope and subresources of it, [`schema_of`] generates the schema, and [`with_schema`] puts them together.

#[cfg(feature = "schema")]
mod clashes;
mod equal;
mod merge;
#[cfg(feature = "schema")]
mod of;
mod outline;
pub mod passes;
mod root;
#[cfg(feature = "schema")]
mod schema;
mod shell;

pub use equal::{Difference, equal, equal_schemas, stored};
pub use merge::{Crd, merge};
#[cfg(feature = "schema")]
pub use of::of;
pub use outline::Outline;
pub use root::with_schema;
#[cfg(feature = "schema")]
pub use schema::{clashes_of, schema_of};
pub use shell::{Shell, properties_of_every_object};

/// How the description begins that kube gives a kind whose `#[kube(..)]` has no `doc`: [`of`] takes the spec's instead.
pub const KUBE_DESCRIPTION: &str = "Auto-generated derived type for ";

/// The pattern of a quantity, such as `500m`, in the schemas that controller-gen writes for `resource.Quantity`.
pub const QUANTITY: &str = r"^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$";
