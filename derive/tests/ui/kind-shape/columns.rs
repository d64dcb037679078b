use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    printcolumn(name = "Motto", type_ = "text", json_path = "spec.motto"),
    printcolumn(name = "Motto", type_ = "string", format = "uuid", json_path = ".spec.motto"),
    printcolumn = r#"{"name": "Age", "type": "time", "jsonPath": "age"}"#,
)]
struct ShelfSpec {
    motto: String,
}

fn main() {}
