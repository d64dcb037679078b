//! Types that were once described wrongly, each with objects that are kept whole and objects that are refused.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSON;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, FieldsV1};
use k8s_openapi::apimachinery::pkg::runtime::RawExtension;
use kopgen_runtime::core::crd::Crd;
use kopgen_runtime::core::lint;
use kopgen_runtime::testing::TestEnv;
use kube::KubeSchema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::case::{Case, contains, stored};
use crate::server::{Server, crd};

/// A type, what the API server keeps of it, and what it refuses.
struct Known {
    case: Case,
    kept: Vec<Value>,
    refused: Vec<Value>,
}

macro_rules! known {
    ($($type:ty, [$($kept:tt),*], [$($refused:tt),*];)*) => {
        vec![$(Known {
            case: Case::of::<$type>(stringify!($type)),
            kept: vec![$(json!($kept)),*],
            refused: vec![$(json!($refused)),*],
        }),*]
    };
}

#[derive(Serialize, Deserialize, JsonSchema, Default)]
struct Resources {
    cpu: Option<String>,
    by_name: BTreeMap<String, Option<u8>>,
    inner: Inner,
}

#[derive(Serialize, Deserialize, JsonSchema, Default)]
struct Inner {
    a: Option<i32>,
    any: Option<Value>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Defaulted {
    #[serde(default)]
    resources: Resources,
    #[serde(default = "list")]
    list: Vec<Inner>,
    #[serde(default = "tenth")]
    factor: f32,
}

fn list() -> Vec<Inner> {
    vec![Inner::default()]
}

fn tenth() -> f32 {
    0.1
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-validations" = [{"rule": "!has(self.name) || self.name != 'type'"}]))]
#[serde(rename_all = "camelCase")]
enum Ruled {
    Name(#[schemars(length(max = 10))] String),
    Number { number: i32 },
}

#[derive(Serialize, Deserialize, KubeSchema)]
struct Ruling {
    #[x_kube(validation = "!has(self.name) || self.name != 'field'")]
    ruled: Option<Ruled>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Raw {
    /// Raw, with a text of its own.
    raw: Option<RawExtension>,
    raws: Vec<RawExtension>,
    json: JSON,
    fields: FieldsV1,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Amounts {
    /// How much.
    amount: Option<Quantity>,
    amounts: BTreeMap<String, Quantity>,
    template: Option<PodTemplateSpec>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Formats {
    #[schemars(extend("format" = "partial-date-time"))]
    date_time: Option<String>,
    #[schemars(extend("format" = "partial-time"))]
    time: Option<String>,
    #[schemars(extend("format" = "zoned-date-time"))]
    zoned: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Written {
    read: String,
    #[serde(skip_deserializing)]
    written: BTreeMap<String, String>,
    #[serde(flatten)]
    choice: Option<Choice>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Choice {
    A(String),
    B { number: i32 },
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum Other {
    C(String),
    D(bool),
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct TwoChoices {
    #[serde(flatten)]
    choice: Choice,
    #[serde(flatten)]
    other: Option<Other>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Alone {
    Map(BTreeMap<String, String>),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Numbers {
    Small(u8),
    Float(f64),
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Port {
    Number(i32),
    Name(String),
}

fn known() -> Vec<Known> {
    let labels = json!({"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [
        {"name": "a", "resources": {"limits": {"cpu": "500m", "memory": 5}}},
    ]}});
    let mut spoilt = labels.clone();
    spoilt["spec"]["containers"][0]["resources"]["limits"]["cpu"] = json!("lots");
    let condition = json!({"type": "Ready", "status": "True", "reason": "Done", "message": "", "lastTransitionTime": "2026-01-02T03:04:05Z"});
    let without_reason = {
        let mut condition = condition.clone();
        condition["reason"] = json!("");
        condition
    };
    known! {
        Defaulted, [{"resources": {"cpu": "1", "by_name": {"a": 1}, "inner": {"any": [null, 1]}}, "list": [], "factor": 0.5}], [];
        Ruling, [{"ruled": {"name": "other"}}, {"ruled": {"number": {"number": 1}}}], [
            {"ruled": {"name": "type"}}, {"ruled": {"name": "field"}}, {"ruled": {"name": "a", "number": {"number": 1}}}
        ];
        Raw, [
            {"raw": {"a": {"b": [1, "c"]}}, "raws": [{"d": 1}], "json": {"e": [true]}, "fields": {"f:a": {".": {}}}},
            {"raws": [], "json": "text", "fields": {}},
            {"raws": [], "json": [1], "fields": {}}
        ], [{"raw": "text", "raws": [], "json": 1, "fields": {}}];
        Amounts, [{"amount": "1Gi", "amounts": {"a": 5, "b": "0.5"}}, {"amounts": {}, "template": labels}], [
            {"amount": "lots", "amounts": {}}, {"amounts": {"a": "lots"}}, {"amounts": {}, "template": spoilt}
        ];
        Condition, [condition], [without_reason];
        IpAddr, ["10.0.0.1", "fd00::1", "::ffff:1.2.3.4"], ["lots", "10.0.0.256", ""];
        Ipv4Addr, ["10.0.0.1"], ["fd00::1"];
        Formats, [
            {"date_time": "2026-01-02T03:04:05", "time": "03:04:05.123", "zoned": "2026-01-02T03:04:05-05:00[America/New_York]"}
        ], [{"date_time": "2026-01-02"}, {"time": "3 o'clock"}, {"zoned": "2026-01-02T03:04:05-05:00"}];
        Written, [{"read": "a", "a": "b"}, {"read": "a", "written": {}}, {"read": "a"}], [{"read": "a", "a": "b", "b": {"number": 1}}];
        TwoChoices, [{"a": "x", "c": "y"}, {"b": {"number": 1}}], [{"c": "y"}, {"a": "x", "b": {"number": 1}}, {"a": "x", "c": "y", "d": true}];
        Alone, [{"a": "b"}], [{"a": 1}];
        Numbers, [1, 0.5, (-3)], ["a"];
        Port, [80, "http"], [3_000_000_000_i64, true];
        BTreeMap<u16, String>, [{"1": "a", "20": "b"}], [{"a": "b"}, {"-1": "b"}];
    }
}

#[tokio::test]
async fn known_types_keep_what_they_write_and_read_what_is_admitted() -> kopgen_runtime::Result<()>
{
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let server = Server::new(env.client());
    let known = known();
    let mut properties = Map::new();
    let mut problems = Vec::new();
    for (at, Known { case, .. }) in known.iter().enumerate() {
        let clashes = (case.clashes)();
        problems.extend(clashes.iter().map(|it| format!("{}: {it}", case.name)));
        properties.insert(format!("t{at}"), (case.schema)());
    }
    let crd = crd("Known", json!({"type": "object", "properties": properties}));
    let definition = Crd::from(crd.clone());
    problems.extend(lint::check(&definition).iter().map(ToString::to_string));
    // With all types in one, the CRD is large.
    let warnings = lint::warnings(&definition).into_iter();
    let warnings = warnings.filter(|it| !it.message.contains("kubectl apply"));
    problems.extend(warnings.map(|it| it.to_string()));
    problems.extend(
        server
            .define(&crd)
            .await
            .map_err(kopgen_runtime::Error::msg)?,
    );
    for (
        at,
        Known {
            case,
            kept,
            refused,
        },
    ) in known.iter().enumerate()
    {
        let name = format!("t{at}");
        for value in kept {
            let stored_value = match server.store(&crd, &json!({ &name: value })).await {
                Ok(mut spec) => spec[&name].take(),
                Err(error) => {
                    problems.push(format!("{} {value}: {error}", case.name));
                    continue;
                }
            };
            // Defaults come on top.
            if !contains(&stored_value, &stored(value)) {
                problems.push(format!("{} {value} became {stored_value}", case.name));
            }
            if let Err(error) = (case.reread)(&stored_value) {
                problems.push(format!(
                    "{} cannot be read from {stored_value}: {error}",
                    case.name
                ));
            }
        }
        for value in refused {
            if server.store(&crd, &json!({ &name: value })).await.is_ok() {
                problems.push(format!("{} {value} is admitted", case.name));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    Ok(())
}
