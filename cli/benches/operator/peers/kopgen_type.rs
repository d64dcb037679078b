use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

/// What is to be noted.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "bench.example.com",
    version = "v1",
    kind = "Note",
    plural = "notes",
    namespaced
)]
pub struct NoteSpec {
    /// What the ConfigMap holds.
    pub text: String,
}
