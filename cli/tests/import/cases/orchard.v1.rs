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

use kopgen_runtime::{DateTime, IntOrString, JsonObject, Kind, Nullable, Quantity};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// OrchardSpec says what grows.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "farm.example.com",
    version = "v1",
    kind = "Orchard",
    plural = "orchards",
    namespaced,
    status = "OrchardStatus",
    shortname = "orc",
    category = "all",
    selectable = ".spec.season",
    doc = "Orchard is a place of trees.\n\n\tIt may look like \"#this\"# or */ that.\n\n```\nlet trees = 3;\n```"
)]
#[kube(printcolumn(
    name = "Season",
    type_ = "string",
    json_path = ".spec.season",
    description = "When it bears.",
    priority = 1
))]
#[kube(printcolumn(
    name = "Age",
    type_ = "date",
    json_path = ".metadata.creationTimestamp"
))]
#[kube(scale(
    spec_replicas_path = ".spec.replicas",
    status_replicas_path = ".status.replicas",
    label_selector_path = ".status.selector"
))]
#[kube(validation = ("size(self.metadata.name) < 40", r##"too long: "#""##))]
#[kind(
    versions("v1alpha1", "v1"),
    annotation("controller-gen.kubebuilder.io/version", "v0.21.0"),
    label("app.kubernetes.io/part-of", "farm")
)]
#[kind(schema(
    "/required" = ["metadata", "spec"],
    "/properties/apiVersion" = {"type": "string"},
    "/properties/kind" = {"type": "string"},
    "/properties/metadata" = {
        "properties": {"name": {"maxLength": 40, "type": "string"}},
        "type": "object",
    }
))]
#[kind(extend(
    "/spec/conversion" = {
        "strategy": "Webhook",
        "webhook": {
            "clientConfig": {
                "service": {
                    "name": "farm",
                    "namespace": "farm-system",
                    "path": "/convert",
                    "port": 443,
                },
            },
            "conversionReviewVersions": ["v1"],
        },
    },
    "/spec/names/listKind" = "Orchards"
))]
#[schemars(extend(
    "oneOf" = [{"required": ["gate"]}, {"required": ["fence"]}],
    "x-kopgen-set" = {"required": ["trees", "season", "water"]}
))]
#[x_kube(validation = Rule::new("!oldSelf.hasValue() || self.season == oldSelf.value().season")
    .message(Message::Expression("'the season was ' + oldSelf.value().season".into()))
    .reason(Reason::FieldValueForbidden)
    .field_path(".season")
    .optional_old_self(true))]
pub struct OrchardSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anything: Option<Value>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub beds: Option<BTreeMap<String, Vec<Bed>>>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,

    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    #[schemars(extend("anyOf" = []))]
    pub fence: Nullable<IntOrString>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<IntOrString>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-embedded-resource" = true))]
    pub keeper: Option<JsonObject>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend(
        "additionalProperties" = {"maxLength": 10, "type": "string"},
        "maxProperties" = 3
    ))]
    pub labels: Option<BTreeMap<String, String>>,

    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    #[schemars(extend("x-kopgen-set" = {"enum": ["a", "b", null]}))]
    pub mode: Nullable<OrchardMode>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<OrchardOption>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 9000000000i64))]
    pub replicas: Option<i32>,

    /// Where the rootstock comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rootstock: Option<NameAndNamespace>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<OrchardRule>,

    /// \# Season
    ///   * spring — früh 🌸
    ///
    ///    indented()
    #[schemars(
        description = "# Season\n  * spring — früh 🌸\n\n      indented()\n",
        title = ""
    )]
    pub season: Season,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("items" = {"enum": [1, 2, 3], "type": "integer"}))]
    pub sizes: Option<Vec<i64>>,

    /// The trees, by name.
    #[schemars(length(min = 1, max = 100))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["name".into()]))]
    pub trees: Vec<Tree>,

    /// How much water a day, as 10L*/ or `"#`.
    pub water: Quantity,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct OrchardStatus {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -9007199254740993i64))]
    pub big: Option<i64>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "duration"))]
    pub uptime: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Bed {
    #[serde(rename = "", skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,

    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("example" = "a"))]
    pub r#ref: Option<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = true))]
    pub _3scale: Option<bool>,

    #[serde(rename = "proxy-url", skip_serializing_if = "Option::is_none")]
    pub proxy_url: Option<String>,

    #[serde(rename = "proxyURL", skip_serializing_if = "Option::is_none")]
    pub proxy_url_2: Option<String>,

    #[serde(
        rename = "proxyUrl",
        default,
        skip_serializing_if = "Nullable::is_absent"
    )]
    pub proxy_url_3: Nullable<String>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_: Option<bool>,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Extra {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "byte"))]
    pub rest: Option<String>,

    /// The fields that the schema does not name, and preserves.
    #[serde(flatten)]
    pub other: BTreeMap<String, Value>,
}

/// The type of `OrchardSpec::rootstock` and `Tree::graft`.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
pub struct NameAndNamespace {
    pub name: String,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("default" = "default"))]
    pub namespace: Option<String>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum OrchardMode {
    A,
    B,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct OrchardOption {}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct OrchardRule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<RuleMessage>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct RuleMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("externalDocs" = {"url": "https://example.com"}))]
    pub text: Option<String>,
}

/// \# Season * spring — früh 🌸
#[derive(JsonSchema, Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Season {
    #[serde(rename = "spring")]
    Spring,
    Summer,
    #[serde(rename = "")]
    Empty,
    #[serde(rename = "1.5")]
    V1_5,
    #[serde(rename = "é")]
    Value,
    #[serde(rename = "ü")]
    Value2,
    #[serde(rename = "self")]
    SelfValue,
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
}

/// Tree is one of them:
///
///    plum, planted in 2020
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[schemars(
    description = "Tree is one of them:\n\n    plum, planted in 2020",
    title = ""
)]
pub struct Tree {
    /// Where the graft comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graft: Option<NameAndNamespace>,

    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("items" = {"exclusiveMinimum": true, "minimum": 0.5, "type": "number"}))]
    #[x_kube(merge_strategy = ListMerge::Set)]
    pub heights: Option<Vec<Number>>,

    #[schemars(length(min = 1, max = 63), regex(pattern = r#"^[a-z"\\]+$"#))]
    pub name: String,

    #[serde(skip_serializing_if = "Option::is_none")]
    pub planted: Option<DateTime>,
}
