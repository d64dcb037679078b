//! `#[kube(..)]` and `#[kind(..)]` on the spec's struct.

use serde_json::Value;

use super::attributes::{Item, attribute, json_pairs, named, validation};
use super::literals;
use crate::import::shell::{SCHEMA, Version};

/// Both attributes of the struct of a version.
pub fn attributes(text: &mut String, version: &Version) {
    kube(text, version);
    for column in &version.columns {
        let get = |key: &str| column.get(key).and_then(Value::as_str);
        let mut items = Vec::new();
        for (key, name) in [
            ("name", "name"),
            ("type_", "type"),
            ("format", "format"),
            ("json_path", "jsonPath"),
            ("description", "description"),
        ] {
            items.extend(get(name).map(|value| named(key, value)));
        }
        if let Some(priority) = column.get("priority").and_then(Value::as_i64) {
            items.push(Item::Text(format!("priority = {priority}")));
        }
        attribute(text, "kube", vec![Item::List("printcolumn", items)], 0);
    }
    if let Some(scale) = &version.scale {
        let items = [
            ("spec_replicas_path", "specReplicasPath"),
            ("status_replicas_path", "statusReplicasPath"),
            ("label_selector_path", "labelSelectorPath"),
        ];
        let items = items
            .into_iter()
            .filter_map(|(key, name)| Some(named(key, scale.get(name)?.as_str()?)))
            .collect();
        attribute(text, "kube", vec![Item::List("scale", items)], 0);
    }
    for rule in &version.rules {
        validation(text, "kube", rule, 0);
    }
    extra(text, version);
}

fn kube(text: &mut String, version: &Version) {
    let flag = |is: bool, text: &str| is.then(|| Item::Text(text.to_owned()));
    let mut items = vec![
        named("group", &version.group),
        named("version", &version.name),
        named("kind", &version.kind),
        named("plural", &version.plural),
    ];
    items.extend((version.root != version.kind).then(|| named("root", &version.root)));
    items.extend(version.singular.as_deref().map(|it| named("singular", it)));
    items.extend(flag(version.namespaced, "namespaced"));
    items.extend(flag(version.no_spec, "no_spec"));
    let status = version.status.map(|id| &version.types.get(id).name);
    items.extend(status.map(|name| named("status", name)));
    items.extend(version.short_names.iter().map(|it| named("shortname", it)));
    items.extend(version.categories.iter().map(|it| named("category", it)));
    items.extend(version.selectable.iter().map(|it| named("selectable", it)));
    items.extend(flag(!version.storage, "storage = false"));
    items.extend(flag(!version.served, "served = false"));
    items.extend(version.deprecated.as_ref().map(|warning| match warning {
        Some(warning) => named("deprecated", warning),
        None => Item::Text("deprecated".into()),
    }));
    items.extend(version.doc.as_deref().map(|doc| named("doc", doc)));
    attribute(text, "kube", items, 0);
}

fn extra(text: &mut String, version: &Version) {
    let extra = &version.extra;
    let pair = |(key, value): &(String, String)| {
        vec![
            Item::Text(literals::string(key)),
            Item::Text(literals::string(value)),
        ]
    };
    let mut items = Vec::new();
    if extra.optional_spec {
        items.push(Item::Text("optional_spec".into()));
    }
    for (key, texts) in [("versions", &extra.versions), ("dangling", &extra.dangling)] {
        if !texts.is_empty() {
            let texts = texts.iter().map(|it| Item::Text(literals::string(it)));
            items.push(Item::List(key, texts.collect()));
        }
    }
    items.extend(
        extra
            .annotations
            .iter()
            .map(|it| Item::List("annotation", pair(it))),
    );
    items.extend(extra.labels.iter().map(|it| Item::List("label", pair(it))));
    attribute(text, "kind", items, 0);
    let below = |pointer: &str| pointer.strip_prefix(SCHEMA).map(str::to_owned);
    let of_schema: Vec<_> = extra
        .extend
        .iter()
        .filter_map(|(pointer, value)| Some((below(pointer)?, value)))
        .collect();
    let of_crd: Vec<_> = extra
        .extend
        .iter()
        .filter(|(pointer, _)| below(pointer).is_none())
        .map(|(pointer, value)| (pointer.as_str(), value))
        .collect();
    let of_schema: Vec<_> = of_schema
        .iter()
        .map(|(pointer, value)| (pointer.as_str(), *value))
        .collect();
    for (path, pairs) in [("kind(schema", of_schema), ("kind(extend", of_crd)] {
        let list = json_pairs(path, &pairs, 0, 1);
        if !list.is_empty() {
            text.push_str(&format!("#[{list}]\n"));
        }
    }
}
