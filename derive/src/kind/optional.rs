//! The kind of a spec that may be absent: `#[kind(optional_spec)]`. kube's always has one.

use kopgen_core::crd::KUBE_DESCRIPTION;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Visibility};

use crate::errors::Errors;
use crate::items::{Item, Value, items_of};

/// The struct of the kind, with the impls that `kube::CustomResource` would give it.
///
/// Names, columns and the rest of the CRD are those of a kind that kube makes of the same attribute, hidden beside it.
pub fn emit(input: &DeriveInput, root: &Ident) -> TokenStream {
    // Checked before.
    let mut errors = Errors::new();
    let items = items_of(&input.attrs, "kube", &mut errors);
    errors.finish();
    let of_the_definition = items.iter().filter(|item| {
        ![
            "root",
            "doc",
            "derive",
            "attr",
            "validation",
            "schema",
            "no_spec",
        ]
        .iter()
        .any(|key| item.is(key))
    });
    let of_the_definition = of_the_definition.map(|item| &item.tokens);
    let name = root.to_string();
    let status = path(&items, "status");
    let spec = &input.ident;
    // It is hidden beside the kind, whose name it must not have.
    let definition = format_ident!("{root}Definition");
    let definition_name = definition.to_string();
    let definition_spec = format_ident!("{definition}Spec");
    // Not the definition's, which is private.
    let scope = if items.iter().any(|item| item.is("namespaced")) {
        quote!(NamespaceResourceScope)
    } else {
        quote!(ClusterResourceScope)
    };
    let object = object(input, root, &items, status.as_ref());
    let no_status = status
        .as_ref()
        .map(|_| quote!(status: ::core::option::Option::None,));
    let has_status = status.as_ref().map(|status| {
        quote! {
            #[automatically_derived]
            impl ::kube::core::object::HasStatus for #root {
                type Status = #status;

                fn status(&self) -> ::core::option::Option<&#status> {
                    self.status.as_ref()
                }

                fn status_mut(&mut self) -> &mut ::core::option::Option<#status> {
                    &mut self.status
                }
            }
        }
    });
    quote! {
        #object

        const _: () = {
            #[derive(
                ::kube::CustomResource, ::serde::Serialize, ::serde::Deserialize,
                ::core::clone::Clone, ::core::fmt::Debug,
            )]
            #[kube(#(#of_the_definition,)* root = #definition_name, schema = "disabled")]
            struct #definition_spec {}

            #[automatically_derived]
            impl ::kube::Resource for #root {
                type DynamicType = ();
                type Scope = ::kube::core::#scope;

                fn group(_: &()) -> ::std::borrow::Cow<'_, str> {
                    <#definition as ::kube::Resource>::group(&())
                }

                fn kind(_: &()) -> ::std::borrow::Cow<'_, str> {
                    <#definition as ::kube::Resource>::kind(&())
                }

                fn version(_: &()) -> ::std::borrow::Cow<'_, str> {
                    <#definition as ::kube::Resource>::version(&())
                }

                fn api_version(_: &()) -> ::std::borrow::Cow<'_, str> {
                    <#definition as ::kube::Resource>::api_version(&())
                }

                fn plural(_: &()) -> ::std::borrow::Cow<'_, str> {
                    <#definition as ::kube::Resource>::plural(&())
                }

                fn meta(&self) -> &::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta {
                    &self.metadata
                }

                fn meta_mut(&mut self) -> &mut ::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta {
                    &mut self.metadata
                }
            }

            #[automatically_derived]
            impl ::kube::CustomResourceExt for #root {
                fn crd() -> ::k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition {
                    <#definition as ::kube::CustomResourceExt>::crd()
                }

                fn crd_name() -> &'static str {
                    <#definition as ::kube::CustomResourceExt>::crd_name()
                }

                fn api_resource() -> ::kube::core::ApiResource {
                    <#definition as ::kube::CustomResourceExt>::api_resource()
                }

                fn shortnames() -> &'static [&'static str] {
                    <#definition as ::kube::CustomResourceExt>::shortnames()
                }
            }

            #has_status
        };

        #[automatically_derived]
        impl #root {
            #[doc = ::core::concat!("A `", #name, "` of this name, with a spec.")]
            pub fn new(name: &str, spec: #spec) -> Self {
                Self {
                    metadata: ::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta {
                        name: ::core::option::Option::Some(name.into()),
                        ..::core::default::Default::default()
                    },
                    spec: ::core::option::Option::Some(spec),
                    #no_status
                }
            }
        }
    }
}

/// The struct, and how it is written.
fn object(
    input: &DeriveInput,
    root: &Ident,
    items: &[Item],
    status: Option<&TokenStream>,
) -> TokenStream {
    let (visibility, spec): (&Visibility, &Ident) = (&input.vis, &input.ident);
    let doc = match items
        .iter()
        .find(|item| item.is("doc"))
        .map(|item| &item.value)
    {
        Some(Value::Is(doc)) => doc.clone(),
        // `kopgen_core::crd::of` knows by it that there is none.
        _ => {
            let doc = format!("{KUBE_DESCRIPTION}{spec} via `CustomResource`");
            quote!(#doc)
        }
    };
    let rules: Vec<_> = items
        .iter()
        .filter(|item| item.is("validation"))
        .map(|item| &item.tokens)
        .collect();
    let (schema, rules) = match rules.as_slice() {
        [] => (quote!(::schemars::JsonSchema), None),
        rules => (
            quote!(::kube::KubeSchema),
            Some(quote!(#[x_kube(#(#rules),*)])),
        ),
    };
    let derives = items
        .iter()
        .filter(|item| item.is("derive"))
        .filter_map(|item| match &item.value {
            Value::Is(value) => syn::parse2::<syn::LitStr>(value.clone()).ok()?.parse().ok(),
            _ => None,
        });
    let derives: Vec<syn::Path> = derives.collect();
    let field = status.map(|status| {
        quote! {
            #[serde(default, skip_serializing_if = "::core::option::Option::is_none")]
            #visibility status: ::core::option::Option<#status>,
        }
    });
    let borrowed = status.map(|status| {
        quote! {
            #[serde(skip_serializing_if = "::core::option::Option::is_none")]
            status: ::core::option::Option<&'a #status>,
        }
    });
    let borrow = status.map(|_| quote!(status: self.status.as_ref(),));
    quote! {
        #[doc = #doc]
        #[automatically_derived]
        #[allow(missing_docs)]
        #[derive(::serde::Deserialize, ::core::clone::Clone, ::core::fmt::Debug, #schema, #(#derives),*)]
        #[serde(rename_all = "camelCase")]
        #rules
        #visibility struct #root {
            #[schemars(skip)]
            #visibility metadata: ::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
            #[serde(default, skip_serializing_if = "::core::option::Option::is_none")]
            #visibility spec: ::core::option::Option<#spec>,
            #field
        }

        #[automatically_derived]
        impl ::serde::Serialize for #root {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                #[derive(::serde::Serialize)]
                #[serde(rename_all = "camelCase")]
                struct Object<'a> {
                    api_version: &'a str,
                    kind: &'a str,
                    metadata: &'a ::k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta,
                    #[serde(skip_serializing_if = "::core::option::Option::is_none")]
                    spec: ::core::option::Option<&'a #spec>,
                    #borrowed
                }

                let object = Object {
                    api_version: &<Self as ::kube::Resource>::api_version(&()),
                    kind: &<Self as ::kube::Resource>::kind(&()),
                    metadata: &self.metadata,
                    spec: self.spec.as_ref(),
                    #borrow
                };
                ::serde::Serialize::serialize(&object, serializer)
            }
        }
    }
}

/// The path in `key = "path"`.
fn path(items: &[Item], key: &str) -> Option<TokenStream> {
    let item = items.iter().find(|item| item.is(key))?;
    match &item.value {
        Value::Is(value) => syn::parse2::<syn::LitStr>(value.clone()).ok()?.parse().ok(),
        _ => None,
    }
}
