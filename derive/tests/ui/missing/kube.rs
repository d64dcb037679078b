#![allow(unused)]
use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
