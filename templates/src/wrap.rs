/// The width at which rustfmt breaks lines.
const WIDTH: usize = 100;

/// Breaks the lines of `rust` that long names have made wider than rustfmt allows, as rustfmt does.
///
/// It knows the shapes that templates use where a line's length depends on a name: the signature of a function, what
/// `let` and `const` assign, and a call without arguments in a chain. All else stays as it is.
#[must_use]
pub fn wrap(rust: &str) -> String {
    let mut wrapped = String::with_capacity(rust.len());
    for line in rust.split_inclusive('\n') {
        let text = line.strip_suffix('\n').unwrap_or(line);
        let broken = if fits(text) { None } else { broken(text) };
        wrapped.push_str(broken.as_deref().unwrap_or(text));
        wrapped.push_str(&line[text.len()..]);
    }
    wrapped
}

fn broken(line: &str) -> Option<String> {
    let code = line.trim_start();
    let indent = &line[..line.len() - code.len()];
    let starts = |starts: &[&str]| starts.iter().any(|start| code.starts_with(start));
    if starts(&["fn ", "async fn ", "pub fn ", "pub async fn "]) {
        bracketed(indent, code, '(', ')')
    } else if starts(&["let ", "const "]) {
        let (left, right) = code.split_once(" = ")?;
        let next_line = format!("{indent}    {right}");
        match right.chars().find(|char| "({".contains(*char)) {
            _ if fits(&next_line) => Some(format!("{indent}{left} =\n{next_line}")),
            Some('(') => bracketed(indent, code, '(', ')'),
            Some(_) => bracketed(indent, code, '{', '}'),
            None => None,
        }
    } else if code.starts_with('.') {
        let call = line.strip_suffix("()")?;
        Some(format!("{call}(\n{indent})"))
    } else {
        None
    }
}

fn fits(line: &str) -> bool {
    line.chars().count() <= WIDTH
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
    fn what_is_assigned_goes_to_the_next_line_if_it_fits_there() {
        let name = "n".repeat(90);
        check(
            &format!("const NAME: &str = \"{name}\";\n"),
            &format!("const NAME: &str =\n    \"{name}\";\n"),
        );
        let kind = "K".repeat(70);
        check(
            &format!("        let object: v1::{kind} = get(\"sample\")?;\n"),
            &format!("        let object: v1::{kind} =\n            get(\"sample\")?;\n"),
        );
    }

    #[test]
    fn otherwise_it_breaks_at_its_brackets() {
        let kind = "K".repeat(80);
        check(
            &format!("    let spec = v1::{kind} {{ replicas: 1 }};\n"),
            &format!("    let spec = v1::{kind} {{\n        replicas: 1,\n    }};\n"),
        );
        check(
            &format!("    let object = {kind}::new(\"sample\", spec);\n"),
            &format!("    let object = {kind}::new(\n        \"sample\",\n        spec,\n    );\n"),
        );
    }

    #[test]
    fn a_call_in_a_chain_breaks_at_its_parentheses() {
        let kind = "K".repeat(90);
        check(
            &format!("    .kind::<{kind}>()\n"),
            &format!("    .kind::<{kind}>(\n    )\n"),
        );
    }
}
