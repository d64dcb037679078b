#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    name = test,
    status = "TestStatus",
    finalizer = cleanup,
    watches(map = f, Secret),
    watches(Secret, Namespace, map = f),
    watches(Namespace, map = f, labels = app),
    reads(&Secret, "Secret"),
    uses(verbs(get), Secret),
    uses(Secret, verbs = "get"),
    uses(Secret, verbs(get), names(a), namespace = default, handle = "A"),
    rbac("nodes"),
)]
struct TestReconciler {}

fn f(_: &Namespace) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn main() {}
