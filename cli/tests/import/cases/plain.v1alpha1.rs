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

use kopgen_runtime::{JsonObject, Kind, Nullable};
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "taste.x-k8s.io",
    version = "v1alpha1",
    kind = "HTTPFlavor",
    plural = "flavors",
    singular = "flavor",
    no_spec,
    status = "HTTPFlavorStatus",
    storage = false,
    served = false
)]
#[kind(schema(
    "/properties/apiVersion" = null,
    "/properties/kind" = null,
    "/properties/metadata" = null
))]
#[kind(extend("/spec/versions/0/subresources" = null))]
pub struct HTTPFlavorFields {
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub spec: Nullable<HTTPFlavorSpec>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(transparent)]
pub struct HTTPFlavorStatus(pub JsonObject);

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct HTTPFlavorSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}
