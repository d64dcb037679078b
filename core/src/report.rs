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
pub const PROTOCOL: u32 = 2;

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
    /// What the operator asks permission for whatever its controllers and tasks do, not yet merged.
    #[serde(default)]
    pub rules: Vec<ScopedRule>,
    /// The controllers, in the order in which the operator lists them.
    pub controllers: Vec<ControllerReport>,
    /// The tasks, in the order in which the operator lists them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskReport>,
    /// What kept a kind or a controller from being reported. With any, nothing may be written.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

impl Report {
    /// The controllers, and after them the tasks.
    pub fn declarers(&self) -> impl Iterator<Item = Declarer<'_>> {
        let controllers = self.controllers.iter().map(|it| Declarer {
            source: &it.source,
            attribute: "#[reconciler(…)]",
            rules: &it.rules,
        });
        let tasks = self.tasks.iter().map(|it| Declarer {
            source: &it.source,
            attribute: "#[permissions(…)]",
            rules: &it.rules,
        });
        controllers.chain(tasks)
    }
}

/// A controller or a task, as far as it declares what it may do.
#[derive(Clone, Copy, Debug)]
pub struct Declarer<'a> {
    /// Its struct.
    pub source: &'a Source,
    /// Where the declarations stand.
    pub attribute: &'static str,
    /// What it declares, not yet merged.
    pub rules: &'a [ScopedRule],
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
    /// Its name, unique among the operator's controllers and tasks.
    pub name: String,
    /// What it reconciles.
    pub kind: Resource,
    /// What it declares, not yet merged.
    pub rules: Vec<ScopedRule>,
    /// The fields of its kind that name what it watches.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indices: Vec<IndexReport>,
}

/// One task and what it asks permission for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskReport {
    /// The task's struct.
    pub source: Source,
    /// Its name, unique among the operator's controllers and tasks.
    pub name: String,
    /// What it declares, not yet merged.
    pub rules: Vec<ScopedRule>,
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
