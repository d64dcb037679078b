//! WebService: what its users ask for, and what the operator reports.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

// TODO(user): put your own fields into spec and status. Doc comments become the CRD's descriptions,
// attributes its validation. Then run `kopgen manifests`. An enum derives `schemars::JsonSchema` where a
// struct derives `KubeSchema`.
//
// An object is stored in one version. A field that another version has and this one lacks is lost when
// the object is written in this one.

/// The desired state of the WebService.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "store.example.com",
    version = "v1",
    kind = "WebService",
    plural = "webservices",
    shortname = "ws",
    namespaced,
    storage = false,
    status = "WebServiceStatus",
    validation = Rule::new("self.metadata.name.matches('^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$')")
        .message("metadata.name must be a DNS-1035 label of at most 63 characters, as the name of the Service"),
    printcolumn(
        name = "Ready",
        type_ = "string",
        json_path = r#".status.conditions[?(@.type=="Ready")].status"#
    ),
    printcolumn(
        name = "Age",
        type_ = "date",
        json_path = ".metadata.creationTimestamp"
    )
)]
#[serde(rename_all = "camelCase")]
pub struct WebServiceSpec {
    /// The container image to run.
    #[schemars(length(min = 1))]
    pub image: String,

    /// The port that the container listens on, and the Service offers.
    #[schemars(range(min = 1, max = 65535))]
    pub port: i32,

    /// How many replicas to run.
    #[schemars(range(min = 1))]
    pub replicas: i32,
}

/// The observed state of the WebService.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct WebServiceStatus {
    /// `Ready` is true once the cluster is as the spec says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
}
