#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    watches(Secret, index = ".spec.secretName"),
    watches(Secret, index = "spec.volumes[0].secretName"),
    watches(Secret, index = "spec..secretName"),
    watches(Secret, index = ""),
    watches(Secret, index = secret_name),
    watches(Secret, index = "spec.secretName", map = by_secret),
    watches(Secret, idex = "spec.secretName"),
)]
struct TestReconciler {}

fn main() {}
