//! Literals of Rust, and JSON as `serde_json::json!` takes it.

use std::fmt::Write;

use serde_json::{Number, Value};

/// A string: raw where that spares escapes.
pub fn string(text: &str) -> String {
    let plain = |c: char| !c.is_control() && !is_directional(c);
    if !text.contains(['\\', '"']) || !text.chars().all(plain) {
        return escaped(text);
    }
    let hashes = (0..)
        .map(|count| "#".repeat(count))
        .find(|hashes| !text.contains(&format!("\"{hashes}")))
        .unwrap_or_default();
    format!("r{hashes}\"{text}\"{hashes}")
}

/// A string with escapes, also of what turns the direction of the text, which rustc refuses to take bare.
fn escaped(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '\'' => literal.push(c),
            c if is_directional(c) => {
                let _ = write!(literal, "\\u{{{:x}}}", c as u32);
            }
            c => literal.extend(c.escape_debug()),
        }
    }
    literal.push('"');
    literal
}

/// A number, with a suffix where it is no `i32`.
pub fn number(number: &Number) -> String {
    match (number.as_i64(), number.as_u64()) {
        (Some(int), _) if i32::try_from(int).is_ok() => int.to_string(),
        (Some(int), _) => format!("{int}i64"),
        (None, Some(int)) => format!("{int}u64"),
        _ => number
            .as_f64()
            .map_or_else(|| number.to_string(), |it| format!("{it:?}")),
    }
}

/// A value for `json!`, in lines where it does not fit into `width`. The lines after the first start at `indent`.
pub fn json(value: &Value, indent: usize, width: usize) -> String {
    if expansions(value) > MOST_EXPANSIONS {
        let text = layout(value, Syntax::Json(LEVELS), indent, room(indent));
        return format!(
            "serde_json::from_str::<serde_json::Value>({}).unwrap()",
            raw(&text)
        );
    }
    layout(value, Syntax::Macro, indent, width)
}

/// Whose syntax a value is written in.
#[derive(Clone, Copy, PartialEq)]
enum Syntax {
    /// What `json!` takes.
    Macro,
    /// JSON without control characters, and without what rustc takes for a change of the text's direction. So many levels are laid
    /// out: what is below those is in one line, however long.
    Json(usize),
}

/// Of a schema, its keywords and its properties with theirs.
const LEVELS: usize = 3;

fn layout(value: &Value, syntax: Syntax, indent: usize, width: usize) -> String {
    let flat = flat(value, syntax);
    let below = match syntax {
        Syntax::Macro => syntax,
        Syntax::Json(0) => return flat,
        Syntax::Json(levels) => Syntax::Json(levels - 1),
    };
    if flat.len() <= width {
        return flat;
    }
    let inner = indent + 4;
    let pad = " ".repeat(inner);
    let lines: Vec<_> = match value {
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| format!("{pad}{}", layout(item, below, inner, room(inner))))
            .collect(),
        Value::Object(map) if !map.is_empty() => map
            .iter()
            .map(|(key, value)| {
                let key = text(key, syntax);
                let width = room(inner).saturating_sub(key.len() + 2);
                format!("{pad}{key}: {}", layout(value, below, inner, width))
            })
            .collect(),
        _ => return flat,
    };
    let [open, close] = if value.is_array() {
        ["[", "]"]
    } else {
        ["{", "}"]
    };
    let comma = if syntax == Syntax::Macro { "," } else { "" };
    format!(
        "{open}\n{}{comma}\n{}{close}",
        lines.join(",\n"),
        " ".repeat(indent)
    )
}

/// What is left of a line of 100, less a comma.
fn room(indent: usize) -> usize {
    99usize.saturating_sub(indent)
}

/// A raw string of a text that has neither control characters but line ends, nor what changes the direction of the text.
pub fn raw(text: &str) -> String {
    let hashes = (1..)
        .map(|count| "#".repeat(count))
        .find(|hashes| !text.contains(&format!("\"{hashes}")))
        .unwrap_or_default();
    format!("r{hashes}\"{text}\"{hashes}")
}

/// Below rustc's `recursion_limit` of 128, with room for the macros around a value.
const MOST_EXPANSIONS: usize = 100;

/// How deep `json!` expands: each of its steps is inside of the one before, three for an entry of an object and up to two for an
/// item of an array. What expands deeper is parsed instead.
fn expansions(value: &Value) -> usize {
    match value {
        Value::Array(items) => {
            let nested = items.iter().map(expansions).max().unwrap_or_default();
            2 + 2 * items.len() + nested
        }
        Value::Object(map) => {
            let entries = map.values().enumerate();
            let nested = entries.map(|(at, value)| 3 * (at + 1) + expansions(value));
            2 + nested.max().unwrap_or_default()
        }
        _ => 1,
    }
}

fn flat(value: &Value, syntax: Syntax) -> String {
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Number(it) if syntax == Syntax::Macro => number(it),
        Value::Number(it) => it.to_string(),
        Value::String(it) => text(it, syntax),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|it| flat(it, syntax)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key, syntax), flat(value, syntax)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn text(text: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Macro => string(text),
        Syntax::Json(_) => compact(&text.into()),
    }
}

/// JSON without spaces, and without what rustc takes for a change of the text's direction.
pub fn compact(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        match is_directional(c) {
            true => {
                let _ = write!(text, "\\u{:04x}", c as u32);
            }
            false => text.push(c),
        }
    }
    text
}

/// The characters of rustc's `text_direction_codepoint_in_literal`.
pub fn is_directional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_read_back() {
        for text in [
            "plain",
            r"^[a-z]\.$",
            r##"a "#" b"##,
            "tab\tand\nline\r",
            "\u{202e}rtl\\",
            "é ü 日本 🙂",
            "a\u{0}b",
            "it's",
            "",
        ] {
            let literal: syn::LitStr = syn::parse_str(&string(text)).unwrap();
            assert_eq!(literal.value(), text);
        }
        assert_eq!(string(r"a\b"), r#"r"a\b""#);
        assert_eq!(string("it's"), r#""it's""#);
    }

    #[test]
    fn numbers_keep_their_value() {
        for (value, expected) in [
            (json!(1), "1"),
            (json!(-2_147_483_649_i64), "-2147483649i64"),
            (json!(u64::MAX), "18446744073709551615u64"),
            (json!(0.5), "0.5"),
            (json!(1e300), "1e300"),
        ] {
            assert_eq!(flat(&value, Syntax::Macro), expected);
        }
    }

    #[test]
    fn long_values_are_laid_out_and_larger_ones_parsed() {
        let value = json!({"a": ["b", {"c": 1}]});
        assert_eq!(json(&value, 0, 80), r#"{"a": ["b", {"c": 1}]}"#);
        assert_eq!(
            json(&value, 4, 10),
            "{\n        \"a\": [\"b\", {\"c\": 1}],\n    }"
        );
        let mut deep = json!("\u{202e}\u{85}\"#");
        for at in 0..40 {
            deep = json!({ format!("level{at}"): deep });
        }
        let wide = |count: usize| (0..count).map(|at| (at.to_string(), json!(at))).collect();
        for large in [
            json!((0..60).collect::<Vec<_>>()),
            wide(45),
            wide(400),
            deep,
        ] {
            let printed = json(&large, 4, 80);
            let call: syn::ExprMethodCall = syn::parse_str(&printed).unwrap();
            let syn::Expr::Call(call) = *call.receiver else {
                panic!("{printed}");
            };
            let syn::Expr::Lit(literal) = &call.args[0] else {
                panic!("{printed}");
            };
            let syn::Lit::Str(text) = &literal.lit else {
                panic!("{printed}");
            };
            assert!(!text.value().contains(is_directional), "{printed}");
            assert_eq!(serde_json::from_str::<Value>(&text.value()).unwrap(), large);
        }
        assert!(json(&wide(20), 0, 80).starts_with("{\n"));
    }
}
