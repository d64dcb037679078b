#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    watches(Secret),
    uses(Secret),
    uses(Secret, verbs()),
    uses(Secret, verbs(get), names("a")),
    rbac(group = ""),
    owns(delete),
    owns(),
    reads,
)]
struct TestReconciler {}

fn main() {}
