//! `#[kind(..)]`: what a CRD has around its schemas that kube has no attribute for.

use proc_macro2::{Punct, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::{DeriveInput, LitStr};

use crate::errors::Errors;
use crate::items::{Item, Value, items, items_of};

/// What `#[kind(..)]` says.
#[derive(Default)]
pub struct Shell {
    pub optional_spec: bool,
    pub annotations: Vec<(LitStr, LitStr)>,
    pub labels: Vec<(LitStr, LitStr)>,
    pub versions: Vec<LitStr>,
    pub dangling: Vec<LitStr>,
    /// Below the root of the version's schema.
    pub schema: Vec<Extension>,
    /// Below the root of the CRD.
    pub extend: Vec<Extension>,
}

/// `"/json/pointer" = json`
pub struct Extension {
    pub pointer: LitStr,
    pub value: TokenStream,
}

impl Parse for Extension {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let pointer: LitStr = input.parse()?;
        let equals: Punct = input.parse()?;
        if equals.as_char() != '=' || input.is_empty() {
            return Err(input.error("a value is missing"));
        }
        Ok(Self {
            pointer,
            value: input.parse()?,
        })
    }
}

pub fn parse(input: &DeriveInput, errors: &mut Errors) -> Shell {
    let mut shell = Shell::default();
    for item in items_of(&input.attrs, "kind", errors) {
        match item.key.as_ref().map(ToString::to_string).as_deref() {
            Some("optional_spec") => {
                item.flag(errors);
                shell.optional_spec = true;
            }
            Some("versions") => {
                shell.versions = item.texts(r#"versions("v1alpha1", "v1")"#, errors);
            }
            Some("dangling") => {
                shell
                    .dangling
                    .extend(item.texts(r#"dangling(".spec.gone")"#, errors));
            }
            Some("annotation") => shell.annotations.extend(pair(&item, errors)),
            Some("label") => shell.labels.extend(pair(&item, errors)),
            Some("schema") => shell.schema.extend(extensions(&item, errors)),
            Some("extend") => shell.extend.extend(extensions(&item, errors)),
            _ => errors.at(
                &item.tokens,
                "unknown: `kind` takes `optional_spec`, `versions(..)`, `dangling(..)`, `annotation(..)`, `label(..)`, `schema(..)` and `extend(..)`",
            ),
        }
    }
    shell
}

/// `annotation("key", "value")`
fn pair(item: &Item, errors: &mut Errors) -> Option<(LitStr, LitStr)> {
    let texts = match &item.value {
        Value::List(list) => items(list.stream())
            .iter()
            .map(|item| syn::parse2(item.tokens.clone()))
            .collect::<syn::Result<Vec<LitStr>>>(),
        _ => Ok(Vec::new()),
    };
    match texts.as_deref() {
        Ok([key, value]) => Some((key.clone(), value.clone())),
        _ => {
            let key = item
                .key
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            errors.at(
                &item.tokens,
                format!("write it as `{key}(\"key\", \"value\")`"),
            );
            None
        }
    }
}

/// `extend("/spec/conversion" = { .. })`
fn extensions(item: &Item, errors: &mut Errors) -> Vec<Extension> {
    const LIKE: &str = r#""/json/pointer" = { "json": "value" }"#;
    let mut extensions = Vec::new();
    for item in item.list(LIKE, errors).unwrap_or_default() {
        let Some(extension) = item.parse::<Extension>(&format!("write it as `{LIKE}`"), errors)
        else {
            continue;
        };
        if !extension.pointer.value().starts_with('/') {
            errors.at(&extension.pointer, "a JSON pointer starts with a slash");
        }
        extensions.push(extension);
    }
    extensions
}

impl Shell {
    /// Whether the group may be one of Kubernetes' own: the API server asks for the annotation in those.
    pub fn is_approved(&self) -> bool {
        self.annotations
            .iter()
            .any(|(key, _)| key.value() == "api-approved.kubernetes.io")
    }

    fn is_empty(&self) -> bool {
        !self.optional_spec
            && self.annotations.is_empty()
            && self.labels.is_empty()
            && self.versions.is_empty()
            && self.dangling.is_empty()
            && self.schema.is_empty()
            && self.extend.is_empty()
    }
}

/// `Kind::shell`, where there is something to say.
impl ToTokens for Shell {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        if self.is_empty() {
            return;
        }
        let pairs = |pairs: &[(LitStr, LitStr)]| {
            let pairs = pairs
                .iter()
                .map(|(key, value)| quote!((#key.into(), #value.into())));
            quote!(::std::vec![#(#pairs),*])
        };
        let (annotations, labels) = (pairs(&self.annotations), pairs(&self.labels));
        let Self {
            optional_spec,
            versions,
            dangling,
            ..
        } = self;
        let schema = self.schema.iter().map(|Extension { pointer, value }| {
            let pointer = format!("/spec/versions/0/schema/openAPIV3Schema{}", pointer.value());
            quote!((#pointer.into(), ::kopgen_runtime::__json!(#value)))
        });
        let extend = self.extend.iter().map(|Extension { pointer, value }| {
            quote!((#pointer.into(), ::kopgen_runtime::__json!(#value)))
        });
        tokens.extend(quote! {
            fn shell() -> ::kopgen_runtime::core::crd::Shell {
                ::kopgen_runtime::core::crd::Shell {
                    optional_spec: #optional_spec,
                    annotations: #annotations,
                    labels: #labels,
                    versions: ::std::vec![#(#versions.into()),*],
                    dangling: ::std::vec![#(#dangling.into()),*],
                    extend: ::std::vec![#(#schema,)* #(#extend),*],
                }
            }
        });
    }
}
