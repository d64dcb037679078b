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

use kopgen_runtime::{JsonObject, Kind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "harbour.example.com",
    version = "v1beta1",
    kind = "Ship",
    plural = "ships",
    namespaced,
    shortname = "sh",
    storage = false,
    served = false
)]
#[kind(optional_spec)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[serde(transparent)]
pub struct ShipSpec(pub JsonObject);
