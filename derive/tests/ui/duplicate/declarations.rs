#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    kind = Secret,
    name = "a",
    name = "b",
    status,
    status,
    events,
    events,
    concurrency = 1,
    concurrency = 1,
)]
struct TestReconciler {}

fn main() {}
