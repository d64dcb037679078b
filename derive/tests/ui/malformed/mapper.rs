#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    watches(Secret, map = f),
    watches(Namespace, map = g),
)]
struct TestReconciler {}

fn f(_: &ConfigMap) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn g(_: &Namespace) -> Vec<kopgen_runtime::ObjectRef<Secret>> {
    Vec::new()
}

fn main() {}
