#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    watches(Secret, map = f),
    watches(Secret, map = f),
)]
struct TestReconciler {}

fn f(_: &Secret) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn main() {}
