//! The types of a module, one after the other.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use super::attributes::{self, Item, attribute, named};
use super::{docs, field_type, kind, literals, type_text};
use crate::import::model::{Body, Field, Presence, Type, TypeDef, TypeId, Types, Variant};
use crate::import::shell::Version;
use crate::import::words::{VARIANT_RULES, serde_camel, snake, words};

/// A function that returns the default of fields.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DefaultValue {
    /// Its type.
    pub ty: String,
    /// The expression.
    pub value: String,
}

/// What stands for absent fields.
pub struct Defaults {
    /// By name.
    pub functions: BTreeMap<String, DefaultValue>,
    /// The name for a value.
    names: HashMap<DefaultValue, String>,
    /// Which types have a `Default`.
    has_default: Vec<bool>,
    /// What is said of types whose uses are all described.
    summaries: HashMap<TypeId, String>,
}

/// Whether some type derives `KubeSchema`, and whether one derives `JsonSchema`.
pub fn derived_schemas(types: &Types) -> (bool, bool) {
    let needing = types.all.iter().filter(|def| needs_kube(def)).count();
    (needing > 0, needing < types.all.len())
}

fn needs_kube(def: &TypeDef) -> bool {
    match &def.body {
        Body::Struct { fields, .. } => {
            def.attributes.need_kube() || fields.iter().any(|field| field.attributes.need_kube())
        }
        _ => false,
    }
}

/// Chooses the functions for the defaults of all fields, and finds out which types have a default of their own.
pub fn defaults(types: &Types) -> Defaults {
    let mut defaults = Defaults {
        functions: BTreeMap::new(),
        names: HashMap::new(),
        has_default: Vec::new(),
        summaries: summaries(types),
    };
    for def in &types.all {
        let has_default = match &def.body {
            Body::Enum { default, .. } => default.is_some(),
            Body::Newtype(ty) => defaults.has_default(ty),
            Body::Struct { fields, .. } => fields.iter().all(|field| {
                field.presence != Presence::Required || defaults.has_default(&field.ty)
            }),
        };
        defaults.has_default.push(has_default);
    }
    for def in &types.all {
        let Body::Struct { fields, .. } = &def.body else {
            continue;
        };
        for field in fields {
            if let Some(value) = default_value(types, field) {
                defaults.add(value, &def.name, &field.ident);
            }
        }
    }
    defaults
}

impl Defaults {
    fn has_default(&self, ty: &Type) -> bool {
        match ty {
            Type::DateTime => false,
            Type::Named(id) => self.has_default[id.0],
            _ => true,
        }
    }

    fn add(&mut self, value: DefaultValue, of: &str, field: &str) {
        if self.names.contains_key(&value) {
            return;
        }
        let field = field.trim_start_matches("r#").trim_matches('_');
        let short = if value.value == "true" {
            "default_true".to_owned()
        } else {
            format!("default_{field}")
        };
        let long = format!("default_{}_{field}", snake(&words(of)));
        let name = [short, long.clone()]
            .into_iter()
            .chain((2..).map(|number| format!("{long}_{number}")))
            .find(|name| !self.functions.contains_key(name))
            .unwrap_or(long);
        self.functions.insert(name.clone(), value.clone());
        self.names.insert(value, name);
    }
}

/// The default of a field, where it is not that of its type.
fn default_value(types: &Types, field: &Field) -> Option<DefaultValue> {
    let Presence::Default(value) = &field.presence else {
        return None;
    };
    let literal = match (&field.ty, value) {
        (Type::F64, Value::Number(number)) if number.as_f64() != Some(0.0) => {
            literals::float(number)
        }
        (Type::I32 | Type::I64, Value::Number(number)) if number.as_i64() != Some(0) => {
            number.to_string()
        }
        (Type::Bool, Value::Bool(true)) => "true".to_owned(),
        (Type::String, Value::String(text)) if !text.is_empty() => {
            format!("{}.into()", literals::string(text))
        }
        (Type::Named(id), Value::String(value)) => {
            let def = types.get(*id);
            let Body::Enum { variants, default } = &def.body else {
                return None;
            };
            if default.as_ref() == Some(value) {
                return None;
            }
            let variant = variants.iter().find(|it| it.value == *value)?;
            format!("{}::{}", def.name, variant.name)
        }
        _ => return None,
    };
    Some(DefaultValue {
        ty: type_text(types, &field.ty),
        value: literal,
    })
}

/// The first sentence of the first use of each type, where every use is at a field with a description of its own, which
/// takes the place of the type's.
fn summaries(types: &Types) -> HashMap<TypeId, String> {
    let mut summaries = HashMap::new();
    let mut described_by_type = HashSet::new();
    for def in types.all.iter().rev() {
        match &def.body {
            Body::Struct { fields, .. } => {
                for field in fields {
                    match (&field.ty, &field.doc) {
                        (Type::Named(id), Some(doc)) => {
                            summaries.insert(*id, docs::summary(doc));
                        }
                        (ty, _) => described_by_type.extend(named_in(ty)),
                    }
                }
            }
            Body::Newtype(ty) => described_by_type.extend(named_in(ty)),
            Body::Enum { .. } => {}
        }
    }
    summaries.retain(|id, _| !described_by_type.contains(id) && types.get(*id).doc.is_none());
    summaries
}

fn named_in(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        Type::List(inner) | Type::Map(inner) | Type::Option(inner) => named_in(inner),
        _ => None,
    }
}

/// Prints one type; `head` is the version whose spec it is.
pub fn print(
    text: &mut String,
    types: &Types,
    id: TypeId,
    head: Option<&Version>,
    defaults: &Defaults,
) {
    let def = types.get(id);
    match (&def.doc, defaults.summaries.get(&id)) {
        (Some(doc), _) => docs::description(text, doc, 0),
        (None, Some(summary)) => docs::description(text, summary, 0),
        (None, None) => {}
    }
    match &def.body {
        Body::Struct { fields, rest } => {
            print_struct(text, types, id, head, defaults, fields, rest.as_deref());
        }
        Body::Enum { variants, default } => print_enum(text, def, variants, default.as_deref()),
        Body::Newtype(ty) => {
            derive(text, head, needs_kube(def), defaults.has_default[id.0]);
            if let Some(version) = head {
                kind::attributes(text, version);
            }
            text.push_str("#[serde(transparent)]\n");
            attributes::all(text, &def.attributes, false, 0);
            text.push_str(&format!(
                "pub struct {}(pub {});\n",
                def.name,
                type_text(types, ty)
            ));
        }
    }
}

fn print_struct(
    text: &mut String,
    types: &Types,
    id: TypeId,
    head: Option<&Version>,
    defaults: &Defaults,
    fields: &[Field],
    rest: Option<&str>,
) {
    let def = types.get(id);
    let has_default = defaults.has_default[id.0];
    let own_default = has_default
        && fields
            .iter()
            .any(|field| default_value(types, field).is_some());
    derive(text, head, needs_kube(def), has_default && !own_default);
    if let Some(version) = head {
        kind::attributes(text, version);
    }
    let camel = wants_camel_case(fields);
    if camel {
        text.push_str("#[serde(rename_all = \"camelCase\")]\n");
    }
    attributes::all(text, &def.attributes, false, 0);
    if fields.is_empty() {
        text.push_str(&format!("pub struct {} {{}}\n", def.name));
        return;
    }
    text.push_str(&format!("pub struct {} {{\n", def.name));
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        print_field(text, types, field, camel, defaults);
    }
    if let Some(rest) = rest {
        text.push_str(&format!(
            "\n    /// The fields that the schema does not name, and preserves.\n    #[serde(flatten)]\n    pub {rest}: BTreeMap<String, Value>,\n"
        ));
    }
    text.push_str("}\n");
    if own_default {
        print_default(text, types, def, fields, rest, defaults);
    }
}

fn print_field(text: &mut String, types: &Types, field: &Field, camel: bool, defaults: &Defaults) {
    if let Some(doc) = &field.doc {
        docs::description(text, doc, 4);
    }
    let mut serde = Vec::new();
    if field.key != restored(field, camel) {
        serde.push(named("rename", &field.key));
    }
    match &field.presence {
        Presence::Required | Presence::RequiredNullable => {}
        Presence::Optional => {
            serde.push(Item::Text("default".into()));
            serde.push(named("skip_serializing_if", "Option::is_none"));
        }
        Presence::Default(_) => serde.push(match default_value(types, field) {
            Some(value) => named("default", &defaults.names[&value]),
            None => Item::Text("default".into()),
        }),
    }
    attribute(text, "serde", serde, 4);
    let required = field.presence == Presence::RequiredNullable;
    attributes::all(text, &field.attributes, required, 4);
    let ty = field_type(types, &field.ty, &field.presence);
    let line = format!("    pub {}: {ty},\n", field.ident);
    if line.len() <= 101 {
        text.push_str(&line);
    } else {
        text.push_str(&format!("    pub {}:\n        {ty},\n", field.ident));
    }
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
        fields
            .iter()
            .filter(|field| field.key != restored(field, camel))
            .count()
    };
    renamed(true) < renamed(false)
}

/// What `derive(Default)` would not do: fields have the default that an absent one has.
fn print_default(
    text: &mut String,
    types: &Types,
    def: &TypeDef,
    fields: &[Field],
    rest: Option<&str>,
    defaults: &Defaults,
) {
    text.push_str(&format!(
        "\nimpl Default for {} {{\n    fn default() -> Self {{\n        Self {{\n",
        def.name
    ));
    for field in fields {
        let value = match (default_value(types, field), &field.presence) {
            (Some(value), _) => format!("{}()", defaults.names[&value]),
            (None, Presence::Optional | Presence::RequiredNullable) => "None".to_owned(),
            (None, _) => "Default::default()".to_owned(),
        };
        text.push_str(&format!("            {}: {value},\n", field.ident));
    }
    if let Some(rest) = rest {
        text.push_str(&format!("            {rest}: BTreeMap::new(),\n"));
    }
    text.push_str("        }\n    }\n}\n");
}

fn print_enum(text: &mut String, def: &TypeDef, variants: &[Variant], default: Option<&str>) {
    let mut traits = vec![
        "JsonSchema",
        "Serialize",
        "Deserialize",
        "Clone",
        "Copy",
        "Debug",
    ];
    traits.extend(default.map(|_| "Default"));
    traits.extend(["PartialEq", "Eq"]);
    print_derive(text, &traits);
    let rule = VARIANT_RULES.iter().find(|(_, apply)| {
        variants.iter().any(|it| it.value != it.name)
            && variants.iter().all(|it| it.value == apply(&it.name))
    });
    if let Some((name, _)) = rule {
        text.push_str(&format!("#[serde(rename_all = \"{name}\")]\n"));
    }
    attributes::all(text, &def.attributes, false, 0);
    text.push_str(&format!("pub enum {} {{\n", def.name));
    for variant in variants {
        if rule.is_none() && variant.value != variant.name {
            attribute(text, "serde", vec![named("rename", &variant.value)], 4);
        }
        if default == Some(variant.value.as_str()) {
            text.push_str("    #[default]\n");
        }
        text.push_str(&format!("    {},\n", variant.name));
    }
    text.push_str("}\n");
}

fn derive(text: &mut String, head: Option<&Version>, kube: bool, default: bool) {
    let mut traits = Vec::new();
    traits.extend(head.map(|_| "CustomResource"));
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
