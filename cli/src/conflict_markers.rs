//! Texts in the middle of a git merge.

/// The two sides of a text with git's conflict markers, each whole; `None` when it has none or they do not match up.
pub fn sides(text: &str) -> Option<[String; 2]> {
    let mut sides = [String::new(), String::new()];
    let mut part = Part::Both;
    let mut found = false;
    for line in text.split_inclusive('\n') {
        part = match (&part, marker(line)) {
            (Part::Both, Some('<')) => Part::Ours,
            (Part::Ours, Some('|')) => Part::Base,
            (Part::Ours | Part::Base, Some('=')) => Part::Theirs,
            (Part::Theirs, Some('>')) => {
                found = true;
                Part::Both
            }
            (_, Some('<' | '>' | '|')) => return None,
            (part, _) => {
                let [ours, theirs] = part.sides();
                for (side, wanted) in sides.iter_mut().zip([ours, theirs]) {
                    if wanted {
                        side.push_str(line);
                    }
                }
                continue;
            }
        };
    }
    (found && matches!(part, Part::Both)).then_some(sides)
}

#[derive(Clone, Copy)]
enum Part {
    Both,
    Ours,
    Base,
    Theirs,
}

impl Part {
    /// Whether it belongs to ours and to theirs.
    fn sides(self) -> [bool; 2] {
        match self {
            Part::Both => [true, true],
            Part::Ours => [true, false],
            Part::Base => [false, false],
            Part::Theirs => [false, true],
        }
    }
}

/// The sign of a conflict marker: seven of it, then a space or the end of the line.
fn marker(line: &str) -> Option<char> {
    let sign = line
        .chars()
        .next()
        .filter(|sign| matches!(sign, '<' | '|' | '=' | '>'))?;
    let rest = line
        .strip_prefix(&sign.to_string().repeat(7))?
        .trim_end_matches(['\r', '\n']);
    (rest.is_empty() || rest.starts_with(' ')).then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_come_out_whole() {
        fn check(text: &str, expected: Option<[&str; 2]>) {
            assert_eq!(
                sides(text),
                expected.map(|sides| sides.map(str::to_owned)),
                "{text}"
            );
        }
        check("a\nb\n", None);
        check(
            "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> branch\nd\n",
            Some(["a\nb\nd\n", "a\nc\nd\n"]),
        );
        check(
            "<<<<<<< a\nb\n||||||| base\nx\n=======\nc\n>>>>>>> d\n",
            Some(["b\n", "c\n"]),
        );
        check(
            "<<<<<<< a\r\nb\r\n=======\r\n>>>>>>> d\r\n",
            Some(["b\r\n", ""]),
        );
        check("<<<<<<< a\nb\n=======\nc\n", None);
        check(">>>>>>> a\nb\n", None);
        check("=======\nTitle\n", None);
    }
}
