//! `kopgen init` in folders of cargo workspaces, judged by cargo: where a project would break the workspace around it or be
//! broken by it, it is refused, and nowhere else.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it needs"
)]

mod common;
#[path = "common/project.rs"]
mod project;

use std::fs;
use std::path::Path;

use common::as_a_user;
use project::{Project, assert_untouched, copy, kopgen, tree};
use tempfile::TempDir;

const INIT: &str = "--project-name shop --domain example.com --kopgen-source release";

/// A workspace with a crate `crates/own`, and what else its `[workspace]` says.
fn workspace(says: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("crates/own");
    fs::create_dir_all(own.join("src")).unwrap();
    fs::create_dir(folder.path().join("tools")).unwrap();
    fs::write(own.join("src/lib.rs"), "").unwrap();
    let package = "[package]\nname = \"own\"\nedition = \"2024\"\n";
    fs::write(own.join("Cargo.toml"), package).unwrap();
    let manifest = format!("[workspace]\nresolver = \"3\"\n{says}\n");
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    folder
}

/// Whether cargo understands the workspace that a folder is in.
fn is_sound(folder: &Path) -> bool {
    metadata(folder).status.success()
}

fn metadata(folder: &Path) -> std::process::Output {
    let mut cargo = as_a_user("cargo");
    cargo.args(["metadata", "--no-deps", "--offline", "--format-version=1"]);
    cargo.current_dir(folder).output().unwrap()
}

#[test]
fn a_project_is_refused_exactly_where_cargo_would_build_neither() {
    let made = Project::new();
    for (says, folder) in [
        ("members = [\"crates/*\"]", "shop"),
        ("members = [\"crates/*\"]", "crates/shop"),
        ("members = [\"crates/own\", \"s*p\"]", "shop"),
        ("members = [\"crates/own\", \"./tools/?hop\"]", "tools/shop"),
        ("members = [\"crates/own\", \"[a-z]hop\"]", "shop"),
        ("members = [\"crates/own\", \"**/shop\"]", "tools/shop"),
        ("members = [\"crates/own\", \"shop/api\"]", "shop"),
        ("members = [\"crates/own\", \"shop/*r\"]", "shop"),
        (
            "members = [\"crates/*\"]\nexclude = [\"crates/shop\"]",
            "crates/shop",
        ),
        (
            "members = [\"crates/*\"]\nexclude = [\"crates\"]",
            "crates/shop",
        ),
        (
            "members = [\"crates/own\", \"tools/*\"]\nexclude = [\"tools\"]",
            "tools/shop",
        ),
        (
            "members = [\"crates/own\", \"s*\"]\nexclude = [\"sho\"]",
            "shop",
        ),
    ] {
        let outer = workspace(says);
        let project = outer.path().join(folder);
        copy(&made.root, &project);
        let sound = is_sound(outer.path()) && is_sound(&project);
        fs::remove_dir_all(&project).unwrap();

        let before = tree(outer.path());
        let said = kopgen(outer.path(), &format!("init {folder} {INIT}"));
        if sound {
            let said = said.succeeds();
            let is_excluded = says.contains("exclude");
            assert_eq!(
                said.stderr.contains("`exclude = ["),
                !is_excluded,
                "{}",
                said.stderr
            );
            continue;
        }
        let way_out = format!("`exclude = [\"{folder}\"]`");
        said.refuses(&["would be a member of the cargo workspace", &way_out]);
        assert_untouched(outer.path(), &before);
        let excluding = says.lines().next().unwrap();
        let manifest =
            format!("[workspace]\nresolver = \"3\"\n{excluding}\nexclude = [\"{folder}\"]\n");
        fs::write(outer.path().join("Cargo.toml"), manifest).unwrap();
        let again = kopgen(outer.path(), &format!("init {folder} {INIT}"));
        if excluding.contains("shop/api") {
            // Cargo takes in what is named, whatever is excluded.
            again.refuses(&["`shop/api`"]);
            continue;
        }
        again.succeeds();
        assert!(is_sound(outer.path()) && is_sound(&project), "{says}");
    }
}

#[test]
fn a_project_joins_the_workspace_in_whose_folder_it_is_made() {
    let outer = workspace("members = [\"crates/*\"]");
    kopgen(outer.path(), &format!("init . --force {INIT}")).succeeds();
    assert_eq!(packages(outer.path()), ["own", "shop-api", "shop-operator"]);
}

/// Cargo asks each folder that a pattern matches for its manifest.
#[test]
fn a_workspace_that_would_take_in_other_folders_is_not_joined() {
    let outer = workspace("members = [\"crates/own\", \"*\"]\nexclude = [\"crates\"]");
    fs::remove_dir(outer.path().join("tools")).unwrap();
    assert_eq!(packages(outer.path()), ["own"]);
    let before = tree(outer.path());
    let said = kopgen(outer.path(), &format!("init . --force {INIT}"));
    let way_out = "exclude = [\".cargo\", \".github\", \"config\", \"hack\", \"target\"]";
    said.refuses(&["that are no crates: .cargo, .github", way_out]);
    assert_untouched(outer.path(), &before);

    let manifest = outer.path().join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let excluding = way_out.replace("= [", "= [\"crates\", ");
    fs::write(
        &manifest,
        text.replace("exclude = [\"crates\"]", &excluding),
    )
    .unwrap();
    kopgen(outer.path(), &format!("init . --force {INIT}")).succeeds();
    fs::create_dir(outer.path().join("target")).unwrap();
    assert_eq!(packages(outer.path()), ["own", "shop-api", "shop-operator"]);
}

/// The packages of a workspace, by cargo.
fn packages(folder: &Path) -> Vec<String> {
    let output = metadata(folder);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let names = packages.map(|it| it["name"].as_str().unwrap().to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// A package above that is no workspace has nothing to do with it.
#[test]
fn a_project_may_lie_in_a_package() {
    let outer = tempfile::tempdir().unwrap();
    fs::create_dir(outer.path().join("src")).unwrap();
    fs::write(outer.path().join("src/lib.rs"), "").unwrap();
    let package = "[package]\nname = \"outer\"\nedition = \"2024\"\n";
    fs::write(outer.path().join("Cargo.toml"), package).unwrap();
    let said = kopgen(outer.path(), &format!("init shop {INIT}")).succeeds();
    assert!(!said.stderr.contains("exclude"), "{}", said.stderr);
    assert!(is_sound(outer.path()) && is_sound(&outer.path().join("shop")));
}
