#![allow(unused)]
use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
