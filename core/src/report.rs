//! What the `manifests` binary of a generated project prints, and the CLI reads: JSON on stdout.
//!
//! The compiler is the only one who knows the types, so a binary of the user's own library says what they came to.
//! The CLI reads [`Handshake`] first, so that a report of another [`PROTOCOL`] is told apart from a broken one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::FieldPath;
pub use crate::problem::{Problem, Source};
use crate::rbac::ScopedRule;

/// The version of [`Report`]'s shape. Raised by any change that an older or newer reader would misunderstand.
pub const PROTOCOL: u32 = 1;

/// What the one line that holds the [`Report`] starts with. The user's code may print to stdout too (a schema's `println!`),
/// so a reader takes the last line that starts like this and ignores the others.
pub const MARKER: &str = "kopgen-report: ";

/// All that the operator declares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`PROTOCOL`] of the writer.
    pub protocol: u32,
    /// The version of the `kopgen-runtime` that wrote it.
    pub kopgen: String,
    /// The version of kube that it was built with.
    pub kube: String,
    /// The kinds whose CRDs the project generates, in the order in which the operator lists them.
    pub kinds: Vec<KindReport>,
    /// What the operator asks permission for whatever its controllers do, not yet merged.
    #[serde(default)]
    pub rules: Vec<ScopedRule>,
    /// The controllers, in the order in which the operator lists them.
    pub controllers: Vec<ControllerReport>,
    /// What kept a kind or a controller from being reported. With any, nothing may be written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// The part of a [`Report`] that every protocol has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Handshake {
    /// [`PROTOCOL`] of the writer.
    pub protocol: u32,
    /// The version of the `kopgen-runtime` that wrote it.
    pub kopgen: String,
}

/// One version of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KindReport {
    /// The spec's struct.
    pub source: Source,
    /// A whole `CustomResourceDefinition` with this one version, as `kopgen_core::crd::of` builds it.
    pub crd: Value,
}

/// One controller and what it asks permission for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControllerReport {
    /// The reconciler's struct.
    pub source: Source,
    /// Its name, unique in the operator.
    pub name: String,
    /// What it reconciles.
    pub kind: Resource,
    /// What it declares, not yet merged.
    pub rules: Vec<ScopedRule>,
    /// The fields of its kind that name what it watches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indices: Vec<IndexReport>,
}

/// A field of a controller's kind that names objects which it watches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexReport {
    /// The kind of what is named, such as `Secret`.
    pub watched: String,
    /// Where its names are.
    pub path: FieldPath,
}

/// A kind as the API server serves it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version, such as `v1`.
    pub version: String,
    /// The kind, such as `Guestbook`.
    pub kind: String,
    /// The plural, such as `guestbooks`.
    pub plural: String,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}
