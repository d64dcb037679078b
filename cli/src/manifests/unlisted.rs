//! Reconcilers that exist and never run, because `operator()` does not list them.

use kopgen_core::report::ControllerReport;

use crate::diagnostic::Diagnostic;
use crate::edit::rust;
use crate::plan::RelPath;
use crate::workspace::Snapshot;

/// A `#[derive(Reconciler)]` in `operator/src`.
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
    let mut all = Vec::new();
    for (path, _) in snapshot.files_below("operator/src") {
        let Some(text) = snapshot
            .text(path)
            .filter(|text| path.extension() == Some("rs") && text.contains("Reconciler"))
        else {
            continue;
        };
        // It has been compiled or is not part of the crate: either way its syntax is none of kopgen's business.
        let Ok(file) = rust::file(path, text) else {
            continue;
        };
        let structs = structs(&file.items, &module_of(path));
        all.extend(structs.into_iter().map(|(modules, found)| Derived {
            path: path.clone(),
            name: found.ident.to_string(),
            warning: warning(path, text, &modules, found),
        }));
    }
    all
}

/// A warning for each that is not among the listed controllers.
pub fn warnings(derived: Vec<Derived>, listed: &[ControllerReport]) -> Vec<Diagnostic> {
    let is_listed = |derived: &Derived| listed.iter().any(|it| is_it(it, derived));
    let unlisted = derived.into_iter().filter(|derived| !is_listed(derived));
    unlisted.map(|derived| derived.warning).collect()
}

/// The structs, each with the modules of the file that it is in.
fn structs<'a>(items: &'a [syn::Item], modules: &str) -> Vec<(String, &'a syn::ItemStruct)> {
    let mut found = Vec::new();
    for item in items {
        match item {
            syn::Item::Struct(item) if !is_conditional(&item.attrs) && is_derived(&item.attrs) => {
                found.push((modules.to_owned(), item));
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

fn is_conditional(attributes: &[syn::Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg"))
}

fn is_derived(attributes: &[syn::Attribute]) -> bool {
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
                    .is_some_and(|segment| segment.ident == "Reconciler");
                Ok(())
            });
            found
        })
}

fn is_it(controller: &ControllerReport, derived: &Derived) -> bool {
    let name = controller
        .source
        .type_name
        .rsplit("::")
        .next()
        .unwrap_or_default();
    let file = controller.source.file.replace('\\', "/");
    derived.name == name && file.ends_with(derived.path.as_str())
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

fn warning(path: &RelPath, text: &str, modules: &str, found: &syn::ItemStruct) -> Diagnostic {
    let name = &found.ident;
    let call = format!(".controller::<{modules}::{name}>()");
    Diagnostic::new(format!(
        "`{name}` derives `Reconciler`, but `operator()` does not list it: it never runs"
    ))
    .at(path, text, name.span().byte_range(), "")
    .help(format!(
        "`kopgen create api` lists a controller; by hand, add `{call}` to operator/src/operator.rs"
    ))
}

#[cfg(test)]
mod tests {
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
    ";

    #[test]
    fn a_derived_reconciler_that_is_not_listed_is_said() {
        let snapshot = Snapshot::from_files([
            ("operator/src/controllers/guestbook.rs", SOURCE),
            ("operator/src/odd.rs", "Reconciler {"),
        ]);
        let listed: ControllerReport = serde_json::from_value(serde_json::json!({
            "source": {
                "type_name": "guestbook_operator::controllers::guestbook::GuestbookReconciler",
                "file": "operator/src/controllers/guestbook.rs",
                "line": 3,
            },
            "name": "guestbook",
            "kind": { "group": "", "version": "v1", "kind": "Guestbook", "plural": "guestbooks", "namespaced": true },
            "rules": [],
        }))
        .unwrap();
        let warnings = warnings(derived(&snapshot), std::slice::from_ref(&listed));
        let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        snapbox::assert_data_eq!(
            warnings.join("\n"),
            snapbox::str![[r#"
`Forgotten` derives `Reconciler`, but `operator()` does not list it: it never runs
  at: operator/src/controllers/guestbook.rs:7
  help: `kopgen create api` lists a controller; by hand, add `.controller::<crate::controllers::guestbook::inner::Forgotten>()` to operator/src/operator.rs
"#]]
        );
        let elsewhere =
            Snapshot::from_files([("operator/src/controllers/webapp/guestbook.rs", SOURCE)]);
        assert_eq!(super::warnings(derived(&elsewhere), &[listed]).len(), 2);
    }
}
