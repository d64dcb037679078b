//! Quoted texts whose further lines are indented no deeper than their key.
//!
//! ```yaml
//! description: 'APIVersion defines the versioned schema of this representation
//! of an object.'
//! ```
//!
//! YAML 1.2 has them deeper, which Go's readers never asked for, and published CRDs have such lines.

/// What the lines that follow belong to.
#[derive(Clone, Copy)]
enum Within {
    /// Keys and items.
    Structure,
    /// A quoted text, of a key or item in this column.
    Quoted { quote: char, column: usize },
    /// A plain text or a block of text, which runs on as long as lines are indented deeper than this.
    Text { column: usize },
}

/// The text with the lines of quoted texts indented deeper than their keys, which changes nothing that they say; `None` where it
/// has lists or maps in brackets of several lines, or explicit keys.
pub fn deeper(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut within = Within::Structure;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let column = line.len() - line.trim_start_matches(' ').len();
        within = match within {
            Within::Quoted { quote, column: of } => {
                if column <= of && !content.is_empty() {
                    result.push_str(&" ".repeat(of + 1 - column));
                }
                match after_quote(content, quote) {
                    Some(_) => Within::Structure,
                    None => within,
                }
            }
            Within::Text { column: of } if content.is_empty() || column > of => within,
            _ => behind(content, column)?,
        };
        result.push_str(line);
    }
    Some(result)
}

/// What follows a line of keys and items that starts in a column; `None` where that is not known.
fn behind(mut content: &str, mut column: usize) -> Option<Within> {
    if content.starts_with("? ") {
        return None;
    }
    if content.is_empty() || content.starts_with(['#', '%']) || content.starts_with("---") {
        return Some(Within::Structure);
    }
    let mut of_item = column;
    while let Some(item) = content.strip_prefix("- ") {
        of_item = column;
        column += content.len() - item.trim_start().len();
        content = item.trim_start();
    }
    match value(content) {
        Some(value) => behind_value(value, column),
        None => behind_value(content, of_item),
    }
}

/// What stands behind the key that a text starts with.
fn value(content: &str) -> Option<&str> {
    let behind_key = match content.strip_prefix(['\'', '"']) {
        Some(quoted) => after_quote(quoted, content.chars().next()?)?,
        None => match content.find(": ") {
            Some(at) => &content[at..],
            None => return content.strip_suffix(':').map(|_| ""),
        },
    };
    behind_key.strip_prefix(':').map(str::trim_start)
}

fn behind_value(value: &str, column: usize) -> Option<Within> {
    Some(match value.chars().next() {
        None | Some('#') => Within::Structure,
        Some(quote @ ('\'' | '"')) => match after_quote(&value[1..], quote) {
            Some(_) => Within::Structure,
            None => Within::Quoted { quote, column },
        },
        Some('{' | '[') => return value.ends_with(['}', ']']).then_some(Within::Structure),
        // An anchor or a tag.
        Some('&' | '!') => match value.split_once(' ') {
            Some((_, value)) => return behind_value(value.trim_start(), column),
            None => Within::Structure,
        },
        Some(_) => Within::Text { column },
    })
}

/// What stands behind the quote that ends a text, if one does.
fn after_quote(text: &str, quote: char) -> Option<&str> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote && quote == '\'' && chars.next_if(|(_, c)| *c == quote).is_some() {
            // Twice stands for itself.
        } else if c == quote {
            return Some(&text[at + 1..]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::deeper;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(deeper(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn quoted_texts_are_deeper_than_their_keys() {
        check(
            "a:\n  b: 'it''s\n  one\n\nand: two'\n  \"c'd\": \"x \\\"\n  y\"\nd: 1\n",
            Some("a:\n  b: 'it''s\n   one\n\n   and: two'\n  \"c'd\": \"x \\\"\n   y\"\nd: 1\n"),
        );
        check(
            "- 'a\nb'\n- c: &x \"d\n  e\"\n- - f: 'g\n  h'\n",
            Some("- 'a\n b'\n- c: &x \"d\n   e\"\n- - f: 'g\n     h'\n"),
        );
    }

    #[test]
    fn everything_else_stays_where_it_is() {
        for text in [
            "a: it's\n  - 'plain\n  text\nb: |\n  'block\n text\nc: >-\n\n  d: 'e\nf: 1\n",
            "# 'comment\n---\na: 'b' # c\nd: [1, 'e']\nf: {}\ng:\n- 'h'\n- i: ''\n- it's\n  - 'so\nj: *x\n",
            "a: ''\nb: \"\\\\\"\nc: '''d'''\n\"e\": f\n'g':\n  h: !t i\n",
        ] {
            check(text, Some(text));
        }
    }

    #[test]
    fn what_is_not_known_is_left_alone() {
        check("a: [1,\n'b\nc']\n", None);
        check("? a\n: b\n", None);
    }
}
