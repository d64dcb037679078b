use serde_json::{Map, Value, json};

/// What `#[kube(…)]` says of a kind beside its schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outline {
    /// `group`
    pub group: String,
    /// `version`
    pub version: String,
    /// `kind`
    pub kind: String,
    /// `plural`
    pub plural: String,
    /// `singular`; none for the kind in lower case.
    pub singular: Option<String>,
    /// `shortname`
    pub short_names: Vec<String>,
    /// `category`
    pub categories: Vec<String>,
    /// `annotation("key", "value")`
    pub annotations: Vec<(String, String)>,
    /// `label("key", "value")`
    pub labels: Vec<(String, String)>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// Whether it has a status, and so the subresource.
    pub status: bool,
    /// `scale(…)`, with the keys of `CustomResourceSubresourceScale`; without a status there is none.
    pub scale: Option<Map<String, Value>>,
    /// `printcolumn(…)`, with the keys of `CustomResourceColumnDefinition`.
    pub columns: Vec<Map<String, Value>>,
    /// `selectable`
    pub selectable: Vec<String>,
    /// Whether objects are stored in this version.
    pub storage: bool,
    /// Whether this version is served.
    pub served: bool,
    /// Whether this version is deprecated, and the warning where there is one.
    pub deprecated: Option<Option<String>>,
}

impl Outline {
    /// The `CustomResourceDefinition` without its schema, as `kube::CustomResourceExt::crd` has it; for
    /// [`with_schema`](super::with_schema).
    pub fn definition(&self) -> Value {
        let singular = self.singular.clone();
        let mut version = json!({
            "name": self.version,
            "served": self.served,
            "storage": self.storage,
            "additionalPrinterColumns": self.columns,
            "selectableFields": self.selectable.iter().map(|path| json!({"jsonPath": path})).collect::<Vec<_>>(),
        });
        if self.status {
            version["subresources"] = json!({"status": {}});
            if let Some(scale) = &self.scale {
                version["subresources"]["scale"] = scale.clone().into();
            }
        }
        if let Some(warning) = &self.deprecated {
            version["deprecated"] = true.into();
            version["deprecationWarning"] = warning.clone().into();
        }
        let mut metadata = json!({"name": format!("{}.{}", self.plural, self.group)});
        for (key, pairs) in [("annotations", &self.annotations), ("labels", &self.labels)] {
            for (name, value) in pairs {
                metadata[key][name] = value.as_str().into();
            }
        }
        json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": metadata,
            "spec": {
                "group": self.group,
                "names": {
                    "kind": self.kind,
                    "plural": self.plural,
                    "singular": singular.unwrap_or_else(|| self.kind.to_lowercase()),
                    "shortNames": self.short_names,
                    "categories": self.categories,
                },
                "scope": if self.namespaced { "Namespaced" } else { "Cluster" },
                "versions": [version],
            },
        })
    }
}
