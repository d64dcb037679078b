// Imported by `kopgen create api --from-crd`. Until you edit it, a newer CRD replaces it.
// kopgen-import: e5c3bf077d4f1cea
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

use kopgen_runtime::{Condition, IntOrString, JsonObject, Kind, Quantity};
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// WellSpec is what a well should be.
#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "water.example.org",
    version = "v1",
    kind = "Well",
    plural = "wells",
    namespaced,
    status = "WellStatus",
    shortname = "we",
    category = "waterworks",
    doc = "Well is a well that pumps water into a network of pipes."
)]
#[kube(printcolumn(name = "Depth", type_ = "integer", json_path = ".spec.depth"))]
#[kube(printcolumn(
    name = "Ready",
    type_ = "string",
    json_path = r#".status.conditions[?(@.type=="Ready")].status"#
))]
#[kube(printcolumn(
    name = "Age",
    type_ = "date",
    json_path = ".metadata.creationTimestamp"
))]
#[kind(
    optional_spec,
    annotation("controller-gen.kubebuilder.io/version", "v0.19.0"),
    label("app.kubernetes.io/part-of", "waterworks")
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = (
    "self.mode != 'Always' || has(self.outlets)",
    "a well that always runs needs an outlet",
))]
pub struct WellSpec {
    /// Depth in metres. At least 1.
    #[schemars(range(min = 1, max = 4000))]
    pub depth: i32,

    /// Flow is how much may be pumped, in litres a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Quantity>,

    /// Mode decides when the pump runs.
    ///
    /// - `OnDemand`: when a pipe asks for water
    /// - `Always`: all the time
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "OnDemand"))]
    pub mode: Option<WellMode>,

    /// Outlets are the pipes that the well feeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub outlets: Option<Vec<Outlet>>,

    /// Selector finds the pumps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<BTreeMap<String, String>>,

    /// Self is a field that is named like a word of Rust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_: Option<bool>,

    /// Template is passed on to the pumps as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<JsonObject>,
}

/// WellStatus is what was seen of a well.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct WellStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<ConditionSchema>>")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Option<Vec<Condition>>,

    /// Level of the water below ground, in metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Number>,
}

/// Outlet is one pipe.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Outlet {
    /// Name of the pipe.
    #[schemars(length(min = 1))]
    pub name: String,

    /// Port at which it leaves the well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<IntOrString>,

    /// Pressure in bar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure: Option<i64>,
}

/// Mode decides when the pump runs.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WellMode {
    OnDemand,
    Always,
}

// What this CRD says of Kubernetes' own types.
kopgen_runtime::schema! {
    ConditionSchema = r#"{
        "properties": {
            "lastTransitionTime": {"format":"date-time","type":"string"},
            "message": {"maxLength":32768,"type":"string"},
            "observedGeneration": {"format":"int64","minimum":0,"type":"integer"},
            "reason": {"maxLength":1024,"minLength":1,"pattern":"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$","type":"string"},
            "status": {"enum":["True","False","Unknown"],"type":"string"},
            "type": {"maxLength":316,"type":"string"}
        },
        "required": ["lastTransitionTime","message","reason","status","type"],
        "type": "object"
    }"#;
}
