use super::words::{self, words};
use super::{NameProblem, name};

name! {
    /// A kind: `Guestbook`, `GRPCRoute`. PascalCase in ASCII, so that it is a Rust type, and of at most 60 characters, so
    /// that its plural is a DNS label. Names that cannot compile as a scaffolded type are refused.
    #[derive(PartialOrd, Ord)]
    Kind, check
}

impl Kind {
    /// The name of its module: `GRPCRoute` gives `grpc_route`. Never a keyword: `Type` gives `type_`.
    pub fn snake(&self) -> String {
        words::module(&words(&self.0).join("_").to_lowercase())
    }

    /// The singular, as `kubectl get` takes it: the kind in lower case.
    pub fn singular(&self) -> String {
        self.0.to_lowercase()
    }

    /// The types that the scaffold defines for it, in the one namespace that a version's kinds share:
    /// `Guestbook`, `GuestbookSpec`, `GuestbookStatus`.
    pub fn type_names(&self) -> [String; 3] {
        ["", "Spec", "Status"].map(|suffix| format!("{self}{suffix}"))
    }

    /// A type that both kinds would define, were they in one version: `Foo` and `FooSpec` clash in `FooSpec`.
    pub fn clash(&self, other: &Kind) -> Option<String> {
        let theirs = other.type_names();
        self.type_names()
            .into_iter()
            .find(|name| theirs.contains(name))
    }
}

/// The longest plural adds three letters: `quiz`, `quizzes`.
const LONGEST: usize = 63 - 3;

/// Names that a scaffolded type cannot have, and why.
const RESERVED: &[(&str, &str)] = &[];

fn check(value: &str) -> Result<(), NameProblem> {
    let problem = |rule: String, suggestion| NameProblem {
        what: "kind",
        value: value.to_owned(),
        rule,
        suggestion,
    };
    if !is_pascal(value) {
        let rule = format!(
            "must be PascalCase: letters and digits of ASCII, an upper-case letter first, at most {LONGEST} characters"
        );
        return Err(problem(
            rule,
            Some(pascal(value)).filter(|it| check(it).is_ok()),
        ));
    }
    if let Some((_, reason)) = RESERVED.iter().find(|(name, _)| *name == value) {
        return Err(problem(
            format!("cannot be the name of a Rust type here: {reason}"),
            None,
        ));
    }
    Ok(())
}

fn is_pascal(value: &str) -> bool {
    value.len() <= LONGEST
        && value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn pascal(value: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words(value).into_iter().map(capital).collect()
}
