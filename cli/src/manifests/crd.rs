//! `config/crd`: one file for each CRD.

use kopgen_core::crd::{self, Crd};
use kopgen_core::report::KindReport;
use kopgen_core::{Problem, lint, yaml};
use serde_json::Value;

use super::Files;
use crate::plan::RelPath;

/// The CRDs of all kinds that the report names, and all that is wrong with them: versions of a kind that disagree, and what
/// the lints find; nothing is left to the API server to refuse.
pub fn crds(kinds: Vec<KindReport>) -> (Vec<Crd>, Vec<Problem>) {
    let broken: Vec<Problem> = kinds.iter().filter_map(broken).collect();
    if !broken.is_empty() {
        return (Vec::new(), broken);
    }
    match crd::merge(kinds) {
        Ok(crds) => {
            let problems = crds.iter().flat_map(lint::check).collect();
            (crds, problems)
        }
        Err(problems) => (Vec::new(), problems),
    }
}

/// Where a CRD lacks the outline that all that follows relies on: a program may report anything.
fn broken(kind: &KindReport) -> Option<Problem> {
    let is_object = |pointer: &&str| kind.crd.pointer(pointer).is_some_and(Value::is_object);
    let objects = ["", "/metadata", "/spec", "/spec/names", "/spec/versions/0"];
    let pointer = objects.into_iter().find(|it| !is_object(it)).or_else(|| {
        let name = "/spec/versions/0/name";
        let is_text = kind.crd.pointer(name).is_some_and(Value::is_string);
        (!is_text).then_some(name)
    })?;
    let problem = Problem::new("what is reported as a CRD is none")
        .source(kind.source.clone())
        .help("`kopgen-runtime` and kopgen must be of the same release: compare `kopgen version` with Cargo.lock");
    Some(match pointer {
        "" => problem,
        pointer => problem.field(pointer[1..].replace('/', ".")),
    })
}

/// In a namespaced project, what is wrong with the scopes of its kinds.
pub fn scope_problems(crds: &[Crd]) -> Vec<Problem> {
    let refused = |crd: &&Crd| !crd.namespaced();
    let problem = |crd: &Crd| {
        let message = format!(
            "`{}` is cluster-scoped, which no operator of a namespaced project may watch",
            crd.kind()
        );
        let help = "add `namespaced` to `#[kube(…)]`, or set `namespaced = false` in kopgen.toml";
        let problem = Problem::new(message).field("#[kube(…)]").help(help);
        match crd.sources.values().next() {
            Some(source) => problem.source(source.clone()),
            None => problem,
        }
    };
    crds.iter().filter(refused).map(problem).collect()
}

/// The CRDs' files and the list of them.
pub fn files(crds: &[Crd]) -> Files {
    let mut files = Files::new();
    let mut names = Vec::new();
    for crd in crds {
        let name = format!("bases/{}_{}.yaml", crd.group(), crd.plural());
        let text = yaml::to_string(&crd.definition).expect("a CRD is plain data");
        files.insert(RelPath::new(format!("config/crd/{name}")), text);
        names.push(name);
    }
    files.insert(
        RelPath::new("config/crd/kustomization.yaml"),
        super::kustomize::list(&names),
    );
    files
}
