//! Owned Rust files that the user has made their own: what the project needs of them, found by reading, not by comparing.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::Visit;

use super::Owner;
use crate::diagnostic::Diagnostic;
use crate::edit::rust;
use crate::plan::RelPath;

/// One thing that an owned file gives the rest of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needed {
    /// What is compared: its tokens.
    tokens: String,
    /// As it would stand in the file: `pub mod guestbook;`.
    pub(super) line: String,
}

impl Needed {
    /// Whether it is there, or a re-export of all that its module has.
    fn is_in(&self, found: &[Self]) -> bool {
        let same = |tokens: &str| found.iter().any(|it| it.tokens == tokens);
        let module = self.tokens.rsplit_once(":: ").map(|(module, _)| module);
        same(&self.tokens) || module.is_some_and(|module| same(&format!("{module}:: * ;")))
    }
}

/// What `wanted` gives and `text` lacks, in the order of `wanted`; `None` when that cannot be told, because a file is no
/// Rust, or gives what has no name.
///
/// # Errors
///
/// `text` does not parse.
pub(super) fn missing(
    path: &RelPath,
    text: &str,
    wanted: &str,
) -> Result<Option<Vec<Needed>>, Diagnostic> {
    if path.extension() != Some("rs") {
        return Ok(None);
    }
    let found = needs(&rust::file(path, text)?);
    let wanted = rust::file(path, wanted).expect("kopgen's own text is sound");
    let needed = needs(&wanted);
    // A `main` is needed for what it does, and that cannot be found by name.
    if needed.is_empty() && !wanted.items.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        needed
            .into_iter()
            .filter(|needed| !needed.is_in(&found))
            .collect(),
    ))
}

/// The conflict that names the exact lines to add.
pub(super) fn conflict(
    path: &RelPath,
    text: &str,
    missing: &[Needed],
    owner: Owner<'_>,
) -> Diagnostic {
    let lines: Vec<_> = missing
        .iter()
        .map(|needed| format!("`{}`", needed.line))
        .collect();
    let last = rust::file(path, text).ok().and_then(|file| {
        use syn::spanned::Spanned;
        Some(file.items.last()?.span().byte_range())
    });
    let problem = Diagnostic::new(format!(
        "{path} was edited by hand and lacks {}",
        lines.join(", ")
    ))
    .note(format!("{path} is kopgen's: {}", owner.instead));
    let problem = match last {
        Some(span) => problem.at(path, text, span.end..span.end, "add it below this"),
        None => problem,
    };
    problem.help(format!(
        "add {}, or take kopgen's file with `kopgen manifests --overwrite`",
        lines.join(" and ")
    ))
}

/// The modules and re-exports at the top, and every call that names a type: `.controller::<GuestbookReconciler>()`.
fn needs(file: &syn::File) -> Vec<Needed> {
    let mut needs: Vec<Needed> = file.items.iter().filter_map(of_item).collect();
    let mut calls = Calls(Vec::new());
    calls.visit_file(file);
    needs.extend(calls.0);
    needs
}

fn of_item(item: &syn::Item) -> Option<Needed> {
    match item {
        // A module with a body serves as well as one in a file.
        syn::Item::Mod(it) => {
            let (vis, ident) = (&it.vis, &it.ident);
            Some(needed(quote::quote!(#vis mod #ident;)))
        }
        syn::Item::Use(it) if matches!(it.vis, syn::Visibility::Public(_)) => {
            let (vis, tree) = (&it.vis, &it.tree);
            Some(needed(quote::quote!(#vis use #tree;)))
        }
        _ => None,
    }
}

struct Calls(Vec<Needed>);

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        // The receiver first: calls come in the order in which they are read.
        syn::visit::visit_expr_method_call(self, call);
        if let Some(types) = &call.turbofish {
            let method = &call.method;
            self.0.push(needed(quote::quote!(.#method #types ())));
        }
    }
}

fn needed(tokens: TokenStream) -> Needed {
    Needed {
        tokens: tokens.to_token_stream().to_string(),
        line: readable(tokens),
    }
}

/// Tokens as a person writes them, for the few shapes that occur here.
fn readable(tokens: TokenStream) -> String {
    let mut text = String::new();
    for tree in tokens {
        let word = matches!(tree, TokenTree::Ident(_));
        if word && text.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            text.push(' ');
        }
        text.push_str(&match tree {
            TokenTree::Group(group) => group.to_string().replace(' ', ""),
            other => other.to_string(),
        });
    }
    text
}
