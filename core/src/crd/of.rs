use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::Value;

use super::schema_of;

/// The `CustomResourceDefinition` of a kind, with its one version.
pub fn of<K: CustomResourceExt + JsonSchema>() -> Value {
    let mut crd = serde_json::to_value(K::crd()).expect("a CRD is JSON");
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] = schema_of::<K>();
    crd
}
