//! CRDs of Rust types, whole: from kube's derives through every pass.
#![cfg(feature = "schema")]

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ResourceRequirements;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, LabelSelector, Time};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kopgen_core::crd::{QUANTITY, of, schema_of};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What a Guestbook should be.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "webapp.example.com",
    version = "v1",
    kind = "Guestbook",
    plural = "guestbooks",
    shortname = "gb",
    namespaced,
    status = "GuestbookStatus",
    scale(
        spec_replicas_path = ".spec.replicas",
        status_replicas_path = ".status.replicas"
    ),
    printcolumn(
        name = "Ready",
        type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].status"
    )
)]
#[serde(rename_all = "camelCase")]
struct GuestbookSpec {
    /// How many replicas to run.
    #[schemars(range(min = 1))]
    replicas: i32,
    /// What to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    image: Option<String>,
}

/// What a Guestbook is.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default)]
struct GuestbookStatus {
    replicas: Option<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    conditions: Vec<Condition>,
}

#[test]
fn a_scaffolded_kind() {
    let mut crd = of::<Guestbook>();
    let version = crd["spec"]["versions"][0].take();
    assert_eq!(
        crd,
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "guestbooks.webapp.example.com"},
            "spec": {
                "group": "webapp.example.com",
                "names": {
                    "kind": "Guestbook",
                    "listKind": "GuestbookList",
                    "plural": "guestbooks",
                    "shortNames": ["gb"],
                    "singular": "guestbook",
                },
                "scope": "Namespaced",
                "versions": [null],
            },
        })
    );
    assert_eq!(
        version["subresources"],
        json!({"status": {}, "scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}})
    );
    assert_eq!(version.as_object().map(|it| it.len()), Some(6), "{version}");
    let mut schema = version["schema"]["openAPIV3Schema"].clone();
    for key in ["apiVersion", "kind"] {
        assert!(schema["properties"][key].take()["description"].is_string());
    }
    let mut conditions = schema["properties"]["status"]["properties"]["conditions"].take();
    assert_eq!(
        conditions["items"].take()["required"],
        json!(["lastTransitionTime", "message", "reason", "status", "type"])
    );
    assert_eq!(
        conditions,
        json!({
            "type": "array",
            "items": null,
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["type"],
        })
    );
    assert_eq!(
        schema,
        json!({
            "description": "What a Guestbook should be.",
            "type": "object",
            "required": ["spec"],
            "properties": {
                "apiVersion": null,
                "kind": null,
                "metadata": {"type": "object"},
                "spec": {
                    "description": "What a Guestbook should be.",
                    "type": "object",
                    "required": ["replicas"],
                    "properties": {
                        "replicas": {"description": "How many replicas to run.", "type": "integer", "format": "int32", "minimum": 1},
                        "image": {"description": "What to run.", "type": "string"},
                    },
                },
                "status": {
                    "description": "What a Guestbook is.",
                    "type": "object",
                    "properties": {
                        "replicas": {"type": "integer", "format": "int32"},
                        "conditions": null,
                    },
                },
            },
        })
    );
}

#[test]
fn a_kind_with_a_text_of_its_own_or_none() {
    #[derive(CustomResource, JsonSchema, Serialize, Deserialize, Clone, Debug)]
    #[kube(
        group = "example.com",
        version = "v1",
        kind = "Described",
        doc = "A text of its own."
    )]
    struct DescribedSpec {}
    #[derive(CustomResource, JsonSchema, Serialize, Deserialize, Clone, Debug)]
    #[kube(group = "example.com", version = "v1", kind = "Silent")]
    struct SilentSpec {}

    let description = |crd: Value| {
        crd.pointer("/spec/versions/0/schema/openAPIV3Schema/description")
            .cloned()
    };
    assert_eq!(
        description(of::<Described>()),
        Some(json!("A text of its own."))
    );
    assert_eq!(description(of::<Silent>()), None);
}

/// `check(field's schema, expected)` for each way in which Rust says what Kubernetes has a form for.
fn check<T: JsonSchema>(expected: Value) {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Of<T> {
        field: T,
    }
    let schema = schema_of::<Of<T>>();
    assert_eq!(schema["properties"]["field"], expected);
    assert_eq!(
        schema_of::<Of<T>>().to_string(),
        schema.to_string(),
        "twice the same, keys in order"
    );
}

#[test]
fn scalars() {
    check::<String>(json!({"type": "string"}));
    check::<Option<String>>(json!({"type": "string"}));
    check::<Option<Option<bool>>>(json!({"type": "boolean"}));
    check::<u8>(json!({"type": "integer", "format": "int32", "minimum": 0, "maximum": 255}));
    check::<Option<u32>>(
        json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": 4294967295_u32}),
    );
    check::<usize>(json!({"type": "integer", "format": "int64", "minimum": 0}));
    check::<f64>(json!({"type": "number", "format": "double"}));
}

#[test]
fn lists_and_maps() {
    check::<Vec<Option<i64>>>(
        json!({"type": "array", "items": {"type": "integer", "format": "int64", "nullable": true}}),
    );
    check::<std::collections::BTreeSet<String>>(
        json!({"type": "array", "items": {"type": "string"}}),
    );
    check::<BTreeMap<String, String>>(
        json!({"type": "object", "additionalProperties": {"type": "string"}}),
    );
    check::<BTreeMap<String, Value>>(json!({
        "type": "object",
        "additionalProperties": {"x-kubernetes-preserve-unknown-fields": true},
    }));
    check::<Value>(json!({"x-kubernetes-preserve-unknown-fields": true}));
}

/// A value of any shape keeps what is in it, wherever it stands.
#[test]
fn any_value_below_a_map() {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Deck {
        cargo: Value,
        crates: Vec<Value>,
        lists: Vec<Option<Vec<Value>>>,
        maybe: Option<Value>,
        nested: BTreeMap<String, Vec<BTreeMap<String, Value>>>,
    }
    let any = json!({"x-kubernetes-preserve-unknown-fields": true});
    let list = |items: &Value| json!({"type": "array", "items": items});
    let map = |values: &Value| json!({"type": "object", "additionalProperties": values});
    let deck = json!({
        "type": "object",
        "properties": {
            "cargo": any,
            "crates": list(&any),
            "lists": list(&json!({"type": "array", "items": any, "nullable": true})),
            "maybe": any,
            "nested": map(&list(&map(&any))),
        },
        "required": ["cargo", "crates", "lists", "nested"],
    });
    check::<Deck>(deck.clone());
    check::<BTreeMap<String, Deck>>(map(&deck));
    check::<BTreeMap<String, Vec<Deck>>>(map(&list(&deck)));
    check::<Vec<BTreeMap<String, BTreeMap<String, Deck>>>>(list(&map(&map(&deck))));
}

#[test]
fn types_of_kubernetes() {
    let int_or_string = json!({"x-kubernetes-int-or-string": true, "anyOf": [{"type": "integer"}, {"type": "string"}]});
    check::<IntOrString>(int_or_string.clone());
    check::<Option<IntOrString>>(int_or_string.clone());
    let mut quantity = int_or_string;
    quantity["pattern"] = QUANTITY.into();
    check::<Quantity>(quantity.clone());
    check::<BTreeMap<String, Quantity>>(
        json!({"type": "object", "additionalProperties": quantity}),
    );

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Embedding {
        time: Option<Time>,
        selector: Option<LabelSelector>,
        resources: ResourceRequirements,
    }
    let schema = schema_of::<Embedding>();
    let property = |name: &str| &schema["properties"][name];
    assert_eq!(property("time")["type"], "string");
    assert_eq!(property("time")["format"], "date-time");
    assert_eq!(
        property("selector")["properties"]["matchLabels"]["additionalProperties"],
        json!({"type": "string"})
    );
    assert_eq!(
        property("resources")["properties"]["limits"]["additionalProperties"],
        quantity
    );
    assert!(
        !schema.to_string().contains("nullable"),
        "nothing asked for it"
    );
}

#[test]
fn enums() {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    enum Switch {
        #[serde(rename = "on")]
        On,
        #[serde(rename = "off")]
        Off,
    }
    check::<Switch>(json!({"type": "string", "enum": ["on", "off"]}));
    check::<Option<Switch>>(json!({"type": "string", "enum": ["on", "off"]}));

    #[derive(JsonSchema)]
    #[allow(dead_code)]
    enum Documented {
        /// The first.
        A,
        /// The second.
        B,
    }
    check::<Option<Documented>>(json!({"type": "string", "enum": ["A", "B"]}));

    /// Where it comes from.
    #[derive(JsonSchema)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code)]
    enum External {
        /// By name.
        Name(String),
        Port {
            number: u16,
        },
    }
    let external = json!({
        "description": "Where it comes from.",
        "type": "object",
        "properties": {
            "name": {"description": "By name.", "type": "string"},
            "port": {
                "type": "object",
                "required": ["number"],
                "properties": {"number": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 65535}},
            },
        },
        "oneOf": [{"required": ["name"]}, {"required": ["port"]}],
    });
    check::<External>(external.clone());
    check::<Option<External>>(external);

    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[allow(dead_code)]
    enum Port {
        Number(u16),
        Name(String),
    }
    check::<Option<Port>>(json!({
        "x-kubernetes-int-or-string": true,
        "anyOf": [{"type": "integer"}, {"type": "string"}],
        "minimum": 0,
        "maximum": 65535,
    }));
}

#[test]
fn what_is_asked_for_stays() {
    #[derive(JsonSchema)]
    #[schemars(extend("oneOf" = [{"required": ["a"]}, {"required": ["b"]}], "not" = {"required": ["c"]}))]
    #[schemars(extend("x-kubernetes-map-type" = "atomic"))]
    #[allow(dead_code)]
    struct Asked {
        #[schemars(extend("nullable" = true))]
        a: Option<String>,
        #[schemars(extend("format" = null, "x-mine" = 1))]
        b: Option<i32>,
        #[schemars(range(min = 1.0, max = 2.5))]
        c: Option<f64>,
        #[schemars(extend("x-kopgen-set" = {"enum": ["x", null]}))]
        d: Option<String>,
    }
    assert_eq!(
        schema_of::<Asked>(),
        json!({
            "type": "object",
            "properties": {
                "a": {"type": "string", "nullable": true},
                "b": {"type": "integer"},
                "c": {"type": "number", "format": "double", "minimum": 1, "maximum": 2.5},
                "d": {"type": "string", "enum": ["x", null]},
            },
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            "not": {"required": ["c"]},
            "x-kubernetes-map-type": "atomic",
        })
    );
}

#[test]
fn flattened_maps_keep_unknown_fields() {
    #[derive(JsonSchema)]
    #[allow(dead_code)]
    struct Flattened {
        a: String,
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    assert_eq!(
        schema_of::<Flattened>(),
        json!({
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "string"}},
            "x-kubernetes-preserve-unknown-fields": true,
        })
    );
}
