//! The names of Kubernetes' own types: what has the fields of one is called as it, whatever field it stands at.
//!
//! `kubernetes.json` has the fields of each, and is made of k8s-openapi's schemas by the test below.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use crate::import::model::Field;

/// The name of the type that has just the fields of a struct. Where such names are common, one of its texts must say so, too.
pub fn name_of(fields: &[Field]) -> Option<&'static str> {
    let is_said = |(name, hash): (&String, &String)| {
        let field = fields.iter().find(|it| it.key == *name);
        let doc = field.and_then(|it| it.doc.as_deref()).unwrap_or_default();
        !hash.is_empty() && hash_of(doc) == *hash
    };
    let has_just_them = |known: &BTreeMap<String, String>| {
        known.len() == fields.len() && fields.iter().all(|it| known.contains_key(&it.key))
    };
    let mut fitting: Vec<_> = TYPES
        .iter()
        .filter(|(_, known)| has_just_them(known))
        .map(|(name, known)| {
            let said = known.iter().filter(|it| is_said(*it)).count();
            (said, name.as_str(), known)
        })
        .filter(|(said, _, known)| *said > 0 || known.values().all(String::is_empty))
        .collect();
    fitting.sort_unstable();
    match fitting.as_slice() {
        [.., (next, ..), (most, ..)] if next == most => None,
        [.., (_, name, _)] => Some(name),
        [] => None,
    }
}

/// The fields of each type by its name, and the hash of what is said of each where their names alone may be chance.
static TYPES: LazyLock<BTreeMap<String, BTreeMap<String, String>>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("kubernetes.json")).expect("the table is JSON")
});

/// The hash of a text's first sentence in lower case, which the versions of Kubernetes have left as it is; empty without one.
fn hash_of(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence = text.split_once(". ").map_or(text.as_str(), |(it, _)| it);
    let sentence = sentence.trim_end_matches('.').to_lowercase();
    if sentence.is_empty() {
        return sentence;
    }
    let hash = Sha256::digest(sentence);
    hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::import::extract;
    use crate::import::model::Body;
    use crate::import::words::words;
    use crate::project::core_types;

    /// What CRDs embed.
    const PACKAGES: [&str; 3] = [
        "io.k8s.api.autoscaling.v2.",
        "io.k8s.api.core.v1.",
        "io.k8s.apimachinery.pkg.apis.meta.v1.",
    ];

    /// `SNAPSHOTS=overwrite` writes it anew, for a newer k8s-openapi.
    #[test]
    fn the_table_is_what_k8s_openapi_has() {
        let schemas = core_types::schemas();
        let mut types = BTreeMap::new();
        for (name, schema) in &schemas {
            let mut packages = PACKAGES.iter();
            let Some(name) = packages.find_map(|it| name.strip_prefix(it)) else {
                continue;
            };
            // Objects of their own are not embedded, and every controller's conditions look alike.
            let fields = schema["properties"].as_object();
            let fields = fields.filter(|it| !it.contains_key("metadata"));
            if let Some(fields) = fields.filter(|_| !name.ends_with("Condition")) {
                types.insert(name, fields);
            }
        }
        let mut alike = HashMap::new();
        for fields in types.values() {
            *alike.entry(fields.keys().collect::<Vec<_>>()).or_insert(0) += 1;
        }
        let lines: Vec<_> = types
            .iter()
            .map(|(name, fields)| {
                let keys: Vec<_> = fields.keys().collect();
                let is_common = alike[&keys] > 1 || !is_distinctive(&keys);
                let text = |field: &Value| match field["description"].as_str() {
                    Some(text) if is_common => hash_of(text),
                    _ => String::new(),
                };
                let fields: BTreeMap<_, _> =
                    fields.iter().map(|(key, it)| (key, text(it))).collect();
                (name, is_common, fields)
            })
            // What has no texts can only be told by its names.
            .filter(|(_, is_common, fields)| {
                !is_common || fields.values().any(|hash| !hash.is_empty())
            })
            .map(|(name, _, fields)| format!("\"{name}\": {}", json!(fields)))
            .collect();
        let table = format!("{{\n{}\n}}\n", lines.join(",\n"));
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/import/naming/kubernetes.json"
        );
        snapbox::assert_data_eq!(table, snapbox::Data::read_from(Path::new(path), None).raw());
    }

    /// Whether nobody has fields of such names by chance.
    fn is_distinctive(keys: &[&String]) -> bool {
        let of_words = |least: usize| keys.iter().filter(move |it| words(it).len() >= least);
        of_words(3).count() > 0 || of_words(2).count() > 1
    }

    #[test]
    fn common_fields_need_a_text() {
        let name = |fields: Value| {
            let wanted = json!({"type": "object", "properties": fields});
            let (types, id) = extract::types(|it| it.root(wanted.as_object().unwrap()));
            match &types.get(id).body {
                Body::Struct { fields, .. } => name_of(fields),
                _ => None,
            }
        };
        let text = |text: &str| json!({"type": "string", "description": text});
        let selector = |key: &str, optional: &str| json!({"key": text(key), "name": text("Name of the referent."), "optional": text(optional)});
        for (fields, expected) in [
            (
                selector(
                    "The key of the secret to select\n  from.  It must be valid.",
                    "",
                ),
                Some("SecretKeySelector"),
            ),
            (
                selector(
                    "",
                    "Specify whether the ConfigMap or its key must be defined",
                ),
                Some("ConfigMapKeySelector"),
            ),
            (selector("What opens it.", ""), None),
            (json!({"name": text("Who it is.")}), None),
            (
                json!({"podAffinityTerm": text(""), "weight": text("")}),
                Some("WeightedPodAffinityTerm"),
            ),
        ] {
            assert_eq!(name(fields.clone()), expected, "{fields}");
        }
    }
}
