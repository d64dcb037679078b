//! What the reconciler's attribute comes to. Cannot fail.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Ident, LitStr};

use super::grants::{Grants, key, verb_types};
use super::model::{Derive, Namespace, Owns, Rbac, Reconciler, Uses, Watches};

/// With errors, nothing is emitted that could only add to them: what is declared is not checked any further. What the
/// user's own code needs to compile is there all the same.
pub fn emit(reconciler: &Reconciler, is_right: bool) -> TokenStream {
    let Reconciler {
        derive,
        ident,
        generics,
        ..
    } = reconciler;
    let kind = match (derive, &reconciler.kind) {
        (Derive::Permissions, _) => quote!(()),
        (Derive::Reconciler, Some(kind)) => quote!(#kind),
        // Nothing has this name. A type that cannot be found is one that rustc says nothing more about.
        (Derive::Reconciler, None) => quote!(::kopgen_runtime::NoKind),
    };
    let name = reconciler.declared_name();
    let source = crate::source(ident);
    let body = |emit: fn(&Reconciler) -> TokenStream| is_right.then(|| emit(reconciler));
    let rules = body(rules);
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    let wiring = (*derive == Derive::Reconciler).then(|| {
        let declarations = body(declarations);
        quote! {
            #[automatically_derived]
            impl #impl_generics ::kopgen_runtime::Reconciler for #ident #type_generics #bounds {
                fn declare(declarations: &mut ::kopgen_runtime::Declarations<Self>) {
                    #declarations
                }
            }
        }
    });
    let permissions = permissions(reconciler);
    let handles = handles(reconciler);
    quote! {
        #[automatically_derived]
        impl #impl_generics ::kopgen_runtime::Permissions for #ident #type_generics #bounds {
            type Kind = #kind;
            const NAME: &'static str = #name;
            fn source() -> ::kopgen_runtime::Source {
                #source
            }
            fn permit(rules: &mut ::kopgen_runtime::Rules<Self>) {
                #rules
            }
        }
        #wiring
        #permissions
        #handles
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
    if let Some(concurrency) = reconciler.concurrency {
        let most = concurrency.get();
        calls.extend(quote!(declarations.concurrency(#most);));
    }
    for owns in &reconciler.owns {
        let Owns {
            object,
            deletes,
            cached,
            ..
        } = owns;
        let (creates, orphans) = (owns.creates.is_some(), owns.orphans.is_some());
        let (adopts, labels) = (owns.adopts.is_some(), option(owns.labels.as_ref()));
        let owning = quote!(::kopgen_runtime::Owning {
            creates: #creates,
            deletes: #deletes,
            cached: #cached,
            orphans: #orphans,
            adopts: #adopts,
            labels: #labels,
        });
        calls.extend(quote_spanned!(object.span()=> declarations.owns::<#object>(#owning);));
    }
    for Watches {
        object,
        map,
        index,
        labels,
        fields,
        ..
    } in &reconciler.watches
    {
        let (labels, fields) = (option(labels.as_ref()), option(fields.as_ref()));
        let selectors = quote!(::kopgen_runtime::Selectors { labels: #labels, fields: #fields });
        calls.extend(match (map, index) {
            (Some(map), _) => {
                quote_spanned!(map.span()=> declarations.watches::<#object, _, _>(#selectors, #map);)
            }
            (None, Some(index)) => {
                quote_spanned!(object.span()=> declarations.watches_by_index::<#object>(#selectors, #index);)
            }
            (None, None) => continue,
        });
    }
    if let Some(span) = reconciler.events {
        calls.extend(quote_spanned!(span=> declarations.events();));
    }
    calls
}

/// The body of `permit`, likewise.
fn rules(reconciler: &Reconciler) -> TokenStream {
    let mut calls = TokenStream::new();
    for object in &reconciler.reads {
        calls.extend(quote_spanned!(object.span()=> rules.reads::<#object>();));
    }
    for uses in &reconciler.uses {
        let object = &uses.object;
        let verbs = uses.verbs.iter().map(|(verb, _)| verb.as_str());
        match &uses.handle {
            Some(handle) if uses.is_narrowed() => {
                let call = if uses.namespace.is_some() {
                    "uses_only_in"
                } else {
                    "uses_only"
                };
                let call = Ident::new(call, object.span());
                calls.extend(
                    quote_spanned!(object.span()=> rules.#call::<#handle>(&[#(#verbs),*]);),
                );
            }
            _ => {
                calls.extend(quote_spanned!(object.span()=> rules.uses::<#object>(&[#(#verbs),*]);))
            }
        }
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
        rules.rbac(::kopgen_runtime::core::rbac::ScopedRule {
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
    let Reconciler {
        ident, generics, ..
    } = reconciler;
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    let mut impls = TokenStream::new();
    for grant in Grants::of_all(reconciler).iter() {
        let object = grant.object;
        for verb in grant.verb_types() {
            let verb = format_ident!("{verb}");
            impls.extend(quote_spanned! {object.span()=>
                impl #impl_generics ::kopgen_runtime::DeclaredBy<#ident #type_generics, ::kopgen_runtime::verb::#verb>
                    for #object #bounds {}
            });
        }
    }
    let children = reconciler.owns.iter().filter(|owns| owns.cached);
    let children = children.map(|owns| &owns.object);
    let cached = children.clone().chain(&reconciler.kind);
    let marks = cached.map(|object| ("CachedBy", object));
    let marks = marks.chain(children.map(|object| ("CachedChildOf", object)));
    let mut seen = BTreeSet::new();
    for (mark, object) in marks.filter(|(mark, object)| seen.insert((*mark, key(object)))) {
        let mark = format_ident!("{mark}");
        impls.extend(quote_spanned! {object.span()=>
            impl #impl_generics ::kopgen_runtime::#mark<#ident #type_generics> for #object #bounds {}
        });
    }
    let marks = [
        (reconciler.status.is_some(), "WritesStatus"),
        (reconciler.events.is_some(), "PublishesEvents"),
        (reconciler.finalizer.is_some(), "Finalizes"),
    ];
    for (_, mark) in marks.iter().filter(|(declared, _)| *declared) {
        let mark = format_ident!("{mark}");
        impls.extend(quote!(impl #impl_generics ::kopgen_runtime::#mark for #ident #type_generics #bounds {}));
    }
    impls
}

/// The types that the narrowed grants are called by; of two with one name, the first.
fn handles(reconciler: &Reconciler) -> TokenStream {
    let mut seen = BTreeSet::new();
    let narrowed = reconciler.uses.iter().filter(|uses| uses.is_narrowed());
    let handles = narrowed.filter_map(|uses| Some((uses, uses.handle.as_ref()?)));
    let handles = handles.filter(|(_, handle)| seen.insert(handle.to_string()));
    handles
        .map(|(uses, handle)| self::handle(reconciler, uses, handle))
        .collect()
}

fn handle(reconciler: &Reconciler, uses: &Uses, handle: &Ident) -> TokenStream {
    let Reconciler {
        ident,
        visibility,
        generics,
        ..
    } = reconciler;
    let (impl_generics, type_generics, bounds) = generics.split_for_impl();
    let Uses {
        object,
        names,
        namespace,
        ..
    } = uses;
    let scope = scope(namespace.as_ref());
    let docs = format!("The handle of a grant of [`{ident}`], for `Context::using`.");
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
            let mut seen = BTreeSet::new();
            let variants = names
                .iter()
                .filter_map(|name| Some((uses.variant(name)?, name)));
            let variants: Vec<_> = variants
                .filter(|(variant, _)| seen.insert(variant.to_string()))
                .collect();
            let item = variants.iter().map(|(variant, name)| {
                let docs = format!("`{}`", name.value());
                quote!(#[doc = #docs] #variant,)
            });
            let arms = variants
                .iter()
                .map(|(variant, name)| quote!(Self::#variant => #name,));
            let call = quote!(target.one(match self { #(#arms)* }));
            (
                quote!(enum #handle { #(#item)* }),
                quote!(GrantedOne<Self, #object>),
                call,
            )
        }
    };
    let verbs: BTreeSet<_> = uses.verbs.iter().map(|(verb, _)| *verb).collect();
    let permits = verb_types(&verbs).into_iter().map(|verb| {
        let verb = format_ident!("{verb}");
        quote_spanned!(handle.span()=> impl ::kopgen_runtime::Permits<::kopgen_runtime::verb::#verb> for #handle {})
    });
    quote! {
        #[doc = #docs]
        #[derive(Clone, Copy, Debug)]
        #visibility #item
        #[automatically_derived]
        impl #impl_generics ::kopgen_runtime::Grant<#ident #type_generics> for #handle #bounds {
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
        #(#permits)*
    }
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
