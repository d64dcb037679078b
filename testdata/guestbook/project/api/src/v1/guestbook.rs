// Copyright The guestbook authors.
// SPDX-License-Identifier: Apache-2.0

//! Guestbook: what its users ask for, and what the operator reports.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::Kind;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

// TODO(user): put your own fields into spec and status. Doc comments become the CRD's descriptions,
// attributes its validation. Then run `kopgen manifests`. An enum derives `schemars::JsonSchema` where a
// struct derives `KubeSchema`.

/// The desired state of the Guestbook.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "webapp.example.com",
    version = "v1",
    kind = "Guestbook",
    plural = "guestbooks",
    namespaced,
    status = "GuestbookStatus",
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
pub struct GuestbookSpec {
    /// How many replicas to run.
    #[schemars(range(min = 1))]
    pub replicas: i32,
}

/// The observed state of the Guestbook.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct GuestbookStatus {
    /// `Ready` is true once the cluster is as the spec says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
}
