use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    selectable = "spec.motto",
    selectable = ".spec.a",
    selectable = ".spec.b",
    selectable = ".spec.c",
    selectable = ".spec.d",
    selectable = ".spec.e",
    selectable = ".spec.f",
    selectable = ".spec.g",
    selectable = ".spec.h",
)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
