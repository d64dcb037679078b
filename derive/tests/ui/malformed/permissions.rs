#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::Permissions;

#[derive(Permissions)]
#[permissions]
struct Bare {}

#[derive(Permissions)]
#[permissions(name = "Not A Name", uses(verbs(get)), uses(Secret, verbs(get), namespace = "A.B", handle = Elsewhere))]
struct TestTask {}

#[derive(Permissions)]
struct A2345678901234567890123456789012345678901234567890123456789012345 {}

fn main() {}
