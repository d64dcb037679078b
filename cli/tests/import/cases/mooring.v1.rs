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

use k8s_openapi::api::core::v1::Toleration;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kopgen_runtime::{Condition, Kind, complete};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(
    CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq,
)]
#[kube(
    group = "harbour.example.com",
    version = "v1",
    kind = "Affinity",
    plural = "affinities",
    namespaced,
    status = "AffinityStatus",
    doc = "Affinity says where ships moor."
)]
#[kind(schema(
    "/properties/apiVersion" = {"type": "string"},
    "/properties/kind" = {"type": "string"}
))]
#[serde(rename_all = "camelCase")]
pub struct AffinitySpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, Vec<TolerationSchema>>>")]
    pub by_pier: Option<BTreeMap<String, Vec<Toleration>>>,

    /// What is to lie near.
    #[serde(
        default,
        deserialize_with = "complete",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<AffinitySchema>")]
    pub near: Option<k8s_openapi::api::core::v1::Affinity>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub piers: Option<BTreeMap<String, Pier>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_secret_ref: Option<SecretRef>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_ref: Option<SecretRef>,

    #[serde(deserialize_with = "complete")]
    #[schemars(with = "LabelSelectorSchema")]
    pub selector: LabelSelector,

    /// The ships that moor.
    #[serde(
        default,
        deserialize_with = "complete",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<LabelSelectorSchema2>")]
    #[schemars(extend("default" = {}))]
    pub ships: Option<LabelSelector>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub tides: Option<Vec<Tide>>,

    /// It is no selector, as a value may be null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without: Option<Without>,
}

// So that rustdoc need not look through all the maps in it.
impl std::panic::RefUnwindSafe for AffinitySpec {}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct AffinityStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<ConditionSchema>>", length(max = 8))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Option<Vec<Condition>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Berth {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = null))]
    pub depth: Option<i64>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Jetty {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub berths: Option<BTreeMap<String, Berth>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct MatchExpression {
    pub key: String,

    pub operator: String,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Pier {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jetties: Option<BTreeMap<String, Jetty>>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct SecretRef {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,

    pub name: String,
}

/// When ships may leave:
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[schemars(description = "When ships may leave: ", title = "")]
#[serde(rename_all = "camelCase")]
pub enum Tide {
    Ebb,
    Flow,
}

/// It is no selector, as a value may be null.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Without {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_expressions: Option<Vec<MatchExpression>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("additionalProperties" = {"nullable": true, "type": "string"}))]
    pub match_labels: Option<BTreeMap<String, Option<String>>>,
}

// What this CRD says of Kubernetes' own types.
kopgen_runtime::schema! {
    AffinitySchema = r#"{
        "properties": {
            "nodeAffinity": {"properties":{"preferredDuringSchedulingIgnoredDuringExecution":{"items":{"properties":{"preference":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchFields":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"}},"type":"object"},"weight":{"format":"int32","type":"integer"}},"required":["preference","weight"],"type":"object"},"type":"array"},"requiredDuringSchedulingIgnoredDuringExecution":{"properties":{"nodeSelectorTerms":{"items":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchFields":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"}},"type":"object"},"type":"array"}},"required":["nodeSelectorTerms"],"type":"object"}},"type":"object"},
            "podAffinity": {"properties":{"preferredDuringSchedulingIgnoredDuringExecution":{"items":{"properties":{"podAffinityTerm":{"properties":{"labelSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"matchLabelKeys":{"items":{"type":"string"},"type":"array"},"mismatchLabelKeys":{"items":{"type":"string"},"type":"array"},"namespaceSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"namespaces":{"items":{"type":"string"},"type":"array"},"topologyKey":{"type":"string"}},"required":["topologyKey"],"type":"object"},"weight":{"format":"int32","type":"integer"}},"required":["podAffinityTerm","weight"],"type":"object"},"type":"array"},"requiredDuringSchedulingIgnoredDuringExecution":{"items":{"properties":{"labelSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"matchLabelKeys":{"items":{"type":"string"},"type":"array"},"mismatchLabelKeys":{"items":{"type":"string"},"type":"array"},"namespaceSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"namespaces":{"items":{"type":"string"},"type":"array"},"topologyKey":{"type":"string"}},"required":["topologyKey"],"type":"object"},"type":"array"}},"type":"object"},
            "podAntiAffinity": {"properties":{"preferredDuringSchedulingIgnoredDuringExecution":{"items":{"properties":{"podAffinityTerm":{"properties":{"labelSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"matchLabelKeys":{"items":{"type":"string"},"type":"array"},"mismatchLabelKeys":{"items":{"type":"string"},"type":"array"},"namespaceSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"namespaces":{"items":{"type":"string"},"type":"array"},"topologyKey":{"type":"string"}},"required":["topologyKey"],"type":"object"},"weight":{"format":"int32","type":"integer"}},"required":["podAffinityTerm","weight"],"type":"object"},"type":"array"},"requiredDuringSchedulingIgnoredDuringExecution":{"items":{"properties":{"labelSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"matchLabelKeys":{"items":{"type":"string"},"type":"array"},"mismatchLabelKeys":{"items":{"type":"string"},"type":"array"},"namespaceSelector":{"properties":{"matchExpressions":{"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},"matchLabels":{"additionalProperties":{"type":"string"},"type":"object"}},"type":"object","x-kubernetes-map-type":"atomic"},"namespaces":{"items":{"type":"string"},"type":"array"},"topologyKey":{"type":"string"}},"required":["topologyKey"],"type":"object"},"type":"array"}},"type":"object"}
        },
        "type": "object"
    }"#;
    ConditionSchema = r#"{
        "description": "Condition is what is the case.",
        "properties": {
            "lastTransitionTime": {"format":"date-time","type":"string"},
            "message": {"maxLength":30,"type":"string"},
            "observedGeneration": {"format":"int64","minimum":0,"type":"integer"},
            "reason": {"pattern":"^[A-Z]+$","type":"string"},
            "status": {"enum":["True","False","Unknown"],"type":"string"},
            "type": {"type":"string"}
        },
        "required": ["lastTransitionTime","message","reason","status","type"],
        "type": "object"
    }"#;
    LabelSelectorSchema = r#"{
        "properties": {
            "matchExpressions": {"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},
            "matchLabels": {"additionalProperties":{"type":"string"},"type":"object"}
        },
        "type": "object",
        "x-kubernetes-map-type": "atomic"
    }"#;
    LabelSelectorSchema2 = r#"{
        "properties": {
            "matchExpressions": {"items":{"properties":{"key":{"type":"string"},"operator":{"type":"string"},"values":{"items":{"type":"string"},"type":"array"}},"required":["key","operator"],"type":"object"},"type":"array"},
            "matchLabels": {"additionalProperties":{"maxLength":20,"type":"string"},"type":"object"}
        },
        "type": "object",
        "x-kubernetes-validations": [{"rule":"!has(self.matchLabels) || size(self.matchLabels) > 0"}]
    }"#;
    TolerationSchema = r##"{
        "properties": {
            "effect": {"type":"string"},
            "key": {"maxLength":10,"type":"string"},
            "operator": {"default":"Equal \"#","type":"string"},
            "tolerationSeconds": {"format":"int64","type":"integer"},
            "value": {"type":"string"}
        },
        "type": "object"
    }"##;
}
