//! What is wrong with a CRD, or with an object of it: found here, with the struct and the field, instead of by the API
//! server.
//!
//! The rules are those of `k8s.io/apiextensions-apiserver` 1.36. Left to the API server are whether CEL expressions compile, what they
//! cost but for the everyday case, and the values of string formats.

mod branches;
mod cost;
mod defaults;
mod doubtful;
mod json_path;
mod lists;
mod paths;
mod pattern;
mod shell;
mod structural;
mod validate;

use serde_json::Value;

pub use paths::dangling;
pub use pattern::rust_pattern;
pub use validate::validate;

use crate::crd::Crd;
use crate::report::ControllerReport;
use crate::{Problem, names};

/// All that the API server would refuse in a CRD, or would take although it cannot be meant: a column that points nowhere.
///
/// Every problem names the spec's struct of its version, and the field or the attribute of `#[kube(…)]`.
pub fn check(crd: &Crd) -> Vec<Problem> {
    let mut problems = shell::check(&crd.definition);
    for problem in &mut problems {
        problem.source = crd.sources.values().next().cloned();
    }
    for version in crd.versions() {
        let name = version["name"].as_str().unwrap_or_default();
        let schema = &version["schema"]["openAPIV3Schema"];
        let mut found = structural::check(schema, version["subresources"].get("status").is_some());
        // A schema that is none has no paths, and nothing can be checked against it.
        if found.is_empty() {
            found = defaults::check(schema);
            found.extend(cost::check(schema));
            let dangling = crd.dangling.get(name).map_or(&[][..], Vec::as_slice);
            found.extend(paths::check(version, dangling));
        }
        problems.extend(
            found
                .into_iter()
                .map(|problem| of_version(crd, name, problem)),
        );
    }
    problems
}

/// What the API server takes, and is most likely not meant or will be in the way.
///
/// That is a CRD too large for `kubectl apply` without `--server-side`, rules about fields that are not there, keywords that do not
/// belong to their type, formats that nobody checks, and columns that show one value of several.
pub fn warnings(crd: &Crd) -> Vec<Problem> {
    let mut problems = Vec::from_iter(shell::too_large(&crd.definition));
    for version in crd.versions() {
        let name = version["name"].as_str().unwrap_or_default();
        let mut found = doubtful::check(&version["schema"]["openAPIV3Schema"]);
        found.extend(paths::doubtful(version));
        problems.extend(
            found
                .into_iter()
                .map(|problem| of_version(crd, name, problem)),
        );
    }
    problems
}

/// What is wrong with the fields of controllers' kinds that name what they watch: `watches(Secret, index = "spec.secretName")`.
///
/// A kind that is not among `crds` is another project's, and its schema is not known.
pub fn check_indices(crds: &[Crd], controllers: &[ControllerReport]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for controller in controllers {
        let kind = &controller.kind;
        let crd = crds
            .iter()
            .find(|crd| crd.group() == kind.group && crd.kind() == kind.kind);
        let Some(schema) = crd.and_then(|crd| crd.schema(&kind.version)) else {
            continue;
        };
        let found = controller
            .indices
            .iter()
            .filter_map(|index| paths::check_index(schema, index));
        problems.extend(found.map(|problem| problem.source(controller.source.clone())));
    }
    problems
}

/// All that is wrong with an object against the CRD of its group: `config/samples/*.yaml`.
pub fn check_sample(crd: &Crd, sample: &Value) -> Vec<Problem> {
    let api_version = sample["apiVersion"].as_str().unwrap_or_default();
    let (_, version) = api_version.split_once('/').unwrap_or_default();
    let served = || {
        crd.versions()
            .iter()
            .filter(|it| it["served"] != false)
            .filter_map(|it| it["name"].as_str())
    };
    let Some(schema) = crd
        .schema(version)
        .filter(|_| served().any(|it| it == version))
    else {
        let problem = Problem::new(format!("`{}` is not served in `{api_version}`", crd.kind()))
            .field("apiVersion");
        let known: Vec<_> = served()
            .map(|version| format!("`{}/{version}`", crd.group()))
            .collect();
        return vec![problem.help(format!("write {}", known.join(" or ")))];
    };
    let mut problems = check_metadata(crd, &sample["metadata"]);
    problems.extend(validate::validate_object(sample, schema));
    problems
}

/// The name, which no schema tells of. A namespace is kustomize's to set.
fn check_metadata(crd: &Crd, metadata: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    if metadata["name"]
        .as_str()
        .or(metadata["generateName"].as_str())
        .is_none()
    {
        problems.push(
            Problem::new("has no name")
                .field("metadata.name")
                .help("every object has a `metadata.name`"),
        );
    }
    if !crd.namespaced() && metadata.get("namespace").is_some() {
        let message = format!(
            "a `{}` is in no namespace: the kind is cluster-scoped",
            crd.kind()
        );
        problems.push(
            Problem::new(message)
                .field("metadata.namespace")
                .help("leave it out"),
        );
    }
    problems
}

fn of_version(crd: &Crd, version: &str, problem: Problem) -> Problem {
    Problem {
        source: crd.sources.get(version).cloned(),
        ..problem
    }
}

/// `did you mean`, or what there is.
fn among<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match names::suggest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match known
            .map(|it| format!("`{it}`"))
            .collect::<Vec<_>>()
            .join(", ")
        {
            none if none.is_empty() => "it has no fields".into(),
            list => format!("it has {list}"),
        },
    }
}

/// `spec` and `replicas` give `spec.replicas`; a key that is no plain word is put in brackets.
fn below(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || "_-$".contains(c));
    match (path.is_empty(), plain) {
        (true, true) => key.to_owned(),
        (false, true) => format!("{path}.{key}"),
        (_, false) => format!("{path}['{key}']"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::Source;

    fn crd() -> Crd {
        let source = |version: &str| Source {
            type_name: format!("{version}::FooSpec"),
            file: "lib.rs".into(),
            line: 1,
        };
        let version = |name: &str, served: bool| {
            let schema = json!({"type": "object", "properties": {"metadata": {"type": "object"}, "spec": {"type": "object", "properties": {
                "replicas": {"type": "integer", "minimum": 1},
            }}}});
            json!({"name": name, "served": served, "schema": {"openAPIV3Schema": schema}})
        };
        Crd {
            definition: json!({
                "metadata": {"name": "foos.example.com"},
                "spec": {
                    "group": "example.com",
                    "names": {"kind": "Foo", "plural": "foos", "singular": "foo"},
                    "scope": "Cluster",
                    "versions": [version("v2", true), version("v1", false)],
                },
            }),
            dangling: Default::default(),
            sources: ["v1", "v2"].map(|it| (it.to_owned(), source(it))).into(),
        }
    }

    #[test]
    fn a_problem_names_the_struct_of_its_version() {
        assert_eq!(check(&crd()), []);
        let mut crd = crd();
        crd.definition["spec"]["names"]["plural"] = "Foos".into();
        crd.definition["spec"]["versions"][0]["additionalPrinterColumns"] =
            json!([{"name": "A", "type": "string", "jsonPath": ".spec.replcas"}]);
        let schema = &mut crd.definition["spec"]["versions"][1]["schema"]["openAPIV3Schema"];
        schema["properties"]["spec"]["properties"]["replicas"] = json!({});
        let found: Vec<_> = check(&crd)
            .into_iter()
            .map(|it| (it.source.unwrap().type_name, it.field.unwrap()))
            .collect();
        let expected = [
            ("v1::FooSpec", "plural"),
            ("v2::FooSpec", "printcolumn \"A\""),
            ("v1::FooSpec", "spec.replicas"),
        ];
        assert_eq!(found, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn kubernetes_own_groups_need_an_approval() {
        let mut crd = crd();
        crd.definition["spec"]["group"] = "gateway.networking.k8s.io".into();
        assert_eq!(check(&crd)[0].field.as_deref(), Some("group"));
        crd.definition["metadata"]["annotations"] =
            json!({"api-approved.kubernetes.io": "https://example.com/review"});
        assert_eq!(check(&crd), []);
        crd.definition["spec"]["group"] = "apps".into();
        assert_eq!(check(&crd).len(), 1);
    }

    #[test]
    fn what_kubectl_cannot_keep_is_worth_a_warning() {
        let mut crd = crd();
        assert_eq!(warnings(&crd), []);
        crd.definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["description"] =
            "x".repeat(262_144).into();
        let found = warnings(&crd);
        assert!(
            found[0]
                .message
                .contains("no more than 262144 in an annotation"),
            "{}",
            found[0]
        );
        assert_eq!(found.len(), 1);
        assert_eq!(check(&crd), []);
    }

    #[test]
    fn samples_are_objects_of_a_served_version() {
        let crd = crd();
        let check = |sample: Value, expected: &[&str]| {
            let found: Vec<_> = check_sample(&crd, &sample)
                .iter()
                .map(Problem::to_string)
                .collect();
            assert_eq!(found, expected);
        };
        let sample = |version: &str, metadata: Value, replicas: i32| json!({"apiVersion": version, "kind": "Foo", "metadata": metadata, "spec": {"replicas": replicas}});
        let named = || json!({"name": "a", "labels": {"b": "c"}});
        check(sample("example.com/v2", named(), 1), &[]);
        check(
            sample("example.com/v2", json!({"generateName": "a-"}), 0),
            &["`spec.replicas`: 0 is less than 1"],
        );
        let help = "\n  help: write `example.com/v2`";
        check(
            sample("example.com/v1", named(), 1),
            &[&format!(
                "`apiVersion`: `Foo` is not served in `example.com/v1`{help}"
            )],
        );
        check(
            sample("v2", named(), 1),
            &[&format!("`apiVersion`: `Foo` is not served in `v2`{help}")],
        );
        check(
            sample("example.com/v2", json!({"namespace": "x"}), 1),
            &[
                "`metadata.name`: has no name\n  help: every object has a `metadata.name`",
                "`metadata.namespace`: a `Foo` is in no namespace: the kind is cluster-scoped\n  help: leave it out",
            ],
        );
    }

    #[test]
    fn sources_may_be_unknown() {
        let mut crd = crd();
        crd.sources = BTreeMap::new();
        crd.definition["spec"]["names"]["plural"] = "Foos".into();
        assert_eq!(check(&crd)[0].source, None);
    }
}
