use proc_macro2::TokenStream;
use quote::quote;
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
    let outline = kind.outline().definition().to_string();
    let object = shell.optional_spec.then(|| optional::emit(input, &root));
    quote! {
        #object

        #[automatically_derived]
        impl ::kopgen_runtime::Kind for #root {
            fn source() -> ::kopgen_runtime::Source {
                #source
            }

            fn outline() -> &'static str {
                #outline
            }

            fn instances() {
                ::kopgen_runtime::__instances::<Self>();
            }

            #shell
        }
    }
}
