//! The module of a version as Rust: what rustfmt would leave as it is, the same every time.

mod attributes;
mod docs;
mod kind;
mod literals;
mod schemas;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Body, Presence, Type, TypeId, Types};
use super::shell::Version;

use types::Facts;

/// The text of the module.
pub fn module(version: &Version) -> String {
    let types = &version.types;
    let facts = Facts::of(types);
    let mut text = format!("{ALLOW}\n");
    imports(&mut text, version);
    let mut ids: Vec<_> = (0..types.all.len()).map(TypeId).collect();
    // As one reads: the spec first, then the status, then by name.
    ids.sort_by_key(|id| {
        let rank = (*id != version.spec, Some(*id) != version.status);
        (rank, &types.get(*id).name)
    });
    ids.retain(|id| !matches!(types.get(*id).body, Body::Kubernetes(_)));
    for id in ids {
        text.push('\n');
        let head = (id == version.spec).then_some(version);
        types::print(&mut text, types, id, head, &facts);
    }
    schemas::print(&mut text, types);
    text
}

/// The texts are the CRD's own, which were not written for rustdoc.
const ALLOW: &str = r#"#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_markdown,
    clippy::doc_overindented_list_items,
    clippy::duplicated_attributes,
    clippy::empty_docs,
    clippy::enum_variant_names,
    clippy::large_enum_variant,
    clippy::struct_field_names,
    clippy::tabs_in_doc_comments,
    clippy::too_long_first_doc_paragraph,
    rustdoc::bare_urls,
    rustdoc::broken_intra_doc_links,
    rustdoc::invalid_html_tags,
    rustdoc::invalid_rust_codeblocks,
    reason = "the descriptions and names are those of the imported CRD"
)]
"#;

fn imports(text: &mut String, version: &Version) {
    let mut used = Used::default();
    let types = &version.types;
    for def in &types.all {
        for function in def.attributes.said_once.functions() {
            used.runtime.insert(function);
        }
        match &def.body {
            Body::Struct { fields, rest } => {
                if let Some(rest) = rest {
                    used.map = true;
                    used.json.insert("Value");
                    if rest.of_root {
                        used.runtime.insert("unknown_fields");
                    }
                }
                for field in fields {
                    used.field(types, &field.ty);
                    if field.presence == Presence::OptionalNullable {
                        used.runtime.insert("Nullable");
                    }
                }
            }
            Body::Newtype(ty) => used.field(types, ty),
            Body::Kubernetes(known) if known.is_imported => used.import(&known.module, &known.name),
            Body::Enum(_) | Body::Kubernetes(_) => {}
        }
    }
    used.runtime.insert("Kind");
    let (kube_schema, json_schema) = types::derived_schemas(types);
    let mut kube = BTreeSet::new();
    if !version.extra.optional_spec {
        kube.insert("CustomResource");
    }
    if kube_schema {
        kube.insert("KubeSchema");
    }
    if used.map {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    for (module, names) in &used.kubernetes {
        import(text, module, names);
    }
    import(text, "kopgen_runtime", &used.runtime);
    import(text, "kube", &kube);
    if json_schema {
        import(text, "schemars", &BTreeSet::from(["JsonSchema"]));
    }
    import(text, "serde", &BTreeSet::from(["Deserialize", "Serialize"]));
    import(text, "serde_json", &used.json);
}

fn import(text: &mut String, from: &str, names: &BTreeSet<&str>) {
    let names: Vec<_> = names.iter().copied().collect();
    match names.as_slice() {
        [] => {}
        [one] => text.push_str(&format!("use {from}::{one};\n")),
        several => {
            let line = format!("use {from}::{{{}}};\n", several.join(", "));
            if line.len() <= 101 {
                text.push_str(&line);
                return;
            }
            text.push_str(&format!("use {from}::{{\n"));
            let mut line = String::new();
            for name in several {
                if line.len() + name.len() + 6 > 100 {
                    text.push_str(&format!("   {line}\n"));
                    line.clear();
                }
                line.push_str(&format!(" {name},"));
            }
            text.push_str(&format!("   {line}\n}};\n"));
        }
    }
}

/// The names that the types of a module need.
#[derive(Default)]
struct Used<'a> {
    map: bool,
    kubernetes: BTreeMap<&'a str, BTreeSet<&'a str>>,
    runtime: BTreeSet<&'a str>,
    json: BTreeSet<&'static str>,
}

impl<'a> Used<'a> {
    fn import(&mut self, module: &'a str, name: &'a str) {
        match module {
            "kopgen_runtime" => self.runtime.insert(name),
            _ => self.kubernetes.entry(module).or_default().insert(name),
        };
    }

    fn field(&mut self, types: &Types, ty: &Type) {
        if types::needs_complete(types, ty) {
            self.runtime.insert("complete");
        }
        self.read(ty);
    }

    fn read(&mut self, ty: &Type) {
        match ty {
            Type::DateTime => _ = self.runtime.insert("DateTime"),
            Type::IntOrString => _ = self.runtime.insert("IntOrString"),
            Type::Quantity => _ = self.runtime.insert("Quantity"),
            Type::Object => _ = self.runtime.insert("JsonObject"),
            Type::Any => _ = self.json.insert("Value"),
            Type::Number => _ = self.json.insert("Number"),
            Type::Map(inner) => {
                self.map = true;
                self.read(inner);
            }
            Type::List(inner) | Type::Option(inner) => self.read(inner),
            Type::Bool | Type::I32 | Type::I64 | Type::String | Type::Named(_) => {}
        }
    }
}

/// A type as Rust writes it.
fn type_text(types: &Types, ty: &Type) -> String {
    spelled(ty, &|id| match &types.get(id).body {
        Body::Kubernetes(known) if known.is_imported => known.name.clone(),
        Body::Kubernetes(known) => format!("{}::{}", known.module, known.name),
        _ => types.get(id).name.clone(),
    })
}

/// The same with the schemas of Kubernetes' types in their place.
fn schema_text(types: &Types, ty: &Type) -> String {
    spelled(ty, &|id| types.get(id).name.clone())
}

fn spelled(ty: &Type, name: &dyn Fn(TypeId) -> String) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::I32 => "i32".into(),
        Type::I64 => "i64".into(),
        Type::Number => "Number".into(),
        Type::String => "String".into(),
        Type::DateTime => "DateTime".into(),
        Type::IntOrString => "IntOrString".into(),
        Type::Quantity => "Quantity".into(),
        Type::Any => "Value".into(),
        Type::Object => "JsonObject".into(),
        Type::List(inner) => format!("Vec<{}>", spelled(inner, name)),
        Type::Map(inner) => format!("BTreeMap<String, {}>", spelled(inner, name)),
        Type::Option(inner) => format!("Option<{}>", spelled(inner, name)),
        Type::Named(id) => name(*id),
    }
}

/// The type of a field, with what its presence puts around it.
fn field_type(text: String, presence: Presence) -> String {
    match presence {
        Presence::Required => text,
        Presence::Optional | Presence::RequiredNullable => format!("Option<{text}>"),
        Presence::OptionalNullable => format!("Nullable<{text}>"),
    }
}
