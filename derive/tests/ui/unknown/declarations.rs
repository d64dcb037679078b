#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    own(Secret),
    finaliser,
    watch(Secret, map = f),
    frobnicate,
    Secret,
)]
struct TestReconciler {}

fn f(_: &Secret) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn main() {}
