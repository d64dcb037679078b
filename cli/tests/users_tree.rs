//! Everything that users do to their trees: kopgen finds its way, or says what is in it and touches nothing.
//!
//! (Rules of ownership are tested file by file beside `ownership`, conflicts' whole messages in `commands`.)
#![expect(clippy::disallowed_methods, reason = "a test does what users do")]

#[path = "common/project.rs"]
mod project;

use std::fs;
use std::path::Path;
use std::process::Command;

use project::{Project, Tree, assert_same_files, assert_untouched, kopgen, tree};

const APPLE: &str = "create api --group webapp --version v1 --kind Apple";
const BANANA: &str = "create api --group webapp --version v1 --kind Banana";

/// What a project comes to in which nothing was in the way.
fn with(commands: &[&str]) -> Tree {
    let project = Project::new();
    for command in commands {
        project.kopgen(command).succeeds();
    }
    project.tree()
}

#[test]
fn a_rewritten_main_is_nobodys_business() {
    for main in [
        "fn main() { std::process::exit(7) }\n",
        "fn main( { this is not Rust\n",
        "",
    ] {
        let project = Project::new();
        project.write("operator/src/main.rs", main);
        project.kopgen(APPLE).succeeds();
        assert_eq!(project.text("operator/src/main.rs"), main);
        fs::copy(
            Project::new().path("operator/src/main.rs"),
            project.path("operator/src/main.rs"),
        )
        .unwrap();
        assert_same_files(&project.tree(), &with(&[APPLE]));
    }
}

/// What the message says to add is enough.
#[test]
fn a_module_list_that_was_taken_over_stays_as_it_is() {
    let list = "operator/src/controllers/mod.rs";
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    for mine in [
        "//! Mine.\n\nmod helpers {}\npub mod apple;\n",
        "#[path = \"apple.rs\"]\npub mod apple;\nmacro_rules! modules { () => {} }\nmodules!();\n",
    ] {
        project.write(list, mine);
        let again = project.kopgen(APPLE).succeeds();
        assert!(
            again.stderr.contains(&format!("Kept {list} (yours)")),
            "{}",
            again.stderr
        );

        let before = project.tree();
        project.kopgen(BANANA).refuses(&[
            &format!("{list} was edited by hand and lacks `pub mod banana;`"),
            "help: add `pub mod banana;`",
        ]);
        assert_untouched(&project.root, &before);

        let copied = project.copy();
        copied.edit(list, |text| text.to_owned() + "pub mod banana;\n");
        copied.kopgen(BANANA).succeeds();
        assert_eq!(copied.text(list), mine.to_owned() + "pub mod banana;\n");
        assert!(copied.path("operator/src/controllers/banana.rs").is_file());
    }
    project.write(
        list,
        "include!(concat!(env!(\"OUT_DIR\"), \"/modules.rs\"));\n",
    );
    let before = project.tree();
    project
        .kopgen(APPLE)
        .refuses(&["lacks `pub mod apple;`", "--overwrite"]);
    assert_untouched(&project.root, &before);
}

#[test]
fn a_syntax_error_is_shown_where_it_is() {
    for (path, from, to, place) in [
        (
            "operator/src/operator.rs",
            "pub fn",
            "pub fnn",
            "operator/src/operator.rs:",
        ),
        (
            "api/src/lib.rs",
            "pub mod v1;",
            "pub mod v1",
            "api/src/lib.rs:",
        ),
        (
            "config/samples/kustomization.yaml",
            "resources:",
            "resources: [",
            "config/samples/kustomization.yaml",
        ),
        (
            "operator/Cargo.toml",
            "[dependencies]",
            "[dependencies",
            "operator/Cargo.toml:",
        ),
        ("Cargo.toml", "members", "= members", "Cargo.toml:"),
    ] {
        let project = Project::new();
        project.kopgen(APPLE).succeeds();
        project.edit(path, |text| text.replacen(from, to, 1));
        let before = project.tree();
        project.kopgen(BANANA).refuses(&[path, place]);
        assert_untouched(&project.root, &before);
        project.edit(path, |text| text.replacen(to, from, 1));
        project.kopgen(BANANA).succeeds();
        assert_same_files(&project.tree(), &with(&[APPLE, BANANA]));
    }
}

#[test]
fn what_was_deleted_comes_back_when_it_is_asked_for() {
    let expected = with(&[APPLE]);
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    for path in [
        "api/src/lib.rs",
        "api/src/v1/mod.rs",
        "api/src/v1/apple.rs",
        "operator/src/operator.rs",
        "operator/src/controllers/apple.rs",
        "config/samples/v1_apple.yaml",
        "config/samples/kustomization.yaml",
    ] {
        fs::remove_file(project.path(path)).unwrap();
        let again = project.kopgen(APPLE).succeeds();
        assert!(
            again.stderr.contains(&format!("Created {path}\n")),
            "{}",
            again.stderr
        );
        assert_same_files(&project.tree(), &expected);
    }
    fs::remove_dir_all(project.path("operator/src/controllers")).unwrap();
    fs::remove_dir_all(project.path("api/src")).unwrap();
    project.kopgen(APPLE).succeeds();
    assert_same_files(&project.tree(), &expected);
}

#[test]
fn an_owned_yaml_may_be_laid_out_in_any_way() {
    let list = "config/samples/kustomization.yaml";
    let ways: [fn(&str) -> String; 4] = [
        |text| text.replace('\n', "\r\n"),
        |text| text.replace("- ", "    - \"").replace(".yaml", ".yaml\"") + "\n\n# mine\n",
        |text| {
            let (head, resources) = text.split_once("resources:").unwrap();
            let (header, fields): (Vec<&str>, Vec<&str>) =
                head.lines().partition(|line| line.starts_with('#'));
            format!(
                "{}\nresources:{resources}{}\n",
                header.join("\n"),
                fields.into_iter().rev().collect::<Vec<_>>().join("\n")
            )
        },
        |text| format!("\u{feff}{text}"),
    ];
    for way in ways {
        let project = Project::new();
        project.kopgen(APPLE).succeeds();
        project.edit(list, way);
        let text = project.text(list);
        project.kopgen(APPLE).succeeds();
        assert_eq!(project.text(list), text, "it means the same");
        project.kopgen(BANANA).succeeds();
        assert_same_files(&project.tree(), &with(&[APPLE, BANANA]));
    }
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    project.edit(list, |text| text.to_owned() + "- mine.yaml\n");
    let before = project.tree();
    project.kopgen(BANANA).refuses(&[
        &format!("{list} was edited by hand"),
        "a kustomization of your own",
    ]);
    assert_untouched(&project.root, &before);
}

/// As git for Windows checks out.
#[test]
fn a_tree_with_the_line_ends_of_windows_is_the_same_tree() {
    let dos = |root: &Path| {
        for path in tree(root).keys().map(|path| root.join(path)) {
            if path.is_file() {
                let text = fs::read_to_string(&path).unwrap();
                fs::write(path, text.replace("\r\n", "\n").replace('\n', "\r\n")).unwrap();
            }
        }
    };
    for init in ["", "--multigroup"] {
        let expected = Project::init(init);
        let project = expected.copy();
        expected.kopgen(APPLE).succeeds();
        expected.kopgen(BANANA).succeeds();
        project.kopgen(APPLE).succeeds();
        dos(&project.root);
        let before = project.tree();
        let again = project.kopgen(APPLE).succeeds();
        assert!(again.stderr.contains("Unchanged"), "{}", again.stderr);
        assert_untouched(&project.root, &before);

        project.kopgen(BANANA).succeeds();
        for path in ["kopgen.toml", "Cargo.toml", "operator/Cargo.toml"] {
            let text = project.text(path);
            assert_eq!(
                text.matches('\n').count(),
                text.matches("\r\n").count(),
                "{path}"
            );
        }
        dos(&project.root);
        dos(&expected.root);
        assert_same_files(&project.tree(), &expected.tree());
    }
}

#[test]
fn two_branches_that_each_add_an_api_are_merged() {
    for (init, style) in [
        ("", "merge"),
        ("", "diff3"),
        ("", "zdiff3"),
        ("--multigroup", "merge"),
    ] {
        let project = Project::init(init);
        let expected = project.copy();
        expected.kopgen(APPLE).succeeds();
        expected.kopgen(BANANA).succeeds();
        git(&project.root, "init --quiet --initial-branch main");
        commit(&project.root, "made");
        git(&project.root, "checkout --quiet -b banana");
        project.kopgen(BANANA).succeeds();
        commit(&project.root, "banana");
        git(&project.root, "checkout --quiet main");
        project.kopgen(APPLE).succeeds();
        commit(&project.root, "apple");
        git(
            &project.root,
            &format!("config merge.conflictStyle {style}"),
        );
        let merged = git_ends(&project.root, "merge --quiet banana");
        assert!(!merged, "nothing was in conflict: what does this test?");

        // In the middle of the merge, a command that changes nothing else resolves it.
        project.kopgen(BANANA).succeeds();
        let merged = project
            .tree()
            .into_iter()
            .filter(|(path, _)| !path.starts_with(".git/"));
        assert_same_files(&merged.collect(), &expected.tree());
        git(&project.root, "add --all");
        commit(&project.root, "merged");
    }
}

#[test]
fn a_merge_of_what_two_people_wrote_is_theirs_to_resolve() {
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    git(&project.root, "init --quiet --initial-branch main");
    commit(&project.root, "made");
    let list = "operator/src/controllers/mod.rs";
    git(&project.root, "checkout --quiet -b theirs");
    project.edit(list, |text| text.to_owned() + "mod theirs;\n");
    commit(&project.root, "theirs");
    git(&project.root, "checkout --quiet main");
    project.edit(list, |text| text.to_owned() + "mod ours;\n");
    commit(&project.root, "ours");
    assert!(!git_ends(&project.root, "merge --quiet theirs"));
    let before = project.tree();
    project
        .kopgen(BANANA)
        .refuses(&[&format!("{list} does not parse as Rust"), "<<<<<<< HEAD"]);
    assert_untouched(&project.root, &before);
}

#[test]
fn a_git_worktree_is_a_place_like_any_other() {
    let project = Project::new();
    git(&project.root, "init --quiet --initial-branch main");
    commit(&project.root, "made");
    git(&project.root, "worktree add --quiet ../tree -b other");
    let before = project.tree();
    let worktree = project.parent().join("tree");
    kopgen(&worktree.join("operator/src"), APPLE).succeeds();
    let files = tree(&worktree)
        .into_iter()
        .filter(|(path, _)| path != ".git");
    assert_same_files(&files.collect(), &with(&[APPLE]));
    assert_untouched(&project.root, &before);

    // A new one, with nothing in it but the link to its repository, is empty.
    git(
        &project.root,
        "worktree add --quiet --detach --no-checkout ../empty",
    );
    kopgen(
        &project.parent().join("empty"),
        "init . --domain example.com --kopgen-source release",
    )
    .succeeds();
}

#[test]
fn a_project_may_be_moved_and_its_folder_renamed() {
    let project = Project::new();
    project.kopgen(APPLE).succeeds();
    let elsewhere = project.parent().join("My Büro, №7");
    fs::rename(&project.root, &elsewhere).unwrap();
    let before = tree(&elsewhere);
    let again = kopgen(&elsewhere, APPLE).succeeds();
    assert!(again.stderr.contains("Unchanged"), "{}", again.stderr);
    assert_untouched(&elsewhere, &before);
    kopgen(&elsewhere.join("config"), BANANA).succeeds();
    assert_same_files(&tree(&elsewhere), &with(&[APPLE, BANANA]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_need_not_be_text() {
    use std::os::unix::ffi::OsStrExt;

    let folder = tempfile::tempdir().unwrap();
    let parent = folder
        .path()
        .join(std::ffi::OsStr::from_bytes(b"not \xff text"));
    fs::create_dir(&parent).unwrap();
    kopgen(
        &parent,
        "init guestbook --domain example.com --kopgen-source release",
    )
    .succeeds();
    let root = parent.join("guestbook");
    fs::write(
        root.join(std::ffi::OsStr::from_bytes(b"config/\xff.yaml")),
        "mine",
    )
    .unwrap();
    kopgen(&root, APPLE).succeeds();
    fs::remove_file(root.join(std::ffi::OsStr::from_bytes(b"config/\xff.yaml"))).unwrap();
    assert_same_files(&tree(&root), &with(&[APPLE]));
}

#[test]
fn a_renamed_folder_of_the_project_is_missed_and_not_made_anew() {
    for (folder, missing) in [
        ("api", "the folder api is gone"),
        ("operator", "operator/Cargo.toml is missing"),
    ] {
        let project = Project::new();
        project.kopgen(APPLE).succeeds();
        fs::rename(project.path(folder), project.path("renamed")).unwrap();
        project.edit("Cargo.toml", |text| {
            text.replace(&format!("\"{folder}\""), "\"renamed\"")
        });
        let before = project.tree();
        project.kopgen(BANANA).refuses(&[missing, "help: "]);
        assert_untouched(&project.root, &before);
    }
}

#[test]
fn cargo_manifests_may_be_written_in_any_way_that_cargo_takes() {
    let ways: [(&str, &str); 5] = [
        ("guestbook-api-webapp = { workspace = true }", ""),
        ("guestbook-api-webapp.workspace = true # ours", ""),
        ("guestbook-api-webapp.path = \"../api/webapp\"", ""),
        (
            "types = { path = \"../api/webapp\", package = \"guestbook-api-webapp\" }",
            "",
        ),
        (
            "",
            "\n[dependencies.guestbook-api-webapp]\npath = \"../api/webapp\"\nfeatures = []\n",
        ),
    ];
    for (line, table) in ways {
        let project = Project::init("--multigroup");
        let workspace = "# Ours.\n[workspace.dependencies]\nguestbook-api-webapp.path = \"api/webapp\" # here\n\n[workspace]\nresolver = \"3\"\nmembers = [\n    \"operator\", # first\n    \"api/*\",\n]\n";
        project.edit("Cargo.toml", |text| {
            // The order is odd, the comments are ours, and the rest is kopgen's.
            let (_, rest) = text.split_once("[workspace.package]").unwrap();
            let rest = rest.replace("[workspace.dependencies]\n", "[workspace.metadata]\n");
            format!("{workspace}\n[workspace.package]{rest}")
        });
        project.edit("operator/Cargo.toml", |text| {
            let line = format!("[dependencies]\n{line}\n");
            text.replacen("[dependencies]\n", &line, 1) + table
        });
        let manifests =
            ["Cargo.toml", "operator/Cargo.toml"].map(|path| (path, project.text(path)));
        project.kopgen(APPLE).succeeds();
        for (path, text) in manifests {
            assert_eq!(project.text(path), text, "{path} with `{line}{table}`");
        }
    }
}

#[test]
fn what_else_is_in_the_folders_is_neither_read_nor_touched() {
    let project = Project::new();
    let large = vec![b'x'; 5 << 20];
    fs::write(project.path("config/large.yaml"), &large).unwrap();
    fs::write(project.path("api/src/binary.rs"), [0xff, 0, 0xfe]).unwrap();
    fs::create_dir_all(project.path("target/debug")).unwrap();
    fs::write(project.path("target/debug/x"), "built").unwrap();
    if cfg!(unix) {
        // Opened, it would never answer.
        let made = Command::new("mkfifo")
            .arg(project.path("config/pipe"))
            .status();
        assert!(made.unwrap().success());
        let pipe = project.path("config/pipe");
        project.kopgen(APPLE).succeeds();
        fs::remove_file(pipe).unwrap();
    }
    project.kopgen(BANANA).succeeds();
    for path in ["config/large.yaml", "api/src/binary.rs", "target/debug/x"] {
        fs::remove_file(project.path(path)).unwrap();
    }
    assert_same_files(&project.tree(), &with(&[APPLE, BANANA]));
}

#[test]
fn what_is_not_text_is_not_replaced() {
    for path in [
        "Cargo.toml",
        "operator/Cargo.toml",
        "kopgen.toml",
        "operator/src/operator.rs",
    ] {
        let project = Project::new();
        fs::write(project.path(path), b"\xff\xfe[\0").unwrap();
        let before = project.tree();
        project
            .kopgen(APPLE)
            .refuses(&[&format!("{path} is not UTF-8")]);
        assert_untouched(&project.root, &before);
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), b"\xff\xfe[\0").unwrap();
    let before = tree(folder.path());
    let init = "init . --force --project-name a --domain example.com --kopgen-source release";
    kopgen(folder.path(), init).refuses(&["Cargo.toml is not UTF-8"]);
    assert_untouched(folder.path(), &before);
}

fn commit(root: &Path, message: &str) {
    git(root, "add --all");
    git(root, &format!("commit --quiet --message {message}"));
}

#[track_caller]
fn git(root: &Path, words: &str) {
    assert!(git_ends(root, words), "git {words}");
}

/// Whether git, without the settings of whoever runs this, succeeds.
fn git_ends(root: &Path, words: &str) -> bool {
    let mut command = Command::new("git");
    command
        .args(["-c", "user.name=A", "-c", "user.email=a@example.com"])
        .args(words.split_whitespace())
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1");
    command.output().unwrap().status.success()
}
