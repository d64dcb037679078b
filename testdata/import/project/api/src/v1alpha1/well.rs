// Imported by `kopgen create api --from-crd`. Until you edit it, a newer CRD replaces it.
// kopgen-import: 69f1304736a4f80b
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

use kopgen_runtime::Kind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "water.example.org",
    version = "v1alpha1",
    kind = "Well",
    plural = "wells",
    namespaced,
    shortname = "we",
    category = "waterworks",
    storage = false,
    deprecated,
    doc = "Well is a well that pumps water into a network of pipes."
)]
#[kind(optional_spec)]
#[kind(schema(
    "/properties/apiVersion" = {"type": "string"},
    "/properties/kind" = {"type": "string"}
))]
pub struct WellSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub depth: Option<i64>,
}
