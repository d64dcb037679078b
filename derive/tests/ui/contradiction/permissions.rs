#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::api::core::v1::Node;
use kopgen_runtime::Permissions;

#[derive(Permissions)]
#[permissions(
    uses(ConfigMap, verbs(get), names("tuning")),
    uses(Secret, verbs(create), names("token"), handle = Token),
    uses(Node, verbs(get), namespace = own, handle = OwnNode),
)]
struct TestTask {}

#[derive(Permissions)]
#[permissions(uses(Node, verbs(get), namespace = own, handle = NodeOfMine))]
struct OtherTask {}

fn main() {}
