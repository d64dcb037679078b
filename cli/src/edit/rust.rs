//! Reading of Rust sources.

use proc_macro2::TokenStream;

use crate::diagnostic::Diagnostic;
use crate::plan::RelPath;

/// The tokens of a Rust file.
///
/// # Errors
///
/// The place that is no Rust.
pub fn tokens(path: &RelPath, text: &str) -> Result<TokenStream, Diagnostic> {
    text.parse::<TokenStream>()
        .map_err(|error| syntax(path, text, error.span().byte_range(), &error.to_string()))
}

/// The syntax tree of a Rust file.
///
/// # Errors
///
/// The place that is no Rust.
pub fn file(path: &RelPath, text: &str) -> Result<syn::File, Diagnostic> {
    syn::parse_file(text)
        .map_err(|error| syntax(path, text, error.span().byte_range(), &error.to_string()))
}

fn syntax(path: &RelPath, text: &str, span: std::ops::Range<usize>, message: &str) -> Diagnostic {
    // An error at the end of the input has the span of everything or of nothing.
    let span = if span == (0..text.len()) {
        text.len()..text.len()
    } else {
        span
    };
    Diagnostic::new(format!("{path} does not parse as Rust")).at(path, text, span, message)
}
