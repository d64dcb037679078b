// Imported by `kopgen create api --from-crd`. Until you edit it, a newer CRD replaces it.
// kopgen-import: 5d7e134d0b551d86
// Copyright The water authors.
// SPDX-License-Identifier: Apache-2.0

#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_markdown,
    clippy::doc_overindented_list_items,
    clippy::duplicated_attributes,
    clippy::empty_docs,
    clippy::enum_variant_names,
    clippy::large_enum_variant,
    clippy::struct_field_names,
    clippy::tabs_in_doc_comments,
    clippy::too_long_first_doc_paragraph,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    rustdoc::invalid_rust_codeblocks,
    reason = "the descriptions and names are those of the imported CRD"
)]

use std::collections::BTreeMap;

use kopgen_runtime::{Kind, Nullable};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "water.example.org",
    version = "v2beta1",
    kind = "Valve",
    plural = "valves",
    status = "ValveStatus",
    selectable = ".spec.material"
)]
#[kube(scale(
    spec_replicas_path = ".spec.replicas",
    status_replicas_path = ".status.replicas"
))]
#[kind(schema(
    "/description" = "# A valve\n\nShuts */ a \"# pipe. Ünïcödé, too:\n\n    let valve = not_a_doctest();\n\n```\nneither.is(this)\n```\n",
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[kind(extend(
    "/spec/conversion" = {
        "strategy": "Webhook",
        "webhook": {
            "clientConfig": {
                "service": {
                    "name": "valves",
                    "namespace": "water",
                    "path": "/convert",
                    "port": 443,
                },
            },
            "conversionReviewVersions": ["v1"],
        },
    }
))]
#[serde(rename_all = "camelCase")]
pub struct ValveSpec {
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = false))]
    pub _3way: Option<bool>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub anything: Option<Value>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub either: Option<Either>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "additionalProperties" = {"items": {"maxLength": 63, "type": "string"}, "type": "array"}
    ))]
    pub from: Option<BTreeMap<String, Vec<String>>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "brass"))]
    pub material: Option<Material>,

    #[serde(rename = "proxyURL", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub proxy_url: Option<String>,

    #[serde(rename = "proxyUrl", skip_serializing_if = "Option::is_none")]
    pub proxy_url_2: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.5, max = 31))]
    pub ratio: Option<Number>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0))]
    pub replicas: Option<i32>,

    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub r#type: Nullable<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct ValveStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[schemars(extend("oneOf" = [{"required": ["left"]}, {"required": ["right"]}]))]
pub struct Either {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Material {
    #[serde(rename = "")]
    Empty,
    #[serde(rename = "brass")]
    BrassLowercase,
    Brass,
    #[serde(rename = "3-way")]
    V3Way,
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
}
