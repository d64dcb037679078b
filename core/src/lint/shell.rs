//! The CRD around its schemas.

use serde_json::Value;

use crate::Problem;
use crate::names::{Group, NameProblem, Plural, ShortName};

/// The names, as the API server checks them.
pub fn check(crd: &Value) -> Vec<Problem> {
    let text = |pointer: &str| {
        crd.pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let names = &crd["spec"]["names"];
    let approved = crd["metadata"]["annotations"]
        .get("api-approved.kubernetes.io")
        .is_some();
    let mut problems = Vec::new();
    let mut refused = |attribute: &str, result: Result<(), NameProblem>| {
        problems.extend(result.err().map(|problem| of_name(attribute, problem)));
    };
    refused(
        "group",
        text("/spec/group")
            .parse::<Group>()
            .and_then(|group| check_custom(&group, approved)),
    );
    refused(
        "plural",
        text("/spec/names/plural").parse::<Plural>().map(drop),
    );
    // The API server has one rule for all three.
    let mut labels = vec![("singular", "singular", &names["singular"])];
    for (attribute, what, key) in [
        ("shortname", "short name", "shortNames"),
        ("category", "category", "categories"),
    ] {
        let texts = names[key].as_array().into_iter().flatten();
        labels.extend(texts.map(|text| (attribute, what, text)));
    }
    for (attribute, what, text) in labels {
        let text = text.as_str().unwrap_or_default();
        let label = text.parse::<ShortName>();
        let problem = label.map_err(|problem| NameProblem { what, ..problem });
        refused(attribute, problem.map(drop));
    }
    problems.extend(kind_problem(text("/spec/names/kind")));
    let name = format!("{}.{}", text("/spec/names/plural"), text("/spec/group"));
    if name.len() > 253 {
        let problem = Problem::new(format!(
            "the CRD's name `{name}` is longer than 253 characters"
        ));
        problems.push(
            problem
                .field("group")
                .help("shorten the plural or the group"),
        );
    }
    problems
}

/// The API server takes a kind of which the lower case is a DNS-1035 label.
fn kind_problem(kind: &str) -> Option<Problem> {
    let problem = kind.to_lowercase().parse::<Plural>().err()?;
    let problem = Problem::new(format!(
        "`{kind}` is no kind: in lower case, it {}",
        problem.rule
    ));
    Some(
        problem
            .field("kind")
            .help("write it in PascalCase, like `Guestbook`"),
    )
}

/// The most that the annotations of an object may come to, in bytes: `kubectl apply` keeps a copy of the object there.
const ANNOTATIONS: usize = 256 * 1024;

/// A CRD that `kubectl apply` cannot keep in an annotation.
pub fn too_large(crd: &Value) -> Option<Problem> {
    const KEY: &str = "kubectl.kubernetes.io/last-applied-configuration";
    // kubectl ends the copy with a newline.
    let bytes = crd.to_string().len() + 1 + KEY.len();
    let name = crd["metadata"]["name"].as_str().unwrap_or_default();
    (bytes > ANNOTATIONS).then(|| {
        Problem::new(format!("`{name}` has {bytes} bytes: `kubectl apply` can keep no more than {ANNOTATIONS} in an annotation"))
            .help("apply it with `kubectl apply --server-side`, or shorten doc comments")
    })
}

/// A group of Kubernetes' own is open to an API whose review is linked.
fn check_custom(group: &Group, approved: bool) -> Result<(), NameProblem> {
    if approved && group.as_str().contains('.') {
        Ok(())
    } else {
        group.check_custom()
    }
}

fn of_name(attribute: &str, problem: NameProblem) -> Problem {
    let NameProblem {
        what,
        value,
        rule,
        suggestion,
    } = problem;
    let help = match suggestion {
        Some(suggestion) => format!("`{suggestion}` would do"),
        None => format!("write another `{attribute}` in `#[kube(…)]`"),
    };
    Problem::new(format!("`{value}` is no {what}: it {rule}"))
        .field(attribute)
        .help(help)
}
