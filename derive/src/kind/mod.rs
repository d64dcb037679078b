mod check;
mod emit;
mod optional;
mod parse;
mod shell;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let kind = parse::parse(input, &mut errors);
    let shell = shell::parse(input, &mut errors);
    check::check(&kind, &shell, &mut errors);
    let emitted = emit::emit(input, &kind, &shell);
    let errors = errors.finish();
    quote!(#errors #emitted)
}
