mod check;
mod emit;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let kind = parse::parse(input, &mut errors);
    check::check(&kind, &mut errors);
    let emitted = emit::emit(&kind);
    let errors = errors.finish();
    quote!(#errors #emitted)
}
