//! Texts that follow a pattern or a format.

use kopgen_core::lint;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::Value;

/// A text of a pattern, and as long as it must be.
pub fn text(schema: &Value, pattern: &str) -> String {
    let least = schema["minLength"].as_u64().unwrap_or(0).min(4096) as usize;
    let pattern = regex_syntax::parse(&lint::rust_pattern(pattern));
    let matching = |more| {
        let hir = pattern.as_ref().ok();
        hir.map(|hir| shortest(hir, more)).unwrap_or_default()
    };
    let mut text = matching(0);
    // What must be longer may repeat more: try that before padding.
    let mut more = 1;
    while text.chars().count() < least && more <= least {
        text = matching(more as u32);
        more += 1;
    }
    let missing = least.saturating_sub(text.chars().count());
    text + &"a".repeat(missing)
}

/// A text of a format that the API server checks; others are texts like all.
pub fn of_format(format: &str, schema: &Value) -> String {
    match format {
        "date-time" => "2026-01-01T00:00:00Z".into(),
        "date" => "2026-01-01".into(),
        "duration" => "1m".into(),
        "ipv4" => "192.0.2.1".into(),
        "ipv6" => "2001:db8::1".into(),
        "cidr" => "192.0.2.0/24".into(),
        "uri" => "https://example.com".into(),
        "hostname" => "example.com".into(),
        "email" => "user@example.com".into(),
        "mac" => "00:00:5e:00:53:01".into(),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => "6ba7b810-9dad-41d1-80b4-00c04fd430c8".into(),
        "byte" => "YQ==".into(),
        _ => text(schema, ""),
    }
}

/// The shortest text of an expression, with each repetition `more` times more than it must be.
fn shortest(hir: &Hir, more: u32) -> String {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => String::new(),
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).into_owned(),
        HirKind::Class(class) => readable(class).into(),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let times = repetition.min.saturating_add(more).min(most).min(4096);
            shortest(&repetition.sub, 0).repeat(times as usize)
        }
        HirKind::Capture(capture) => shortest(&capture.sub, more),
        HirKind::Concat(parts) => parts.iter().map(|part| shortest(part, more)).collect(),
        HirKind::Alternation(branches) => branches
            .iter()
            .map(|branch| shortest(branch, more))
            .min_by_key(String::len)
            .unwrap_or_default(),
    }
}

/// A letter or digit of a class where there is one.
fn readable(class: &Class) -> char {
    let contains = |c: char| match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&c)),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&(c as u8))),
    };
    let first = match class {
        Class::Unicode(class) => class.ranges().first().map(|range| range.start()),
        Class::Bytes(class) => class
            .ranges()
            .first()
            .map(|range| char::from(range.start())),
    };
    ['a', 'A', '1', '0']
        .into_iter()
        .find(|c| contains(*c))
        .or(first)
        .unwrap_or('a')
}
