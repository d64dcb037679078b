#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, uses(Namespace, verbs(get), namespace = "a", handle = A))]
struct TestReconciler {}

fn main() {}
