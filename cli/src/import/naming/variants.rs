//! The names of an enum's variants.

use std::collections::{HashMap, HashSet};

use super::unique;
use crate::import::words::{pascal, words};

/// The names of the variants for an enum's values, in their order.
pub fn variants(values: &[String]) -> Vec<String> {
    let short: Vec<_> = values.iter().map(|value| variant(value, false)).collect();
    let mut count = HashMap::new();
    for name in &short {
        *count.entry(name.as_str()).or_insert(0) += 1;
    }
    let mut taken: HashSet<String> = short
        .iter()
        .filter(|name| count[name.as_str()] == 1)
        .cloned()
        .collect();
    values
        .iter()
        .zip(&short)
        .map(|(value, name)| {
            if count[name.as_str()] == 1 {
                return name.clone();
            }
            let spelled = variant(value, true);
            let same_letters = value.eq_ignore_ascii_case(name);
            let candidates = [
                (*value == *name || spelled != *name).then_some(spelled),
                (same_letters && is_all(value, char::is_lowercase))
                    .then(|| format!("{name}Lowercase")),
                (same_letters && is_all(value, char::is_uppercase))
                    .then(|| format!("{name}Uppercase")),
            ];
            candidates
                .into_iter()
                .flatten()
                .find(|it| taken.insert(it.clone()))
                .unwrap_or_else(|| unique(name, |name| taken.insert(name.to_owned()), ""))
        })
        .collect()
}

/// The name of one variant; with `spell`, with the names of its symbols.
fn variant(value: &str, spell: bool) -> String {
    let text = if spell || words(value).is_empty() {
        spelled(value)
    } else {
        value.to_owned()
    };
    let name = pascal(&words(&text));
    match name.as_str() {
        "" if value.is_empty() => "Empty".to_owned(),
        "" => "Value".to_owned(),
        "Self" => "SelfValue".to_owned(),
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

fn spelled(value: &str) -> String {
    value
        .chars()
        .map(|c| {
            SYMBOLS
                .iter()
                .find(|(symbol, _)| *symbol == c)
                .map_or_else(|| c.to_string(), |(_, name)| format!(" {name} "))
        })
        .collect()
}

fn is_all(value: &str, is: fn(char) -> bool) -> bool {
    value.chars().filter(|c| c.is_alphabetic()).all(is)
}

const SYMBOLS: [(char, &str); 30] = [
    ('=', "Equal"),
    ('!', "Not"),
    ('<', "Less"),
    ('>', "Greater"),
    ('*', "Asterisk"),
    ('+', "Plus"),
    ('-', "Minus"),
    ('/', "Slash"),
    ('\\', "Backslash"),
    ('.', "Dot"),
    (',', "Comma"),
    (':', "Colon"),
    (';', "Semicolon"),
    ('~', "Tilde"),
    ('&', "And"),
    ('|', "Or"),
    ('%', "Percent"),
    ('$', "Dollar"),
    ('#', "Hash"),
    ('@', "At"),
    ('?', "Question"),
    ('^', "Caret"),
    ('_', "Underscore"),
    (' ', "Space"),
    ('(', "Open"),
    (')', "Close"),
    ('[', "OpenBracket"),
    (']', "CloseBracket"),
    ('"', "Quote"),
    ('\'', "Apostrophe"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_pascal_case_and_unique() {
        for (values, expected) in [
            (&["Always", "IfNotPresent"][..], "Always IfNotPresent"),
            (&["", "on", "off"], "Empty On Off"),
            (
                &["=", "!=", "=~", "!~"],
                "Equal NotEqual EqualTilde NotTilde",
            ),
            (&["replace", "Replace"], "ReplaceLowercase Replace"),
            (&["TLS1.2", "1.2", "1.12"], "Tls1_2 V1_2 V1_12"),
            (&["a-b", "a.b"], "AMinusB ADotB"),
            (&["self", "é", "ü"], "SelfValue Value Value2"),
            (&["*", "GET"], "Asterisk Get"),
        ] {
            let values: Vec<_> = values.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(variants(&values).join(" "), expected);
        }
    }
}
