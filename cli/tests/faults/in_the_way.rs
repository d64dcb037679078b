//! Links that lead out of the project, folders where files should be, and the other way round.

use std::fs;

use crate::APPLE;
#[cfg(unix)]
use crate::BANANA;
#[cfg(unix)]
use crate::project::tree;
use crate::project::{Project, assert_same_files, assert_untouched};

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leaves_the_project() {
    use std::os::unix::fs::symlink;

    for path in [
        "config",
        "api/src/v1",
        "operator/src/controllers",
        "operator/src/controllers/mod.rs",
        "config/samples/kustomization.yaml",
        "Cargo.toml",
        "kopgen.toml",
    ] {
        let project = Project::new();
        project.kopgen(BANANA).succeeds();
        let outside = project.parent().join("outside");
        fs::rename(project.path(path), &outside).unwrap();
        symlink(&outside, project.path(path)).unwrap();
        let before = tree(project.parent());
        project
            .kopgen(APPLE)
            .refuses(&[&format!("{path} is a symbolic link"), "help: "]);
        assert_untouched(project.parent(), &before);

        fs::remove_file(project.path(path)).unwrap();
        fs::rename(&outside, project.path(path)).unwrap();
        project.kopgen(APPLE).succeeds();
    }
}

/// A link whose target is gone must not be taken for nothing, and its target not be made.
#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_to_nothing() {
    let project = Project::new();
    let outside = project.parent().join("outside.rs");
    fs::create_dir(project.path("api/src/v1")).unwrap();
    std::os::unix::fs::symlink(&outside, project.path("api/src/v1/apple.rs")).unwrap();
    let before = project.tree();
    project
        .kopgen(APPLE)
        .refuses(&["api/src/v1/apple.rs is a symbolic link"]);
    assert_untouched(&project.root, &before);
    assert!(!outside.exists());
}

#[test]
fn a_folder_where_a_file_should_be_is_left_with_all_that_is_in_it() {
    let expected = Project::new();
    expected.kopgen(APPLE).succeeds();
    let expected = expected.tree();
    for path in [
        "api/src/v1/mod.rs",
        "api/src/v1/apple.rs",
        "operator/src/operator.rs",
        "Cargo.toml",
    ] {
        let project = Project::new();
        if project.path(path).is_file() {
            fs::remove_file(project.path(path)).unwrap();
        }
        project.write(&format!("{path}/mine"), "mine");
        let before = project.tree();
        project.kopgen(APPLE).refuses(&[
            &format!("{path} is a folder where the project has a file"),
            "help: move it away",
        ]);
        assert_untouched(&project.root, &before);

        fs::remove_dir_all(project.path(path)).unwrap();
        if path == "Cargo.toml" {
            let released = Project::new().text(path);
            project.write(path, &released);
        }
        project.kopgen(APPLE).succeeds();
        assert_same_files(&project.tree(), &expected);
    }
}

#[test]
fn a_file_where_a_folder_should_be_is_left() {
    for path in ["api/src/v1", "operator/tests"] {
        let project = Project::new();
        if project.path(path).is_dir() {
            fs::remove_dir_all(project.path(path)).unwrap();
        }
        project.write(path, "mine");
        let before = project.tree();
        project.kopgen(APPLE).refuses(&[
            &format!("{path} is a file where the project has a folder"),
            "help: move it away",
        ]);
        assert_untouched(&project.root, &before);
    }
}
