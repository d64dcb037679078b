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
use serde_json::Value;

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "sea.example.org",
    version = "v1-2-0",
    kind = "buoy-chain",
    plural = "buoychains",
    root = "BuoyChain",
    namespaced,
    status = "BuoyChainStatus"
)]
#[kind(versions("v1-2-0", "v1alpha08", "v1alpha07"))]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[serde(rename_all = "camelCase")]
pub struct BuoyChainSpec {
    /// An object, and perhaps more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "x-kubernetes-preserve-unknown-fields" = true,
        "x-kopgen-set" = {"properties": {"depth": {"type": "integer"}}}
    ))]
    pub anything: Option<Value>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub bell: Option<EnabledOrDisabled>,

    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub chart: Nullable<Chart>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub horn: Option<EnabledOrDisabled>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub light_at_night: Option<EnabledOrDisabled>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<Links>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[\w\-.[\]]+$"))]
    pub mark: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))]
    pub marks: Option<BTreeMap<String, String>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^(/[^/\0]+)+$"))]
    pub socket: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct BuoyChainStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[schemars(extend("items" = {"type": "object", "x-kubernetes-preserve-unknown-fields": true}))]
pub struct Chart {}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnabledOrDisabled {
    Enabled,
    Disabled,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Link {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<i32>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Links {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i32>,
}
