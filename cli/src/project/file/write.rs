//! From the model to the text, so that what a user wrote in it stays.

use std::collections::BTreeMap;

use kopgen_core::names::{ControllerName, Namespace, ShortName};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use super::{LAYOUT, WATCH_NAMESPACES};
use crate::project::{Api, Gvk, Project, Target};

/// A new document without APIs and controllers.
pub(super) fn head(project: &Project) -> DocumentMut {
    let mut document = DocumentMut::new();
    document.insert("layout", value(LAYOUT));
    let comment = "# What kopgen knows of this project. `kopgen create api` adds to it, and writes it last of all files.\n";
    document
        .key_mut("layout")
        .expect("just inserted")
        .leaf_decor_mut()
        .set_prefix(comment);
    let mut table = Table::new();
    table.insert("name", value(project.name.as_str()));
    table.insert("domain", value(project.domain.as_str()));
    table.insert("multigroup", value(project.multigroup));
    table.insert("namespaced", value(project.namespaced));
    if !project.watch_namespaces.is_empty() {
        let namespaces = project.watch_namespaces.iter().map(Namespace::as_str);
        table.insert(WATCH_NAMESPACES, value(namespaces.collect::<Array>()));
    }
    document.insert("project", Item::Table(table));
    document
}

/// Adds the APIs and controllers that the document lacks, takes out those that the project has no more, and writes the
/// APIs anew that have changed.
pub(super) fn update(
    document: &mut DocumentMut,
    project: &Project,
    has_changed: impl Fn(&Gvk) -> bool,
) {
    let changed: Vec<_> = project
        .apis
        .keys()
        .filter(|gvk| has_changed(gvk))
        .map(ToString::to_string)
        .collect();
    let apis = project
        .apis
        .iter()
        .map(|(gvk, api)| (gvk.to_string(), api_table(gvk, api)));
    sync(document, API, apis, |table| {
        name_of_api(table).filter(|name| !changed.contains(name))
    });
    let controllers = project
        .controllers
        .iter()
        .map(|(name, target)| (name.to_string(), controller_table(name, target)));
    sync(document, CONTROLLER, controllers, name_of_controller);
    number(document);
}

/// Adds the APIs and controllers that only `other` has, as they are written there.
pub(super) fn adopt(document: &mut DocumentMut, other: &DocumentMut) {
    adopt_tables(document, other, API, name_of_api);
    adopt_tables(document, other, CONTROLLER, name_of_controller);
}

fn adopt_tables(
    document: &mut DocumentMut,
    other: &DocumentMut,
    key: &str,
    name_of: fn(&Table) -> Option<String>,
) {
    let tables = |document: &DocumentMut| {
        let tables = document.get(key).and_then(Item::as_array_of_tables);
        tables.cloned().unwrap_or_default()
    };
    let mut both = tables(document);
    let present: Vec<_> = both.iter().filter_map(name_of).collect();
    let is_new = |table: &Table| name_of(table).is_some_and(|name| !present.contains(&name));
    both.extend(tables(other).into_iter().filter(is_new));
    document.insert(key, Item::ArrayOfTables(both));
}

const API: &str = "api";
const CONTROLLER: &str = "controller";

/// Makes the tables below `key` those of `wanted`: present ones stay as they are written, new ones take their place in
/// the order.
fn sync(
    document: &mut DocumentMut,
    key: &str,
    wanted: impl Iterator<Item = (String, Table)>,
    name: impl Fn(&Table) -> Option<String>,
) {
    let mut present: BTreeMap<String, Table> = BTreeMap::new();
    if let Some(tables) = document.get(key).and_then(Item::as_array_of_tables) {
        present.extend(
            tables
                .iter()
                .filter_map(|table| Some((name(table)?, table.clone()))),
        );
    }
    let tables: ArrayOfTables = wanted
        .map(|(name, new)| present.remove(&name).unwrap_or(new))
        .collect();
    // Taken out and put back, the lists end up in one order, whichever of them was there first.
    document.remove(key);
    if !tables.is_empty() {
        document.insert(key, Item::ArrayOfTables(tables));
    }
}

/// Makes the tables stand in the order in which the document has them: those that were parsed remember where they stood,
/// and new ones would come behind them all.
fn number(document: &mut DocumentMut) {
    let mut position = 0;
    for (_, item) in document.iter_mut() {
        let mut place = |table: &mut Table| {
            table.set_position(Some(position));
            position += 1;
        };
        match item {
            Item::Table(table) => place(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(place),
            _ => {}
        }
    }
}

fn name_of_api(table: &Table) -> Option<String> {
    let text = |key: &str| Some(table.get(key)?.as_str()?.to_owned());
    Some(format!(
        "{}/{} {}",
        text("group")?,
        text("version")?,
        text("kind")?
    ))
}

fn name_of_controller(table: &Table) -> Option<String> {
    Some(table.get("name")?.as_str()?.to_owned())
}

fn api_table(gvk: &Gvk, api: &Api) -> Table {
    let mut table = gvk_table(gvk.group.as_str(), gvk.version.as_str(), gvk.kind.as_str());
    table.insert("plural", value(api.plural.as_str()));
    if !api.short_names.is_empty() {
        table.insert(
            "short-names",
            value(
                api.short_names
                    .iter()
                    .map(ShortName::as_str)
                    .collect::<Array>(),
            ),
        );
    }
    table.insert("namespaced", value(api.namespaced));
    if let Some(workload) = &api.workload {
        table.insert("image", value(workload.image.as_str()));
        table.insert("port", value(i64::from(workload.port)));
    }
    if api.imported {
        table.insert("imported", value(true));
    }
    table
}

fn controller_table(name: &ControllerName, target: &Target) -> Table {
    let mut table = Table::new();
    table.insert("name", value(name.as_str()));
    for (key, item) in gvk_table(target.group(), target.version(), target.kind()) {
        table.insert(&key, item);
    }
    if let Target::External(external) = target {
        table.insert("type", value(external.rust_type.as_str()));
        table.insert("plural", value(external.plural.as_str()));
        table.insert("namespaced", value(external.namespaced));
    }
    table
}

fn gvk_table(group: &str, version: &str, kind: &str) -> Table {
    let mut table = Table::new();
    table.insert("group", value(group));
    table.insert("version", value(version));
    table.insert("kind", value(kind));
    table
}
