use serde_json::{Map, Value, json};

/// What `#[kind(…)]` says of a CRD beyond `#[kube(…)]`: the part around the schemas that kube has no attribute for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shell {
    /// The schema does not require `spec`.
    pub optional_spec: bool,
    /// Annotations of the CRD. Those of `#[kube(annotation(…))]` are stamped on objects as well.
    pub annotations: Vec<(String, String)>,
    /// Labels of the CRD. Those of `#[kube(label(…))]` are stamped on objects as well.
    pub labels: Vec<(String, String)>,
    /// All versions of the kind, in the order of the CRD; none for Kubernetes' order.
    pub versions: Vec<String>,
    /// The paths of columns and scale that lead nowhere, and are to stay: the API server takes them.
    pub dangling: Vec<String>,
    /// By JSON pointer into the CRD, in which this version is the only one: what is set, or removed with null. Objects on
    /// the way there are made.
    pub extend: Vec<(String, Value)>,
}

/// Where [`Shell::versions`] travels until [`merge`](super::merge()) sorts by it.
pub(super) const ORDER: &str = "x-kopgen-versions";
/// Where [`Shell::dangling`] does.
pub(super) const DANGLING: &str = "x-kopgen-dangling";

impl Shell {
    /// Puts it around the CRD of a version.
    pub fn apply(&self, crd: &mut Value) {
        const REQUIRED: &str = "/spec/versions/0/schema/openAPIV3Schema/required";
        if self.optional_spec
            && let Some(Value::Array(required)) = crd.pointer_mut(REQUIRED)
        {
            required.retain(|key| key != "spec");
            if required.is_empty() {
                set(crd, REQUIRED, Value::Null);
            }
        }
        for (key, pairs) in [("annotations", &self.annotations), ("labels", &self.labels)] {
            for (name, value) in pairs {
                crd["metadata"][key][name] = value.as_str().into();
            }
        }
        if !self.versions.is_empty() {
            crd[ORDER] = self.versions.clone().into();
        }
        if !self.dangling.is_empty() {
            crd[DANGLING] = self.dangling.clone().into();
        }
        for (pointer, value) in &self.extend {
            set(crd, pointer, value.clone());
        }
    }
}

/// Sets what a JSON pointer points at; null removes it.
fn set(root: &mut Value, pointer: &str, value: Value) {
    let Some((parents, last)) = pointer.rsplit_once('/') else {
        return;
    };
    let unescape = |key: &str| key.replace("~1", "/").replace("~0", "~");
    let mut at = root;
    for key in parents.split('/').skip(1) {
        let index = at.as_array().and_then(|list| {
            let index: usize = key.parse().ok()?;
            (index < list.len()).then_some(index)
        });
        at = match index {
            Some(index) => &mut at[index],
            None => &mut object(at)[&unescape(key)],
        };
    }
    let at = object(at);
    if value.is_null() {
        at.as_object_mut().map(|map| map.remove(&unescape(last)));
    } else {
        at[unescape(last)] = value;
    }
}

/// What is no object becomes one.
fn object(value: &mut Value) -> &mut Value {
    if !value.is_object() {
        *value = json!({});
    }
    value
}

/// The schemas of `apiVersion`, `kind` and `metadata`, as every generated CRD has them at its root.
pub fn properties_of_every_object() -> Map<String, Value> {
    Map::from_iter([
        (
            "apiVersion".to_owned(),
            json!({"type": "string", "description": API_VERSION}),
        ),
        (
            "kind".to_owned(),
            json!({"type": "string", "description": KIND}),
        ),
        ("metadata".to_owned(), json!({"type": "object"})),
    ])
}

/// The descriptions of `TypeMeta` in `k8s.io/apimachinery`.
const API_VERSION: &str = "APIVersion defines the versioned schema of this representation of an object.
Servers should convert recognized schemas to the latest internal value, and
may reject unrecognized values.
More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND: &str = "Kind is a string value representing the REST resource this object represents.
Servers may infer this from the endpoint the client submits requests to.
Cannot be updated.
In CamelCase.
More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shell: Shell, expected: Value) {
        let mut crd = json!({
            "metadata": {"name": "walls.example.com"},
            "spec": {"versions": [{"schema": {"openAPIV3Schema": {"required": ["spec"]}}}]},
        });
        shell.apply(&mut crd);
        assert_eq!(crd, expected);
    }

    #[test]
    fn a_shell_goes_around_a_version() {
        check(
            Shell {
                optional_spec: true,
                annotations: vec![("a.io/b".into(), "c".into())],
                versions: vec!["v1alpha1".into(), "v1".into()],
                ..Shell::default()
            },
            json!({
                "metadata": {"name": "walls.example.com", "annotations": {"a.io/b": "c"}},
                "spec": {"versions": [{"schema": {"openAPIV3Schema": {}}}]},
                ORDER: ["v1alpha1", "v1"],
            }),
        );
    }

    #[test]
    fn pointers_set_and_remove() {
        check(
            Shell {
                extend: vec![
                    ("/spec/versions/0/schema".into(), Value::Null),
                    ("/spec/versions/0/subresources/status".into(), json!({})),
                    ("/spec/conversion/a~1b".into(), json!("c")),
                ],
                ..Shell::default()
            },
            json!({
                "metadata": {"name": "walls.example.com"},
                "spec": {"versions": [{"subresources": {"status": {}}}], "conversion": {"a/b": "c"}},
            }),
        );
    }
}
