//! The module of a version as Rust: what rustfmt would leave as it is, the same every time.

mod attributes;
mod docs;
mod kind;
mod literals;
mod types;

use std::fmt::Write;

use super::model::{Body, Presence, Type, TypeId, Types};
use super::shell::Version;

/// The text of the module.
pub fn module(version: &Version) -> String {
    let types = &version.types;
    let defaults = types::defaults(types);
    let mut text = String::new();
    text.push_str(ALLOW);
    text.push('\n');
    imports(&mut text, version);
    let mut ids: Vec<_> = (0..types.all.len()).map(TypeId).collect();
    // As one reads: the kind first, then by name.
    ids.sort_by_key(|id| {
        (
            *id != version.spec,
            Some(*id) != version.status,
            &types.get(*id).name,
        )
    });
    for id in ids {
        text.push('\n');
        let head = (id == version.spec).then_some(version);
        types::print(&mut text, types, id, head, &defaults);
    }
    for (name, default) in &defaults.functions {
        let _ = write!(
            text,
            "\nfn {name}() -> {} {{\n    {}\n}}\n",
            default.ty, default.value
        );
    }
    text
}

/// The texts are the CRD's own, which were not written for rustdoc.
const ALLOW: &str = r#"#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_markdown,
    clippy::doc_overindented_list_items,
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
    let types = &version.types;
    let mut runtime = vec!["Kind"];
    let mut maps = false;
    let mut any = false;
    for def in &types.all {
        match &def.body {
            Body::Struct { fields, rest } => {
                maps |= rest.is_some();
                any |= rest.is_some();
                fields.iter().for_each(|field| {
                    names_of(&field.ty, &mut runtime, &mut maps, &mut any);
                });
            }
            Body::Newtype(ty) => names_of(ty, &mut runtime, &mut maps, &mut any),
            Body::Enum { .. } => {}
        }
    }
    runtime.sort_unstable();
    runtime.dedup();
    if maps {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    match runtime.as_slice() {
        [one] => {
            let _ = writeln!(text, "use kopgen_runtime::{one};");
        }
        several => {
            let _ = writeln!(text, "use kopgen_runtime::{{{}}};", several.join(", "));
        }
    }
    let (kube_schema, json_schema) = types::derived_schemas(types);
    if kube_schema {
        text.push_str("use kube::{CustomResource, KubeSchema};\n");
    } else {
        text.push_str("use kube::CustomResource;\n");
    }
    if json_schema {
        text.push_str("use schemars::JsonSchema;\n");
    }
    text.push_str("use serde::{Deserialize, Serialize};\n");
    if any {
        text.push_str("use serde_json::Value;\n");
    }
}

fn names_of(ty: &Type, runtime: &mut Vec<&'static str>, maps: &mut bool, any: &mut bool) {
    match ty {
        Type::DateTime => runtime.push("DateTime"),
        Type::IntOrString => runtime.push("IntOrString"),
        Type::Quantity => runtime.push("Quantity"),
        Type::Object => runtime.push("JsonObject"),
        Type::Any => *any = true,
        Type::Map(inner) => {
            *maps = true;
            names_of(inner, runtime, maps, any);
        }
        Type::List(inner) | Type::Option(inner) => names_of(inner, runtime, maps, any),
        _ => {}
    }
}

/// A type as Rust writes it.
fn type_text(types: &Types, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::I32 => "i32".into(),
        Type::I64 => "i64".into(),
        Type::F64 => "f64".into(),
        Type::String => "String".into(),
        Type::DateTime => "DateTime".into(),
        Type::IntOrString => "IntOrString".into(),
        Type::Quantity => "Quantity".into(),
        Type::Any => "Value".into(),
        Type::Object => "JsonObject".into(),
        Type::List(inner) => format!("Vec<{}>", type_text(types, inner)),
        Type::Map(inner) => format!("BTreeMap<String, {}>", type_text(types, inner)),
        Type::Option(inner) => format!("Option<{}>", type_text(types, inner)),
        Type::Named(id) => types.get(*id).name.clone(),
    }
}

/// The type of a field, with its `Option`.
fn field_type(types: &Types, ty: &Type, presence: &Presence) -> String {
    let text = type_text(types, ty);
    match presence {
        Presence::Required | Presence::Default(_) => text,
        Presence::Optional | Presence::RequiredNullable => format!("Option<{text}>"),
    }
}
