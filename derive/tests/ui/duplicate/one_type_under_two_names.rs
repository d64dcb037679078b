#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, reads(Secret, k8s_openapi::api::core::v1::Secret))]
struct TestReconciler {}

fn main() {}
