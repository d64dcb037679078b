//! `config/samples`: objects that a newcomer applies first, so they must be ones that the API server takes.

use kopgen_core::crd::Crd;
use kopgen_core::{lint, yaml};
use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::workspace::Snapshot;

/// All that is wrong with the samples of the project's own kinds. Objects of other groups are not judged.
pub fn problems(snapshot: &Snapshot, crds: &[Crd]) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (path, _) in snapshot.files_below("config/samples") {
        if !matches!(path.extension(), Some("yaml" | "yml")) {
            continue;
        }
        let Some(text) = snapshot.text(path) else {
            problems.push(Diagnostic::new(format!("{path} is not UTF-8")));
            continue;
        };
        match yaml::documents(text) {
            Ok(samples) => {
                let found = samples.iter().flat_map(|sample| check(crds, sample));
                problems.extend(found.map(|problem| in_file(path.as_str(), problem)));
            }
            Err(error) => {
                problems.push(Diagnostic::new(format!("{path} is no YAML")).note(error.to_string()))
            }
        }
    }
    problems
}

fn check(crds: &[Crd], sample: &Value) -> Vec<Diagnostic> {
    let group = sample["apiVersion"]
        .as_str()
        .and_then(|it| it.split_once('/'))
        .map_or("", |(group, _)| group);
    let kind = sample["kind"].as_str().unwrap_or_default();
    let mut of_group = crds.iter().filter(|crd| crd.group() == group).peekable();
    if of_group.peek().is_none() {
        return Vec::new();
    }
    let kinds: Vec<&str> = of_group.clone().map(Crd::kind).collect();
    match of_group.find(|crd| crd.kind() == kind) {
        Some(crd) => lint::check_sample(crd, sample)
            .into_iter()
            .map(Diagnostic::from)
            .collect(),
        None => {
            let known = kinds.join("`, `");
            vec![
                Diagnostic::new(format!("the group {group} has no kind `{kind}`"))
                    .help(format!("it has `{known}`")),
            ]
        }
    }
}

fn in_file(path: &str, problem: Diagnostic) -> Diagnostic {
    Diagnostic {
        message: format!("{path}: {}", problem.message),
        ..problem
    }
}
