#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(
    kind = Secret,
    uses(ConfigMap, verbs(create), names("a"), handle = Created),
    uses(ConfigMap, verbs(deletecollection), names("a"), handle = Collected),
    uses(ConfigMap, verbs(get), handle = Whole),
    uses(ConfigMap, verbs(update, delete)),
    uses(ConfigMap, verbs(update), names("a"), handle = Updated),
    uses(ConfigMap, verbs(list, watch), names("a"), handle = Listed),
    rbac(group = "", resources("nodes"), verbs("get"), namespace = "a", cluster_scoped),
    rbac(group = "", resources("services"), verbs("create"), names("a")),
    rbac(group = "", resources("services"), verbs("create", "patch", "deletecollection"), names("a")),
    rbac(group = "", resources("serviceaccounts/token"), verbs("create"), names("a")),
)]
struct TestReconciler {}

fn main() {}
