//! Kinds with names that look dangerous, in a file as the scaffold writes it: what `Kind` lets through has to compile.
#![cfg(feature = "schema")]

use kopgen_core::names::Kind;

/// Stands in for `kopgen_runtime::Kind`, a trait with a derive of the same name.
mod runtime {
    #[allow(dead_code)]
    pub trait Kind {}
}

macro_rules! kinds {
    ($($module:ident $kind:literal $root:ident $spec:ident $status_name:literal $status:ident;)*) => {
        $(
            #[allow(dead_code)]
            mod $module {
                #[allow(unused_imports)]
                use crate::runtime::Kind;
                use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
                use kube::{CustomResource, KubeSchema};
                use serde::{Deserialize, Serialize};

                /// What it should be.
                #[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
                #[kube(
                    group = "example.com",
                    version = "v1",
                    kind = $kind,
                    plural = "kinds",
                    shortname = "k",
                    category = "all",
                    namespaced,
                    status = $status_name,
                    derive = "PartialEq",
                    validation = ::kube::core::Rule::new("self.metadata.name != 'x'"),
                    printcolumn(name = "Ready", type_ = "string", json_path = ".status.conditions[?(@.type==\"Ready\")].status")
                )]
                #[serde(rename_all = "camelCase")]
                pub struct $spec {
                    /// How many.
                    #[schemars(range(min = 1))]
                    pub replicas: i32,
                    /// Which.
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub image: Option<String>,
                }

                /// What it is.
                #[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
                pub struct $status {
                    /// Its conditions.
                    #[serde(default, skip_serializing_if = "Vec::is_empty")]
                    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
                    pub conditions: Vec<Condition>,
                }
            }
        )*

        #[test]
        fn kinds_that_compile_are_kinds() {
            $(
                let kind: Kind = $kind.parse().unwrap();
                assert_eq!(kind.snake(), stringify!($module));
                let crd = kopgen_core::crd::of::<$module::$root>();
                assert_eq!(crd["spec"]["names"]["kind"], $kind);
            )*
        }
    };
}

kinds! {
    action "Action" Action ActionSpec "ActionStatus" ActionStatus;
    api "Api" Api ApiSpec "ApiStatus" ApiStatus;
    box_ "Box" Box BoxSpec "BoxStatus" BoxStatus;
    clone "Clone" Clone CloneSpec "CloneStatus" CloneStatus;
    context "Context" Context ContextSpec "ContextStatus" ContextStatus;
    custom_resource "CustomResource" CustomResource CustomResourceSpec "CustomResourceStatus" CustomResourceStatus;
    debug "Debug" Debug DebugSpec "DebugStatus" DebugStatus;
    deployment "Deployment" Deployment DeploymentSpec "DeploymentStatus" DeploymentStatus;
    json_schema "JsonSchema" JsonSchema JsonSchemaSpec "JsonSchemaStatus" JsonSchemaStatus;
    kube_schema "KubeSchema" KubeSchema KubeSchemaSpec "KubeSchemaStatus" KubeSchemaStatus;
    list_merge "ListMerge" ListMerge ListMergeSpec "ListMergeStatus" ListMergeStatus;
    message "Message" Message MessageSpec "MessageStatus" MessageStatus;
    metadata "Metadata" Metadata MetadataSpec "MetadataStatus" MetadataStatus;
    object "Object" Object ObjectSpec "ObjectStatus" ObjectStatus;
    reason "Reason" Reason ReasonSpec "ReasonStatus" ReasonStatus;
    resource "Resource" Resource ResourceSpec "ResourceStatus" ResourceStatus;
    result "Result" Result ResultSpec "ResultStatus" ResultStatus;
    rule "Rule" Rule RuleSpec "RuleStatus" RuleStatus;
    secret "Secret" Secret SecretSpec "SecretStatus" SecretStatus;
    service "Service" Service ServiceSpec "ServiceStatus" ServiceStatus;
    some "Some" Some SomeSpec "SomeStatus" SomeStatus;
    spec "Spec" Spec SpecSpec "SpecStatus" SpecStatus;
    status "Status" Status StatusSpec "StatusStatus" StatusStatus;
    type_ "Type" Type TypeSpec "TypeStatus" TypeStatus;
    validated "Validated" Validated ValidatedSpec "ValidatedStatus" ValidatedStatus;
}
