//! `#[kind(..)]`: each of its items comes into the CRD, and a kind without a spec is one like all others.
#![allow(missing_docs)]

use std::collections::BTreeMap;

use kopgen_runtime::Kind;
use kopgen_runtime::core::{crd, report::KindReport};
use kube::core::object::HasStatus;
use kube::{CustomResource, CustomResourceExt, KubeSchema, Resource};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How it should be.
#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Wall",
    plural = "walls",
    shortname = "wl",
    namespaced,
    status = "WallStatus",
    derive = "PartialEq",
    validation = "!has(self.spec) || self.spec.height > 0"
)]
#[kind(optional_spec, versions("v1alpha1", "v1"), dangling(".spec.gone"))]
#[kind(annotation("example.com/a", "b"), label("c", "d"))]
#[kind(schema("/properties/metadata/properties/name" = { "maxLength": 63, "type": "string" }))]
#[kind(extend(
    "/spec/conversion" = { "strategy": "None" },
    "/spec/versions/0/subresources/status" = null,
))]
pub struct WallSpec {
    height: i32,
}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct WallStatus {
    built: bool,
}

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1alpha1",
    kind = "Wall",
    plural = "walls",
    shortname = "wl",
    namespaced,
    storage = false,
    root = "OldWall"
)]
pub struct OldWallSpec {
    height: i32,
}

fn version<K: Kind>() -> KindReport {
    KindReport {
        source: K::source(),
        crd: K::definition(),
    }
}

/// Of a kind and a version that are no names in Rust.
#[derive(KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1-2-0",
    kind = "definition",
    root = "Definition",
    plural = "definitions"
)]
#[kind(optional_spec)]
pub struct DefinitionSpec {
    /// How wide.
    pub width: i32,
}

#[test]
fn each_item_comes_into_the_crd() {
    let crd = crd::merge(vec![version::<Wall>(), version::<OldWall>()])
        .unwrap()
        .remove(0);
    assert_eq!(crd.dangling["v1"], [".spec.gone"]);
    let crd = crd.definition;
    assert!(!crd.to_string().contains("x-kopgen"), "{crd:#}");
    assert_eq!(
        crd["metadata"],
        json!({"name": "walls.test.example.com", "annotations": {"example.com/a": "b"}, "labels": {"c": "d"}})
    );
    assert_eq!(crd["spec"]["names"]["shortNames"], json!(["wl"]));
    assert_eq!(crd["spec"]["conversion"], json!({"strategy": "None"}));
    let [old, new] = crd["spec"]["versions"].as_array().unwrap().as_slice() else {
        panic!("two versions: {crd:#}");
    };
    assert_eq!([&old["name"], &new["name"]], ["v1alpha1", "v1"]);
    assert_eq!(new["subresources"], json!({}));
    let schema = &new["schema"]["openAPIV3Schema"];
    assert_eq!(schema["required"], Value::Null);
    assert_eq!(schema["description"], "How it should be.");
    assert_eq!(
        schema["properties"]["metadata"],
        json!({"type": "object", "properties": {"name": {"type": "string", "maxLength": 63}}})
    );
    assert_eq!(
        schema["properties"]["spec"]["required"],
        json!(["height"]),
        "of a spec that is there"
    );
    assert_eq!(
        schema["x-kubernetes-validations"][0]["rule"],
        "!has(self.spec) || self.spec.height > 0"
    );
}

#[test]
fn a_kind_whose_spec_is_optional_is_a_resource() {
    assert_eq!(Wall::api_version(&()), "test.example.com/v1");
    assert_eq!(Wall::plural(&()), "walls");
    assert_eq!(Wall::crd_name(), "walls.test.example.com");
    assert_eq!(Wall::shortnames(), ["wl"]);
    let mut wall = Wall::new("long", WallSpec { height: 2 });
    assert_eq!(wall.meta().name.as_deref(), Some("long"));
    *wall.status_mut() = Some(WallStatus { built: true });
    assert_eq!(wall.status(), Some(&WallStatus { built: true }));
}

#[test]
fn a_kind_keeps_the_name_that_its_type_cannot_have() {
    assert_eq!(Definition::kind(&()), "definition");
    assert_eq!(Definition::api_version(&()), "test.example.com/v1-2-0");
}

#[test]
fn an_object_without_a_spec_is_read_and_written() {
    let full = json!({"apiVersion": "test.example.com/v1", "kind": "Wall", "metadata": {"name": "a"}, "spec": {"height": 1}, "status": {"built": false}});
    let bare =
        json!({"apiVersion": "test.example.com/v1", "kind": "Wall", "metadata": {"name": "a"}});
    for object in [full, bare] {
        let wall: Wall = serde_json::from_value(object.clone()).unwrap();
        assert_eq!(wall.clone(), wall);
        assert_eq!(serde_json::to_value(wall).unwrap(), object);
    }
    let error = serde_json::from_value::<Wall>(json!({"metadata": {}, "spec": {}})).unwrap_err();
    assert_eq!(error.to_string(), "missing field `height`");
}

/// What may be anything, below a map.
#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
pub struct Deck {
    cargo: Value,
    crates: Vec<Value>,
}

#[derive(CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Ship",
    plural = "ships"
)]
pub struct ShipSpec {
    decks: BTreeMap<String, Deck>,
}

#[test]
fn any_value_below_a_map_panics_in_kube_and_not_here() {
    assert!(std::panic::catch_unwind(Ship::crd).is_err());
    let definition = Ship::definition();
    let schema = &definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
    let any = json!({"x-kubernetes-preserve-unknown-fields": true});
    assert_eq!(
        schema["properties"]["spec"]["properties"]["decks"]["additionalProperties"]["properties"],
        json!({"cargo": any, "crates": {"type": "array", "items": any}}),
    );
}

/// Everything that `#[kube(..)]` can say of the CRD around its schema.
#[derive(CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1beta1",
    kind = "Crane",
    plural = "cranes",
    singular = "crane-singular",
    shortname = "cr",
    shortname = "cn",
    category = "harbour",
    namespaced,
    status = "CraneStatus",
    scale(
        spec_replicas_path = ".spec.replicas",
        status_replicas_path = ".status.replicas",
        label_selector_path = ".status.selector"
    ),
    storage = false,
    served = false,
    deprecated = "Use v1.",
    annotation("example.com/a", "b"),
    label("c", "d"),
    selectable = ".spec.replicas",
    selectable = ".spec.name"
)]
#[kube(printcolumn(
    name = "Name",
    type_ = "string",
    json_path = ".spec.name",
    description = "Its name.",
    format = "date",
    priority = 1
))]
#[kube(
    printcolumn = r#"{"name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas", "priority": 2}"#
)]
pub struct CraneSpec {
    replicas: i32,
    name: String,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
pub struct CraneStatus {
    replicas: i32,
    selector: String,
}

#[derive(CustomResource, JsonSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Buoy",
    plural = "buoys",
    root = "BuoyKind",
    namespaced = false,
    deprecated,
    doc = "It floats."
)]
pub struct BuoySpec {}

#[test]
fn the_crd_around_the_schema_is_that_of_kube() {
    assert_eq!(Crane::definition(), crd::of::<Crane>());
    assert_eq!(BuoyKind::definition(), crd::of::<BuoyKind>());
}
