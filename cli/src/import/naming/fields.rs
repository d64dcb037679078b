//! The names of a struct's fields.

use std::collections::HashSet;

use super::unique;
use crate::import::words::{snake, words};

/// The names of the fields for a struct's properties, in their order. Two that come out the same are numbered.
pub fn fields<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut taken = HashSet::new();
    keys.map(|key| {
        let name = field(key);
        unique(&name, |name| taken.insert(name.to_owned()), "_")
    })
    .collect()
}

/// The name of the map that keeps what no field names.
pub fn rest<'a>(idents: impl Iterator<Item = &'a str>) -> String {
    let idents: HashSet<_> = idents.collect();
    ["rest", "other", "unknown_fields"]
        .into_iter()
        .find(|name| !idents.contains(name))
        .map_or_else(
            || unique("rest", |name| !idents.contains(name), "_"),
            str::to_owned,
        )
}

fn field(key: &str) -> String {
    let name = snake(&words(key));
    match name.as_str() {
        "" => "field".to_owned(),
        "self" | "super" | "crate" => name + "_",
        keyword if KEYWORDS.contains(&keyword) => format!("r#{name}"),
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name,
    }
}

/// The keywords of edition 2024 that can be raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_snake_case_and_unique() {
        for (keys, expected) in [
            (&["matchLabels", "podIPs"][..], "match_labels pod_ips"),
            (&["type", "self", "gen"], "r#type self_ r#gen"),
            (&["3scale", "$ref", "x-y", "é"], "_3scale r#ref x_y field"),
            (
                &["proxyURL", "proxyUrl", "proxy_url"],
                "proxy_url proxy_url_2 proxy_url_3",
            ),
            (&["type", "Type"], "r#type type_2"),
        ] {
            let keys: Vec<_> = keys.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(fields(keys.iter()).join(" "), expected);
        }
        assert_eq!(rest(["rest", "a"].into_iter()), "other");
    }
}
