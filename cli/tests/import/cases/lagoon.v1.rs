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

use kopgen_runtime::{DateTime, Kind};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Number;

#[derive(
    CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "sea.example.com",
    version = "v1",
    kind = "Lagoon",
    plural = "lagoons",
    namespaced,
    status = "LagoonStatus",
    doc = "Lagoon is shallow water behind a reef, e.g. an atoll. See vol. 2. It has\n\n1. a depth,\n2. tides.\n\n~~~\ndepth: 2\n~~~"
)]
#[kube(printcolumn(
    name = "Ready",
    type_ = "string",
    json_path = r#".status.conditions[?(@.type=="Ready")].status"#
))]
#[kube(printcolumn(
    name = "Chart",
    type_ = "string",
    json_path = r".metadata.annotations['sea\.example\.com/chart']"
))]
#[kube(printcolumn(name = "First", type_ = "number", json_path = ".spec.tides[0].height"))]
#[kind(versions("v1alpha1", "v1"))]
#[kind(schema(
    "/properties/apiVersion" = {"type": "string"},
    "/properties/kind" = {"type": "string"}
))]
#[serde(rename_all = "camelCase")]
#[schemars(extend("oneOf" = [{"required": ["clusterIPs"]}, {"required": ["http2Server"]}]))]
#[x_kube(validation = Rule::new("!has(self.tides) || self.tides.all(tide, tide.height >= 0.0 && (!has(tide.names) || tide.names.all(name, name != 'none')))")
    .message(Message::Expression("'the lagoon of ' + self.http2Server + ' needs tides with heights of zero or more, and names that say something'".into())))]
#[x_kube(validation = ("!has(self.phase) || self.phase != 'GONE'", "a lagoon is not made gone"))]
pub struct LagoonSpec {
    #[serde(rename = "clusterIPs", skip_serializing_if = "Option::is_none")]
    #[schemars(
        length(max = 4),
        inner(length(min = 7, max = 39), regex(pattern = "^[0-9a-f.:]+$"))
    )]
    #[x_kube(merge_strategy = ListMerge::Atomic)]
    pub cluster_ips: Option<Vec<String>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = 1.5))]
    pub depth: Option<Number>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub east: Option<ReefAndWidth>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub http2_server: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub lagoon: Option<LagoonSpecLagoon>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub north: Option<ReefAndWidth>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<LagoonPhase>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub south: Option<ReefAndWidth>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<LagoonSpec2>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub surveyed_at: Option<DateTime>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 8))]
    #[schemars(extend(
        "default" = [{"height": 1.5, "names": ["spring"]}, {"height": 0.25, "names": []}]
    ))]
    pub tides: Option<Vec<Tide>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub west: Option<ReefAndWidth>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_the_harbour_master_wrote_into_the_book_of_the_year:
        Option<WhatTheHarbourMasterWroteIntoTheBookOfTheYear>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = ["reef", "atoll"]))]
    pub x509v3_names: Option<Vec<String>>,
}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Option<Vec<Condition>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[schemars(extend("x-kopgen-set" = {"required": ["type", "status"]}))]
pub struct Condition {
    pub status: ConditionStatus,

    pub r#type: String,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConditionStatus {
    True,
    False,
    Unknown,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LagoonPhase {
    Rising,
    InBetween,
    Gone,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonSpec2 {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<LagoonSpecSpec>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonSpecLagoon {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lagoon: Option<LagoonSpecLagoonLagoon>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonSpecLagoonLagoon {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lagoon: Option<LagoonSpecLagoonLagoonLagoon>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonSpecLagoonLagoonLagoon {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub depth: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct LagoonSpecSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lagoon: Option<SpecLagoon>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct ReefAndWidth {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reef: Option<bool>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct SpecLagoon {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<SpecLagoonSpec>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct SpecLagoonSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<SpecLagoonSpecSpec>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct SpecLagoonSpecSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lagoon: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct Tide {
    pub height: Number,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4), inner(length(max = 20)))]
    pub names: Option<Vec<String>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct WhatTheHarbourMasterCouldNotReadAnyMoreAfterTheStorm {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_the_harbour_master_left_out_for_want_of_space_on_the_page:
        Option<WhatTheHarbourMasterLeftOutForWantOfSpaceOnThePage>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct WhatTheHarbourMasterLeftOutForWantOfSpaceOnThePage {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub page: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct WhatTheHarbourMasterWroteIntoTheBookOfTheYear {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_the_harbour_master_could_not_read_any_more_after_the_storm:
        Option<WhatTheHarbourMasterCouldNotReadAnyMoreAfterTheStorm>,
}
