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

use kopgen_runtime::Kind;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "harbour.example.com",
    version = "v1",
    kind = "Crane",
    plural = "cranes",
    no_spec,
    status = "CraneStatus",
    doc = ""
)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[kind(extend("/spec/versions/0/subresources" = null))]
pub struct CraneFields {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,

    /// CraneSpec is what it should lift.
    pub spec: CraneSpec,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct CraneStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifted: Option<i64>,
}

/// CraneSpec is what it should lift.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct CraneSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tons: Option<i64>,
}
