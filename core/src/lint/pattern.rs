//! The regular expressions of `pattern`, which the API server reads with Go's `regexp`.

use regex_syntax::ast::ErrorKind;
use regex_syntax::ast::parse::Parser;

/// Why the API server cannot read a pattern.
///
/// Rust's reader is asked, so what only it cannot read, or only Go's, is left to the API server.
pub fn refused(pattern: &str) -> Option<String> {
    let error = Parser::new().parse(&rust_pattern(pattern)).err()?;
    let rust_alone = matches!(
        error.kind(),
        ErrorKind::EscapeUnrecognized
            | ErrorKind::SpecialWordBoundaryUnclosed
            | ErrorKind::SpecialWordBoundaryUnrecognized
            | ErrorKind::ClassRangeLiteral
            | ErrorKind::GroupNameDuplicate { .. }
    );
    (!rust_alone).then(|| error.kind().to_string())
}

/// A pattern as Rust reads what Go reads in it.
///
/// Go has octal escapes, takes a brace that is no repetition as it stands, and knows no sets inside of a set: `[`, `&&`, `--` and
/// `~~` are plain characters there. (`parse` and `parseClass` of `regexp/syntax`.)
pub fn rust_pattern(pattern: &str) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        rest = match c {
            '\\' => push_escape(&mut text, rest),
            '[' => push_set(&mut text, rest),
            '{' if !is_repetition(rest) => {
                text.push_str(r"\{");
                &rest[1..]
            }
            _ => push(&mut text, rest, c.len_utf8()),
        };
    }
    text
}

/// Pushes the set that `rest` starts with, and gives what is behind it.
fn push_set<'a>(text: &mut String, rest: &'a str) -> &'a str {
    let mut rest = push(text, rest, if rest.starts_with("[^") { 2 } else { 1 });
    let mut is_first = true;
    while !rest.is_empty() && (is_first || !rest.starts_with(']')) {
        is_first = false;
        rest = match class_length(rest) {
            Some(length) => push(text, rest, length),
            None => {
                let behind = push_member(text, rest);
                // Behind a class, and at the end, the sign is a member itself.
                if behind.starts_with('-') && !behind.starts_with("-]") {
                    let end = push(text, behind, 1);
                    push_member(text, end)
                } else {
                    behind
                }
            }
        };
    }
    push(text, rest, rest.len().min(1))
}

/// Pushes one character of a set.
fn push_member<'a>(text: &mut String, rest: &'a str) -> &'a str {
    match rest.chars().next() {
        Some('\\') => push_escape(text, rest),
        Some(c) => {
            if matches!(c, '[' | ']' | '^' | '-' | '&' | '~') {
                text.push('\\');
            }
            push(text, rest, c.len_utf8())
        }
        None => rest,
    }
}

/// Pushes the escape that `rest` starts with.
fn push_escape<'a>(text: &mut String, rest: &'a str) -> &'a str {
    let is_octal = |byte: &u8| matches!(byte, b'0'..=b'7');
    let digits = rest[1..].bytes().take(3).take_while(is_octal).count();
    // A single digit from 1 on refers back to a group, which neither can.
    if digits > 1 || rest[1..].starts_with('0') {
        let code = u32::from_str_radix(&rest[1..=digits], 8).unwrap_or_default();
        text.push_str(&format!(r"\x{{{code:x}}}"));
        return &rest[1 + digits..];
    }
    push(text, rest, escape_length(rest))
}

/// The length of the class of characters that `rest` starts with: `[:alpha:]`, `\d`, `\pL`, `\p{Greek}`.
fn class_length(rest: &str) -> Option<usize> {
    if let Some(name) = rest.strip_prefix("[:") {
        return name.find(":]").map(|end| end + 4);
    }
    let name = rest.strip_prefix('\\')?.chars().next()?;
    "dDsSwWpP".contains(name).then(|| escape_length(rest))
}

/// The length of the escape that `rest` starts with: `\d`, `\pL`, `\p{Greek}`, `\x{2026}`.
fn escape_length(rest: &str) -> usize {
    let of_chars = |count: usize| -> usize { rest.chars().take(count).map(char::len_utf8).sum() };
    let takes_more = rest[1..].starts_with(['p', 'P', 'x']);
    match rest.find('}') {
        Some(end) if takes_more && rest[2..].starts_with('{') => end + 1,
        _ if rest[1..].starts_with(['p', 'P']) => of_chars(3),
        _ => of_chars(2),
    }
}

/// Whether `rest` starts with `{2}`, `{2,}` or `{2,3}`.
fn is_repetition(rest: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let Some((counts, _)) = rest[1..].split_once('}') else {
        return false;
    };
    match counts.split_once(',') {
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
        None => is_number(counts),
    }
}

fn push<'a>(text: &mut String, rest: &'a str, length: usize) -> &'a str {
    text.push_str(&rest[..length]);
    &rest[length..]
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    #[test]
    fn what_go_reads_is_read() {
        for (pattern, matching, other) in [
            (r"^(/[^/\0]+)+/?$", "/a/b", "/a\0"),
            (r"^[\w\-.~:\/?#[\]@!$&'()*+,;=]+$", "a[]&", "a b"),
            ("^[a[b]c]$", "[c]", "b"),
            ("^[]a]$", "]", "b"),
            ("^[^]a]$", "b", "]"),
            ("^[a&&b~~-]$", "-", "c"),
            (r"^[\w-.]$", "-", "/"),
            ("^[+--]$", ",", "/"),
            (r"^[[:digit:]-\x{2026}]$", "-", "a"),
            (r"^[\p{Greek}\pN]\p{Lu}$", "1A", "a"),
            (r"^\101\07$", "A\u{7}", "A"),
            ("^a{2}b{,3}c{$", "aab{,3}c{", "aab"),
            ("^é[é-ü]$", "éö", "éa"),
        ] {
            assert_eq!(refused(pattern), None, "{pattern}");
            let regex = Regex::new(&rust_pattern(pattern)).unwrap();
            assert!(regex.is_match(matching), "{pattern} {matching}");
            assert!(!regex.is_match(other), "{pattern} {other}");
        }
        // These only Go reads.
        assert_eq!(refused(r"\Qa.b\E"), None);
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            r"(a)\1", "(?!a)", "[a", "[", r"[\", r"\", "*a", "(a", "a{2,1}", "[b-a]",
        ] {
            assert!(refused(pattern).is_some(), "{pattern}");
        }
    }
}
