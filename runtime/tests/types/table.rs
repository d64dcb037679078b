//! The table of types and attributes in `docs/reference/attributes.md`: `SNAPSHOTS=overwrite` writes it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU8;
use std::path::Path;
use std::{env, fs};

use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    JSON, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
    JSONSchemaPropsOrStringArray,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{
    Condition, FieldsV1, LabelSelector, MicroTime, ObjectMeta, Time,
};
use k8s_openapi::apimachinery::pkg::runtime::RawExtension;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use kopgen_runtime::core::crd::{Crd, clashes_of, schema_of};
use kopgen_runtime::core::lint;
use kube::KubeSchema;
use kube::core::Duration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::server::crd;

/// `field`, with what stands on it, and what is in the CRD for it.
macro_rules! fields {
    ($($(#[$attribute:meta])* $type:ty;)*) => {
        vec![$({
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[allow(dead_code)]
            struct Held {
                $(#[$attribute])*
                field: $type,
            }
            let attributes: Vec<&str> = vec![$(stringify!($attribute)),*];
            row::<Held>(&attributes, stringify!($type))
        }),*]
    };
}

/// A type, as the type of a field.
macro_rules! items {
    ($({ $($item:tt)* } $shown:literal;)*) => {
        vec![$({
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[allow(dead_code)]
            $($item)*
            #[derive(Serialize, Deserialize, JsonSchema)]
            #[allow(dead_code)]
            struct Held {
                field: Item,
            }
            (format!("`{}`", $shown), cell::<Held>())
        }),*]
    };
}

type Row = (String, String);

fn row<T: JsonSchema>(attributes: &[&str], ty: &str) -> Row {
    let attributes = attributes.iter().map(|it| match it.strip_prefix("doc = ") {
        Some(doc) => format!("///{}` `", doc.trim_matches('"')),
        None => format!(
            "#[{}] ",
            it.split_whitespace().collect::<Vec<_>>().join(" ")
        ),
    });
    let attributes: String = attributes.collect();
    (format!("`{attributes}{ty}`"), cell::<T>())
}

fn cell<T: JsonSchema>() -> String {
    if let Some(problem) = clashes_of::<T>().first() {
        return format!("refused: {}", problem.message);
    }
    let schema = schema_of::<T>();
    let crd = crd("Table", schema.clone());
    if let Some(problem) = lint::check(&Crd::from(crd)).first() {
        return format!("refused: {}", problem.message);
    }
    let field = schema["properties"].get("field");
    let flattened = schema["x-kubernetes-preserve-unknown-fields"] == true;
    match field {
        Some(field) if schema["required"] == json!(["field"]) => format!("`{}`", short(field)),
        Some(field) => format!("`{}`, optional", short(field)),
        None if schema["properties"].is_object() || flattened => format!("`{}`", short(&schema)),
        None => "no field".to_owned(),
    }
}

/// A schema without long texts and without the fields of long structs.
fn short(schema: &Value) -> Value {
    match schema {
        Value::String(text) if text.chars().count() > 40 => "…".into(),
        Value::Array(items) => items.iter().map(short).collect(),
        Value::Object(node) => {
            let long = node.len() > 4 && node.values().all(Value::is_object);
            let node = node.iter().filter(|_| !long);
            let mut short: serde_json::Map<_, _> = node
                .map(|(key, value)| (key.clone(), short(value)))
                .collect();
            if long {
                short.insert("…".into(), json!({}));
            }
            short.into()
        }
        value => value.clone(),
    }
}

fn tables() -> Vec<(&'static str, Vec<Row>)> {
    #[derive(Serialize, Deserialize, JsonSchema, Default)]
    struct Inner {
        a: Option<i32>,
        b: i32,
    }
    #[derive(Serialize, Deserialize, JsonSchema)]
    enum Choice {
        A(String),
        B(bool),
    }
    #[derive(Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
    enum Name {
        X,
        Y,
    }
    fn third() -> i32 {
        3
    }
    #[derive(KubeSchema, Serialize, Deserialize)]
    struct Ruled {
        #[x_kube(validation = "self > 1")]
        field: i32,
    }
    #[derive(KubeSchema, Serialize, Deserialize)]
    struct Merged {
        #[x_kube(merge_strategy = ListMerge::Set)]
        field: Vec<String>,
    }
    let mut validated: Vec<Row> = fields! {
        #[doc = " How many."] u8;
        #[schemars(range(min = 1, max = 9))] i32;
        #[schemars(length(min = 1, max = 9))] String;
        #[schemars(length(min = 1, max = 9))] Vec<String>;
        #[schemars(inner(length(max = 9)))] Vec<String>;
        #[schemars(regex(pattern = "^[a-z]+$"))] String;
        #[schemars(contains(pattern = "a.b"))] String;
        #[schemars(email)] String;
        #[schemars(url)] String;
        #[schemars(required)] Option<String>;
        #[schemars(with = "String")] Choice;
        #[schemars(title = "Title")] String;
        #[schemars(extend("nullable" = true))] Option<String>;
        #[schemars(extend("x-kubernetes-preserve-unknown-fields" = true))] Inner;
        #[schemars(extend("x-kopgen-set" = {"type": null, "x-kubernetes-preserve-unknown-fields": true}))] String;
    };
    validated.push((
        "`#[x_kube(validation = \"self > 1\")] i32`".into(),
        cell::<Ruled>(),
    ));
    validated.push((
        "`#[x_kube(merge_strategy = ListMerge::Set)] Vec<String>`".into(),
        cell::<Merged>(),
    ));
    vec![
        (
            "Types of Rust",
            fields! {
                bool; i8; i16; i32; i64; i128; u8; u16; u32; u64; usize; NonZeroU8; f32; f64;
                char; String; IpAddr; Ipv4Addr; Ipv6Addr; std::time::Duration; Value;
                Option<String>; Box<String>; Vec<u8>; Vec<Option<u8>>; [u8; 2]; BTreeSet<String>; (u8, u8); ();
                BTreeMap<String, u8>; HashMap<String, Option<u8>>; BTreeMap<u16, u8>; BTreeMap<Name, u8>; BTreeMap<String, Value>; Inner;
            },
        ),
        (
            "Fields with serde's attributes",
            fields! {
                #[serde(rename = "other")] String;
                #[serde(alias = "other")] String;
                #[serde(default)] i32;
                #[serde(default)] Option<i32>;
                #[serde(default)] Inner;
                #[serde(default = "third")] i32;
                #[serde(default, skip_serializing_if = "Vec::is_empty")] Vec<String>;
                #[serde(skip)] String;
                #[serde(default, skip_serializing)] String;
                #[serde(skip_deserializing)] String;
                #[serde(flatten)] Inner;
                #[serde(flatten)] Choice;
                #[serde(flatten)] Option<Choice>;
                #[serde(flatten)] BTreeMap<String, Value>;
            },
        ),
        (
            "Structs and enums",
            items! {
                { struct Item { a: u8 } } "struct { a: u8 }";
                { #[serde(rename_all = "camelCase")] struct Item { a_b: u8 } } "#[serde(rename_all = \"camelCase\")] struct { a_b: u8 }";
                { #[serde(deny_unknown_fields)] struct Item { a: u8 } } "#[serde(deny_unknown_fields)] struct { a: u8 }";
                { #[serde(transparent)] struct Item { a: u8 } } "#[serde(transparent)] struct { a: u8 }";
                { struct Item(u8); } "struct(u8)";
                { struct Item(u8, bool); } "struct(u8, bool)";
                { struct Item; } "struct;";
                { enum Item { A, B } } "enum { A, B }";
                { enum Item { A(String), B { c: u8 } } } "enum { A(String), B { c: u8 } }";
                { enum Item { A(Option<String>), B {} } } "enum { A(Option<String>), B {} }";
                { enum Item { A, B { c: u8 } } } "enum { A, B { c: u8 } }";
                { #[serde(untagged)] enum Item { A(u8), B(String) } } "#[serde(untagged)] enum { A(u8), B(String) }";
                { #[serde(untagged)] enum Item { A(u8), B(f64) } } "#[serde(untagged)] enum { A(u8), B(f64) }";
                { #[serde(untagged)] enum Item { A { a: u8 }, B { b: u8 } } } "#[serde(untagged)] enum { A { a: u8 }, B { b: u8 } }";
                { #[serde(untagged)] enum Item { A(String), B { b: u8 } } } "#[serde(untagged)] enum { A(String), B { b: u8 } }";
                { #[serde(untagged)] enum Item { A { a: u8 }, B(BTreeMap<String, u8>) } } "#[serde(untagged)] enum { A { a: u8 }, B(BTreeMap<String, u8>) }";
                { #[serde(untagged)] enum Item { A { a: u8 }, B(Value) } } "#[serde(untagged)] enum { A { a: u8 }, B(Value) }";
                { #[serde(tag = "type")] enum Item { A { a: u8 }, B { b: u8 } } } "#[serde(tag = \"type\")] enum { A { a: u8 }, B { b: u8 } }";
                { #[serde(tag = "type", content = "value")] enum Item { A(u8), B(u8) } } "#[serde(tag = \"type\", content = \"value\")] enum { A(u8), B(u8) }";
            },
        ),
        ("Attributes of schemars and kube", validated),
        (
            "Types of Kubernetes",
            fields! {
                IntOrString; Quantity; BTreeMap<String, Quantity>; Time; MicroTime; Duration; RawExtension; FieldsV1; JSON;
                JSONSchemaProps; JSONSchemaPropsOrArray; JSONSchemaPropsOrBool; JSONSchemaPropsOrStringArray;
                ObjectMeta; LabelSelector; Condition; PodTemplateSpec;
                kopgen_runtime::IntOrString; kopgen_runtime::Quantity; kopgen_runtime::DateTime; kopgen_runtime::JsonObject;
                kopgen_runtime::Condition;
            },
        ),
    ]
}

fn markdown() -> String {
    let mut text = String::new();
    for (title, rows) in tables() {
        text.push_str(&format!(
            "\n### {title}\n\n| in Rust | in the CRD |\n|---|---|\n"
        ));
        for (rust, crd) in rows {
            let escaped = |text: &str| text.replace('|', "\\|");
            text.push_str(&format!("| {} | {} |\n", escaped(&rust), escaped(&crd)));
        }
    }
    text
}

#[test]
fn the_table_in_the_docs_is_what_the_passes_yield() {
    const START: &str = "<!-- The tables are written by runtime/tests/types/table.rs. -->\n";
    const END: &str = "\n<!-- The end of the tables. -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/attributes.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(START).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{START}{}{END}{after}", markdown());
    if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, &wanted).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap() == wanted,
        "run it again with SNAPSHOTS=overwrite"
    );
}
