//! The names that are DNS labels and subdomains.
//!
//! DNS-1123 and DNS-1035 as `k8s.io/apimachinery/pkg/util/validation` has them: a 1123 label may start with a digit, a
//! 1035 label may not, a subdomain is 1123 labels joined by dots.

use super::words::{self, words};
use super::{Kind, NameProblem, name};

name! {
    /// An API group: `webapp`, `webapp.example.com`. A DNS-1123 subdomain of at most 253 characters.
    #[derive(PartialOrd, Ord)]
    Group, check_group
}

name! {
    /// The domain below which a project's groups live: `example.com`. A DNS-1123 subdomain.
    #[derive(PartialOrd, Ord)]
    Domain, check_domain
}

name! {
    /// The plural of a kind, as it stands in URLs and in RBAC rules: `guestbooks`. A DNS-1035 label.
    #[derive(PartialOrd, Ord)]
    Plural, check_plural
}

name! {
    /// A short name for `kubectl get`: `gb`. A DNS-1035 label.
    #[derive(PartialOrd, Ord)]
    ShortName, check_short_name
}

name! {
    /// The name of a project, and so the start of the names of its crates, its namespace and its objects.
    ///
    /// A DNS-1035 label (a package may not start with a digit) of at most 40 characters.
    #[derive(PartialOrd, Ord)]
    ProjectName, check_project_name
}

name! {
    /// The name of a controller, unique in its operator: `guestbook`, `guestbook-backup`. A DNS-1035 label.
    #[derive(PartialOrd, Ord)]
    ControllerName, check_controller_name
}

name! {
    /// The name of a namespace: `kube-system`. A DNS-1123 label.
    #[derive(PartialOrd, Ord)]
    Namespace, check_namespace
}

impl Group {
    /// The group below a domain: `webapp` and `example.com` give `webapp.example.com`.
    pub fn below(&self, domain: &Domain) -> Result<Group, NameProblem> {
        format!("{self}.{domain}").try_into()
    }

    /// Checks the rules that hold for the group of a custom resource beyond those of every group: the API server wants a
    /// dot in it, and keeps the groups of Kubernetes for those whose API review was approved.
    pub fn check_custom(&self) -> Result<(), NameProblem> {
        let refuse = |rule: &str| {
            Err(problem(
                "group of a custom resource",
                &self.0,
                rule.into(),
                None,
            ))
        };
        if !self.0.contains('.') {
            return refuse(
                "must have a domain below a dot, such as `webapp.example.com`: the API server refuses others",
            );
        }
        if ["k8s.io", "kubernetes.io"]
            .iter()
            .any(|community| below(&self.0, community))
        {
            return refuse(
                "must not be `k8s.io`, `kubernetes.io` or below: those are kept for Kubernetes' own, reviewed APIs",
            );
        }
        Ok(())
    }
}

impl ControllerName {
    /// The name of its module: `guestbook-backup` gives `guestbook_backup`.
    pub fn snake(&self) -> String {
        words::module(&self.0.replace('-', "_"))
    }

    /// The name that the derives give to a struct: without its suffix, the words joined by dashes. It may break the rule.
    pub fn of_struct(ident: &str, suffixes: &[&str]) -> String {
        let stem = suffixes
            .iter()
            .find_map(|suffix| ident.strip_suffix(suffix));
        let stem = stem.filter(|stem| !stem.is_empty()).unwrap_or(ident);
        match stem.parse::<Kind>() {
            Ok(kind) => kind.kebab(),
            Err(_) => stem.to_lowercase(),
        }
    }
}

fn check_group(value: &str) -> Result<(), NameProblem> {
    check_subdomain("group", value)
}

fn check_domain(value: &str) -> Result<(), NameProblem> {
    check_subdomain("domain", value)
}

fn check_plural(value: &str) -> Result<(), NameProblem> {
    check_label("plural", value, LABEL)
}

fn check_short_name(value: &str) -> Result<(), NameProblem> {
    check_label("short name", value, LABEL)
}

fn check_project_name(value: &str) -> Result<(), NameProblem> {
    // The longest names made of it are Services' and the namespace's, labels of 63: `<project>-metrics-service`.
    check_label("project name", value, 40).map_err(|problem| NameProblem {
        rule: format!(
            "{}; the names of its namespace and its Services begin with it",
            problem.rule
        ),
        ..problem
    })
}

fn check_controller_name(value: &str) -> Result<(), NameProblem> {
    check_label("controller name", value, LABEL)
}

fn check_namespace(value: &str) -> Result<(), NameProblem> {
    if is_label(value) {
        return Ok(());
    }
    let rule = format!(
        "must be lower-case letters, digits and `-`, start and end with a letter or digit, of at most {LABEL} characters"
    );
    let suggestion = Some(dashed(value)).filter(|it| is_label(it));
    Err(problem("namespace", value, rule, suggestion))
}

/// The longest label and the longest subdomain, by RFC 1035.
const LABEL: usize = 63;
const SUBDOMAIN: usize = 253;

fn check_label(what: &'static str, value: &str, longest: usize) -> Result<(), NameProblem> {
    if is_dns_1035_label(value) && value.len() <= longest {
        return Ok(());
    }
    let rule = format!(
        "must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most {longest} characters"
    );
    let start = |suggestion: &str| {
        suggestion
            .trim_start_matches(|c: char| !c.is_ascii_lowercase())
            .to_owned()
    };
    let suggestion = Some(start(&dashed(value))).filter(|it| is_label(it) && it.len() <= longest);
    Err(problem(what, value, rule, suggestion))
}

fn check_subdomain(what: &'static str, value: &str) -> Result<(), NameProblem> {
    let is_subdomain = |value: &str| value.len() <= SUBDOMAIN && value.split('.').all(is_label);
    if is_subdomain(value) {
        return Ok(());
    }
    let rule = format!(
        "must be labels of lower-case letters, digits and `-`, joined by `.`, each starting and ending with a letter or \
         digit and of at most {LABEL} characters, {SUBDOMAIN} in all"
    );
    let labels: Vec<_> = value
        .split('.')
        .map(dashed)
        .filter(|label| !label.is_empty())
        .collect();
    let suggestion = Some(labels.join(".")).filter(|it| is_subdomain(it));
    Err(problem(what, value, rule, suggestion))
}

/// Whether `value` is a DNS-1035 label.
pub(super) fn is_dns_1035_label(value: &str) -> bool {
    is_label(value) && value.starts_with(|c: char| c.is_ascii_lowercase())
}

/// Whether `value` is a DNS-1123 label.
fn is_label(value: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=LABEL).contains(&value.len())
        && value.chars().all(inner)
        && !value.starts_with('-')
        && !value.ends_with('-')
}

/// The words of `value`, in lower case and joined by `-`.
fn dashed(value: &str) -> String {
    words(value).join("-").to_lowercase()
}

fn below(group: &str, domain: &str) -> bool {
    group
        .strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn problem(
    what: &'static str,
    value: &str,
    rule: String,
    suggestion: Option<String>,
) -> NameProblem {
    NameProblem {
        what,
        value: value.to_owned(),
        rule,
        suggestion,
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    /// The suggestion of the problem; `Ok` for a good name.
    fn check<T: FromStr<Err = NameProblem>>(value: &str, expected: Result<(), Option<&str>>) {
        let found = value
            .parse::<T>()
            .map(|_| ())
            .map_err(|problem| problem.suggestion);
        assert_eq!(
            found,
            expected.map_err(|it| it.map(str::to_owned)),
            "{value}"
        );
    }

    #[test]
    fn groups_and_domains_are_dns_1123_subdomains() {
        check::<Group>("apps", Ok(()));
        check::<Group>("webapp.example.com", Ok(()));
        check::<Group>("3scale.net", Ok(()));
        check::<Group>("Web_App", Err(Some("web-app")));
        check::<Group>(".example..com.", Err(Some("example.com")));
        check::<Group>("", Err(None));
        check::<Group>("-", Err(None));
        check::<Domain>("example.com", Ok(()));
        check::<Domain>("Example.COM", Err(Some("example.com")));
        check::<Domain>(&"a".repeat(64), Err(None));
        check::<Domain>(&vec!["a".repeat(63); 4].join("."), Err(None));
    }

    #[test]
    fn the_others_are_dns_1035_labels() {
        check::<Plural>("guestbooks", Ok(()));
        check::<Plural>("GuestBooks", Err(Some("guest-books")));
        check::<ShortName>("gb", Ok(()));
        check::<ShortName>("3gb", Err(Some("gb")));
        check::<ShortName>("g b", Err(Some("g-b")));
        check::<ControllerName>("guestbook-backup", Ok(()));
        check::<ControllerName>("backup-", Err(Some("backup")));
        check::<ProjectName>("my-operator", Ok(()));
        check::<ProjectName>("3scale", Err(Some("scale")));
        check::<ProjectName>("my.operator", Err(Some("my-operator")));
        check::<ProjectName>("42", Err(None));
        check::<ProjectName>(&"a".repeat(40), Ok(()));
        check::<ProjectName>(&"a".repeat(41), Err(None));
    }

    #[test]
    fn namespaces_are_dns_1123_labels() {
        check::<Namespace>("kube-system", Ok(()));
        check::<Namespace>("4711", Ok(()));
        check::<Namespace>("Kube_System", Err(Some("kube-system")));
        check::<Namespace>("kube.system", Err(Some("kube-system")));
        check::<Namespace>("a,b", Err(Some("a-b")));
        check::<Namespace>("", Err(None));
        check::<Namespace>(&"a".repeat(64), Err(None));
    }

    #[test]
    fn a_custom_resource_has_a_group_with_a_domain_of_its_own() {
        fn check(group: &str, expected: bool) {
            assert_eq!(
                group.parse::<Group>().unwrap().check_custom().is_ok(),
                expected,
                "{group}"
            );
        }
        check("webapp.example.com", true);
        check("myk8s.io", true);
        check("webapp", false);
        check("k8s.io", false);
        check("webapp.k8s.io", false);
        check("webapp.kubernetes.io", false);
    }

    #[test]
    fn names_come_and_go_as_text() {
        let group: Group = "webapp".parse().unwrap();
        let domain: Domain = serde_json::from_str("\"example.com\"").unwrap();
        assert_eq!(
            serde_json::to_string(&group.below(&domain).unwrap()).unwrap(),
            "\"webapp.example.com\""
        );
        let error = serde_json::from_str::<Domain>("\"Example.com\"")
            .unwrap_err()
            .to_string();
        assert!(error.contains("`Example.com` is no domain"), "{error}");
        let long: Domain = [
            "a".repeat(63),
            "b".repeat(63),
            "c".repeat(63),
            "d".repeat(60),
        ]
        .join(".")
        .try_into()
        .unwrap();
        assert!(group.below(&long).is_err());
        assert_eq!("mod".parse::<ControllerName>().unwrap().snake(), "mod_");
    }
}
