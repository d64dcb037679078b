//! What the reconciler's attribute comes to. Cannot fail.

use std::collections::BTreeSet;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::LitStr;
use syn::spanned::Spanned;

use super::grants::{Grants, verb_types};
use super::model::{Kind, Namespace, Rbac, Reconciler, Uses, Watches};

pub fn emit(reconciler: &Reconciler) -> TokenStream {
    let Reconciler { ident, .. } = reconciler;
    let kind = match &reconciler.kind {
        Kind::Is(kind) => quote!(#kind),
        Kind::Missing(error) => {
            let message = error.to_string();
            quote_spanned!(error.span()=> ::core::compile_error!(#message))
        }
    };
    let name = reconciler.controller_name();
    let source = crate::source(ident);
    let declarations = declarations(reconciler);
    let permissions = permissions(reconciler);
    let handles = reconciler
        .uses
        .iter()
        .filter_map(|uses| handle(reconciler, uses));
    quote! {
        #[automatically_derived]
        impl ::kopgen_runtime::Reconciler for #ident {
            type Kind = #kind;
            const NAME: &'static str = #name;
            fn source() -> ::kopgen_runtime::Source {
                #source
            }
            fn declare(declarations: &mut ::kopgen_runtime::Declarations<Self>) {
                #declarations
            }
        }
        #permissions
        #(#handles)*
    }
}

/// The body of `declare`: a call for each declaration, at its place, so that a bound that fails is told there.
fn declarations(reconciler: &Reconciler) -> TokenStream {
    let mut calls = TokenStream::new();
    if let Some(span) = reconciler.status {
        calls.extend(quote_spanned!(span=> declarations.status();));
    }
    if let Some(finalizer) = &reconciler.finalizer {
        let name = option(finalizer.name.as_ref());
        calls.extend(quote_spanned!(finalizer.span=> declarations.finalizer(#name);));
    }
    for owns in &reconciler.owns {
        let (object, deletes) = (&owns.object, owns.deletes);
        calls.extend(quote_spanned!(object.span()=> declarations.owns::<#object>(#deletes);));
    }
    for Watches {
        object,
        map,
        labels,
        fields,
        ..
    } in &reconciler.watches
    {
        let Some(map) = map else { continue };
        let (labels, fields) = (option(labels.as_ref()), option(fields.as_ref()));
        let selectors = quote!(::kopgen_runtime::Selectors { labels: #labels, fields: #fields });
        calls.extend(
            quote_spanned!(map.span()=> declarations.watches::<#object, _, _>(#selectors, #map);),
        );
    }
    for object in &reconciler.reads {
        calls.extend(quote_spanned!(object.span()=> declarations.reads::<#object>();));
    }
    for uses in &reconciler.uses {
        let object = &uses.object;
        let verbs = uses.verbs.iter().map(|(verb, _)| verb.as_str());
        match &uses.handle {
            Some(handle) if uses.is_narrowed() => {
                calls.extend(quote_spanned!(object.span()=> declarations.uses_only::<#handle>(&[#(#verbs),*]);));
            }
            _ => calls.extend(
                quote_spanned!(object.span()=> declarations.uses::<#object>(&[#(#verbs),*]);),
            ),
        }
    }
    if let Some(span) = reconciler.events {
        calls.extend(quote_spanned!(span=> declarations.events();));
    }
    calls.extend(reconciler.rbac.iter().map(rbac));
    calls
}

fn rbac(rbac: &Rbac) -> TokenStream {
    let Rbac {
        group,
        resources,
        verbs,
        names,
        namespace,
        cluster_scoped,
        ..
    } = rbac;
    let group = group.iter();
    let scope = scope(namespace.as_ref());
    let cluster_scoped = cluster_scoped.is_some();
    quote! {
        declarations.rbac(::kopgen_runtime::core::rbac::ScopedRule {
            scope: #scope,
            cluster_scoped: #cluster_scoped,
            rule: ::kopgen_runtime::core::rbac::PolicyRule {
                api_groups: ::std::vec![#(#group.into(),)*],
                resources: ::std::vec![#(#resources.into()),*],
                resource_names: ::std::vec![#(#names.into()),*],
                verbs: ::std::vec![#(#verbs.into()),*],
                ..::core::default::Default::default()
            },
        });
    }
}

/// The impls that decide which calls compile.
fn permissions(reconciler: &Reconciler) -> TokenStream {
    let Reconciler { ident, .. } = reconciler;
    let mut impls = TokenStream::new();
    for grant in Grants::of_all(reconciler).iter() {
        let object = grant.object;
        for verb in grant.verb_types() {
            let verb = format_ident!("{verb}");
            impls.extend(quote_spanned! {object.span()=>
                impl ::kopgen_runtime::DeclaredBy<#ident, ::kopgen_runtime::verb::#verb> for #object {}
            });
        }
    }
    let marks: [(Option<Span>, &str); 3] = [
        (reconciler.status, "WritesStatus"),
        (reconciler.events, "PublishesEvents"),
        (
            reconciler
                .finalizer
                .as_ref()
                .map(|finalizer| finalizer.span),
            "Finalizes",
        ),
    ];
    for (_, mark) in marks.iter().filter(|(declared, _)| declared.is_some()) {
        let mark = format_ident!("{mark}");
        impls.extend(quote!(impl ::kopgen_runtime::#mark for #ident {}));
    }
    impls
}

/// The type that a narrowed grant is called by, and its impls.
fn handle(reconciler: &Reconciler, uses: &Uses) -> Option<TokenStream> {
    let handle = uses.handle.as_ref().filter(|_| uses.is_narrowed())?;
    let Reconciler {
        ident, visibility, ..
    } = reconciler;
    let Uses {
        object,
        names,
        namespace,
        ..
    } = uses;
    let scope = scope(namespace.as_ref());
    let variants = names
        .iter()
        .map(|name| uses.variant(name))
        .collect::<Option<Vec<_>>>()
        .unwrap_or_default();
    let docs =
        format!("The grant of [`{ident}`] that this is the handle of, for `Context::using`.");
    let (item, granted, call) = match &names[..] {
        [] => (
            quote!(struct #handle;),
            quote!(Granted<Self, #object>),
            quote!(target.all()),
        ),
        [name] => (
            quote!(struct #handle;),
            quote!(GrantedOne<Self, #object>),
            quote!(target.one(#name)),
        ),
        _ => {
            let docs = names.iter().map(|name| format!("`{}`", name.value()));
            let item = quote!(enum #handle { #(#[doc = #docs] #variants,)* });
            let call = quote!(target.one(match self { #(Self::#variants => #names,)* }));
            (item, quote!(GrantedOne<Self, #object>), call)
        }
    };
    let verbs: BTreeSet<_> = uses.verbs.iter().map(|(verb, _)| *verb).collect();
    let verbs = verb_types(&verbs)
        .into_iter()
        .map(|verb| format_ident!("{verb}"));
    Some(quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug)]
        #visibility #item
        #[automatically_derived]
        impl ::kopgen_runtime::Grant<#ident> for #handle {
            type Object = #object;
            type Handle = ::kopgen_runtime::#granted;
            const NAMES: &'static [&'static str] = &[#(#names),*];
            fn scope() -> ::kopgen_runtime::core::rbac::Scope {
                #scope
            }
            fn handle(self, target: ::kopgen_runtime::Target) -> Self::Handle {
                #call
            }
        }
        #(impl ::kopgen_runtime::Permits<::kopgen_runtime::verb::#verbs> for #handle {})*
    })
}

fn scope(namespace: Option<&Namespace>) -> TokenStream {
    match namespace {
        None => quote!(::kopgen_runtime::core::rbac::Scope::Everywhere),
        Some(Namespace::Own) => quote!(::kopgen_runtime::core::rbac::Scope::Own),
        Some(Namespace::Named(name)) => {
            quote!(::kopgen_runtime::core::rbac::Scope::Namespace(#name.into()))
        }
    }
}

fn option(text: Option<&LitStr>) -> TokenStream {
    match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    }
}
