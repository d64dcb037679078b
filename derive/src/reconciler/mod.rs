mod check;
mod emit;
mod grants;
mod model;
mod parse;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;

pub use model::Derive;

pub fn derive(derive: Derive, input: &DeriveInput) -> TokenStream {
    let mut errors = Errors::new();
    let reconciler = parse::parse(derive, input, &mut errors);
    check::check(&reconciler, &mut errors);
    let emitted = emit::emit(&reconciler, errors.is_empty());
    let errors = errors.finish();
    quote!(#errors #emitted)
}
