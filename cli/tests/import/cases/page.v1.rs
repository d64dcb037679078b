#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_markdown,
    clippy::doc_overindented_list_items,
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

use kopgen_runtime::{Kind, Nullable};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "press.example.com",
    version = "v1",
    kind = "Page",
    plural = "pages",
    namespaced,
    status = "PageStatus"
)]
#[kind(schema(
    "/description" = "Auto-generated derived type for PageSpec via `CustomResource`",
    "/title" = "Page",
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
pub struct PageSpec {
    /// What stands below.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub body: Nullable<String>,

    /// How many columns the body is set in.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    #[schemars(range(min = 0, max = 255))]
    #[schemars(extend("x-kopgen-set" = {"format": "uint8"}))]
    pub columns: Nullable<i64>,

    /// What stands at the top.
    pub title: String,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[schemars(extend("nullable" = true))]
pub struct PageStatus {
    /// The generation that was printed last.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub printed: Nullable<i64>,
}
