//! CRDs that the user names on the command line, in files of YAML or JSON or on standard input.

use std::io::Read;
use std::path::Path;

use kopgen_core::yaml;
use serde_json::Value;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// A text, and what messages call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The path of the file as the user wrote it, or `standard input`.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// The documents of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    /// The CRDs of `apiextensions.k8s.io/v1`, as they are written.
    pub crds: Vec<Value>,
    /// Kind and name of each document that is no CRD.
    pub others: Vec<String>,
}

/// The text of a file; of standard input where `from` is `-`; of every `.yaml`, `.yml` and `.json` below a folder.
///
/// # Errors
///
/// Everything that cannot be read.
pub fn texts(from: &str) -> Result<Vec<Text>> {
    let path = Path::new(from);
    if from == "-" || !path.is_dir() {
        return Ok(vec![text(from)?]);
    }
    let mut texts = Vec::new();
    let mut problems = Vec::new();
    for entry in WalkDir::new(path).sort_by_file_name() {
        let read = match entry {
            Ok(entry) if entry.file_type().is_file() && is_yaml(entry.path()) => file(entry.path()),
            Ok(_) => continue,
            Err(error) => Err(Diagnostic::new(format!("cannot read {from}: {error}"))),
        };
        match read {
            Ok(text) => texts.push(text),
            Err(problem) => problems.push(problem),
        }
    }
    Diagnostics::barrier(problems)?;
    Ok(texts)
}

/// The text of a file, or of standard input where `from` is `-`.
///
/// # Errors
///
/// It cannot be read, is no text, or is far too large for CRDs.
pub fn text(from: &str) -> Result<Text, Diagnostic> {
    if from == "-" {
        let problem = |error| Diagnostic::new(format!("cannot read standard input: {error}"));
        return bounded(name_of(from), std::io::stdin(), problem);
    }
    file(Path::new(from)).map_err(|problem| match from.contains("://") {
        true => problem.help("kopgen reads no URL: give `-`, and the text by standard input, as `curl --fail --location` prints it"),
        false => problem,
    })
}

/// What messages call a file, a folder or standard input.
pub fn name_of(from: &str) -> String {
    match from {
        "-" => "standard input".to_owned(),
        path => path.to_owned(),
    }
}

impl Documents {
    /// Reads the documents of a text that messages call `name`; the items of a list, such as `kubectl get` prints it, are
    /// documents too.
    ///
    /// # Errors
    ///
    /// It is no YAML, or has CRDs of another version than `apiextensions.k8s.io/v1`, all of which are named.
    pub fn of(text: &str, name: &str) -> Result<Self> {
        let documents = yaml::documents(text).map_err(|error| {
            let error = error.to_string();
            // What the parser's caller could set, the user cannot.
            let error = error.replace(", set DuplicateKeyPolicy in Options if acceptable", "");
            Diagnostic::new(format!("{name} is no YAML that kopgen reads"))
                .note(error.trim_start_matches("error: ").to_owned())
        })?;
        let mut found = Self::default();
        let mut problems = Vec::new();
        for document in documents.into_iter().flat_map(items) {
            let (kind, called) = (at(&document, "/kind"), self::name(&document));
            let api_version = at(&document, "/apiVersion");
            match (kind, api_version) {
                (CRD, "apiextensions.k8s.io/v1") => found.crds.push(document),
                (CRD, _) => problems.push(other_version(called, api_version, name)),
                ("", _) => found.others.push("a document without a kind".to_owned()),
                (_, _) => found
                    .others
                    .push(format!("{kind} {called}").trim().to_owned()),
            }
        }
        Diagnostics::barrier(problems)?;
        Ok(found)
    }
}

/// The name of a CRD that was read; empty where it has none.
pub fn name(crd: &Value) -> &str {
    at(crd, "/metadata/name")
}

const CRD: &str = "CustomResourceDefinition";

/// The way out where there is none.
pub const WHAT_IS_A_CRD: &str = "a CRD is a document with `kind: CustomResourceDefinition`";

/// The largest text that is read, in bytes. etcd takes objects of 1.5 MB; bundles hold dozens.
const LARGEST: u64 = 64 << 20;

fn file(path: &Path) -> Result<Text, Diagnostic> {
    let problem = |error| Diagnostic::io("cannot read", path, &error);
    let file = std::fs::File::open(path).map_err(problem)?;
    bounded(path.display().to_string(), file, problem)
}

fn bounded(
    name: String,
    from: impl Read,
    problem: impl FnOnce(std::io::Error) -> Diagnostic,
) -> Result<Text, Diagnostic> {
    let mut bytes = Vec::new();
    if let Err(error) = from.take(LARGEST + 1).read_to_end(&mut bytes) {
        return Err(problem(error));
    }
    if bytes.len() as u64 > LARGEST {
        return Err(Diagnostic::new(format!(
            "{name} is larger than {} MiB, and a CRD is at most 1.5 MB",
            LARGEST >> 20
        ))
        .help("give a file that has the CRDs alone"));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(Diagnostic::new(format!("{name} is not UTF-8"))
            .help("YAML and JSON are: convert the file, or leave it out"));
    };
    Ok(Text { name, text })
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|it| ["yaml", "yml", "json"].iter().any(|known| it == *known))
}

/// The items of a list, or the document itself.
fn items(mut document: Value) -> Vec<Value> {
    let is_list = at(&document, "/kind").ends_with("List");
    match document.get_mut("items") {
        Some(Value::Array(items)) if is_list => std::mem::take(items),
        _ => vec![document],
    }
}

fn other_version(called: &str, api_version: &str, name: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "the CRD `{called}` in {name} is of `{api_version}`, and kopgen reads `apiextensions.k8s.io/v1`"
    ))
    .note("Kubernetes 1.22 and newer know no other version")
    .help("take the CRD of a newer release, or read it back from a cluster that converts it: `kubectl get crd -o yaml`")
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documents(text: &str) -> Result<Documents> {
        Documents::of(text, "some.yaml")
    }

    fn crd(name: &str) -> String {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {name}\n"
        )
    }

    #[test]
    fn what_is_no_crd_is_named() {
        let text = format!(
            "{}---\nkind: Service\nmetadata: {{name: web}}\n---\njust text\n",
            crd("walls.example.com")
        );
        let found = documents(&text).unwrap();
        let names: Vec<_> = found.crds.iter().map(super::name).collect();
        assert_eq!(names, ["walls.example.com"]);
        assert_eq!(found.others, ["Service web", "a document without a kind"]);
    }

    #[test]
    fn a_list_is_its_items() {
        let text = "kind: List\nitems:\n- {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: a}}\n- {kind: Pod}\n";
        let found = documents(text).unwrap();
        assert_eq!(
            (found.crds.len(), found.others),
            (1, vec!["Pod".to_owned()])
        );
    }

    #[test]
    fn what_cannot_be_read_says_which_and_why() {
        let old = crd("old.example.com").replace("/v1\n", "/v1beta1\n");
        let problems = documents(&format!("{old}---\n{old}")).unwrap_err();
        assert_eq!(problems.len(), 2);
        assert_eq!(
            problems[0].message,
            "the CRD `old.example.com` in some.yaml is of `apiextensions.k8s.io/v1beta1`, and kopgen reads `apiextensions.k8s.io/v1`"
        );
        let problem = &documents("a: 1\n---\nb: {\n").unwrap_err()[0];
        assert_eq!(problem.message, "some.yaml is no YAML that kopgen reads");
        assert!(problem.notes[0].starts_with("line 3 "), "{problem}");
    }

    #[test]
    fn a_folder_is_every_file_of_yaml_or_json_below_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("more")).unwrap();
        for file in ["b.yaml", "more/a.json", "README.md", "c.yml"] {
            std::fs::write(folder.path().join(file), file).unwrap();
        }
        let found = texts(folder.path().to_str().unwrap()).unwrap();
        let found: Vec<_> = found.iter().map(|it| it.text.as_str()).collect();
        assert_eq!(found, ["b.yaml", "c.yml", "more/a.json"]);
    }
}
