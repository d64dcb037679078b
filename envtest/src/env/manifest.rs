//! Reading manifests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use kube::api::DynamicObject;
use serde_json::Value;

use crate::error::Doing;
use crate::{Error, Result};

/// An object, and where it was found.
pub(super) struct Manifest {
    pub object: DynamicObject,
    pub path: PathBuf,
}

/// The objects of a file, of a folder's files, or of the kustomization that a folder holds, which takes kubectl.
pub(super) fn read(path: &Path, kubectl: Option<&Path>) -> Result<Vec<Manifest>> {
    if !path.is_dir() {
        return read_file(path);
    }
    let files = files(path)?;
    if files.iter().any(|file| is_kustomization(file)) {
        return parse(&kustomize(path, kubectl)?, path);
    }
    let mut objects = Vec::new();
    for file in files.iter().filter(|file| is_manifest(file)) {
        objects.extend(read_file(file)?);
    }
    if objects.is_empty() {
        return Err(problem(path, "there are no manifests in this folder"));
    }
    Ok(objects)
}

/// A folder's files, sorted by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let doing = || format!("read {}", folder.display());
    let mut files = fs::read_dir(folder)
        .doing(doing)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<Vec<_>>>()
        .doing(doing)?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// The names that kustomize looks for.
fn is_kustomization(path: &Path) -> bool {
    path.file_name().is_some_and(|name| {
        name == "kustomization.yaml" || name == "kustomization.yml" || name == "Kustomization"
    })
}

/// The extensions that `kubectl apply -f` looks for.
fn is_manifest(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
}

fn kustomize(folder: &Path, kubectl: Option<&Path>) -> Result<String> {
    let Some(kubectl) = kubectl else {
        return Err(problem(
            folder,
            "this is a kustomization, and the assets have no kubectl to build it with",
        ));
    };
    let output = Command::new(kubectl)
        .arg("kustomize")
        .arg(folder)
        .output()
        .doing(|| format!("run {}", kubectl.display()))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(problem(
            folder,
            format!("kubectl kustomize: {}", text.trim()),
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn read_file(path: &Path) -> Result<Vec<Manifest>> {
    let text = fs::read_to_string(path).doing(|| format!("read {}", path.display()))?;
    parse(&text, path)
}

fn parse(text: &str, path: &Path) -> Result<Vec<Manifest>> {
    let options = serde_saphyr::options! {
        // These are the user's own files: no size of theirs is an attack.
        budget: None,
    };
    let documents: Vec<Value> = serde_saphyr::from_multiple_with_options(text, options)
        .map_err(|error| problem(path, error))?;
    let mut objects = Vec::new();
    for document in documents.into_iter().filter(|document| !document.is_null()) {
        collect(document, path, &mut objects)?;
    }
    Ok(objects)
}

/// Adds a document's object, or those of a `List`.
fn collect(mut document: Value, path: &Path, objects: &mut Vec<Manifest>) -> Result<()> {
    let kind = document["kind"].as_str().unwrap_or_default();
    if kind.ends_with("List")
        && let Some(items) = document.get_mut("items").and_then(Value::as_array_mut)
    {
        let mut items = std::mem::take(items).into_iter();
        return items.try_for_each(|item| collect(item, path, objects));
    }
    let object: DynamicObject =
        serde_json::from_value(document).map_err(|error| problem(path, error))?;
    if object.types.is_none() || object.metadata.name.is_none() {
        return Err(problem(
            path,
            "an object needs `apiVersion`, `kind` and `metadata.name`",
        ));
    }
    objects.push(Manifest {
        object,
        path: path.to_owned(),
    });
    Ok(())
}

fn problem(path: &Path, problem: impl ToString) -> Error {
    Error::Manifest {
        path: path.to_owned(),
        problem: problem.to_string(),
    }
}
