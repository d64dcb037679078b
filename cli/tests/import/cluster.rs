//! What a real API server says of CRDs.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use kopgen_envtest::TestEnv;
use serde_json::Value;

/// CRDs as files for kubectl: those that it can apply as usual, and those that it can apply on the server's side alone.
pub struct Files {
    folder: tempfile::TempDir,
}

/// What an annotation has room for, and so `kubectl apply` for the object that it keeps in one.
const ANNOTATION: usize = 262_144;

impl Files {
    /// Writes these texts, in the place that the size of the CRD says: it has one, whoever has written it.
    pub fn new(crds: impl Iterator<Item = (String, usize)>) -> Self {
        let folder = tempfile::tempdir().expect("there is a folder for what is temporary");
        for place in ["usual", "large"] {
            fs::create_dir(folder.path().join(place)).expect("the folder is new");
        }
        for (at, (text, size)) in crds.enumerate() {
            let place = if size < ANNOTATION { "usual" } else { "large" };
            let path = folder.path().join(place).join(format!("{at}.yaml"));
            fs::write(path, text).expect("the file can be written");
        }
        Self { folder }
    }

    /// `kubectl apply`, with more flags.
    pub fn apply(&self, env: &TestEnv, flags: &str) {
        for (place, server_side) in [("usual", ""), ("large", "--server-side")] {
            let folder = self.folder.path().join(place);
            if fs::read_dir(&folder).is_ok_and(|mut it| it.next().is_some()) {
                kubectl(env, &format!("apply {server_side} {flags} -f ."), &folder);
            }
        }
    }
}

/// A CRD in the cluster.
#[derive(Debug, PartialEq)]
pub struct Stored {
    /// `metadata.generation`, which each change of the spec raises.
    pub generation: i64,
    /// `spec`
    pub spec: Value,
}

/// The CRDs in the cluster, by name.
pub fn stored(env: &TestEnv) -> BTreeMap<String, Stored> {
    let text = kubectl(env, "get crd -o json", Path::new("."));
    let list: Value = serde_json::from_str(&text).expect("kubectl prints JSON");
    let items = list["items"].as_array().expect("a list");
    let stored = items.iter().map(|item| {
        let name = item["metadata"]["name"].as_str().expect("a name");
        let stored = Stored {
            generation: item["metadata"]["generation"].as_i64().expect("it has one"),
            spec: item["spec"].clone(),
        };
        (name.to_owned(), stored)
    });
    stored.collect()
}

/// Waits until all CRDs are served.
pub fn wait(env: &TestEnv) {
    let words = "wait crd --all --for=condition=Established --timeout=120s";
    kubectl(env, words, Path::new("."));
}

fn kubectl(env: &TestEnv, words: &str, folder: &Path) -> String {
    let kubectl = env.kubectl().expect("the control plane comes with kubectl");
    let output = Command::new(kubectl)
        .arg("--kubeconfig")
        .arg(env.kubeconfig())
        .args(words.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("kubectl runs");
    let text = |bytes| String::from_utf8(bytes).expect("kubectl prints text");
    let stderr = text(output.stderr);
    assert!(output.status.success(), "kubectl {words}: {stderr}");
    text(output.stdout)
}
