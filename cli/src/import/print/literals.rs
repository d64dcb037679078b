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
    if is_large(value) {
        return format!(
            "serde_json::from_str::<serde_json::Value>({}).unwrap()",
            string(&value.to_string())
        );
    }
    let flat = flat(value);
    if flat.len() <= width {
        return flat;
    }
    let inner = indent + 4;
    let pad = " ".repeat(inner);
    let lines: Vec<_> = match value {
        Value::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| format!("{pad}{}", json(item, inner, room(inner))))
            .collect(),
        Value::Object(map) if !map.is_empty() => map
            .iter()
            .map(|(key, value)| {
                let key = string(key);
                let width = room(inner).saturating_sub(key.len() + 2);
                format!("{pad}{key}: {}", json(value, inner, width))
            })
            .collect(),
        _ => return flat,
    };
    let [open, close] = if value.is_array() {
        ["[", "]"]
    } else {
        ["{", "}"]
    };
    format!(
        "{open}\n{},\n{}{close}",
        lines.join(",\n"),
        " ".repeat(indent)
    )
}

/// What is left of a line of 100, less a comma.
fn room(indent: usize) -> usize {
    99usize.saturating_sub(indent)
}

/// `json!` recurses once for each element: what is large is parsed instead.
fn is_large(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.len() > 60 || items.iter().any(is_large),
        Value::Object(map) => map.len() > 60 || map.values().any(is_large),
        _ => false,
    }
}

fn flat(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) => value.to_string(),
        Value::Number(it) => number(it),
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(flat).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", string(key), flat(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
    }
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
            assert_eq!(flat(&value), expected);
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
        let many: Vec<_> = (0..300).collect();
        assert!(json(&many.into(), 0, 80).starts_with("serde_json::from_str"));
    }
}
