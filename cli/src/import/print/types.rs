//! The types of a module, one after the other.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::attributes::{self, Item, attribute, flat, named};
use super::{docs, field_type, kind, schema_text, type_text};
use crate::import::model::{
    Body, Field, Node, Presence, Rest, Type, TypeDef, TypeId, Types, Variant,
};
use crate::import::shell::Version;
use crate::import::words::{VARIANT_RULES, serde_camel};

/// What has to be known of all types to print one.
pub struct Facts {
    /// Which types have a `Default`.
    has_default: Vec<bool>,
    /// What is said of types whose uses are all described.
    summaries: HashMap<TypeId, String>,
    /// Which types say themselves that they are `RefUnwindSafe`.
    unwind_safe: Vec<bool>,
}

/// Below how many maps a type says itself that it is `RefUnwindSafe`. rustdoc asks that of every type, and rustc looks for the
/// answer through about twenty types of the standard library for each map, and through 128 in all.
const MAPS: usize = 3;

impl Facts {
    /// The facts of the types of a module.
    pub fn of(types: &Types) -> Self {
        let mut has_default = Vec::new();
        for def in &types.all {
            let of_type = |ty: &Type| match ty {
                Type::DateTime | Type::Number => false,
                Type::Named(id) => has_default[id.0],
                _ => true,
            };
            has_default.push(match &def.body {
                Body::Enum(_) => false,
                Body::Kubernetes(known) => known.name != "Condition",
                Body::Newtype(ty) => of_type(ty),
                Body::Struct { fields, .. } => fields
                    .iter()
                    .all(|field| field.presence != Presence::Required || of_type(&field.ty)),
            });
        }
        Self {
            has_default,
            summaries: summaries(types),
            unwind_safe: unwind_safe(types),
        }
    }
}

fn unwind_safe(types: &Types) -> Vec<bool> {
    fn maps(ty: &Type, of_types: &[usize]) -> usize {
        match ty {
            Type::Map(inner) => 1 + maps(inner, of_types),
            Type::List(inner) | Type::Option(inner) => maps(inner, of_types),
            Type::Named(id) => of_types[id.0],
            _ => 0,
        }
    }
    let mut of_types = Vec::new();
    let mut unwind_safe = Vec::new();
    for def in &types.all {
        let below = match &def.body {
            Body::Struct { fields, .. } => {
                let of_fields = fields.iter().map(|it| maps(&it.ty, &of_types));
                of_fields.max().unwrap_or_default()
            }
            Body::Newtype(ty) => maps(ty, &of_types),
            Body::Enum(_) | Body::Kubernetes(_) => 0,
        };
        unwind_safe.push(below >= MAPS);
        of_types.push(if below >= MAPS { 0 } else { below });
    }
    unwind_safe
}

/// Whether some type derives `KubeSchema`, and whether one derives `JsonSchema`.
pub fn derived_schemas(types: &Types) -> (bool, bool) {
    let deriving = || {
        let defs = types.all.iter();
        defs.filter(|def| !matches!(def.body, Body::Kubernetes(_)))
    };
    (deriving().any(needs_kube), !deriving().all(needs_kube))
}

fn needs_kube(def: &TypeDef) -> bool {
    match &def.body {
        Body::Struct { fields, .. } => {
            def.attributes.need_kube() || fields.iter().any(|field| field.attributes.need_kube())
        }
        _ => false,
    }
}

/// The first sentence of each type's use, where every use is at a field with a description of its own, which takes the place of the
/// type's; and where they stand if they say different things.
fn summaries(types: &Types) -> HashMap<TypeId, String> {
    let mut uses = HashMap::<_, Vec<_>>::new();
    let mut described_by_type = HashSet::new();
    for def in &types.all {
        match &def.body {
            Body::Struct { fields, .. } => {
                for field in fields {
                    match (&field.ty, &field.doc) {
                        (Type::Named(id), Some(doc)) => {
                            let name = format!("`{}::{}`", def.name, field.ident);
                            uses.entry(*id)
                                .or_default()
                                .push((name, docs::summary(doc)));
                        }
                        (ty, _) => described_by_type.extend(named_in(ty)),
                    }
                }
            }
            Body::Newtype(ty) => described_by_type.extend(named_in(ty)),
            Body::Enum(_) | Body::Kubernetes(_) => {}
        }
    }
    uses.retain(|id, _| !described_by_type.contains(id) && types.get(*id).doc.is_none());
    let summary = |mut uses: Vec<(String, String)>| {
        let (_, first) = &uses[0];
        if uses.iter().all(|(_, it)| it == first) {
            return first.clone();
        }
        uses.sort();
        match uses.as_slice() {
            [(one, _), (other, _)] => format!("The type of {one} and {other}."),
            [(one, _), (other, _), (last, _)] => format!("The type of {one}, {other} and {last}."),
            [(one, _), (other, _), more @ ..] => {
                format!("The type of {one}, {other} and {} more fields.", more.len())
            }
            _ => String::new(),
        }
    };
    uses.into_iter()
        .map(|(id, uses)| (id, summary(uses)))
        .collect()
}

fn named_in(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::List(inner) | Type::Map(inner) | Type::Option(inner) => named_in(inner),
        _ => None,
    }
}

/// Prints one type; `head` is the version whose spec it is.
pub fn print(text: &mut String, types: &Types, id: TypeId, head: Option<&Version>, facts: &Facts) {
    let def = types.get(id);
    match (&def.doc, facts.summaries.get(&id)) {
        (Some(doc), _) => docs::comment(text, doc, 0),
        (None, Some(summary)) => docs::summary_of_type(text, summary),
        (None, None) => {}
    }
    match &def.body {
        Body::Struct { fields, rest } => {
            derive(text, head, needs_kube(def), facts.has_default[id.0]);
            head.iter()
                .for_each(|version| kind::attributes(text, version));
            correction(text, def);
            print_struct(text, types, def, fields, rest.as_ref());
        }
        Body::Enum(variants) => print_enum(text, def, variants),
        Body::Newtype(ty) => {
            derive(text, head, false, facts.has_default[id.0]);
            head.iter()
                .for_each(|version| kind::attributes(text, version));
            correction(text, def);
            text.push_str("#[serde(transparent)]\n");
            attributes::all(text, &def.attributes, Vec::new(), 0);
            let name = &def.name;
            let written = type_text(types, ty);
            let serde = needs_complete(types, ty).then(|| named("deserialize_with", "complete"));
            let serde = serde.map(|it| format!("#[serde({})] ", flat(&it)));
            let line = match with(types, ty, Presence::Required) {
                None => format!("pub struct {name}(pub {written});\n"),
                Some(with) => {
                    format!(
                        "pub struct {name}({}#[schemars({})] pub {written});\n",
                        serde.unwrap_or_default(),
                        flat(&with)
                    )
                }
            };
            text.push_str(&line);
        }
        Body::Kubernetes(_) => {}
    }
    if facts.unwind_safe[id.0] {
        text.push_str(&format!(
            "\n// So that rustdoc need not look through all the maps in it.\nimpl std::panic::RefUnwindSafe for {} {{}}\n",
            def.name
        ));
    }
}

fn correction(text: &mut String, def: &TypeDef) {
    if let Some(doc) = &def.doc {
        docs::correction(text, doc, 0);
    }
}

fn print_struct(
    text: &mut String,
    types: &Types,
    def: &TypeDef,
    fields: &[Field],
    rest: Option<&Rest>,
) {
    let camel = wants_camel_case(fields);
    if camel {
        text.push_str("#[serde(rename_all = \"camelCase\")]\n");
    }
    attributes::all(text, &def.attributes, Vec::new(), 0);
    if fields.is_empty() && rest.is_none() {
        text.push_str(&format!("pub struct {} {{}}\n", def.name));
        return;
    }
    text.push_str(&format!("pub struct {} {{\n", def.name));
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        print_field(text, types, field, camel);
    }
    if let Some(Rest { ident, of_root }) = rest {
        if !fields.is_empty() {
            text.push('\n');
        }
        text.push_str("    /// The fields that the schema does not name, and preserves.\n");
        let mut serde = vec![Item::Text("flatten".into())];
        if *of_root {
            serde.push(named("deserialize_with", "unknown_fields"));
        }
        attribute(text, "serde", serde, 4);
        text.push_str(&format!("    pub {ident}: BTreeMap<String, Value>,\n"));
    }
    text.push_str("}\n");
}

fn print_field(text: &mut String, types: &Types, field: &Field, camel: bool) {
    if let Some(doc) = &field.doc {
        docs::description(text, doc, 4);
    }
    let mut serde = Vec::new();
    if field.key != restored(field, camel) {
        serde.push(named("rename", &field.key));
    }
    // An absent `Option` is `None` without `default`, for which schemars has code to print a value; with a function of its own
    // it is an error.
    let has_function = needs_complete(types, &field.ty);
    match field.presence {
        Presence::Required | Presence::RequiredNullable => {}
        Presence::Optional if !has_function => {}
        Presence::Optional | Presence::OptionalNullable => {
            serde.push(Item::Text("default".into()));
        }
    }
    let with_function = match field.presence {
        _ if has_function => Some("complete"),
        // Without it serde would take an absent `Option` for `None`.
        Presence::RequiredNullable => Some("Option::deserialize"),
        _ => None,
    };
    serde.extend(with_function.map(|it| named("deserialize_with", it)));
    let skipped_if = match field.presence {
        Presence::Required | Presence::RequiredNullable => None,
        Presence::Optional => Some("Option::is_none"),
        Presence::OptionalNullable => Some("Nullable::is_absent"),
    };
    serde.extend(skipped_if.map(|it| named("skip_serializing_if", it)));
    attribute(text, "serde", serde, 4);
    let required = field.presence == Presence::RequiredNullable;
    let mut schemars: Vec<_> = with(types, &field.ty, field.presence).into_iter().collect();
    schemars.extend(required.then(|| Item::Text("required".into())));
    attributes::all(text, &field.attributes, schemars, 4);
    let ty = field_type(type_text(types, &field.ty), field.presence);
    let line = format!("    pub {}: {ty},\n", field.ident);
    if line.len() <= 101 {
        text.push_str(&line);
    } else {
        text.push_str(&format!("    pub {}:\n        {ty},\n", field.ident));
    }
}

/// What says that another schema than that of the type stands at a field.
fn with(types: &Types, ty: &Type, presence: Presence) -> Option<Item> {
    let id = named_in(ty)?;
    matches!(types.get(id).body, Body::Kubernetes(_))
        .then(|| named("with", &field_type(schema_text(types, ty), presence)))
}

/// Whether a type is k8s-openapi's and would read a required field that is missing as an empty one.
pub fn needs_complete(types: &Types, ty: &Type) -> bool {
    let Some(def) = named_in(ty).map(|id| types.get(id)) else {
        return false;
    };
    match &def.body {
        Body::Kubernetes(known) => known.name != "Condition" && requires(&def.schema),
        _ => false,
    }
}

/// Whether a field is required in an object, or in one inside.
fn requires(schema: &Node) -> bool {
    schema.contains_key("required")
        || schema
            .iter()
            .any(|(key, value)| match (key.as_str(), value) {
                ("properties", Value::Object(fields)) => fields
                    .values()
                    .any(|it| it.as_object().is_some_and(requires)),
                ("items" | "additionalProperties", Value::Object(inner)) => requires(inner),
                _ => false,
            })
}

/// The name that serde has for a field.
fn restored(field: &Field, camel: bool) -> String {
    let name = field.ident.trim_start_matches("r#");
    if camel {
        serde_camel(name)
    } else {
        name.to_owned()
    }
}

/// Whether `rename_all` leaves fewer fields to rename one by one.
fn wants_camel_case(fields: &[Field]) -> bool {
    let renamed = |camel| {
        let differing = |field: &&Field| field.key != restored(field, camel);
        fields.iter().filter(differing).count()
    };
    renamed(true) < renamed(false)
}

fn print_enum(text: &mut String, def: &TypeDef, variants: &[Variant]) {
    let traits = [
        "JsonSchema",
        "Serialize",
        "Deserialize",
        "Clone",
        "Copy",
        "Debug",
        "PartialEq",
        "Eq",
    ];
    print_derive(text, &traits);
    correction(text, def);
    let rule = VARIANT_RULES.iter().find(|(_, apply)| {
        variants.iter().any(|it| it.value != it.name)
            && variants.iter().all(|it| it.value == apply(&it.name))
    });
    if let Some((name, _)) = rule {
        text.push_str(&format!("#[serde(rename_all = \"{name}\")]\n"));
    }
    attributes::all(text, &def.attributes, Vec::new(), 0);
    text.push_str(&format!("pub enum {} {{\n", def.name));
    for variant in variants {
        if rule.is_none() && variant.value != variant.name {
            attribute(text, "serde", vec![named("rename", &variant.value)], 4);
        }
        text.push_str(&format!("    {},\n", variant.name));
    }
    text.push_str("}\n");
}

fn derive(text: &mut String, head: Option<&Version>, kube: bool, default: bool) {
    let mut traits = Vec::new();
    // An optional spec has a kind that `Kind` makes: kube's always has a spec.
    traits.extend(
        head.filter(|version| !version.extra.optional_spec)
            .map(|_| "CustomResource"),
    );
    traits.push(if kube { "KubeSchema" } else { "JsonSchema" });
    traits.extend(head.map(|_| "Kind"));
    traits.extend(["Serialize", "Deserialize", "Clone", "Debug"]);
    traits.extend(default.then_some("Default"));
    traits.push("PartialEq");
    print_derive(text, &traits);
}

fn print_derive(text: &mut String, traits: &[&str]) {
    let line = format!("#[derive({})]\n", traits.join(", "));
    if line.len() <= 101 {
        text.push_str(&line);
    } else {
        text.push_str(&format!("#[derive(\n    {},\n)]\n", traits.join(", ")));
    }
}
