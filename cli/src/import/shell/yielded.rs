//! The CRD that a version in Rust yields, by the rules of `kopgen_core::crd::of`.

use kopgen_core::crd;
use serde_json::{Value, json};

use super::{PRESERVE, Version};
use crate::import::model::Node;
use crate::import::schema;

/// The CRD that a version yields, alone.
pub fn definition(version: &Version) -> Value {
    let outline = crd::Outline {
        group: version.group.clone(),
        version: version.name.clone(),
        kind: version.kind.clone(),
        plural: version.plural.clone(),
        singular: version.singular.clone(),
        short_names: version.short_names.clone(),
        categories: version.categories.clone(),
        namespaced: version.namespaced,
        status: version.status.is_some(),
        scale: version.scale.clone(),
        columns: version.columns.clone(),
        selectable: version.selectable.clone(),
        storage: version.storage,
        served: version.served,
        deprecated: version.deprecated.clone(),
        ..crd::Outline::default()
    };
    let mut definition = crd::with_schema(outline.definition(), root_schema(version).into());
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

/// The schema of the kind's type, by the rules of kube's derives and of `kopgen_core::crd::schema_of`.
fn root_schema(version: &Version) -> Node {
    let def = version.types.get(version.spec);
    let mut root = if version.no_spec {
        def.schema.clone()
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
    if is_map && root.remove(PRESERVE).is_some() {
        root.insert("additionalProperties".into(), json!({ PRESERVE: true }));
    }
    match version.doc.as_deref() {
        Some("") => _ = root.remove("description"),
        Some(doc) => _ = root.insert("description".into(), doc.into()),
        None => {
            let doc = format!("{}{} via `CustomResource`", crd::KUBE_DESCRIPTION, def.name);
            root.insert("description".into(), doc.into());
        }
    }
    if !version.rules.is_empty() {
        let rules: Vec<_> = version.rules.iter().map(schema::rule).collect();
        root.insert("x-kubernetes-validations".into(), rules.into());
    }
    root
}
