//! The part of a CRD around its schemas: what `#[kube(..)]` and `#[kind(..)]` say on the spec's struct, and what they yield
//! by the rules of `kopgen_core::crd::of`.

mod remainder;
mod split;
mod yielded;

use std::collections::BTreeSet;

use kopgen_core::lint;
use kopgen_core::names::Kind;
use serde_json::Value;

use super::model::{Node, Rule, TypeId, Types};
use super::{extract, naming, residual};

pub use yielded::definition;

use split::{Split, split};

/// One version of a CRD in Rust.
#[derive(Debug)]
pub struct Version {
    /// `spec.group`.
    pub group: String,
    /// The version's name.
    pub name: String,
    /// `spec.names.kind`.
    pub kind: String,
    /// The name of its Rust type.
    pub root: String,
    /// `spec.names.plural`.
    pub plural: String,
    /// `spec.names.singular`, where it is not the kind in lower case.
    pub singular: Option<String>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// `spec.names.shortNames`.
    pub short_names: Vec<String>,
    /// `spec.names.categories`.
    pub categories: Vec<String>,
    /// The types.
    pub types: Types,
    /// The type that kube's derive makes the kind of.
    pub spec: TypeId,
    /// Whether the fields of `spec` stand at the root of the object.
    pub no_spec: bool,
    /// The type of the status.
    pub status: Option<TypeId>,
    /// The kind's description, where it is not the spec's: empty for none.
    pub doc: Option<String>,
    /// CEL rules of the whole object.
    pub rules: Vec<Rule>,
    /// `additionalPrinterColumns`.
    pub columns: Vec<Node>,
    /// `subresources.scale`.
    pub scale: Option<Node>,
    /// The paths of `selectableFields`.
    pub selectable: Vec<String>,
    /// Whether objects are stored in it.
    pub storage: bool,
    /// Whether it is served.
    pub served: bool,
    /// Whether it is deprecated, and the warning where there is one.
    pub deprecated: Option<Option<String>>,
    /// What only `#[kind(..)]` can say.
    pub extra: Extra,
}

/// What `#[kind(..)]` adds to `#[kube(..)]`.
#[derive(Debug, Default)]
pub struct Extra {
    /// The spec is not required.
    pub optional_spec: bool,
    /// Annotations of the CRD, and not of the objects.
    pub annotations: Vec<(String, String)>,
    /// Labels of the CRD, and not of the objects.
    pub labels: Vec<(String, String)>,
    /// The versions in the order of the CRD, where that is not Kubernetes'.
    pub versions: Vec<String>,
    /// The paths of columns and scale that lead nowhere.
    pub dangling: Vec<String>,
    /// By JSON pointer into the CRD of this version alone: what is set, or removed with null.
    pub extend: Vec<(String, Value)>,
}

/// The pointer to the root of a version's schema.
pub const SCHEMA: &str = "/spec/versions/0/schema/openAPIV3Schema";

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";

/// The properties of the root that kube's derive does not ask a struct for.
const OF_EVERY_OBJECT: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The Rust side of the version at `index` of a CRD, as the API server stores it.
pub fn version(crd: &Value, index: usize) -> Version {
    let spec = &crd["spec"];
    let names = &spec["names"];
    let this = &spec["versions"][index];
    let kind = text(&names["kind"]);
    let type_name = kind
        .parse::<Kind>()
        .map_or_else(|_| kind.clone(), |kind| kind.type_name());
    let none = Node::new();
    let root = this
        .pointer("/schema/openAPIV3Schema")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let Split {
        spec: spec_schema,
        status: status_schema,
        no_spec,
    } = split(root);
    let (mut types, (spec_type, status)) = extract::types(|extractor| {
        let spec = if no_spec {
            extractor.fields_of_root(&spec_schema)
        } else {
            extractor.root(&spec_schema)
        };
        (spec, status_schema.map(|schema| extractor.root(schema)))
    });
    let nested = no_spec
        && spec_schema
            .get("properties")
            .is_some_and(|it| it.get("spec").is_some());
    let spec_name = format!("{type_name}{}", if nested { "Fields" } else { "Spec" });
    let mut roots = vec![(spec_type, spec_name, type_name.clone())];
    roots.extend(status.map(|id| (id, format!("{type_name}Status"), "status".to_owned())));
    naming::types(&mut types, &type_name, &roots);

    let mut version = Version {
        group: text(&spec["group"]),
        name: text(&this["name"]),
        singular: Some(text(&names["singular"])).filter(|it| *it != kind.to_lowercase()),
        plural: text(&names["plural"]),
        namespaced: spec["scope"] == "Namespaced",
        short_names: texts(&names["shortNames"]),
        categories: texts(&names["categories"]),
        types,
        spec: spec_type,
        no_spec,
        status,
        doc: None,
        rules: residual::rules(root),
        columns: columns(&this["additionalPrinterColumns"]),
        scale: this
            .pointer("/subresources/scale")
            .and_then(Value::as_object)
            .filter(|_| status.is_some())
            .cloned(),
        selectable: selectable(&this["selectableFields"]),
        storage: this["storage"] == true,
        served: this["served"] == true,
        deprecated: (this["deprecated"] == true)
            .then(|| this["deprecationWarning"].as_str().map(str::to_owned)),
        extra: Extra {
            dangling: lint::dangling(this),
            ..Extra::default()
        },
        kind,
        root: type_name,
    };
    remainder::describe(&mut version, root);
    remainder::complete(&mut version, crd, index);
    version
}

/// The columns, if kube's derive and ours take them all.
fn columns(columns: &Value) -> Vec<Node> {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    let columns: Vec<_> = columns
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|column| column.as_object().cloned())
        .collect();
    let mut names = BTreeSet::new();
    let taken = columns.iter().all(|column| {
        let get = |key: &str| column.get(key).and_then(Value::as_str);
        get("name").is_some_and(|name| names.insert(name))
            && get("type").is_some_and(|it| TYPES.contains(&it))
            && get("jsonPath").is_some_and(|it| it.starts_with('.'))
            // What kube makes of a number with a minus does not compile.
            && column
                .get("priority")
                .is_none_or(|it| it.as_u64().is_some())
    });
    if taken { columns } else { Vec::new() }
}

fn selectable(fields: &Value) -> Vec<String> {
    fields
        .as_array()
        .into_iter()
        .flatten()
        .map(|field| text(&field["jsonPath"]))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}
