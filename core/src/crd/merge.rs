use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::shell::{DANGLING, ORDER};
use crate::report::KindReport;
use crate::{Problem, Source, names};

/// A whole CRD and the structs that its versions come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Crd {
    /// The `CustomResourceDefinition`.
    pub definition: Value,
    /// By version, the spec's struct.
    pub sources: BTreeMap<String, Source>,
    /// By version, the paths of columns and scale that are known to lead nowhere: [`Shell::dangling`](super::Shell).
    pub dangling: BTreeMap<String, Vec<String>>,
}

impl From<Value> for Crd {
    /// A `CustomResourceDefinition` that comes from no Rust type.
    fn from(definition: Value) -> Self {
        Self {
            definition,
            sources: BTreeMap::new(),
            dangling: BTreeMap::new(),
        }
    }
}

impl Crd {
    /// `spec.group`.
    pub fn group(&self) -> &str {
        text(&self.definition, "/spec/group")
    }

    /// `spec.names.kind`.
    pub fn kind(&self) -> &str {
        text(&self.definition, "/spec/names/kind")
    }

    /// `spec.names.plural`.
    pub fn plural(&self) -> &str {
        text(&self.definition, "/spec/names/plural")
    }

    /// Whether its objects live in namespaces.
    pub fn namespaced(&self) -> bool {
        text(&self.definition, "/spec/scope") == "Namespaced"
    }

    /// The entries of `spec.versions`, the highest priority first.
    pub fn versions(&self) -> &[Value] {
        self.definition
            .pointer("/spec/versions")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The schema of a version.
    pub fn schema(&self, version: &str) -> Option<&Value> {
        self.versions()
            .iter()
            .find(|it| it["name"] == version)?
            .pointer("/schema/openAPIV3Schema")
    }
}

/// Joins the versions of each group and plural into one CRD, with the versions in Kubernetes' order, highest priority first.
///
/// The CRDs come sorted by group and plural.
///
/// # Errors
/// All of these at once, each naming the structs: versions that disagree in their kind, scope, names or the rest of the
/// shell; two structs of the same version; two kinds of a group that share a name or whose plurals differ; and a kind of
/// which not exactly one version is stored.
pub fn merge(kinds: Vec<KindReport>) -> Result<Vec<Crd>, Vec<Problem>> {
    let mut by_resource = BTreeMap::<_, Vec<KindReport>>::new();
    for kind in kinds {
        let name = |pointer| text(&kind.crd, pointer).to_owned();
        let resource = (name("/spec/group"), name("/spec/names/plural"));
        by_resource.entry(resource).or_default().push(kind);
    }
    let (mut crds, mut problems) = (Vec::new(), Vec::new());
    for mut versions in by_resource.into_values() {
        versions.sort_by(|a, b| names::compare_versions(version(a), version(b)));
        problems.extend(disagreements(&versions));
        problems.extend(storage_problem(&versions));
        if let Some(order) = order(&versions) {
            match in_order(versions, order) {
                Ok(ordered) => versions = ordered,
                Err(problem) => {
                    problems.push(*problem);
                    continue;
                }
            }
        }
        crds.push(join(versions));
    }
    problems.extend(shared_names(&crds));
    problems.extend(shared_list_kinds(&crds));
    if problems.is_empty() {
        Ok(crds)
    } else {
        Err(problems)
    }
}

fn join(kinds: Vec<KindReport>) -> Crd {
    let versions: Vec<_> = kinds
        .iter()
        .map(|kind| kind.crd["spec"]["versions"][0].clone())
        .collect();
    let mut definition = kinds[0].crd.clone();
    for other in &kinds[1..] {
        add_missing(&mut definition["metadata"], &other.crd["metadata"]);
        add_missing(&mut definition["spec"], &other.crd["spec"]);
    }
    definition["spec"]["versions"] = versions.into();
    if let Some(definition) = definition.as_object_mut() {
        definition.remove(ORDER);
        definition.remove(DANGLING);
    }
    let dangling = kinds.iter().filter_map(|kind| {
        let paths = kind.crd.get(DANGLING)?.as_array()?;
        let paths = paths.iter().filter_map(Value::as_str).map(str::to_owned);
        Some((version(kind).to_owned(), paths.collect()))
    });
    let dangling = dangling.collect();
    let sources = kinds
        .into_iter()
        .map(|kind| (version(&kind).to_owned(), kind.source))
        .collect();
    Crd {
        definition,
        sources,
        dangling,
    }
}

/// What a version says of the whole kind holds where the others are silent.
fn add_missing(to: &mut Value, from: &Value) {
    let (Value::Object(to), Value::Object(from)) = (to, from) else {
        return;
    };
    for (key, value) in from {
        to.entry(key).or_insert_with(|| value.clone());
    }
}

/// The order of the versions that `#[kind(versions(…))]` states, by the first that does.
fn order(kinds: &[KindReport]) -> Option<Vec<String>> {
    let names = kinds
        .iter()
        .find_map(|kind| kind.crd.get(ORDER)?.as_array())?;
    let names = names.iter().filter_map(Value::as_str).map(str::to_owned);
    Some(names.collect())
}

fn in_order(
    mut kinds: Vec<KindReport>,
    order: Vec<String>,
) -> Result<Vec<KindReport>, Box<Problem>> {
    let place = |kind: &KindReport| order.iter().position(|name| name == version(kind));
    let known = kinds.iter().filter(|kind| place(kind).is_some()).count();
    if known == kinds.len() && known == order.len() {
        kinds.sort_by_key(|kind| place(kind));
        return Ok(kinds);
    }
    let there: Vec<_> = kinds.iter().map(version).collect();
    let message = format!(
        "the order of the versions of `{}` names {}, but its versions are {}",
        text(&kinds[0].crd, "/spec/names/kind"),
        order.join(", "),
        there.join(", "),
    );
    let stating = kinds.iter().find(|kind| kind.crd.get(ORDER).is_some());
    let problem = Problem::new(message)
        .source(stating.unwrap_or(&kinds[0]).source.clone())
        .field("versions")
        .help("name every version in `#[kind(versions(…))]`, or remove it for Kubernetes' order");
    Err(Box::new(problem))
}

/// Where a version says something else of the whole kind than the first does.
fn disagreements(kinds: &[KindReport]) -> Vec<Problem> {
    let (first, others) = kinds.split_first().expect("a kind has a version");
    let mut problems = Vec::new();
    for (before, other) in kinds.iter().zip(others) {
        if version(before) == version(other) {
            let message = format!(
                "`{}` is defined twice, by {} too",
                described(other),
                before.source
            );
            let help = "give one of them another `version` or another `kind` in `#[kube(…)]`";
            problems.push(
                Problem::new(message)
                    .source(other.source.clone())
                    .field("version")
                    .help(help),
            );
        }
    }
    for other in others {
        for (pointer, attribute) in SHARED {
            let values =
                [first, other].map(|kind| kind.crd.pointer(pointer).unwrap_or(&Value::Null));
            let silent = MAY_BE_SILENT.contains(pointer) && values.contains(&&Value::Null);
            if values[0] != values[1] && !silent {
                let message = format!(
                    "the versions of `{}` disagree about {}: `{}` in {}, `{}` here",
                    text(&first.crd, "/spec/names/kind"),
                    pointer.trim_start_matches('/').replace('/', "."),
                    values[0],
                    first.source,
                    values[1],
                );
                let help = format!("write the same `{attribute}` in `#[kube(…)]` of each version");
                problems.push(
                    Problem::new(message)
                        .source(other.source.clone())
                        .field(*attribute)
                        .help(help),
                );
            }
        }
    }
    problems
}

/// What all versions of a kind share, and the attribute of `#[kube(…)]` that says it.
const SHARED: &[(&str, &str)] = &[
    ("/spec/names/kind", "kind"),
    ("/spec/names/singular", "singular"),
    ("/spec/names/shortNames", "shortname"),
    ("/spec/names/categories", "category"),
    ("/spec/scope", "namespaced"),
    ("/spec/conversion", "conversion"),
    ("/metadata/annotations", "annotation"),
    ("/metadata/labels", "label"),
];

/// What it is enough to say in one version.
const MAY_BE_SILENT: [&str; 3] = [
    "/spec/conversion",
    "/metadata/annotations",
    "/metadata/labels",
];

/// The API server keeps objects in one version, so exactly one has to be it.
fn storage_problem(kinds: &[KindReport]) -> Option<Problem> {
    let (stored, others): (Vec<_>, Vec<_>) = kinds
        .iter()
        .partition(|kind| kind.crd["spec"]["versions"][0]["storage"] == true);
    let list = |kinds: &[&KindReport]| {
        kinds
            .iter()
            .map(|kind| kind.source.to_string())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (message, at) = match (stored.as_slice(), others.as_slice()) {
        ([_], _) => return None,
        ([], others) => (
            format!(
                "no version of `{}` is stored: not one of {}",
                described(others[0]),
                list(others)
            ),
            others[0],
        ),
        (stored, _) => (
            format!(
                "several versions of `{}` are stored: {}",
                described(stored[0]),
                list(stored)
            ),
            stored[0],
        ),
    };
    let help = "write `storage = false` in `#[kube(…)]` of every version but one: objects are kept in that one";
    Some(
        Problem::new(message)
            .source(at.source.clone())
            .field("storage")
            .help(help),
    )
}

/// Within a group the API server tells kinds apart by each of their names, so none may have two meanings.
fn shared_names(crds: &[Crd]) -> Vec<Problem> {
    let mut known = BTreeMap::<(&str, String), &Crd>::new();
    let mut problems = Vec::new();
    for crd in crds {
        let names = &crd.definition["spec"]["names"];
        let short = names["shortNames"].as_array().into_iter().flatten();
        let words = [&names["kind"], &names["plural"], &names["singular"]]
            .into_iter()
            .chain(short);
        let words: BTreeSet<_> = words
            .filter_map(Value::as_str)
            .map(str::to_lowercase)
            .collect();
        for word in words {
            if let Some(other) = known.insert((crd.group(), word.clone()), crd) {
                let message = format!(
                    "`{word}` names both `{}` and `{}` in {}",
                    other.plural(),
                    crd.plural(),
                    crd.group()
                );
                let help =
                    "give each kind of a group its own kind, plural, singular and short names";
                let problem = Problem::new(message).field("names").help(help);
                problems.push(Problem {
                    source: crd.sources.values().next().cloned(),
                    ..problem
                });
            }
        }
    }
    problems
}

/// A kind that is called as the lists of another: the API server accepts the names of the first alone.
fn shared_list_kinds(crds: &[Crd]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for listed in crds {
        let list_kind = match text(&listed.definition, "/spec/names/listKind") {
            "" => format!("{}List", listed.kind()),
            name => name.to_owned(),
        };
        let same = |crd: &&Crd| crd.group() == listed.group() && crd.kind() == list_kind;
        for crd in crds.iter().filter(same) {
            let message = format!(
                "`{list_kind}` is a kind of {}, and what lists of `{}` are called: the API server serves one of the two",
                crd.group(),
                listed.kind()
            );
            let problem = Problem::new(message)
                .field("kind")
                .help("give the kind another name");
            problems.push(Problem {
                source: crd.sources.values().next().cloned(),
                ..problem
            });
        }
    }
    problems
}

/// Group, version and kind, as kubectl writes them.
fn described(kind: &KindReport) -> String {
    let [group, name] = ["/spec/group", "/spec/names/kind"].map(|pointer| text(&kind.crd, pointer));
    format!("{group}/{} {name}", version(kind))
}

fn version(kind: &KindReport) -> &str {
    text(&kind.crd, "/spec/versions/0/name")
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// `name kind version`, with `change` applied.
    fn kind(kind: &str, version: &str, change: Value) -> KindReport {
        let plural = format!("{}s", kind.to_lowercase());
        let mut crd = json!({
            "metadata": {"name": format!("{plural}.example.com")},
            "spec": {
                "group": "example.com",
                "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase()},
                "scope": "Namespaced",
                "versions": [{"name": version, "storage": false}],
            },
        });
        for (pointer, value) in change.as_object().into_iter().flatten() {
            *crd.pointer_mut(pointer).unwrap() = value.clone();
        }
        let source = Source {
            type_name: format!("{version}::{kind}Spec"),
            file: "lib.rs".into(),
            line: 1,
        };
        KindReport { source, crd }
    }

    fn stored() -> Value {
        json!({"/spec/versions/0/storage": true})
    }

    /// The field and the message of each problem.
    fn check(kinds: Vec<KindReport>, expected: &[(&str, &str)]) {
        let problems = merge(kinds).err().unwrap_or_default();
        let found: Vec<_> = problems
            .iter()
            .map(|it| (it.field.as_deref().unwrap(), it.message.as_str()))
            .collect();
        assert_eq!(found, expected);
        assert!(
            problems
                .iter()
                .all(|it| it.source.is_some() && it.help.is_some())
        );
    }

    #[test]
    fn versions_join_in_kubernetes_order() {
        let versions = ["v1beta1", "v2", "v1", "v2alpha1"];
        let kinds =
            versions.map(|it| kind("Foo", it, if it == "v1" { stored() } else { json!({}) }));
        let kinds: Vec<_> = kinds
            .into_iter()
            .chain([kind("Bar", "v1", stored())])
            .collect();
        let crds = merge(kinds.clone()).unwrap();
        assert_eq!(
            crds.iter().map(Crd::plural).collect::<Vec<_>>(),
            ["bars", "foos"]
        );
        let names: Vec<_> = crds[1]
            .versions()
            .iter()
            .map(|it| it["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, ["v2", "v1", "v1beta1", "v2alpha1"]);
        assert_eq!(crds[1].sources["v2"].type_name, "v2::FooSpec");
        let mut turned = kinds;
        turned.reverse();
        assert_eq!(merge(turned).unwrap(), crds, "whatever the order");
    }

    #[test]
    fn a_kind_is_not_called_as_the_lists_of_another() {
        check(
            vec![kind("Bar", "v1", stored()), kind("BarList", "v1", stored())],
            &[(
                "kind",
                "`BarList` is a kind of example.com, and what lists of `Bar` are called: the API server serves one of the two",
            )],
        );
    }

    #[test]
    fn versions_join_in_the_order_that_one_states() {
        let with = |version: &str, changes: Value| {
            let mut kind = kind(
                "Foo",
                version,
                if version == "v1" { stored() } else { json!({}) },
            );
            for (key, value) in changes.as_object().unwrap() {
                kind.crd[key] = value.clone();
            }
            kind
        };
        let order = json!({ORDER: ["v1alpha1", "v1"]});
        let crds = merge(vec![with("v1", order.clone()), with("v1alpha1", json!({}))]).unwrap();
        let names: Vec<_> = crds[0].versions().iter().map(|it| &it["name"]).collect();
        assert_eq!(names, ["v1alpha1", "v1"]);
        assert_eq!(crds[0].definition.get(ORDER), None);
        check(
            vec![with("v1", order), with("v2", json!({}))],
            &[(
                "versions",
                "the order of the versions of `Foo` names v1alpha1, v1, but its versions are v2, v1",
            )],
        );
    }

    #[test]
    fn what_one_version_says_of_the_crd_holds_for_all() {
        let mut old = kind("Foo", "v1", stored());
        old.crd["spec"]["conversion"] = json!({"strategy": "Webhook"});
        old.crd["metadata"]["annotations"] = json!({"a": "b"});
        let crds = merge(vec![kind("Foo", "v2", json!({})), old]).unwrap();
        assert_eq!(
            crds[0].definition["spec"]["conversion"]["strategy"],
            "Webhook"
        );
        assert_eq!(crds[0].definition["metadata"]["annotations"]["a"], "b");
    }

    #[test]
    fn exactly_one_version_is_stored() {
        check(vec![kind("Foo", "v1", stored())], &[]);
        check(
            vec![kind("Foo", "v1", stored()), kind("Foo", "v2", stored())],
            &[(
                "storage",
                "several versions of `example.com/v2 Foo` are stored: v2::FooSpec (lib.rs:1), v1::FooSpec (lib.rs:1)",
            )],
        );
        check(
            vec![kind("Foo", "v1", json!({}))],
            &[(
                "storage",
                "no version of `example.com/v1 Foo` is stored: not one of v1::FooSpec (lib.rs:1)",
            )],
        );
    }

    #[test]
    fn versions_agree_about_the_kind() {
        check(
            vec![
                kind("Foo", "v1", stored()),
                kind("Foo", "v2", json!({"/spec/scope": "Cluster"})),
            ],
            &[(
                "namespaced",
                "the versions of `Foo` disagree about spec.scope: `\"Cluster\"` in v2::FooSpec (lib.rs:1), `\"Namespaced\"` here",
            )],
        );
        check(
            vec![kind("Foo", "v1", stored()), kind("Foo", "v1", json!({}))],
            &[(
                "version",
                "`example.com/v1 Foo` is defined twice, by v1::FooSpec (lib.rs:1) too",
            )],
        );
    }

    #[test]
    fn kinds_of_a_group_have_names_of_their_own() {
        check(
            vec![
                kind("Foo", "v1", stored()),
                kind(
                    "Foo",
                    "v2",
                    json!({"/spec/names/plural": "fooz", "/spec/versions/0/storage": true}),
                ),
            ],
            &[("names", "`foo` names both `foos` and `fooz` in example.com")],
        );
    }
}
