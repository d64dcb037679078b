//! Descriptions as doc comments: exact for schemars, and harmless for rustdoc.

use std::fmt::Write;

use super::literals::{is_directional, string};

/// A description as it stands above a field.
pub fn description(text: &mut String, description: &str, indent: usize) {
    comment(text, description, indent);
    correction(text, description, indent);
}

/// The comment of a description.
pub fn comment(text: &mut String, description: &str, indent: usize) {
    let pad = " ".repeat(indent);
    for line in harmless(description).trim().lines() {
        let line = line.trim_end();
        let _ = if line.is_empty() {
            writeln!(text, "{pad}///")
        } else {
            writeln!(text, "{pad}/// {line}")
        };
    }
}

/// The description itself, where schemars makes another of the comment. On a type, it stands below the `derive` that it is for:
/// an attribute above is one that does not exist yet.
pub fn correction(text: &mut String, description: &str, indent: usize) {
    if is_exact(description, &harmless(description)) {
        return;
    }
    let pad = " ".repeat(indent);
    let literal = string(description);
    if literal.len() + "description = ".len() + r#", title = """#.len() <= 70 {
        let _ = writeln!(
            text,
            r#"{pad}#[schemars(description = {literal}, title = "")]"#
        );
    } else {
        let _ = writeln!(
            text,
            "{pad}#[schemars(\n{pad}    description = {literal},\n{pad}    title = \"\"\n{pad})]"
        );
    }
}

/// What is said of a type whose uses are all described: it is in no schema.
pub fn summary_of_type(text: &mut String, summary: &str) {
    let summary = harmless(summary);
    if !summary.is_empty() {
        let _ = writeln!(text, "/// {summary}");
    }
}

/// The first sentence of a description, for a type whose uses are all described on their own. One word, such as `Required.`, says
/// nothing.
pub fn summary(description: &str) -> String {
    let paragraphs = description.trim().split("\n\n");
    let paragraphs = paragraphs.map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    let sentences: Vec<_> = paragraphs.flat_map(sentences).collect();
    let saying = sentences.iter().find(|it| it.contains(' '));
    saying.or(sentences.first()).cloned().unwrap_or_default()
}

fn sentences(paragraph: String) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, _) in paragraph.match_indices(". ") {
        let text = &paragraph[start..at];
        // Not after `e.g.` and the like.
        if !text.ends_with(|c: char| c == '.' || c.is_ascii_digit())
            && !is_abbreviation(&paragraph[start..=at])
        {
            sentences.push(paragraph[start..=at].to_owned());
            start = at + 2;
        }
    }
    sentences.push(paragraph[start..].to_owned());
    sentences
}

fn is_abbreviation(text: &str) -> bool {
    ["e.g.", "i.e.", "etc.", "vs.", "cf."]
        .iter()
        .any(|it| text.ends_with(it))
}

/// Whether schemars makes just the description of the comment: it takes the lines without their first space, trims the
/// whole, and makes a title of a first line that starts with `#`.
fn is_exact(description: &str, harmless: &str) -> bool {
    description == harmless
        && description.trim() == description
        && !description.is_empty()
        && !description.starts_with('#')
        && description.split('\n').all(|line| line.trim_end() == line)
}

/// The same text, without what rustdoc would run as a test and rustc would refuse in a comment.
fn harmless(description: &str) -> String {
    let mut fence = None::<(char, usize)>;
    // Before a line that is indented by four there can be a paragraph that it continues; otherwise it is code.
    let mut in_paragraph = false;
    let mut lines = Vec::new();
    for line in description.split('\n') {
        let trimmed = line.trim_start();
        let mut line = line.to_owned();
        let marker = fence_of(trimmed);
        match (fence, marker) {
            (Some((open, length)), Some((close, count, "")))
                if open == close && count >= length =>
            {
                fence = None;
            }
            (Some(_), _) => {}
            (None, Some((kind, count, info))) => {
                fence = Some((kind, count));
                let line_end = line.trim_end();
                let start = line_end[..line_end.len() - info.len()]
                    .trim_end()
                    .to_owned();
                if is_rust(info) {
                    line = format!("{start}text");
                } else if !is_language(info) {
                    lines.push(format!("{start}text"));
                    line = info.to_owned();
                }
            }
            (None, None) => {
                if !in_paragraph && !trimmed.is_empty() && indentation(&line) >= 4 {
                    line = format!("   {trimmed}");
                }
                if has_code_in_item(trimmed) {
                    line = line.split_whitespace().collect::<Vec<_>>().join(" ");
                }
            }
        }
        in_paragraph = fence.is_none()
            && marker.is_none()
            && !trimmed.is_empty()
            && !trimmed.starts_with(['#', '=', '-', '>', '|', '<']);
        line.retain(|c| !is_directional(c) && (c == '\t' || !c.is_control()));
        lines.push(line);
    }
    if let Some((kind, count)) = fence {
        lines.push(kind.to_string().repeat(count));
    }
    let text = lines.join("\n");
    if text.trim_start().starts_with('#') {
        return text.replacen('#', "\\#", 1);
    }
    text
}

/// The marker of a fenced code block, its length, and what the block is said to be. Inside of a list or a quote there is something
/// before it. Behind backticks there are none, or it is a piece of code within a line.
fn fence_of(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim_start_matches(['-', '*', '+', '>', ' ']);
    let kind = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let info = line.trim_start_matches(kind);
    let count = line.len() - info.len();
    (count >= 3 && (kind == '~' || !info.contains('`'))).then_some((kind, count, info.trim()))
}

/// Whether rustdoc can read an info string, as the name of a language and the like.
fn is_language(info: &str) -> bool {
    info.chars()
        .all(|c| c.is_ascii_alphanumeric() || ['_', '-', ':', ' ', ',', '\t'].contains(&c))
}

/// Whether rustdoc takes a block with this info string for Rust.
fn is_rust(info: &str) -> bool {
    const OF_RUST: [&str; 8] = [
        "rust",
        "should_panic",
        "no_run",
        "ignore",
        "compile_fail",
        "test_harness",
        "standalone_crate",
        "allow_fail",
    ];
    info.split([',', ' ', '\t'])
        .filter(|token| !token.is_empty())
        .all(|token| OF_RUST.contains(&token) || token.starts_with("edition"))
}

/// Whether a list item starts with a block of code: five spaces after its mark.
fn has_code_in_item(line: &str) -> bool {
    let rest = line.strip_prefix(['-', '*', '+', '>']).or_else(|| {
        line.trim_start_matches(|c: char| c.is_ascii_digit())
            .strip_prefix(['.', ')'])
    });
    rest.is_some_and(|rest| indentation(rest) >= 5 && !rest.trim().is_empty())
}

fn indentation(line: &str) -> usize {
    line.chars()
        .take_while(|c| c.is_whitespace())
        .map(|c| if c == '\t' { 4 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let mut comment = String::new();
        description(&mut comment, text, 0);
        assert_eq!(comment, expected, "{text:?}");
    }

    #[test]
    fn plain_texts_are_comments() {
        check("How many.", "/// How many.\n");
        check(
            "Two\nlines.\n\n - of */ \"# `text`",
            "/// Two\n/// lines.\n///\n///  - of */ \"# `text`\n",
        );
        check("```yaml\na: 1\n```", "/// ```yaml\n/// a: 1\n/// ```\n");
        check("a\n    continued", "/// a\n///     continued\n");
    }

    #[test]
    fn what_schemars_would_change_is_said_in_full() {
        check(
            "# Title",
            "/// \\# Title\n#[schemars(description = \"# Title\", title = \"\")]\n",
        );
        check(
            " a \nb",
            "/// a\n/// b\n#[schemars(description = \" a \\nb\", title = \"\")]\n",
        );
        check(
            "a\rb",
            "/// ab\n#[schemars(description = \"a\\rb\", title = \"\")]\n",
        );
    }

    #[test]
    fn nothing_becomes_a_doctest() {
        check(
            "a\n\n    code()",
            "/// a\n///\n///    code()\n#[schemars(description = \"a\\n\\n    code()\", title = \"\")]\n",
        );
        check(
            "- ```rust\n  code()\n  ```",
            "/// - ```text\n///   code()\n///   ```\n#[schemars(description = \"- ```rust\\n  code()\\n  ```\", title = \"\")]\n",
        );
        check("```code()``` is code", "/// ```code()``` is code\n");
        check(
            "```\ncode()",
            "/// ```text\n/// code()\n/// ```\n#[schemars(description = \"```\\ncode()\", title = \"\")]\n",
        );
    }

    #[test]
    fn what_rustdoc_takes_for_no_language_is_text() {
        check(
            "``` <a> ::= b\n```",
            "/// ```text\n/// <a> ::= b\n/// ```\n#[schemars(description = \"``` <a> ::= b\\n```\", title = \"\")]\n",
        );
        check("```yaml title\n```", "/// ```yaml title\n/// ```\n");
    }

    #[test]
    fn a_summary_is_the_first_sentence() {
        for (text, expected) in [
            ("How many. And more.", "How many."),
            ("A thing, e.g. this one. More.", "A thing, e.g. this one."),
            ("No\nend", "No end"),
            ("Required. The name\nof it. More.", "The name of it."),
            ("Optional.\n\nThe name. More.", "The name."),
            ("Required.", "Required."),
            ("", ""),
        ] {
            assert_eq!(summary(text), expected);
        }
    }
}
