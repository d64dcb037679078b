//! Reconcilers and tasks that exist and never run, because `operator()` does not list them.

use kopgen_core::report::{Declarer, Report};

use crate::diagnostic::Diagnostic;
use crate::edit::rust;
use crate::plan::RelPath;
use crate::workspace::Snapshot;

/// The derives, each with the method that lists what derives it.
const DERIVES: [(&str, &str); 2] = [("Reconciler", "controller"), ("Permissions", "task")];

/// A file without any of these has nothing to say.
const WORDS: [&str; 3] = ["Reconciler", "Permissions", "cfg"];

/// A `#[derive(Reconciler)]` or `#[derive(Permissions)]` in `operator/src`.
#[derive(Debug)]
pub struct Derived {
    path: RelPath,
    name: String,
    /// What is said of it when it is not listed.
    warning: Diagnostic,
}

/// All of them.
///
/// What stands behind a `#[cfg]`, tests among it, is left out: only the compiler knows whether it is there.
pub fn derived(snapshot: &Snapshot) -> Vec<Derived> {
    let mut all: Vec<Derived> = Vec::new();
    let mut left_out: Vec<String> = Vec::new();
    for (path, _) in snapshot.files_below("operator/src") {
        let Some(text) = snapshot
            .text(path)
            .filter(|_| path.extension() == Some("rs"))
            .filter(|text| WORDS.iter().any(|word| text.contains(word)))
        else {
            continue;
        };
        // It has been compiled or is not part of the crate: either way its syntax is none of kopgen's business.
        let Ok(file) = rust::file(path, text) else {
            continue;
        };
        left_out.extend(conditional(&file.items, &folder_of(path), false));
        let structs = structs(&file.items, &module_of(path));
        all.extend(structs.iter().map(|found| Derived {
            path: path.clone(),
            name: found.item.ident.to_string(),
            warning: warning(path, text, found),
        }));
    }
    all.retain(|derived| !left_out.iter().any(|module| is_in(&derived.path, module)));
    all
}

/// A warning for each that is not among the listed controllers and tasks.
pub fn warnings(derived: Vec<Derived>, report: &Report) -> Vec<Diagnostic> {
    let is_listed = |derived: &Derived| report.declarers().any(|it| is_it(it, derived));
    let unlisted = derived.into_iter().filter(|derived| !is_listed(derived));
    unlisted.map(|derived| derived.warning).collect()
}

/// A struct with one of the derives.
struct Struct<'a> {
    item: &'a syn::ItemStruct,
    derive: &'static str,
    /// What lists it.
    method: &'static str,
    /// The modules that it is in.
    modules: String,
}

fn structs<'a>(items: &'a [syn::Item], modules: &str) -> Vec<Struct<'a>> {
    let mut found = Vec::new();
    for item in items {
        match item {
            syn::Item::Struct(item) if !is_conditional(&item.attrs) => {
                let derives = DERIVES.iter();
                let derives = derives.filter(|(derive, _)| is_derived(&item.attrs, derive));
                found.extend(derives.map(|&(derive, method)| Struct {
                    item,
                    derive,
                    method,
                    modules: modules.to_owned(),
                }));
            }
            syn::Item::Mod(item) if !is_conditional(&item.attrs) => {
                let modules = format!("{modules}::{}", item.ident);
                found.extend(
                    item.content
                        .iter()
                        .flat_map(|(_, items)| structs(items, &modules)),
                );
            }
            _ => {}
        }
    }
    found
}

/// The modules behind a `#[cfg]` that have files of their own, by their path without its ending:
/// `operator/src/sweeper/tests`. `folder` is that of the modules among `items`, and `behind` says that all are behind one.
fn conditional(items: &[syn::Item], folder: &str, behind: bool) -> Vec<String> {
    let mut found = Vec::new();
    for item in items {
        let syn::Item::Mod(item) = item else { continue };
        let path = format!("{folder}/{}", item.ident);
        let behind = behind || is_conditional(&item.attrs);
        match &item.content {
            Some((_, items)) => found.extend(conditional(items, &path, behind)),
            None if behind => found.push(path),
            None => {}
        }
    }
    found
}

/// Whether a file is a module's own, or that of one below it.
fn is_in(path: &RelPath, module: &str) -> bool {
    path.as_str()
        .strip_prefix(module)
        .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

fn is_conditional(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg"))
}

pub(super) fn is_derived(attributes: &[syn::Attribute], wanted: &str) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .any(|derive| {
            let mut found = false;
            // What is no list of paths, rustc has refused.
            let _ = derive.parse_nested_meta(|meta| {
                found |= meta
                    .path
                    .segments
                    .last()
                    .is_some_and(|segment| segment.ident == wanted);
                Ok(())
            });
            found
        })
}

fn is_it(listed: Declarer<'_>, derived: &Derived) -> bool {
    let name = listed
        .source
        .type_name
        .rsplit("::")
        .next()
        .unwrap_or_default();
    let file = listed.source.file.replace('\\', "/");
    derived.name == name && file.ends_with(derived.path.as_str())
}

/// The folder with the files of the modules that a file declares.
fn folder_of(path: &RelPath) -> String {
    let file = path.as_str().trim_end_matches(".rs");
    match file.rsplit_once('/') {
        Some((folder, "lib" | "main" | "mod")) => folder.to_owned(),
        _ => file.to_owned(),
    }
}

/// The module that a file of `operator/src` is.
fn module_of(path: &RelPath) -> String {
    let file = path
        .as_str()
        .trim_start_matches("operator/src/")
        .trim_end_matches(".rs");
    let below = match file.trim_end_matches("/mod") {
        "lib" | "main" => String::new(),
        module => format!("::{}", module.replace('/', "::")),
    };
    format!("crate{below}")
}

fn warning(path: &RelPath, text: &str, found: &Struct<'_>) -> Diagnostic {
    let Struct {
        item,
        derive,
        method,
        modules,
    } = found;
    let name = &item.ident;
    let call = format!(".{method}::<{modules}::{name}>()");
    let help = match *method {
        "controller" => format!(
            "`kopgen create api` lists a controller; by hand, add `{call}` to `operator()` in operator/src/lib.rs"
        ),
        _ => format!("add `{call}` to `operator()` in operator/src/lib.rs"),
    };
    Diagnostic::new(format!(
        "`{name}` derives `{derive}`, but `operator()` does not list it: it never runs"
    ))
    .at(path, text, name.span().byte_range(), "")
    .help(help)
}

#[cfg(test)]
mod tests {
    use kopgen_core::report::PROTOCOL;

    use super::*;

    const SOURCE: &str = "
        #[derive(kopgen_runtime::Reconciler)]
        #[reconciler(kind = v1::Guestbook)]
        pub struct GuestbookReconciler {}
        mod inner {
            #[derive(Debug, Reconciler)]
            struct Forgotten;
        }
        #[cfg(test)]
        mod tests {
            #[derive(Reconciler)]
            struct Fake;
        }
        #[derive(Debug)]
        struct OtherReconciler;
        #[derive(Permissions)]
        struct Listed;
        #[derive(kopgen_runtime::Permissions)]
        #[permissions(reads(ConfigMap))]
        struct Sweeper;
    ";

    #[test]
    fn a_derived_reconciler_that_is_not_listed_is_said() {
        let snapshot = Snapshot::from_files([
            ("operator/src/controllers/guestbook.rs", SOURCE),
            ("operator/src/odd.rs", "Reconciler {"),
        ]);
        let source = |name: &str| {
            serde_json::json!({
                "type_name": format!("guestbook_operator::controllers::guestbook::{name}"),
                "file": "operator/src/controllers/guestbook.rs",
                "line": 3,
            })
        };
        let report: Report = serde_json::from_value(serde_json::json!({
            "protocol": PROTOCOL, "kopgen": "0.1.0", "kube": "5", "kinds": [],
            "controllers": [{
                "source": source("GuestbookReconciler"),
                "name": "guestbook",
                "kind": { "group": "", "version": "v1", "kind": "Guestbook", "plural": "guestbooks", "namespaced": true },
                "rules": [],
            }],
            "tasks": [{ "source": source("Listed"), "name": "listed", "rules": [] }],
        }))
        .unwrap();
        let warnings = warnings(derived(&snapshot), &report);
        let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        snapbox::assert_data_eq!(
            warnings.join("\n"),
            snapbox::str![[r#"
`Forgotten` derives `Reconciler`, but `operator()` does not list it: it never runs
  at: operator/src/controllers/guestbook.rs:7
  help: `kopgen create api` lists a controller; by hand, add `.controller::<crate::controllers::guestbook::inner::Forgotten>()` to `operator()` in operator/src/lib.rs
`Sweeper` derives `Permissions`, but `operator()` does not list it: it never runs
  at: operator/src/controllers/guestbook.rs:20
  help: add `.task::<crate::controllers::guestbook::Sweeper>()` to `operator()` in operator/src/lib.rs
"#]]
        );
        let elsewhere =
            Snapshot::from_files([("operator/src/controllers/webapp/guestbook.rs", SOURCE)]);
        assert_eq!(super::warnings(derived(&elsewhere), &report).len(), 4);
    }

    #[test]
    fn a_module_behind_a_cfg_is_left_out_with_its_files() {
        let task = "#[derive(Permissions)]\nstruct Fake;";
        let snapshot = Snapshot::from_files([
            (
                "operator/src/lib.rs",
                "#[cfg(test)]\nmod mocks;\nmod sweeper;",
            ),
            ("operator/src/mocks/mod.rs", task),
            ("operator/src/mocks_too.rs", task),
            (
                "operator/src/sweeper.rs",
                "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inline {\n    mod inner;\n}",
            ),
            ("operator/src/sweeper/inline/inner.rs", task),
            ("operator/src/sweeper/real.rs", task),
            ("operator/src/sweeper/tests.rs", task),
            ("operator/src/sweeper/tests/deep.rs", task),
            ("operator/src/tests.rs", task),
        ]);
        let found = derived(&snapshot);
        let found: Vec<&str> = found.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(
            found,
            [
                "operator/src/mocks_too.rs",
                "operator/src/sweeper/real.rs",
                "operator/src/tests.rs",
            ]
        );
    }
}
