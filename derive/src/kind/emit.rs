use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use super::parse::Kind;

/// The impl for the struct that kube's derive makes; nothing where it makes none.
pub fn emit(kind: &Kind) -> TokenStream {
    let Some(root) = kind.root_name().filter(|_| !kind.refused_by_kube) else {
        return TokenStream::new();
    };
    let Ok(root) = syn::parse_str::<Ident>(&root) else {
        return TokenStream::new();
    };
    let source = crate::source(&kind.ident);
    let root = Ident::new(&root.to_string(), kind.ident.span());
    quote! {
        #[automatically_derived]
        impl ::kopgen_runtime::Kind for #root {
            fn source() -> ::kopgen_runtime::Source {
                #source
            }
        }
    }
}
