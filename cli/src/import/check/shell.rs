//! The types of what stands around the schemas of a CRD, as `CustomResourceDefinition` of `apiextensions/v1` has them.

use kopgen_core::crd::Crd;
use serde_json::Value;

use crate::diagnostic::Diagnostic;

/// Every value that is missing, or of another type.
pub fn check(crd: &Crd) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let mut check = |of: &Value, parent: &str, fields: &[(&str, Is, bool)]| {
        for (pointer, is, required) in fields {
            let value = of.pointer(pointer).filter(|it| !it.is_null());
            let path = format!("{parent}{}", pointer.replace('/', "."));
            match value {
                None if *required => problems.push(missing(&path)),
                Some(value) if !is.met_by(value) => problems.push(Diagnostic::new(format!(
                    "`{path}` is {value}, and must be {is}"
                ))),
                _ => {}
            }
        }
    };
    check(&crd.definition["spec"], "spec", OF_ALL);
    for (at, version) in crd.versions().iter().enumerate() {
        check(version, &format!("spec.versions[{at}]"), OF_A_VERSION);
    }
    problems
}

fn missing(path: &str) -> Diagnostic {
    let help = "what lacks it is cut off, or a patch: give the whole CRD, as `kubectl kustomize` prints it";
    Diagnostic::new(format!("`{path}` is missing, and every CRD has one")).help(help)
}

/// By JSON pointer, and whether it must be there.
const OF_ALL: &[(&str, Is, bool)] = &[
    ("/group", Is::Text, true),
    ("/scope", Is::OneOf(&["Namespaced", "Cluster"]), true),
    ("/names/kind", Is::Text, true),
    ("/names/plural", Is::Text, true),
    ("/names/singular", Is::Text, false),
    ("/names/listKind", Is::Text, false),
    ("/names/shortNames", Is::Texts, false),
    ("/names/categories", Is::Texts, false),
    (
        "/conversion/strategy",
        Is::OneOf(&["None", "Webhook"]),
        false,
    ),
    // Objects would keep fields that no schema names, and the types do not.
    ("/preserveUnknownFields", Is::False, false),
];

const OF_A_VERSION: &[(&str, Is, bool)] = &[
    ("/name", Is::Text, true),
    // An absent field is read as false.
    ("/served", Is::Truth, false),
    ("/storage", Is::Truth, false),
    ("/deprecated", Is::Truth, false),
    ("/deprecationWarning", Is::Text, false),
    ("/additionalPrinterColumns", Is::Objects, false),
    ("/selectableFields", Is::Objects, false),
    ("/subresources", Is::Object, false),
];

/// What a value must be.
#[derive(Clone, Copy)]
enum Is {
    Text,
    Texts,
    OneOf(&'static [&'static str]),
    Truth,
    False,
    Object,
    Objects,
}

impl Is {
    fn met_by(self, value: &Value) -> bool {
        let all = |is: fn(&Value) -> bool| value.as_array().is_some_and(|it| it.iter().all(is));
        match self {
            Self::Text => value.is_string(),
            Self::Texts => all(Value::is_string),
            Self::OneOf(known) => value.as_str().is_some_and(|it| known.contains(&it)),
            Self::Truth => value.is_boolean(),
            Self::False => *value == false,
            Self::Object => value.is_object(),
            Self::Objects => all(Value::is_object),
        }
    }
}

impl std::fmt::Display for Is {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("a text"),
            Self::Texts => f.write_str("a list of texts"),
            Self::OneOf(known) => write!(f, "`{}`", known.join("` or `")),
            Self::Truth => f.write_str("`true` or `false`"),
            Self::False => f.write_str(
                "`false`: a schema keeps unknown fields by `x-kubernetes-preserve-unknown-fields: true`",
            ),
            Self::Object => f.write_str("an object"),
            Self::Objects => f.write_str("a list of objects"),
        }
    }
}
