//! What is wanted and nothing yields: `#[kind(..)]` says it.

use std::collections::BTreeSet;

use kopgen_core::crd;
use kopgen_core::names::{Group, compare_versions};
use serde_json::{Value, json};

use super::yielded::definition;
use super::{OF_EVERY_OBJECT, SCHEMA, Version, text};
use crate::import::model::Node;

/// Chooses what `doc` says: nothing where the kind is described by what kopgen takes without it.
pub fn describe(version: &mut Version, root: &Node) {
    let of_root = |crd: &Value| {
        let description = crd.pointer(&format!("{SCHEMA}/description"));
        description.map(text).unwrap_or_default()
    };
    let wanted = root.get("description").map(text).unwrap_or_default();
    if wanted == of_root(&definition(version)) {
        return;
    }
    // It becomes a doc comment: others are set as they are.
    let as_comment = !wanted.starts_with('#')
        && !wanted.starts_with(crd::KUBE_DESCRIPTION)
        && wanted.trim_ascii() == wanted;
    version.doc = Some(wanted).filter(|_| as_comment);
}

/// Says with `#[kind(..)]` whatever the rest does not yield.
pub fn complete(version: &mut Version, wanted: &Value, index: usize) {
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
        sorted.sort_by(|a, b| compare_versions(a, b));
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

fn pairs(map: &Value) -> Vec<(String, String)> {
    map.as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value)))
        .collect()
}

/// A key as JSON pointers write it.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
