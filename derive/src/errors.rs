use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects what is wrong, so that the user sees it all at once.
///
/// Dropping one without asking what it holds is a bug, and panics: an error cannot get lost.
pub struct Errors(Option<Vec<syn::Error>>);

impl Errors {
    pub fn new() -> Self {
        Self(Some(Vec::new()))
    }

    /// Something is wrong at these tokens.
    pub fn at(&mut self, tokens: impl ToTokens, message: impl Into<String>) {
        self.push(syn::Error::new_spanned(tokens, message.into()));
    }

    /// Something is wrong at this place.
    pub fn at_span(&mut self, span: Span, message: impl Into<String>) {
        self.push(syn::Error::new(span, message.into()));
    }

    pub fn push(&mut self, error: syn::Error) {
        self.0.as_mut().expect("not finished before").push(error);
    }

    /// What parsed; or the error is kept.
    pub fn ok<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// Whether nothing is wrong so far.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }

    /// All errors as `compile_error!` items.
    pub fn finish(mut self) -> TokenStream {
        let errors = self.0.take().expect("not finished before");
        errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.0.is_none(), "errors were dropped without a look");
        }
    }
}
