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
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

#[derive(JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "sea.example.com",
    version = "v1alpha1",
    kind = "Lagoon",
    plural = "lagoons",
    namespaced,
    storage = false,
    deprecated
)]
#[kind(optional_spec)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
pub struct LagoonSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub depth: Option<Number>,
}
