use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident};

use super::optional;
use super::parse::Kind;
use super::shell::Shell;

/// The impl for the struct that kube's derive makes; nothing where it makes none, or one without a schema.
pub fn emit(input: &DeriveInput, kind: &Kind, shell: &Shell) -> TokenStream {
    let without_schema = kind
        .schema
        .as_ref()
        .is_some_and(|schema| schema.value() == "disabled");
    let root = kind
        .root_name()
        .filter(|_| !kind.refused_by_kube && !without_schema);
    let Some(root) = root.and_then(|root| root.parse::<Ident>().ok()) else {
        return TokenStream::new();
    };
    let source = crate::source(&kind.ident);
    let object = if shell.optional_spec {
        optional::emit(input, &root)
    } else {
        made_by_nobody(input, &root)
    };
    quote! {
        #object

        #[automatically_derived]
        impl ::kopgen_runtime::Kind for #root {
            fn source() -> ::kopgen_runtime::Source {
                #source
            }

            fn instances() {
                ::kopgen_runtime::__instances::<Self>();
            }

            #shell
        }
    }
}

/// What the name of the kind means where kube's derive is missing, whose struct shadows it otherwise: rustc would say no more than
/// that there is no such type. It looks into an alias only where that is used, and stops at what it finds there.
fn made_by_nobody(input: &DeriveInput, root: &Ident) -> TokenStream {
    let module = format_ident!("__kopgen_{root}");
    let message = format!(
        "`{}` derives `Kind` without `kube::CustomResource`, which makes `{root}`: derive both, or write `#[kind(optional_spec)]` \
         for a kind that needs no spec",
        input.ident
    );
    quote! {
        mod #module {
            pub struct Nobodys<const N: usize>;
            pub type #root = Nobodys<{ ::core::panic!(#message) }>;
        }
        use #module::*;
    }
}
