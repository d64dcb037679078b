#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret, Service};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = Namespace,
    owns(ConfigMap, create, adopt),
    owns(Secret, labels = "app in (a, b)"),
    owns(Service, labels = "app=-"),
)]
struct TestReconciler {}

fn main() {}
