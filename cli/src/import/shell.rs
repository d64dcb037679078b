//! The part of a CRD around its schemas: what `#[kube(..)]` and `#[kind(..)]` say on the spec's struct, and what they yield
//! by the rules of `kopgen_core::crd::of`.

use std::collections::BTreeSet;

use kopgen_core::names::{Group, Kind};
use kopgen_core::{crd, lint};
use serde_json::{Value, json};

use super::extract::Extractor;
use super::model::{Node, Rule, TypeId, Types};
use super::{naming, residual, schema};

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
    let mut extractor = Extractor::default();
    let spec_type = if no_spec {
        extractor.fields_of_root(&spec_schema)
    } else {
        extractor.root(&spec_schema)
    };
    let status = status_schema.map(|schema| extractor.root(schema));
    let mut types = extractor.finish();
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
    describe(&mut version, root);
    complete(&mut version, crd, index);
    version
}

/// The CRD that a version yields, alone.
pub fn definition(version: &Version) -> Value {
    let mut names = json!({
        "kind": version.kind,
        "listKind": format!("{}List", version.kind),
        "plural": version.plural,
        "singular": version.singular.clone().unwrap_or_else(|| version.kind.to_lowercase()),
    });
    for (key, list) in [
        ("shortNames", &version.short_names),
        ("categories", &version.categories),
    ] {
        if !list.is_empty() {
            names[key] = list.clone().into();
        }
    }
    let mut this = json!({
        "name": version.name,
        "served": version.served,
        "storage": version.storage,
        "schema": { "openAPIV3Schema": root_schema(version) },
    });
    if version.status.is_some() {
        this["subresources"] = json!({ "status": {} });
        if let Some(scale) = &version.scale {
            this["subresources"]["scale"] = scale.clone().into();
        }
    }
    if !version.columns.is_empty() {
        this["additionalPrinterColumns"] = version.columns.clone().into();
    }
    if !version.selectable.is_empty() {
        let fields: Vec<_> = version
            .selectable
            .iter()
            .map(|path| json!({ "jsonPath": path }))
            .collect();
        this["selectableFields"] = fields.into();
    }
    if let Some(warning) = &version.deprecated {
        this["deprecated"] = true.into();
        if let Some(warning) = warning {
            this["deprecationWarning"] = warning.as_str().into();
        }
    }
    let mut definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": format!("{}.{}", version.plural, version.group) },
        "spec": {
            "group": version.group,
            "names": names,
            "scope": if version.namespaced { "Namespaced" } else { "Cluster" },
            "versions": [this],
        },
    });
    crd::Shell {
        optional_spec: version.extra.optional_spec,
        annotations: version.extra.annotations.clone(),
        labels: version.extra.labels.clone(),
        versions: version.extra.versions.clone(),
        dangling: version.extra.dangling.clone(),
        extend: version.extra.extend.clone(),
    }
    .apply(&mut definition);
    definition
}

fn root_schema(version: &Version) -> Value {
    let def = version.types.get(version.spec);
    let mut root = if version.no_spec {
        let mut root = def.schema.clone();
        root.remove("description");
        root
    } else {
        let mut root = Node::new();
        root.insert("type".into(), "object".into());
        root.insert("properties".into(), json!({ "spec": def.schema }));
        root.insert("required".into(), json!(["spec"]));
        root
    };
    let properties = root.entry("properties").or_insert_with(|| json!({}));
    if let Some(status) = version.status {
        properties["status"] = version.types.get(status).schema.clone().into();
    }
    // What keeps unknown fields, and has no others, kube takes for a map.
    let is_map = properties.as_object().is_some_and(Node::is_empty);
    for (key, schema) in crd::properties_of_every_object() {
        properties[key] = schema;
    }
    if is_map && root.remove(PRESERVE).is_some() {
        root.insert("additionalProperties".into(), json!({ PRESERVE: true }));
    }
    let of_spec = def.doc.as_deref().filter(|_| !version.no_spec);
    let doc = version.doc.as_deref().or(of_spec).unwrap_or_default();
    if !doc.is_empty() {
        root.insert("description".into(), doc.into());
    }
    if !version.rules.is_empty() {
        let rules: Vec<_> = version.rules.iter().map(schema::rule).collect();
        root.insert("x-kubernetes-validations".into(), rules.into());
    }
    root.into()
}

/// What of a root's schema the spec's struct stands for, and what the status'.
struct Split<'a> {
    spec: Node,
    status: Option<&'a Node>,
    no_spec: bool,
}

fn split(root: &Node) -> Split<'_> {
    let none = Node::new();
    let properties = root
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let status = root
        .get("properties")
        .and_then(|it| it.get("status"))
        .and_then(Value::as_object);
    let own = |key: &str| !OF_EVERY_OBJECT.contains(&key) && key != "status";
    let only_spec = properties
        .keys()
        .filter(|key| own(key))
        .all(|key| key == "spec");
    // kube's `spec` cannot be null, and the kind that it makes keeps no unknown fields.
    let is = |schema: &Node, key: &str| schema.get(key) == Some(&Value::Bool(true));
    let keeps_unknown = is(root, PRESERVE);
    if let Some(spec) = properties
        .get("spec")
        .and_then(Value::as_object)
        .filter(|spec| only_spec && !keeps_unknown && !is(spec, "nullable"))
    {
        return Split {
            spec: spec.clone(),
            status,
            no_spec: false,
        };
    }
    // The fields of the root itself: its other keywords are the shell's.
    let mut spec = Node::new();
    spec.insert("type".into(), "object".into());
    let fields: Node = properties
        .iter()
        .filter(|(key, _)| own(key))
        .map(|(key, schema)| (key.clone(), schema.clone()))
        .collect();
    let required: Vec<_> = root
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter(|key| key.as_str().is_some_and(|key| fields.contains_key(key)))
        .cloned()
        .collect();
    if !required.is_empty() {
        spec.insert("required".into(), required.into());
    }
    if !fields.is_empty() {
        spec.insert("properties".into(), fields.into());
    }
    if let Some(description) = root.get("description") {
        spec.insert("description".into(), description.clone());
    }
    if keeps_unknown {
        spec.insert(PRESERVE.into(), true.into());
    }
    Split {
        spec,
        status,
        no_spec: true,
    }
}

/// Chooses what `doc` says: nothing where `kopgen_core::crd::of` takes the spec's description, which is the same.
fn describe(version: &mut Version, root: &Node) {
    let wanted = root
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let of_spec = version.types.get(version.spec).doc.as_deref();
    let of_spec = of_spec.filter(|_| !version.no_spec).unwrap_or_default();
    if wanted == of_spec {
        return;
    }
    // It becomes a doc comment: others are set as they are.
    let as_comment = !wanted.starts_with('#')
        && !wanted.starts_with(crd::KUBE_DESCRIPTION)
        && wanted.trim_ascii() == wanted;
    version.doc = Some(wanted.to_owned()).filter(|_| as_comment);
}

/// Says with `#[kind(..)]` whatever the rest does not yield.
fn complete(version: &mut Version, wanted: &Value, index: usize) {
    let mut wanted = wanted.clone();
    let versions = wanted["spec"]["versions"].take();
    let names: Vec<_> = versions
        .as_array()
        .into_iter()
        .flatten()
        .map(|version| text(&version["name"]))
        .collect();
    wanted["spec"]["versions"] = json!([versions[index]]);
    // What is of the whole CRD is said once, where objects are stored.
    let is_custom =
        Group::try_from(version.group.clone()).is_ok_and(|group| group.check_custom().is_ok());
    // But an annotation approves a group of Kubernetes' own, of which `Kind` makes sure for each version.
    if version.storage || !is_custom {
        version.extra.annotations = pairs(&wanted["metadata"]["annotations"]);
    }
    if version.storage {
        version.extra.labels = pairs(&wanted["metadata"]["labels"]);
        let mut sorted = names.clone();
        sorted.sort_by(|a, b| kopgen_core::names::compare_versions(a, b));
        if sorted != names {
            version.extra.versions = names;
        }
    }
    let required = wanted.pointer(&format!("{SCHEMA}/required")).cloned();
    if !version.no_spec && required.is_none_or(|it| it == json!([])) {
        version.extra.optional_spec = true;
    }
    let mut extend = Vec::new();
    let mut differ =
        |pointer: &str, wanted: Option<&Value>, yielded: Option<&Value>, skip: &[&str]| {
            let none = Node::new();
            let node = |value: Option<&'_ Value>| {
                value
                    .and_then(Value::as_object)
                    .cloned()
                    .unwrap_or_else(|| none.clone())
            };
            let (wanted, yielded) = (node(wanted), node(yielded));
            let keys: BTreeSet<_> = wanted.keys().chain(yielded.keys()).collect();
            for key in keys {
                if !skip.contains(&key.as_str()) && wanted.get(key) != yielded.get(key) {
                    let value = wanted.get(key).cloned().unwrap_or(Value::Null);
                    extend.push((format!("{pointer}/{}", escape(key)), value));
                }
            }
        };
    let yielded = crd::stored(&definition(version));
    let both = |pointer: &str| {
        (
            wanted.pointer(pointer).cloned(),
            yielded.pointer(pointer).cloned(),
        )
    };
    let skip: &[&str] = if version.storage {
        &["names", "versions"]
    } else {
        &["names", "versions", "conversion", "preserveUnknownFields"]
    };
    for (pointer, skip) in [
        ("/spec", skip),
        ("/spec/names", &[]),
        ("/spec/versions/0", &["schema"]),
        (SCHEMA, &["properties"]),
    ] {
        let (wanted, yielded) = both(pointer);
        differ(pointer, wanted.as_ref(), yielded.as_ref(), skip);
    }
    // The other properties are exact as far as types can be.
    let pointer = format!("{SCHEMA}/properties");
    let (wanted, yielded) = both(&pointer);
    let own: Vec<_> = [&wanted, &yielded]
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .flat_map(|it| it.keys().map(String::as_str))
        .filter(|key| !OF_EVERY_OBJECT.contains(key))
        .collect();
    differ(&pointer, wanted.as_ref(), yielded.as_ref(), &own);
    version.extra.extend = extend;
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

fn pairs(map: &Value) -> Vec<(String, String)> {
    map.as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

/// A key as JSON pointers write it.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
