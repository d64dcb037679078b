// Copyright The crew authors.
// SPDX-License-Identifier: Apache-2.0

//! Frigate: what its users ask for, and what the operator reports.

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

/// The desired state of the Frigate.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "ship.example.com",
    version = "v1",
    kind = "Frigate",
    plural = "frigates",
    namespaced,
    storage = false,
    status = "FrigateStatus",
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
pub struct FrigateSpec {
    /// How many replicas to run.
    #[schemars(range(min = 1))]
    pub replicas: i32,
}

/// The observed state of the Frigate.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct FrigateStatus {
    /// `Ready` is true once the cluster is as the spec says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
}
