//! `config/rbac`: what the operator may do, and roles to hand out to the users of its kinds.

use std::collections::{BTreeMap, BTreeSet};

use kopgen_core::crd::Crd;
use kopgen_core::names::{NameProblem, Namespace};
use kopgen_core::rbac::{self, PolicyRule, Scope, ScopedRule};
use kopgen_core::report::{Declarer, Report};
use kopgen_core::{Problem, yaml};
use kopgen_templates::Class;
use serde_json::{Value, json};

use super::{Files, kustomize};
use crate::plan::RelPath;
use crate::project::Project;

/// The operator's service account, as the base names it; an overlay prefixes it.
pub const ACCOUNT: &str = "controller-manager";

/// The operator's roles and their bindings, as [`named`] for a place.
const ROLE: &str = "manager-role";
const BINDING: &str = "manager-rolebinding";

/// The namespace of the operator, as the base names it; an overlay replaces it.
const OWN_NAMESPACE: &str = "system";

/// Where the operator needs rules; the order is the one of the documents in `role.yaml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the whole cluster.
    Cluster,
    /// In the namespace that it runs in.
    Own,
    /// In another namespace.
    Namespace(String),
}

/// What the operator may do, place by place; a place without rules is left out.
pub type Rules = BTreeMap<Place, Vec<PolicyRule>>;

/// The merged rules of the operator and of all its controllers and tasks.
///
/// # Errors
/// Namespaces that are none; in a namespaced project, each declaration that only a `ClusterRole` could grant.
pub fn rules(project: &Project, report: &Report) -> Result<Rules, Vec<Problem>> {
    let (mut rules, mut problems) = (Rules::new(), Vec::new());
    let mut add = |scoped: &ScopedRule| {
        for place in places(project, scoped) {
            rules.entry(place).or_default().push(scoped.rule.clone());
        }
    };
    report.rules.iter().for_each(&mut add);
    for declarer in report.declarers() {
        for scoped in declarer.rules {
            if project.namespaced && is_only_clusterwide(scoped) {
                problems.push(needs_a_cluster_role(declarer, &scoped.rule));
                continue;
            }
            match &scoped.scope {
                Scope::Namespace(name) => match name.parse::<Namespace>() {
                    Ok(_) => add(scoped),
                    Err(problem) => problems.push(no_namespace(declarer, problem)),
                },
                _ => add(scoped),
            }
        }
    }
    if !problems.is_empty() {
        problems.dedup();
        return Err(problems);
    }
    Ok(rules
        .into_iter()
        .map(|(place, rules)| (place, rbac::normalize(rules)))
        .collect())
}

/// Where a rule is granted.
fn places(project: &Project, scoped: &ScopedRule) -> Vec<Place> {
    match &scoped.scope {
        _ if is_only_clusterwide(scoped) => vec![Place::Cluster],
        Scope::Everywhere => everywhere(project),
        Scope::Own => vec![Place::Own],
        Scope::Namespace(namespace) => vec![Place::Namespace(namespace.clone())],
    }
}

/// Where the objects are that the operator sees to, in order.
fn everywhere(project: &Project) -> Vec<Place> {
    let watched = project.watch_namespaces.iter();
    let mut watched: Vec<_> = watched.map(|it| Place::Namespace(it.to_string())).collect();
    watched.sort();
    match (project.namespaced, watched.is_empty()) {
        (false, _) => vec![Place::Cluster],
        (true, true) => vec![Place::Own],
        (true, false) => watched,
    }
}

fn is_only_clusterwide(scoped: &ScopedRule) -> bool {
    scoped.cluster_scoped || !scoped.rule.non_resource_urls.is_empty()
}

/// The namespaces that there are roles in, beside those of the operator's own.
pub fn namespaces(project: &Project, rules: &Rules) -> BTreeSet<String> {
    let named = |place: &Place| match place {
        Place::Namespace(namespace) => Some(namespace.clone()),
        _ => None,
    };
    let of_users = everywhere(project);
    rules.keys().chain(&of_users).filter_map(named).collect()
}

/// The operator's roles and bindings, the roles for its kinds' users, and the list of all of them.
///
/// `overlaid` says whether the user's overlay lists the transformers of `namespaces/`, so that there must be a list of
/// them even if it is empty.
pub fn files(project: &Project, rules: &Rules, crds: &[Crd], overlaid: bool) -> Files {
    let mut files = Files::new();
    if !rules.is_empty() {
        let documents = |one: fn(&Project, &Place, &[PolicyRule]) -> Value| {
            let texts = rules
                .iter()
                .map(|(place, rules)| text(&one(project, place, rules)));
            texts.collect::<Vec<_>>().join("---\n")
        };
        files.insert(RelPath::new("config/rbac/role.yaml"), documents(role));
        files.insert(
            RelPath::new("config/rbac/role_binding.yaml"),
            documents(|project, place, _| binding(project, place)),
        );
    }
    for crd in crds {
        for (audience, verbs) in AUDIENCES {
            let name = format!("{}_{audience}_role.yaml", name_of(project, crd, '_'));
            let places = everywhere(project);
            let roles = places
                .iter()
                .map(|place| text(&user_role(project, crd, audience, verbs, place)));
            files.insert(
                RelPath::new(format!("config/rbac/{name}")),
                roles.collect::<Vec<_>>().join("---\n"),
            );
        }
    }
    let own = files
        .keys()
        .filter_map(|path| path.as_str().strip_prefix(FOLDER));
    let scaffolded = scaffolded().map(str::to_owned);
    let listed: BTreeSet<String> = own.map(str::to_owned).chain(scaffolded).collect();
    let listed: Vec<String> = listed.into_iter().collect();
    files.insert(
        RelPath::new("config/rbac/kustomization.yaml"),
        kustomize::list(&listed),
    );
    let namespaces = namespaces(project, rules);
    if overlaid || !namespaces.is_empty() {
        files.extend(transformers(project, &namespaces, crds));
    }
    files
}

/// What comes from the scaffold, as it depends on nothing that the code says: the account, and the roles for metrics.
pub fn scaffolded() -> impl Iterator<Item = &'static str> {
    let owned = kopgen_templates::files()
        .iter()
        .filter(|template| template.class == Class::Owned);
    owned.filter_map(|template| template.path.strip_prefix(FOLDER))
}

const FOLDER: &str = "config/rbac/";

/// The roles for users that the scaffold of KubeBuilder has, too.
const AUDIENCES: [(&str, &[&str]); 3] = [
    ("admin", &["*"]),
    (
        "editor",
        &[
            "create", "delete", "get", "list", "patch", "update", "watch",
        ],
    ),
    ("viewer", &["get", "list", "watch"]),
];

fn no_namespace(declarer: Declarer<'_>, problem: NameProblem) -> Problem {
    Problem::new(format!(
        "`{}` is no namespace: it {}",
        problem.value, problem.rule
    ))
    .source(declarer.source.clone())
    .field(declarer.attribute)
    .help("name one, like `namespace = \"kube-system\"`")
}

fn needs_a_cluster_role(declarer: Declarer<'_>, rule: &PolicyRule) -> Problem {
    let about = [rule.resources.as_slice(), &rule.non_resource_urls].concat();
    let about: Vec<_> = about.iter().map(|it| format!("`{it}`")).collect();
    let message = format!(
        "{} ({}) needs a ClusterRole, which a namespaced project does not have",
        about.join(", "),
        rule.verbs.join(", "),
    );
    Problem::new(message)
        .source(declarer.source.clone())
        .field(declarer.attribute)
        .help("declare nothing that is cluster-scoped, or set `namespaced = false` in kopgen.toml")
}

fn role(project: &Project, place: &Place, rules: &[PolicyRule]) -> Value {
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": role_kind(place),
        "metadata": metadata(project, &named(ROLE, place), place),
        "rules": rules,
    })
}

fn binding(project: &Project, place: &Place) -> Value {
    let kind = role_kind(place);
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": format!("{kind}Binding"),
        "metadata": metadata(project, &named(BINDING, place), place),
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": named(ROLE, place) },
        "subjects": [{ "kind": "ServiceAccount", "name": ACCOUNT, "namespace": OWN_NAMESPACE }],
    })
}

fn user_role(project: &Project, crd: &Crd, audience: &str, verbs: &[&str], place: &Place) -> Value {
    let rule = |resource: String, verbs: &[&str]| json!({ "apiGroups": [crd.group()], "resources": [resource], "verbs": verbs });
    let mut rules = vec![rule(crd.plural().to_owned(), verbs)];
    if crd
        .versions()
        .iter()
        .any(|version| version.pointer("/subresources/status").is_some())
    {
        rules.push(rule(format!("{}/status", crd.plural()), &["get"]));
    }
    json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": role_kind(place),
        "metadata": metadata(project, &named(&user_role_name(project, crd, audience), place), place),
        "rules": rules,
    })
}

fn user_role_name(project: &Project, crd: &Crd, audience: &str) -> String {
    format!("{}-{audience}-role", name_of(project, crd, '-'))
}

fn role_kind(place: &Place) -> &'static str {
    match place {
        Place::Cluster => "ClusterRole",
        Place::Own | Place::Namespace(_) => "Role",
    }
}

fn transformers(project: &Project, namespaces: &BTreeSet<String>, crds: &[Crd]) -> Files {
    let everywhere = everywhere(project);
    let of_namespace = |namespace: &String| {
        let place = Place::Namespace(namespace.clone());
        let mut roles = vec![named(ROLE, &place)];
        if everywhere.contains(&place) {
            let audiences = AUDIENCES.map(|(audience, _)| audience);
            let names = crds
                .iter()
                .flat_map(|crd| audiences.map(|audience| user_role_name(project, crd, audience)));
            roles.extend(names.map(|name| named(&name, &place)));
        }
        kustomize::transformers(namespace, &roles, &named(BINDING, &place))
    };
    let mut files = Files::new();
    let mut names = Vec::new();
    for namespace in namespaces {
        // No namespace has a `_` in its name, so none takes the place of the list.
        let name = format!("{namespace}_roles.yaml");
        files.insert(
            RelPath::new(format!("config/rbac/namespaces/{name}")),
            of_namespace(namespace),
        );
        names.push(name);
    }
    files.insert(
        RelPath::new("config/rbac/namespaces/kustomization.yaml"),
        kustomize::list(&names),
    );
    files
}

/// A name for what belongs to a kind, unique in the project: `guestbook`, or `webapp_guestbook` among several groups.
fn name_of(project: &Project, crd: &Crd, separator: char) -> String {
    let kind = crd.kind().to_lowercase();
    match crd.group().parse() {
        Ok(group) if project.multigroup => {
            format!("{}{separator}{kind}", project.short_group(&group))
        }
        _ => kind,
    }
}

/// kustomize moves everything into one namespace, where two roles cannot have one name.
fn named(name: &str, place: &Place) -> String {
    match place {
        Place::Namespace(namespace) => format!("{name}-{namespace}"),
        Place::Cluster | Place::Own => name.to_owned(),
    }
}

fn metadata(project: &Project, name: &str, place: &Place) -> Value {
    let mut metadata = json!({
        "labels": { "app.kubernetes.io/managed-by": "kustomize", "app.kubernetes.io/name": project.name.as_str() },
        "name": name,
    });
    match place {
        Place::Cluster => {}
        Place::Own => metadata["namespace"] = OWN_NAMESPACE.into(),
        Place::Namespace(namespace) => metadata["namespace"] = namespace.as_str().into(),
    }
    metadata
}

fn text(object: &Value) -> String {
    yaml::to_string(object).expect("a role is plain data")
}
