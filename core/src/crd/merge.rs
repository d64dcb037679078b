use std::collections::BTreeMap;

use serde_json::Value;

use crate::report::KindReport;
use crate::{Problem, Source, names};

/// A whole CRD and the structs that its versions come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Crd {
    /// The `CustomResourceDefinition`.
    pub definition: Value,
    /// By version, the spec's struct.
    pub sources: BTreeMap<String, Source>,
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

/// Joins the versions of each group and plural into one CRD, with the versions in Kubernetes' order.
///
/// The CRDs come sorted by group and plural. Exactly one version is stored: the one that says so, or the only one.
pub fn merge(kinds: Vec<KindReport>) -> Result<Vec<Crd>, Vec<Problem>> {
    let mut by_resource = BTreeMap::<_, Vec<KindReport>>::new();
    for kind in kinds {
        let key = (
            text(&kind.crd, "/spec/group").to_owned(),
            text(&kind.crd, "/spec/names/plural").to_owned(),
        );
        by_resource.entry(key).or_default().push(kind);
    }
    let (mut crds, mut problems) = (Vec::new(), Vec::new());
    for versions in by_resource.into_values() {
        match merge_one(versions) {
            Ok(crd) => crds.push(crd),
            Err(found) => problems.extend(found),
        }
    }
    if problems.is_empty() {
        Ok(crds)
    } else {
        Err(problems)
    }
}

fn merge_one(mut kinds: Vec<KindReport>) -> Result<Crd, Vec<Problem>> {
    kinds.sort_by(|a, b| names::compare_versions(version(a), version(b)));
    let sources = kinds
        .iter()
        .map(|kind| (version(kind).to_owned(), kind.source.clone()))
        .collect();
    let versions: Vec<_> = kinds
        .iter()
        .map(|kind| kind.crd["spec"]["versions"][0].clone())
        .collect();
    let mut definition = kinds.swap_remove(0).crd;
    definition["spec"]["versions"] = versions.into();
    Ok(Crd {
        definition,
        sources,
    })
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
