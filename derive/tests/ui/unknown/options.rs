#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    owns(Secret, deletes),
    watches(Secret, mapper = f),
    watches(Namespace, map = g, label = "a=b"),
    uses(Secret, verb(get)),
    uses(Namespace, verbs(get), names("a"), namespaces = "a", handle = A),
    rbac(groups = "", resources("nodes"), verbs("get")),
)]
struct TestReconciler {}

fn f(_: &Secret) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn g(_: &Namespace) -> Vec<kopgen_runtime::ObjectRef<ConfigMap>> {
    Vec::new()
}

fn main() {}
