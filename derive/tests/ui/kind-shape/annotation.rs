use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    annotation("cert-manager.io/inject-ca-from", "system/serving-cert"),
)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
