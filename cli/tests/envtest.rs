//! `kopgen envtest` in a store of the test's own, with programs that are shell scripts.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test writes and prints as it likes"
)]
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

fn kopgen(home: &TempDir, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("kopgen")
        .unwrap()
        .arg("envtest")
        .args(arguments)
        .env("XDG_DATA_HOME", home.path())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn programs(folder: &Path) -> String {
    fs::create_dir(folder).unwrap();
    for (name, line) in [
        ("etcd", "etcd Version: 3.5.9"),
        ("kube-apiserver", "Kubernetes v1.30.1"),
    ] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\necho '{line}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn an_install_is_listed_found_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let mine = programs(&home.path().join("mine"));
    assert_eq!(
        kopgen(&home, &["list"]),
        (Some(0), String::new(), String::new())
    );
    assert_eq!(kopgen(&home, &["list", "-o", "json"]).1, "[]\n");

    // The folder holds another version than the default: which one is wanted has to be said.
    let (code, _, stderr) = kopgen(&home, &["install", "--from", &mine]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("mine holds Kubernetes 1.30.1, not 1.36.3\n"),
        "{stderr}"
    );

    let (code, path, _) = kopgen(&home, &["install", "1.30", "--from", &mine]);
    assert_eq!(code, Some(0));
    let path = path.trim_end();
    assert!(
        path.contains("/kubebuilder-envtest/k8s/1.30.1-linux-"),
        "{path}"
    );
    assert_eq!(kopgen(&home, &["path", "latest"]).1.trim_end(), path);
    let (_, list, _) = kopgen(&home, &["list"]);
    assert_eq!(list, format!("1.30.1    etcd kube-apiserver  {path}\n"));

    fs::write(Path::new(path).join("etcd"), "").unwrap();
    let (_, list, _) = kopgen(&home, &["list"]);
    assert_eq!(list, format!("1.30.1    broken: etcd is empty  {path}\n"));
    let (_, json, _) = kopgen(&home, &["list", "--output", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["problem"], "etcd is empty");

    let removed = format!("     Removed {path}\n");
    assert_eq!(
        kopgen(&home, &["remove", "1.30.1"]),
        (Some(0), String::new(), removed)
    );
    let (code, _, stderr) = kopgen(&home, &["remove", "1.30.1"]);
    assert_eq!(code, Some(1));
    assert!(
        stderr.contains("is not installed: see `kopgen envtest list`"),
        "{stderr}"
    );
}
