#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    owns(Secret),
    owns(Secret, delete),
    reads(Secret, Secret),
    uses(Secret, verbs(list, update, update)),
    uses(ConfigMap, verbs(watch)),
    uses(Secret, verbs(get), names("a"), handle = A),
)]
struct TestReconciler {}

fn main() {}
