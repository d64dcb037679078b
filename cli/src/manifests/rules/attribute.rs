//! The attributes of schemars, validator and garde on a field.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Meta, Token};

/// The crates whose attributes schemars reads.
const CRATES: [&str; 3] = ["schemars", "validate", "garde"];

/// The rules that schemars knows, by their names there.
const RULES: [&str; 11] = [
    "length", "range", "regex", "pattern", "contains", "inner", "email", "url", "ip", "ipv4",
    "ipv6",
];

/// An item of `#[schemars(..)]`, `#[validate(..)]` or `#[garde(..)]`.
pub struct Attribute {
    of_garde: bool,
    meta: Meta,
}

/// A rule about a value.
pub struct Rule {
    pub name: String,
    pub of_garde: bool,
    pub span: Span,
    /// The rules in `inner(..)`.
    pub inner: Vec<Rule>,
}

/// All of a field.
pub fn all(attributes: &[syn::Attribute]) -> Vec<Attribute> {
    let mut all = Vec::new();
    for attribute in attributes {
        let Some(name) = CRATES.iter().find(|name| attribute.path().is_ident(name)) else {
            continue;
        };
        // Some of garde's items are no metas; the others are not lost for that.
        let metas = nested(attribute.meta.require_list().ok());
        all.extend(metas.into_iter().map(|meta| Attribute {
            of_garde: *name == "garde",
            meta,
        }));
    }
    all
}

/// Whether `#[serde(untagged)]` or a tag is on an enum.
pub fn is_untagged(attributes: &[syn::Attribute]) -> bool {
    ["untagged", "tag"]
        .iter()
        .any(|name| is_set(attributes, "serde", name))
}

/// Whether `#[krate(name)]` or `#[krate(name = ..)]` is there.
pub fn is_set(attributes: &[syn::Attribute], krate: &str, name: &str) -> bool {
    let of_crate = attributes.iter().filter(|it| it.path().is_ident(krate));
    of_crate
        .flat_map(|it| nested(it.meta.require_list().ok()))
        .any(|meta| meta.path().is_ident(name))
}

fn nested(list: Option<&syn::MetaList>) -> Vec<Meta> {
    let Some(list) = list else { return Vec::new() };
    // An item that is no meta, such as garde's `pattern("x")` in another, ends up in its own tokens.
    let parsed = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.map_or_else(|_| Vec::new(), |metas| metas.into_iter().collect())
}

impl Attribute {
    /// Whether it says the whole schema in a way that only the compiler can read.
    pub fn hides_type(&self) -> bool {
        !self.of_garde && self.meta.path().is_ident("schema_with")
    }

    /// The type in `#[schemars(with = "..")]`.
    pub fn with(&self) -> Option<syn::Type> {
        let Meta::NameValue(meta) = &self.meta else {
            return None;
        };
        let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) = &meta.value
        else {
            return None;
        };
        meta.path.is_ident("with").then(|| text.parse().ok())?
    }

    /// The rule, if it is one.
    pub fn rules(&self) -> Option<Rule> {
        rule(&self.meta, self.of_garde)
    }
}

fn rule(meta: &Meta, of_garde: bool) -> Option<Rule> {
    let name = meta.path().get_ident()?.to_string();
    if !RULES.contains(&name.as_str()) {
        return None;
    }
    let inner = match meta {
        Meta::List(list) if name == "inner" => nested(Some(list)),
        _ => Vec::new(),
    };
    Some(Rule {
        name,
        of_garde,
        span: meta.path().span(),
        inner: inner
            .iter()
            .filter_map(|meta| rule(meta, of_garde))
            .collect(),
    })
}
