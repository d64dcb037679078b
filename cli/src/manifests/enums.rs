//! Enums that derive `KubeSchema`, which is for structs. Its own error, "Unsupported shape `enum`", has no way out.

use syn::visit::Visit;

use super::unlisted::is_derived;
use crate::diagnostic::Diagnostic;
use crate::edit::rust;
use crate::workspace::Snapshot;

/// Points at the first such enum, and says what to derive.
pub fn explained(failure: Diagnostic, snapshot: &Snapshot) -> Diagnostic {
    let files = ["api", "operator"].map(|folder| snapshot.files_below(folder));
    for (path, _) in files.into_iter().flatten() {
        let text = snapshot
            .text(path)
            .filter(|_| path.extension() == Some("rs"))
            .filter(|text| text.contains("KubeSchema") && text.contains("enum"));
        let Some(text) = text else { continue };
        let Ok(file) = rust::file(path, text) else {
            continue;
        };
        let mut enums = Enums(None);
        enums.visit_file(&file);
        if let Some(ident) = enums.0 {
            let label = "`KubeSchema` is for structs";
            return failure
                .at(path, text, ident.span().byte_range(), label)
                .help(format!(
                    "derive `schemars::JsonSchema` for `{ident}`, and not `KubeSchema`"
                ));
        }
    }
    failure
}

struct Enums(Option<syn::Ident>);

impl<'ast> Visit<'ast> for Enums {
    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        if is_derived(&item.attrs, "KubeSchema") {
            self.0.get_or_insert(item.ident.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enum_with_the_derive_for_structs_is_pointed_at() {
        fn check(item: &str, expected: Option<&str>) {
            let snapshot = Snapshot::from_files([("api/src/v1/book.rs", item)]);
            let explained = explained(Diagnostic::new("it does not build"), &snapshot);
            let expected = expected.map(|name| {
                format!("derive `schemars::JsonSchema` for `{name}`, and not `KubeSchema`")
            });
            assert_eq!(explained.help, expected);
            let label = explained.label.map(|it| it.text[it.span].to_owned());
            assert_eq!(label.is_some(), expected.is_some());
        }
        check(
            "#[derive(Clone, KubeSchema)]\nenum Mode { A }\n",
            Some("Mode"),
        );
        check(
            "mod a {\n#[derive(kube::KubeSchema)]\nenum Mode { A }\n}\n",
            Some("Mode"),
        );
        check(
            "#[derive(KubeSchema)]\nstruct A;\n#[derive(JsonSchema)]\nenum Mode { A }\n",
            None,
        );
    }
}
