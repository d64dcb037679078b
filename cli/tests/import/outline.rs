//! The names and types of a module, without attributes and texts.

use std::fmt::Write;

use quote::ToTokens;
use syn::{Fields, Item};

/// What the structs and enums of a module are made of.
pub fn of(module: &str) -> String {
    let mut outline = String::new();
    for item in syn::parse_file(module).expect("it is Rust").items {
        let _ = match item {
            Item::Struct(item) => {
                let fields = match &item.fields {
                    Fields::Unnamed(fields) => {
                        fields.unnamed.iter().map(|it| flat(&it.ty)).collect()
                    }
                    fields => fields
                        .iter()
                        .map(|it| {
                            let name = it.ident.as_ref().expect("it has a name");
                            format!("{name}: {}", flat(&it.ty))
                        })
                        .collect(),
                };
                block(&mut outline, "struct", &item.ident.to_string(), fields)
            }
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|it| it.ident.to_string());
                block(
                    &mut outline,
                    "enum",
                    &item.ident.to_string(),
                    variants.collect(),
                )
            }
            Item::Use(item) => writeln!(outline, "{}", flat(&item)),
            _ => Ok(()),
        };
    }
    outline
}

fn block(outline: &mut String, word: &str, name: &str, parts: Vec<String>) -> std::fmt::Result {
    writeln!(outline, "\n{word} {name} {{")?;
    for part in parts {
        writeln!(outline, "    {part},")?;
    }
    writeln!(outline, "}}")
}

fn flat(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let text = text.replace(' ', "").replace(',', ", ");
    text.replacen("use", "use ", usize::from(text.ends_with(';')))
}
