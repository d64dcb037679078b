use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(group = "test.example.com", version = "v1", kind = "Wall", plural = "walls")]
#[kind(
    optional,
    versions = "v1",
    annotation("example.com/a"),
    label("example.com/a" = "b"),
    schema("properties" = {}),
    extend("/spec/conversion"),
)]
pub struct WallSpec {}

#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(group = "test.example.com", version = "v1", kind = "Fence", plural = "fences")]
#[kind(optional_spec = true)]
pub struct FenceSpec {}

fn main() {}
