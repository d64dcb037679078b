//! What of a root's schema is the spec's struct, and what the status'.

use serde_json::Value;

use super::{OF_EVERY_OBJECT, PRESERVE};
use crate::import::model::Node;

/// What of a root's schema the spec's struct stands for, and what the status'.
pub struct Split<'a> {
    /// The schema of the spec; of the other fields of the root where those stand there.
    pub spec: Node,
    /// The schema of the status.
    pub status: Option<&'a Node>,
    /// Whether the spec's struct stands for fields of the root.
    pub no_spec: bool,
}

/// Takes a root's schema apart.
pub fn split(root: &Node) -> Split<'_> {
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
