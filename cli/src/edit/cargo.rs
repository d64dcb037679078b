//! `Cargo.toml`: edited as a structure, so that comments, order and layout stay.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use crate::conflict_markers;
use crate::diagnostic::Diagnostic;
use crate::plan::RelPath;

/// A manifest, ready to be edited.
///
/// # Errors
///
/// It is no TOML; then where.
pub fn parse(path: &RelPath, text: &str) -> Result<DocumentMut, Diagnostic> {
    let error = match text.parse::<DocumentMut>() {
        Ok(document) => return Ok(document),
        Err(error) => error,
    };
    if let Some(merged) = merged(text) {
        return Ok(merged);
    }
    let problem = Diagnostic::new(format!("{path} does not parse as TOML"));
    Err(problem.at(
        path,
        text,
        error.span().unwrap_or_default(),
        error.message(),
    ))
}

/// Adds what `wanted` has and `present` lacks: tables, keys, and members of `workspace.members`. What is there stays.
pub fn add_missing(present: &mut DocumentMut, wanted: &DocumentMut) {
    for member in members(wanted) {
        add_member(present, &member);
    }
    add_missing_keys(present.as_table_mut(), wanted.as_table());
}

/// Makes `member` a member of the workspace, unless a pattern of its covers it already.
pub fn add_member(manifest: &mut DocumentMut, member: &str) {
    let covered = members(manifest).iter().any(|it| covers(it, member));
    if covered {
        return;
    }
    let workspace = manifest
        .entry("workspace")
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(workspace) = workspace.as_table_like_mut() else {
        return;
    };
    let list = workspace
        .entry("members")
        .or_insert_with(|| Item::Value(Value::Array(Array::new())));
    if let Some(list) = list.as_array_mut() {
        push_like_the_others(list, member);
    }
}

/// Makes sure that the package depends on the crate in `folder` by some means: what the user wrote for it stays.
pub fn add_path_dependency(manifest: &mut DocumentMut, name: &str, folder: &str) {
    let dependencies = manifest
        .entry("dependencies")
        .or_insert_with(|| Item::Table(Table::new()));
    let Some(dependencies) = dependencies.as_table_like_mut() else {
        return;
    };
    let renamed = |item: &Item| {
        item.as_table_like()
            .and_then(|it| it.get("package"))
            .and_then(Item::as_str)
            == Some(name)
    };
    if dependencies.contains_key(name) || dependencies.iter().any(|(_, item)| renamed(item)) {
        return;
    }
    let was_sorted = dependencies.iter().map(|(key, _)| key).is_sorted();
    let mut dependency = InlineTable::new();
    dependency.insert("path", folder.into());
    dependencies.insert(name, Item::Value(Value::InlineTable(dependency)));
    if was_sorted {
        dependencies.sort_values();
    }
}

/// Whether the package depends on a crate, by the name that Rust knows it by.
pub fn has_dependency(manifest: &DocumentMut, ident: &str) -> bool {
    let dependencies = manifest.get("dependencies").and_then(Item::as_table_like);
    dependencies.is_some_and(|table| {
        table
            .iter()
            .any(|(name, _)| name.replace('-', "_") == ident)
    })
}

fn add_missing_keys(present: &mut dyn TableLike, wanted: &dyn TableLike) {
    for (key, item) in wanted.iter() {
        match (present.get_mut(key), item) {
            (None, item) => _ = present.insert(key, item.clone()),
            // A dependency as an inline table is the user's as it is; only real tables are gone into.
            (Some(Item::Table(inner)), Item::Table(wanted)) => add_missing_keys(inner, wanted),
            (Some(_), _) => {}
        }
    }
}

fn members(manifest: &DocumentMut) -> Vec<String> {
    let list = manifest
        .get("workspace")
        .and_then(|it| it.get("members"))
        .and_then(Item::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|member| Some(member.as_str()?.trim_end_matches('/').to_owned()))
        .collect()
}

/// Whether a member's pattern covers a folder; `*` stands for any text within one segment, as cargo's does.
fn covers(pattern: &str, folder: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_start_matches("./").split('/').collect();
    let folder: Vec<&str> = folder.split('/').collect();
    pattern.len() == folder.len()
        && pattern
            .iter()
            .zip(folder)
            .all(|(pattern, segment)| segment_covers(pattern, segment))
}

fn segment_covers(pattern: &str, segment: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == segment,
        Some((start, rest)) => segment.strip_prefix(start).is_some_and(|tail| {
            (0..=tail.len())
                .filter(|at| tail.is_char_boundary(*at))
                .any(|at| segment_covers(rest, &tail[at..]))
        }),
    }
}

/// Adds a value on a line of its own where the others have theirs.
fn push_like_the_others(list: &mut Array, member: &str) {
    let decor = list.iter().last().map(|last| last.decor().clone());
    list.push(member);
    let Some(decor) = decor else { return };
    let prefix = decor
        .prefix()
        .and_then(|it| it.as_str())
        .unwrap_or_default();
    if prefix.contains('\n') {
        // A comment above the last member is not about the new one.
        let indent = &prefix[prefix.rfind('\n').unwrap_or_default()..];
        let last = list.len() - 1;
        if let Some(value) = list.get_mut(last) {
            value.decor_mut().set_prefix(indent);
        }
        if let Some(before) = list.get_mut(last - 1) {
            before.decor_mut().set_suffix("");
        }
    }
}

/// A manifest in the middle of a merge whose sides differ in nothing but path dependencies: with those of both.
fn merged(text: &str) -> Option<DocumentMut> {
    let [ours, theirs] = conflict_markers::sides(text)?;
    let (mut ours, theirs): (DocumentMut, DocumentMut) = (ours.parse().ok()?, theirs.parse().ok()?);
    let bare = |document: &DocumentMut| {
        let mut document = document.clone();
        if let Some(table) = document
            .get_mut("dependencies")
            .and_then(Item::as_table_mut)
        {
            table.retain(|_, item| !is_path_dependency(item));
        }
        plain(document.as_item())
    };
    if bare(&ours) != bare(&theirs) {
        return None;
    }
    for (name, item) in theirs.get("dependencies")?.as_table()? {
        if let Some(folder) = item.get("path").and_then(Item::as_str) {
            add_path_dependency(&mut ours, name, folder);
        }
    }
    Some(ours)
}

fn is_path_dependency(item: &Item) -> bool {
    let only_a_path = |table: &dyn TableLike| table.len() == 1 && table.contains_key("path");
    item.as_table_like().is_some_and(only_a_path)
}

/// An item without its layout, for comparing.
fn plain(item: &Item) -> String {
    match item {
        Item::None => String::new(),
        Item::Value(Value::InlineTable(table)) => plain_table(table),
        Item::Value(Value::Array(array)) => array
            .iter()
            .map(|value| plain(&Item::Value(value.clone())) + ",")
            .collect(),
        Item::Value(value) => value.clone().decorated("", "").to_string(),
        Item::Table(table) => plain_table(table),
        Item::ArrayOfTables(tables) => tables
            .iter()
            .map(|table| plain_table(table) + ",")
            .collect(),
    }
}

fn plain_table(table: &dyn TableLike) -> String {
    let mut entries: Vec<_> = table
        .iter()
        .map(|(key, item)| format!("{key:?}={}", plain(item)))
        .collect();
    entries.sort();
    format!("{{{}}}", entries.join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(text: &str, edit: impl Fn(&mut DocumentMut)) -> String {
        let mut document = parse(&RelPath::new("Cargo.toml"), text).unwrap();
        edit(&mut document);
        document.to_string()
    }

    #[test]
    fn a_member_is_added_where_no_pattern_covers_it() {
        fn check(before: &str, expected: &str) {
            assert_eq!(edited(before, |it| add_member(it, "api/webapp")), expected);
        }
        let kept = [
            "[workspace]\nmembers = [\"api/*\"] # all of them\n",
            "[workspace]\nmembers = [\"./api/web*\"]\n",
            "[workspace]\nmembers = [\"api/webapp/\"]\n",
        ];
        kept.into_iter().for_each(|text| check(text, text));
        check(
            "[workspace]\nmembers = [\"api\"]\n",
            "[workspace]\nmembers = [\"api\", \"api/webapp\"]\n",
        );
        check(
            "[workspace]\nmembers = [\n  # types\n  \"api\",\n]\n",
            "[workspace]\nmembers = [\n  # types\n  \"api\",\n  \"api/webapp\",\n]\n",
        );
        check(
            "# mine\n",
            "[workspace]\nmembers = [\"api/webapp\"]\n# mine\n",
        );
    }

    #[test]
    fn a_dependency_takes_its_place_and_moves_nothing_of_the_users() {
        fn check(before: &str, expected: &str) {
            assert_eq!(
                edited(before, |it| add_path_dependency(it, "a-api", "../api")),
                expected
            );
        }
        let kept = [
            "[dependencies]\na-api.workspace = true\n",
            "[dependencies.a-api]\npath = \"elsewhere\"\n",
            "[dependencies]\nkinds = { path = \"../api\", package = \"a-api\" }\n",
        ];
        kept.into_iter().for_each(|text| check(text, text));
        check(
            "[dependencies]\n# about k\nkube = \"5\" # five\n\n[features]\n",
            "[dependencies]\na-api = { path = \"../api\" }\n# about k\nkube = \"5\" # five\n\n[features]\n",
        );
        check(
            "[dependencies]\nserde = \"1\"\nkube = \"5\"\n",
            "[dependencies]\nserde = \"1\"\nkube = \"5\"\na-api = { path = \"../api\" }\n",
        );
    }

    #[test]
    fn what_is_there_already_stays_as_it_is() {
        let present = "# mine\n[workspace]\nmembers = [\"tools\"]\nresolver = \"2\"\n\n[workspace.dependencies]\nserde = \"=1.0.1\"\n";
        let wanted = "[workspace]\nmembers = [\"api\"]\nresolver = \"3\"\n\n[workspace.dependencies]\nkube = \"5\"\nserde = \"1\"\n";
        let expected = "# mine\n[workspace]\nmembers = [\"tools\", \"api\"]\nresolver = \"2\"\n\n[workspace.dependencies]\nserde = \"=1.0.1\"\nkube = \"5\"\n";
        assert_eq!(
            edited(present, |it| add_missing(it, &wanted.parse().unwrap())),
            expected
        );
    }

    #[test]
    fn two_branches_that_each_added_a_group_merge() {
        let text = "[dependencies]\n<<<<<<< ours\na-api-x = { path = \"../api/x\" }\n=======\na-api-b = { path = \"../api/b\" }\n>>>>>>> theirs\nkube = \"5\"\n";
        let expected = "[dependencies]\na-api-b = { path = \"../api/b\" }\na-api-x = { path = \"../api/x\" }\nkube = \"5\"\n";
        assert_eq!(edited(text, |_| {}), expected);

        let other = text.replace("a-api-b = { path = \"../api/b\" }", "kube = \"4\"");
        assert!(parse(&RelPath::new("Cargo.toml"), &other).is_err());
    }
}
