//! The types in the project's sources, as far as their syntax tells of them.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned as _;

use super::attribute;
use crate::plan::RelPath;

/// All types, by name. Several modules may have one of the same name.
#[derive(Default)]
pub struct Types {
    items: BTreeMap<String, Vec<Item>>,
    texts: BTreeMap<RelPath, String>,
}

/// A struct, an enum or an alias.
pub struct Item {
    pub path: RelPath,
    pub item: syn::Item,
}

/// What a schema says of a type: as far as rules go, all numbers are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Class {
    String,
    Number,
    Bool,
    List,
    Map,
    Object,
    IntOrString,
    Quantity,
    Any,
    /// Only the compiler knows.
    Unknown,
}

impl Class {
    pub fn described(&self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Bool => "a bool",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Object => "an object",
            Self::IntOrString => "an int-or-string",
            Self::Quantity => "a quantity",
            Self::Any => "any value",
            Self::Unknown => "unknown",
        }
    }
}

impl Item {
    pub fn name(&self) -> String {
        match &self.item {
            syn::Item::Struct(item) => item.ident.to_string(),
            syn::Item::Enum(item) => item.ident.to_string(),
            syn::Item::Type(item) => item.ident.to_string(),
            _ => String::new(),
        }
    }

    fn attributes(&self) -> &[syn::Attribute] {
        match &self.item {
            syn::Item::Struct(item) => &item.attrs,
            syn::Item::Enum(item) => &item.attrs,
            _ => &[],
        }
    }

    pub fn derives(&self, wanted: &str) -> bool {
        let derives = self
            .attributes()
            .iter()
            .filter(|it| it.path().is_ident("derive"));
        let mut found = false;
        for derive in derives {
            // What is no list of paths, rustc has refused.
            let _ = derive.parse_nested_meta(|meta| {
                found |= meta
                    .path
                    .segments
                    .last()
                    .is_some_and(|it| it.ident == wanted);
                Ok(())
            });
        }
        found
    }

    fn has_schema(&self) -> bool {
        self.derives("JsonSchema") || self.derives("KubeSchema")
    }

    /// Whether `#[schemars(with = "..")]` stands on the type.
    pub fn has_schema_of_its_own(&self) -> bool {
        !self.has_schema() || attribute::is_set(self.attributes(), "schemars", "with")
    }

    /// The fields of a struct, or of all variants of an enum.
    pub fn fields(&self) -> Vec<&syn::Field> {
        match &self.item {
            _ if self.has_schema_of_its_own() => Vec::new(),
            syn::Item::Struct(item) => item.fields.iter().collect(),
            syn::Item::Enum(item) => item.variants.iter().flat_map(|it| &it.fields).collect(),
            _ => Vec::new(),
        }
    }

    /// The names of the types that it is made of.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        match &self.item {
            syn::Item::Type(item) => names_in(&item.ty, &mut names),
            _ => self
                .fields()
                .iter()
                .for_each(|field| names_in(&field.ty, &mut names)),
        }
        names
    }
}

impl Types {
    pub fn add(&mut self, path: &RelPath, text: &str, file: syn::File) {
        self.texts.insert(path.clone(), text.to_owned());
        self.add_items(path, file.items);
    }

    fn add_items(&mut self, path: &RelPath, items: Vec<syn::Item>) {
        for item in items {
            match item {
                syn::Item::Mod(item) => {
                    let items = item.content.map(|(_, items)| items);
                    self.add_items(path, items.unwrap_or_default());
                }
                syn::Item::Struct(_) | syn::Item::Enum(_) | syn::Item::Type(_) => {
                    let item = Item {
                        path: path.clone(),
                        item,
                    };
                    self.items.entry(item.name()).or_default().push(item);
                }
                _ => {}
            }
        }
    }

    pub fn text(&self, item: &Item) -> &str {
        self.texts.get(&item.path).map_or("", String::as_str)
    }

    /// The types that kinds are made of, in the order of the sources.
    pub fn of_kinds(&self) -> Vec<&Item> {
        let all = || self.items.values().flatten();
        let mut names: Vec<String> = Vec::new();
        for kind in all().filter(|item| item.derives("CustomResource") || item.derives("Kind")) {
            names.push(kind.name());
            names.extend(kind.attributes().iter().filter_map(status));
        }
        let mut reached = BTreeSet::new();
        while let Some(name) = names.pop() {
            if reached.insert(name.clone()) {
                let items = self.items.get(&name).into_iter().flatten();
                names.extend(items.flat_map(Item::names));
            }
        }
        let of_kinds = all().filter(|item| reached.contains(&item.name()) && item.has_schema());
        let mut of_kinds: Vec<_> = of_kinds.collect();
        of_kinds.sort_by_key(|item| (&item.path, item.item.span().byte_range().start));
        of_kinds
    }

    /// The type that a name means in `of`: the one in the same file, or the only one.
    pub fn resolve(&self, ty: &syn::Type, of: &Item) -> Option<&Item> {
        let name = last_segment(ty)?.ident.to_string();
        let found = self.items.get(&name)?;
        match found.as_slice() {
            [only] => Some(only),
            several => several.iter().find(|item| item.path == of.path),
        }
    }

    /// What the schema of a type is, where it stands in a field of `of`.
    pub fn class(&self, ty: &syn::Type, of: &Item) -> Class {
        self.class_within(ty, of, 0)
    }

    fn class_within(&self, ty: &syn::Type, of: &Item, depth: usize) -> Class {
        const DEEPEST: usize = 32;
        match ty {
            _ if depth > DEEPEST => return Class::Unknown,
            syn::Type::Reference(ty) => return self.class_within(&ty.elem, of, depth + 1),
            syn::Type::Paren(ty) => return self.class_within(&ty.elem, of, depth + 1),
            syn::Type::Array(_) | syn::Type::Slice(_) => return Class::List,
            _ => {}
        }
        let Some(segment) = last_segment(ty) else {
            return Class::Unknown;
        };
        let name = segment.ident.to_string();
        // The project's own types first: one may be called as another's.
        if let Some(item) = self.resolve(ty, of) {
            return self.class_of_item(item, depth);
        }
        if self.items.contains_key(&name) {
            return Class::Unknown;
        }
        match name.as_str() {
            "Option" | "Box" | "Arc" | "Rc" | "Cow" | "Nullable" => {
                match arguments(segment).pop() {
                    Some(inner) => self.class_within(&inner, of, depth + 1),
                    None => Class::Unknown,
                }
            }
            "String" | "str" | "char" | "PathBuf" | "Path" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr"
            | "SocketAddr" | "Uuid" | "Url" | "DateTime" | "MicroTime" | "Time" | "Timestamp"
            | "ByteString" => Class::String,
            "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64"
            | "i128" | "isize" | "f32" | "f64" | "NonZeroU8" | "NonZeroU16" | "NonZeroU32"
            | "NonZeroU64" | "NonZeroI32" | "NonZeroI64" | "NonZeroUsize" | "NonZero" => {
                Class::Number
            }
            "bool" => Class::Bool,
            "Vec" | "VecDeque" | "BTreeSet" | "HashSet" | "IndexSet" | "LinkedList" => Class::List,
            "BTreeMap" | "HashMap" | "IndexMap" | "Map" => Class::Map,
            "IntOrString" => Class::IntOrString,
            "Quantity" => Class::Quantity,
            "Value" | "JSON" => Class::Any,
            "RawExtension"
            | "JsonObject"
            | "FieldsV1"
            | "ObjectMeta"
            | "LabelSelector"
            | "Condition"
            | "PodTemplateSpec"
            | "PodSpec"
            | "ResourceRequirements" => Class::Object,
            _ => Class::Unknown,
        }
    }

    fn class_of_item(&self, item: &Item, depth: usize) -> Class {
        if attribute::is_set(item.attributes(), "schemars", "with") {
            return Class::Unknown;
        }
        match &item.item {
            syn::Item::Type(alias) => self.class_within(&alias.ty, item, depth + 1),
            _ if !item.has_schema() => Class::Unknown,
            // A type that is read from another has that one's schema.
            _ if ["from", "try_from", "transparent"]
                .iter()
                .any(|name| attribute::is_set(item.attributes(), "serde", name)) =>
            {
                Class::Unknown
            }
            syn::Item::Struct(item_struct) => match &item_struct.fields {
                syn::Fields::Named(_) => Class::Object,
                syn::Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                    self.class_within(&fields.unnamed[0].ty, item, depth + 1)
                }
                syn::Fields::Unnamed(_) => Class::List,
                syn::Fields::Unit => Class::Unknown,
            },
            syn::Item::Enum(item_enum) => {
                let is_unit = |variant: &syn::Variant| variant.fields.is_empty();
                // A documented enum has no type where schemars looks for it.
                let is_documented = |variant: &syn::Variant| {
                    variant.attrs.iter().any(|it| it.path().is_ident("doc"))
                };
                if attribute::is_untagged(&item_enum.attrs) {
                    Class::Unknown
                } else if !item_enum.variants.iter().all(is_unit) {
                    Class::Object
                } else if item_enum.variants.iter().any(is_documented) {
                    Class::Unknown
                } else {
                    Class::String
                }
            }
            _ => Class::Unknown,
        }
    }
}

/// The type of the items of a list.
pub fn item_of(ty: &syn::Type) -> Option<syn::Type> {
    match ty {
        syn::Type::Array(ty) => return Some((*ty.elem).clone()),
        syn::Type::Slice(ty) => return Some((*ty.elem).clone()),
        _ => {}
    }
    let segment = last_segment(ty)?;
    let inner = arguments(segment).into_iter().next()?;
    match segment.ident.to_string().as_str() {
        "Option" | "Box" | "Arc" | "Nullable" => item_of(&inner),
        "Vec" | "VecDeque" | "BTreeSet" | "HashSet" | "IndexSet" => Some(inner),
        _ => None,
    }
}

/// The type of the keys of a map.
pub fn key_of(ty: &syn::Type) -> Option<syn::Type> {
    let segment = last_segment(ty)?;
    let inner = arguments(segment).into_iter().next()?;
    match segment.ident.to_string().as_str() {
        "Option" | "Box" | "Arc" | "Nullable" => key_of(&inner),
        "BTreeMap" | "HashMap" | "IndexMap" => Some(inner),
        _ => None,
    }
}

fn last_segment(ty: &syn::Type) -> Option<&syn::PathSegment> {
    match ty {
        syn::Type::Path(ty) => ty.path.segments.last(),
        _ => None,
    }
}

fn arguments(segment: &syn::PathSegment) -> Vec<syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty.clone()),
        _ => None,
    });
    types.collect()
}

/// The names of all types in a type.
fn names_in(ty: &syn::Type, names: &mut Vec<String>) {
    match ty {
        syn::Type::Reference(ty) => names_in(&ty.elem, names),
        syn::Type::Paren(ty) => names_in(&ty.elem, names),
        syn::Type::Array(ty) => names_in(&ty.elem, names),
        syn::Type::Slice(ty) => names_in(&ty.elem, names),
        syn::Type::Tuple(ty) => ty.elems.iter().for_each(|ty| names_in(ty, names)),
        syn::Type::Path(_) => {
            if let Some(segment) = last_segment(ty) {
                names.push(segment.ident.to_string());
                arguments(segment).iter().for_each(|ty| names_in(ty, names));
            }
        }
        _ => {}
    }
}

/// The name in `#[kube(status = "..")]`.
fn status(attribute: &syn::Attribute) -> Option<String> {
    if !attribute.path().is_ident("kube") {
        return None;
    }
    let mut status = None;
    let _ = attribute.parse_nested_meta(|meta| {
        if meta.path.is_ident("status") {
            status = Some(meta.value()?.parse::<syn::LitStr>()?.value());
        } else if meta.input.peek(syn::Token![=]) {
            meta.value()?.parse::<syn::Expr>()?;
        } else if meta.input.peek(syn::token::Paren) {
            let inner;
            syn::parenthesized!(inner in meta.input);
            inner.parse::<proc_macro2::TokenStream>()?;
        }
        Ok(())
    });
    status.and_then(|name| name.rsplit("::").next().map(str::to_owned))
}
