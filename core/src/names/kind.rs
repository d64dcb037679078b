use super::label::is_dns_1035_label;
use super::words::{self, words};
use super::{NameProblem, name};

name! {
    /// A kind: `Guestbook`, `GRPCRoute`; of CRDs that others wrote also `postgresql` and `cron-tab`. In lower case it is a
    /// DNS-1035 label of at most 60 characters, so that its plural is one too. Names whose Rust type cannot compile in a
    /// scaffolded file are refused.
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

    /// The name of its Rust type: the kind itself where that is PascalCase; `cron-tab` gives `CronTab`.
    pub fn type_name(&self) -> String {
        type_name(&self.0)
    }

    /// The kind in lower case, its words joined by dashes, as controllers are named: `GRPCRoute` gives `grpc-route`.
    pub fn kebab(&self) -> String {
        words(&self.0).join("-").to_lowercase()
    }

    /// The types that the scaffold defines for it, in the one namespace that a version's kinds share:
    /// `Guestbook`, `GuestbookSpec`, `GuestbookStatus`.
    pub fn type_names(&self) -> [String; 3] {
        ["", "Spec", "Status"].map(|suffix| self.type_name() + suffix)
    }

    /// Checks the rule for a kind that is made anew: it is PascalCase, and so its own Rust type.
    pub fn check_new(&self) -> Result<(), NameProblem> {
        match is_pascal(&self.0) {
            true => Ok(()),
            false => Err(no_pascal(&self.0)),
        }
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
///
/// Found by compiling a scaffolded file for 130 likely names with kube 5; `tests/kinds.rs` compiles those that pass.
const RESERVED: &[(&str, &str)] = &[
    (
        "Condition",
        "its file imports Kubernetes' `Condition` for the status",
    ),
    ("Default", GENERATED),
    ("Deserialize", "its file imports serde's `Deserialize`"),
    ("Kind", "its file imports kopgen's `Kind`"),
    ("Option", GENERATED),
    (
        "S",
        "the code that kube's derives put beside it has a type parameter `S`",
    ),
    ("Self", "it is a keyword"),
    ("Serialize", "its file imports serde's `Serialize`"),
    (
        "SerializeStruct",
        "the code that kube's derives put beside it imports serde's `SerializeStruct`",
    ),
    (
        "String",
        "the fields beside it need the standard library's `String`",
    ),
    ("Vec", GENERATED),
];

const GENERATED: &str = "the code that kube's derives put beside it means the standard library's";

fn check(value: &str) -> Result<(), NameProblem> {
    if value.len() > LONGEST || !is_dns_1035_label(&value.to_ascii_lowercase()) {
        return Err(no_pascal(value));
    }
    match reserved(&type_name(value)) {
        Some(reason) => Err(problem(
            value,
            format!("cannot be the name of a Rust type here: {reason}"),
            None,
        )),
        None => Ok(()),
    }
}

fn no_pascal(value: &str) -> NameProblem {
    let rule = format!(
        "must be PascalCase: letters and digits of ASCII, an upper-case letter first, at most {LONGEST} characters"
    );
    let suggestion = Some(pascal(value)).filter(|it| is_pascal(it) && reserved(it).is_none());
    problem(value, rule, suggestion)
}

fn problem(value: &str, rule: String, suggestion: Option<String>) -> NameProblem {
    NameProblem {
        what: "kind",
        value: value.to_owned(),
        rule,
        suggestion,
    }
}

fn reserved(value: &str) -> Option<&'static str> {
    RESERVED
        .iter()
        .find(|(name, _)| *name == value)
        .map(|(_, reason)| *reason)
}

fn is_pascal(value: &str) -> bool {
    value.len() <= LONGEST
        && value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn type_name(value: &str) -> String {
    match is_pascal(value) {
        true => value.to_owned(),
        false => pascal(value),
    }
}

fn pascal(value: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words(value).into_iter().map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_pascal_case_and_compile() {
        fn check(value: &str, expected: Result<&str, Option<&str>>) {
            let found = value
                .parse::<Kind>()
                .and_then(|kind| kind.check_new().map(|()| kind.snake()))
                .map_err(|problem| problem.suggestion);
            let expected = expected
                .map(str::to_owned)
                .map_err(|it| it.map(str::to_owned));
            assert_eq!(found, expected, "{value}");
        }
        check("Guestbook", Ok("guestbook"));
        check("GRPCRoute", Ok("grpc_route"));
        check("HTTPRoute2", Ok("http_route2"));
        check("VMIs", Ok("vmis"));
        check("IPv4Pool", Ok("ipv4_pool"));
        check("GraphQLAPI", Ok("graphql_api"));
        check("VSphereCluster", Ok("vsphere_cluster"));
        check("Type", Ok("type_"));
        check("Mod", Ok("mod_"));
        check("X", Ok("x"));
        // These compile, for the scaffold names them by a path.
        for (kind, module) in [
            ("Service", "service"),
            ("Result", "result"),
            ("Context", "context"),
            ("Box", "box_"),
        ] {
            check(kind, Ok(module));
        }
        check("guestbook", Err(Some("Guestbook")));
        check("my-kind", Err(Some("MyKind")));
        check("Cron_Tab", Err(Some("CronTab")));
        check("option", Err(None));
        for refused in [
            "",
            "1Password",
            "Über",
            "Ku be\n",
            "Self",
            "Option",
            "Condition",
        ] {
            let found = refused.parse::<Kind>();
            assert!(found.is_err(), "{refused}");
        }
        check(&"K".repeat(60), Ok(&"k".repeat(60)));
        check(&"K".repeat(61), Err(None));
    }

    #[test]
    fn kinds_of_others_have_a_module_and_a_type() {
        for (value, type_name, module) in [
            ("postgresql", "Postgresql", "postgresql"),
            ("APIraft", "APIraft", "api_raft"),
            ("vSphere-pool", "VSpherePool", "vsphere_pool"),
            ("Mb-broker-service", "MbBrokerService", "mb_broker_service"),
            ("type", "Type", "type_"),
        ] {
            let kind = value.parse::<Kind>().unwrap();
            assert_eq!(
                (kind.type_name().as_str(), &*kind.snake()),
                (type_name, module)
            );
        }
        for refused in ["cron_tab", "-tab", "tab-", "1tab", "condition"] {
            assert!(refused.parse::<Kind>().is_err(), "{refused}");
        }
    }

    #[test]
    fn a_problem_says_the_name_the_rule_and_the_way_out() {
        let display = |value: &str| {
            let kind = value.parse::<Kind>();
            kind.and_then(|kind| kind.check_new())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            display("cron-tab"),
            "`cron-tab` is no kind: it must be PascalCase: letters and digits of ASCII, an upper-case letter first, \
             at most 60 characters\n  help: `CronTab` would do"
        );
        assert_eq!(
            display("Kind"),
            "`Kind` is no kind: it cannot be the name of a Rust type here: its file imports kopgen's `Kind`"
        );
    }

    #[test]
    fn kinds_of_one_version_clash_in_their_types() {
        fn check(a: &str, b: &str, expected: Option<&str>) {
            let (a, b): (Kind, Kind) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(a.clash(&b).as_deref(), expected);
            assert_eq!(b.clash(&a).as_deref(), expected);
        }
        check("Foo", "Bar", None);
        check("Foo", "FooSpec", Some("FooSpec"));
        check("FooStatus", "Foo", Some("FooStatus"));
        check("Foo", "FooSet", None);
    }
}
