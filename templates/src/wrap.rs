/// The width at which rustfmt breaks lines.
const WIDTH: usize = 100;

/// Breaks the lines of `rust` that long names have made wider than rustfmt allows, as rustfmt does.
///
/// It knows the shapes that templates use where a line's length depends on a name: a function's signature, a struct
/// literal that is assigned, and a constant. All else stays as it is.
#[must_use]
pub fn wrap(rust: &str) -> String {
    let mut wrapped = String::with_capacity(rust.len());
    for line in rust.split_inclusive('\n') {
        let text = line.strip_suffix('\n').unwrap_or(line);
        match (text.chars().count() > WIDTH)
            .then(|| broken(text))
            .flatten()
        {
            Some(broken) => wrapped.push_str(&broken),
            None => wrapped.push_str(text),
        }
        wrapped.push_str(&line[text.len()..]);
    }
    wrapped
}

fn broken(line: &str) -> Option<String> {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    if ["fn ", "async fn ", "pub fn ", "pub async fn "]
        .iter()
        .any(|start| code.starts_with(start))
    {
        bracketed(indent, code, '(', ')')
    } else if code.starts_with("let ") && code.ends_with(" };") {
        bracketed(indent, code, '{', '}')
    } else if code.starts_with("const ") || code.starts_with("pub const ") {
        let (left, right) = code.split_once(" = ")?;
        Some(format!("{indent}{left} =\n{indent}    {right}"))
    } else {
        None
    }
}

/// What stands between the brackets, one item to a line.
fn bracketed(indent: &str, code: &str, open: char, close: char) -> Option<String> {
    let (start, end) = (code.find(open)? + 1, matching(code, open, close)?);
    let mut broken = format!("{indent}{}\n", &code[..start]);
    for item in items(&code[start..end]) {
        broken.push_str(&format!("{indent}    {item},\n"));
    }
    broken.push_str(&format!("{indent}{}", &code[end..]));
    Some(broken)
}

/// Where the bracket closes that `open` opens first.
fn matching(code: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, char) in code.char_indices() {
        if char == open {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// `list` at the commas that stand in no bracket of their own.
fn items(list: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (at, char) in list.char_indices() {
        match char {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim());
    items.retain(|item| !item.is_empty());
    items
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[track_caller]
    fn check(line: &str, expected: &str) {
        assert_eq!(wrap(line), expected);
    }

    #[test]
    fn what_fits_stays() {
        check("fn short(a: u8) {\n", "fn short(a: u8) {\n");
        let wide = format!("// {}", "x".repeat(120));
        check(&wide, &wide);
    }

    #[test]
    fn a_signature_breaks_at_its_arguments() {
        let kind = "K".repeat(50);
        check(
            &format!(
                "    async fn reconcile(&self, object: Arc<v1::{kind}>, cx: Context<Self>) -> Result<Action> {{\n"
            ),
            &format!(
                "    async fn reconcile(\n        &self,\n        object: Arc<v1::{kind}>,\n        cx: Context<Self>,\n    ) -> Result<Action> {{\n"
            ),
        );
    }

    #[test]
    fn a_pair_of_angle_brackets_is_one_argument() {
        let kind = "K".repeat(80);
        check(
            &format!("fn f(map: Map<u8, {kind}>, ()) {{}}"),
            &format!("fn f(\n    map: Map<u8, {kind}>,\n    (),\n) {{}}"),
        );
    }

    #[test]
    fn a_literal_breaks_at_its_fields() {
        let kind = "K".repeat(80);
        check(
            &format!("        let spec = v1::{kind} {{ replicas: 1 }};\n"),
            &format!("        let spec = v1::{kind} {{\n            replicas: 1,\n        }};\n"),
        );
    }

    #[test]
    fn a_constant_breaks_at_its_value() {
        let name = "n".repeat(90);
        check(
            &format!("const NAME: &str = \"{name}\";\n"),
            &format!("const NAME: &str =\n    \"{name}\";\n"),
        );
    }
}
