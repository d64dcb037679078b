use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "Test",
    version = "1",
    kind = "Shelf",
    shortname = "SH",
    scale(spec_replicas_path = ".spec.replicas", status_replicas_path = ".status.replicas"),
)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
