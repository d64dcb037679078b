//! RBAC policy rules and how they merge.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A rule of a `Role` or `ClusterRole`, in Kubernetes' own words; empty lists are not written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PolicyRule {
    /// API groups; `""` is the core group and `*` is every group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub api_groups: Vec<String>,
    /// Resources in the plural; a subresource as `deployments/status`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// Names of the objects that the rule is narrowed to; empty means every object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_names: Vec<String>,
    /// Paths such as `/metrics`, for rules that are about no resource.
    #[serde(rename = "nonResourceURLs", skip_serializing_if = "Vec::is_empty")]
    pub non_resource_urls: Vec<String>,
    /// Verbs such as `get`; `*` is every verb.
    pub verbs: Vec<String>,
}

/// A rule and where it is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScopedRule {
    /// The namespaces in which it is needed.
    pub scope: Scope,
    /// Whether the rule is about cluster-scoped objects, so that only a `ClusterRole` can grant it.
    #[serde(default)]
    pub cluster_scoped: bool,
    /// The rule.
    #[serde(flatten)]
    pub rule: PolicyRule,
}

/// The namespaces in which a rule is needed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// Wherever the operator watches: the whole cluster, or each watched namespace of a namespaced project.
    Everywhere,
    /// The namespace that the operator itself runs in.
    Own,
    /// One namespace, by its name.
    Namespace(String),
}

/// Merges and sorts rules into the list that a role holds, in controller-gen's way: the same permissions always give the
/// same list, whatever their order and repetition.
///
/// The group `core` becomes `""`. Rules are split by resource; verbs of rules about the same things are joined; then
/// rules that differ only in their resources, only in their groups, and only in their URLs are joined, in this order;
/// then they are sorted. Among verbs `*` stands for all of them.
///
/// ```
/// use kopgen_core::rbac::{PolicyRule, normalize};
///
/// let rule = |group: &str, resource: &str, verb: &str| PolicyRule {
///     api_groups: vec![group.into()],
///     resources: vec![resource.into()],
///     verbs: vec![verb.into()],
///     ..Default::default()
/// };
/// let rules = normalize(vec![rule("apps", "deployments", "watch"), rule("core", "pods", "get"), rule("apps", "deployments", "list")]);
/// assert_eq!(rules.len(), 2);
/// assert_eq!(rules[0].api_groups, [""]);
/// assert_eq!(rules[1].verbs, ["list", "watch"]);
/// ```
pub fn normalize(rules: Vec<PolicyRule>) -> Vec<PolicyRule> {
    let rules = rules.into_iter().flat_map(split_by_resource).collect();
    let rules = join(rules, |rule| &mut rule.verbs);
    let rules = join(rules, |rule| &mut rule.resources);
    let rules = join(rules, |rule| &mut rule.groups);
    let rules = join(rules, |rule| &mut rule.urls);
    // Joining groups or URLs can make two rules be about the same things.
    let mut rules = join(rules, |rule| &mut rule.verbs);
    rules.sort_by_cached_key(Rule::sort_key);
    rules.into_iter().map(PolicyRule::from).collect()
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Rule {
    groups: BTreeSet<String>,
    resources: BTreeSet<String>,
    names: BTreeSet<String>,
    urls: BTreeSet<String>,
    verbs: BTreeSet<String>,
}

impl Rule {
    /// controller-gen compares the joined text, in which `deployments/status` sorts after `deployments + …`.
    fn sort_key(&self) -> String {
        let joined =
            |set: &BTreeSet<String>| set.iter().map(String::as_str).collect::<Vec<_>>().join("&");
        [&self.groups, &self.resources, &self.names, &self.urls]
            .map(joined)
            .join(" + ")
    }
}

impl From<Rule> for PolicyRule {
    fn from(rule: Rule) -> Self {
        let every_verb = rule.verbs.contains("*");
        Self {
            api_groups: rule.groups.into_iter().collect(),
            resources: rule.resources.into_iter().collect(),
            resource_names: rule.names.into_iter().collect(),
            non_resource_urls: rule.urls.into_iter().collect(),
            verbs: if every_verb {
                vec!["*".into()]
            } else {
                rule.verbs.into_iter().collect()
            },
        }
    }
}

fn split_by_resource(rule: PolicyRule) -> Vec<Rule> {
    let groups = rule.api_groups.into_iter().map(|group| {
        if group == "core" {
            String::new()
        } else {
            group
        }
    });
    let whole = Rule {
        groups: groups.collect(),
        resources: BTreeSet::new(),
        names: rule.resource_names.into_iter().collect(),
        urls: rule.non_resource_urls.into_iter().collect(),
        verbs: rule.verbs.into_iter().collect(),
    };
    if rule.resources.is_empty() {
        return vec![whole];
    }
    let of = |resource| Rule {
        resources: BTreeSet::from([resource]),
        ..whole.clone()
    };
    rule.resources.into_iter().map(of).collect()
}

/// Joins the rules that differ in nothing but `part`.
fn join(rules: Vec<Rule>, part: fn(&mut Rule) -> &mut BTreeSet<String>) -> Vec<Rule> {
    let mut joined = BTreeMap::<Rule, BTreeSet<String>>::new();
    for mut rule in rules {
        let values = std::mem::take(part(&mut rule));
        joined.entry(rule).or_default().extend(values);
    }
    let whole = |(mut rule, values)| {
        *part(&mut rule) = values;
        rule
    };
    joined.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `groups resources verbs [names [urls]]`, each a list joined by commas; `-` is the empty list, `''` the core group.
    fn parse(line: &str) -> PolicyRule {
        let mut parts = line.split_whitespace().map(|part| match part {
            "-" => Vec::new(),
            part => part
                .split(',')
                .map(|it| it.trim_matches('\'').to_owned())
                .collect(),
        });
        let mut next = || parts.next().unwrap_or_default();
        PolicyRule {
            api_groups: next(),
            resources: next(),
            verbs: next(),
            resource_names: next(),
            non_resource_urls: next(),
        }
    }

    /// In every order of the input.
    fn check(input: &[&str], expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|line| parse(line)).collect();
        for turn in 0..input.len().max(1) {
            let mut rules: Vec<_> = input.iter().map(|line| parse(line)).collect();
            rules.rotate_left(turn);
            assert_eq!(
                normalize(rules.clone()),
                expected,
                "{input:?}, turned by {turn}"
            );
            rules.reverse();
            assert_eq!(
                normalize(rules),
                expected,
                "{input:?}, reversed after {turn}"
            );
        }
        assert_eq!(
            normalize(expected.clone()),
            expected,
            "what is normal stays as it is"
        );
    }

    #[test]
    fn rules_merge_as_controller_gen_merges_them() {
        check(&[], &[]);
        // Verbs of one resource, across rules that name several.
        check(
            &["apps deployments get", "apps deployments,statefulsets list"],
            &["apps deployments get,list", "apps statefulsets list"],
        );
        // Resources with equal verbs.
        check(
            &["apps b get,list", "apps a list,get"],
            &["apps a,b get,list"],
        );
        // Groups with equal resources and verbs.
        check(&["apps x get", "batch x get"], &["apps,batch x get"]);
        // URLs.
        check(
            &[
                "- - get - /metrics",
                "- - get - /healthz",
                "- - post - /metrics",
            ],
            &["- - get - /healthz", "- - get,post - /metrics"],
        );
        // Names keep rules apart.
        check(
            &["'' secrets get a", "'' secrets get", "'' secrets get b,a"],
            &["'' secrets get", "'' secrets get a", "'' secrets get a,b"],
        );
        // `core` is the empty group, repetition is none.
        check(
            &["core pods get", "'' pods get,get,list"],
            &["'' pods get,list"],
        );
        // One `*` stands for every verb, but does not take in other resources.
        check(
            &["apps a *", "apps a get", "apps b get"],
            &["apps a *", "apps b get"],
        );
    }

    #[test]
    fn rules_sort_by_group_then_resource() {
        check(
            &[
                "b.io y get",
                "'' secrets get",
                "a.io x/status patch",
                "a.io x get",
                "'' pods list",
            ],
            &[
                "'' pods list",
                "'' secrets get",
                "a.io x get",
                "a.io x/status patch",
                "b.io y get",
            ],
        );
    }

    #[test]
    fn no_permission_is_lost_where_joined_groups_meet_a_rule_of_both() {
        // controller-gen keeps one of the two, by the order of a map.
        check(&["a,b x get", "a x list", "b x list"], &["a,b x get,list"]);
    }

    #[test]
    fn rules_are_written_as_kubernetes_reads_them() {
        fn check(rule: &ScopedRule, expected: serde_json::Value) {
            assert_eq!(serde_json::to_value(rule).unwrap(), expected);
            assert_eq!(
                serde_json::from_value::<ScopedRule>(expected).unwrap(),
                *rule
            );
        }
        let rule = |scope, line| ScopedRule {
            scope,
            cluster_scoped: false,
            rule: parse(line),
        };
        check(
            &rule(Scope::Everywhere, "'' pods get a"),
            serde_json::json!({"scope": "everywhere", "clusterScoped": false, "apiGroups": [""], "resources": ["pods"], "resourceNames": ["a"], "verbs": ["get"]}),
        );
        check(
            &rule(Scope::Namespace("x".into()), "- - get - /metrics"),
            serde_json::json!({"scope": {"namespace": "x"}, "clusterScoped": false, "nonResourceURLs": ["/metrics"], "verbs": ["get"]}),
        );
    }
}
