//! The CRD that a version in Rust yields, by the rules of `kopgen_core::crd::of`.

use kopgen_core::crd;
use serde_json::{Value, json};

use super::{PRESERVE, Version};
use crate::import::model::Node;
use crate::import::schema;

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
