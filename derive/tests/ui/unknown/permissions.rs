#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::Permissions;

#[derive(Permissions)]
#[permissions(
    kind = ConfigMap,
    status,
    owns(ConfigMap),
    watches(Secret, map = f),
    events,
    read(Secret),
    frobnicate,
    uses(ConfigMap, verb(get)),
    uses(Secret, verbs(fetch)),
)]
struct TestTask {}

fn main() {}
