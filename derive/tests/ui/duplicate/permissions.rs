#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::Permissions;

#[derive(Permissions)]
#[permissions(name = "test", reads(ConfigMap), reads(ConfigMap), uses(ConfigMap, verbs(get, list, list)), name = "other")]
struct TestTask {}

fn main() {}
