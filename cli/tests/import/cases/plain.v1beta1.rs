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

use kopgen_runtime::Kind;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// HTTPFlavor is what it tastes of.
#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "taste.x-k8s.io",
    version = "v1beta1",
    kind = "HTTPFlavor",
    plural = "flavors",
    singular = "flavor",
    no_spec,
    doc = "HTTPFlavor is what it tastes of."
)]
#[kube(printcolumn(name = "Gone", type_ = "string", json_path = ".spec.gone"))]
#[kind(
    dangling(".spec.gone"),
    annotation("api-approved.kubernetes.io", "https://example.com/pull/1")
)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
pub struct HTTPFlavorSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<BTreeMap<String, String>>,

    pub value: i64,
}
