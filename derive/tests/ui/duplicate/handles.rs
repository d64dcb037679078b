#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    uses(Secret, verbs(get), names("a", "a"), handle = A),
    uses(Secret, verbs(list), names("b-c", "b.c", "1"), handle = A),
)]
struct TestReconciler {}

fn main() {}
