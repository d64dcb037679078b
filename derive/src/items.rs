//! The items of an attribute: `key`, `key = value`, `key(list)`, separated by commas.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use syn::parse::Parse;
use syn::{Attribute, LitStr, Meta};

use crate::errors::Errors;

/// One item.
pub struct Item {
    /// `None` where the item starts with something else, such as a type.
    pub key: Option<Ident>,
    pub value: Value,
    /// The whole item.
    pub tokens: TokenStream,
}

pub enum Value {
    /// `key`
    None,
    /// `key = value`
    Is(TokenStream),
    /// `key(list)`
    List(Group),
    /// Something else: a path, a literal.
    Other,
}

/// The items of all attributes of this name.
pub fn items_of(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Vec<Item> {
    let mut items = Vec::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name))
    {
        match &attribute.meta {
            Meta::List(list) => items.extend(self::items(list.tokens.clone())),
            meta => errors.at(
                meta,
                format!("write what is declared in parentheses: `#[{name}(..)]`"),
            ),
        }
    }
    items
}

/// The items of a list. A comma within brackets, `<..>` included, separates nothing.
pub fn items(tokens: TokenStream) -> Vec<Item> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    let mut depth = 0usize;
    let mut before = ' ';
    for token in tokens {
        let mut now = ' ';
        if let TokenTree::Punct(punct) = &token {
            now = punct.as_char();
            match now {
                '<' => depth += 1,
                // The arrow of `fn(..) -> T` and of a match arm closes nothing.
                '>' if before != '-' && before != '=' => depth = depth.saturating_sub(1),
                ',' if depth == 0 => {
                    items.extend(Item::new(std::mem::take(&mut item)));
                    before = now;
                    continue;
                }
                _ => {}
            }
        }
        before = now;
        item.push(token);
    }
    items.extend(Item::new(item));
    items
}

impl Item {
    fn new(tokens: Vec<TokenTree>) -> Option<Self> {
        let (key, value) = match &tokens[..] {
            [] => return None,
            [TokenTree::Ident(key)] => (Some(key.clone()), Value::None),
            [TokenTree::Ident(key), TokenTree::Punct(equals), value @ ..]
                if equals.as_char() == '=' =>
            {
                (
                    Some(key.clone()),
                    Value::Is(value.iter().cloned().collect()),
                )
            }
            [TokenTree::Ident(key), TokenTree::Group(list)]
                if list.delimiter() == Delimiter::Parenthesis =>
            {
                (Some(key.clone()), Value::List(list.clone()))
            }
            _ => (None, Value::Other),
        };
        Some(Self {
            key,
            value,
            tokens: tokens.into_iter().collect(),
        })
    }

    pub fn span(&self) -> Span {
        self.key
            .as_ref()
            .map_or_else(|| crate::span_of(&self.tokens), Ident::span)
    }

    pub fn is(&self, key: &str) -> bool {
        self.key.as_ref().is_some_and(|known| known == key)
    }

    /// The value of `key = value`; `like` is how it is written.
    pub fn value<T: Parse>(&self, like: &str, errors: &mut Errors) -> Option<T> {
        match &self.value {
            Value::Is(value) if !value.is_empty() => {
                let parsed = syn::parse2(value.clone());
                let parsed = parsed.map_err(|_| {
                    syn::Error::new(crate::span_of(value), format!("write it as `{like}`"))
                });
                errors.ok(parsed)
            }
            _ => {
                errors.at(&self.tokens, format!("write it as `{like}`"));
                None
            }
        }
    }

    /// The text of `key = "text"`.
    pub fn text(&self, like: &str, errors: &mut Errors) -> Option<LitStr> {
        self.value(like, errors)
    }

    /// The list of `key(list)`, which must not be empty.
    pub fn list(&self, like: &str, errors: &mut Errors) -> Option<Vec<Item>> {
        match &self.value {
            Value::List(list) if !list.stream().is_empty() => Some(items(list.stream())),
            _ => {
                errors.at(&self.tokens, format!("write it as `{like}`"));
                None
            }
        }
    }

    /// The texts of `key("a", "b")`.
    pub fn texts(&self, like: &str, errors: &mut Errors) -> Vec<LitStr> {
        let items = self.list(like, errors).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| item.parse(&format!("write the list as `{like}`"), errors))
            .collect()
    }

    /// Complains of a value behind a key that takes none.
    pub fn flag(&self, errors: &mut Errors) -> Span {
        if !matches!(self.value, Value::None) {
            let key = self.key.as_ref().map(Ident::to_string).unwrap_or_default();
            errors.at(&self.tokens, format!("`{key}` takes no value"));
        }
        self.span()
    }

    /// The whole item as something else than a key.
    pub fn parse<T: Parse>(&self, message: &str, errors: &mut Errors) -> Option<T> {
        let parsed = syn::parse2(self.tokens.clone());
        errors.ok(parsed.map_err(|_| syn::Error::new_spanned(&self.tokens, message)))
    }
}
