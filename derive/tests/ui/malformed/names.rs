#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    name = "My Controller",
    uses(Secret, verbs(get), names("a/b", ""), handle = A),
    uses(Secret, verbs(list), namespace = "Default", handle = B),
    rbac(group = "", resources(""), verbs("")),
)]
struct TestReconciler {}

fn main() {}
