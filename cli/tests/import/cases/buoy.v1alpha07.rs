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

use kopgen_runtime::{Kind, unknown_fields};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "sea.example.org",
    version = "v1alpha07",
    kind = "buoy-chain",
    plural = "buoychains",
    root = "BuoyChain",
    namespaced,
    no_spec,
    storage = false,
    served = false
)]
#[kind(schema(
    "/additionalProperties" = null,
    "/type" = null,
    "/x-kubernetes-preserve-unknown-fields" = true,
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
pub struct BuoyChainSpec {
    /// The fields that the schema does not name, and preserves.
    #[serde(flatten, deserialize_with = "unknown_fields")]
    pub rest: BTreeMap<String, Value>,
}
