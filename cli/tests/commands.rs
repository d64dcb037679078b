//! The binary as its users meet it: messages, exit codes, what lands on stdout and what on stderr, what is written.
//!
//! `SNAPSHOTS=overwrite cargo test -p kopgen --test commands` renews the messages.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it needs"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use assert_cmd::Command;
use snapbox::str;
use tempfile::TempDir;

/// Runs kopgen in `folder`.
fn kopgen(folder: &Path, words: &str) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_kopgen"))
        .args(words.split_whitespace())
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Ran {
    #[track_caller]
    fn succeeds(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.stderr);
        self
    }

    /// Fails with `code`, says `expected` on stderr and nothing on stdout.
    #[track_caller]
    fn fails(self, code: i32, expected: snapbox::data::Inline) {
        snapbox::assert_data_eq!(&self.stderr, expected);
        assert_eq!((self.code, self.stdout.as_str()), (code, ""));
    }
}

/// A project without APIs.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    kopgen(
        folder.path(),
        "init . --project-name guestbook --domain example.com --kopgen-source release",
    )
    .succeeds();
    folder
}

/// Every file with its content and the time of its last change.
fn tree(root: &Path) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
    let entries = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry
                .path()
                .strip_prefix(root)
                .unwrap()
                .display()
                .to_string();
            (
                path,
                (
                    fs::read(entry.path()).unwrap(),
                    entry.metadata().unwrap().modified().unwrap(),
                ),
            )
        })
        .collect()
}

const GUESTBOOK: &str = "create api --group webapp --version v1 --kind Guestbook";

#[test]
fn words_that_are_none_are_a_usage_error_with_the_nearest_word() {
    let folder = tempfile::tempdir().unwrap();
    kopgen(folder.path(), "creat api").fails(
        2,
        str![[r#"
error: unrecognized subcommand 'creat'

  tip: a similar subcommand exists: 'create'

Usage: kopgen <COMMAND>

For more information, try '--help'.

"#]],
    );
    kopgen(folder.path(), "init . --domian example.com").fails(
        2,
        str![[r#"
error: unexpected argument '--domian' found

  tip: a similar argument exists: '--domain'

Usage: kopgen init --domain <DOMAIN> <DIR>

For more information, try '--help'.

"#]],
    );
    // Nobody is there to answer a question.
    kopgen(folder.path(), "init").fails(
        2,
        str![[r#"
error: the following required arguments were not provided:
  --domain <DOMAIN>

Usage: kopgen init [OPTIONS] [DIR]

For more information, try '--help'.

"#]],
    );
}

#[test]
fn all_bad_names_are_told_at_once() {
    let project = project();
    let before = tree(project.path());
    let words = "create api --group Web_App --version 1.0 --kind ty_pe --plural GB --shortname g_b --controller-name 9 --external-type Thing --image :";
    kopgen(project.path(), words).fails(1, str![[r#"
error: `Web_App` is no group
 |
 = note: a group must be labels of lower-case letters, digits and `-`, joined by `.`, each starting and ending with a letter or digit and of at most 63 characters, 253 in all
 = help: `web-app` would do

error: `1.0` is no version
 |
 = note: a version must be `v1`, `v1alpha1` or `v1beta1`, with numbers from 1 on and no dot
 = help: `v1` would do

error: `ty_pe` is no kind
 |
 = note: a kind must be PascalCase: letters and digits of ASCII, an upper-case letter first, at most 60 characters
 = help: `TyPe` would do

error: `GB` is no plural
 |
 = note: a plural must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 63 characters
 = help: `gb` would do

error: `g_b` is no short name
 |
 = note: a short name must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 63 characters
 = help: `g-b` would do

error: `9` is no controller name
 |
 = note: a controller name must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 63 characters

error: `--image` shapes types, and none are to be created
 |
 = help: leave out `--image`, or `--resource=false`

error: `--image` is no image
 |
 = help: write it like nginx:1.29 or ghcr.io/owner/image@sha256:…


"#]]);
    assert_eq!(tree(project.path()), before);
}

#[test]
fn errors_name_the_thing_the_rule_and_the_way_out() {
    let empty = tempfile::tempdir().unwrap();
    kopgen(empty.path(), GUESTBOOK).fails(
        1,
        str![[r#"
error: no kopgen.toml in [..] or above it
 |
 = help: run kopgen inside a project, or make one with `kopgen init`


"#]],
    );
    kopgen(empty.path(), "init My_Project --domain example.com").fails(1, str![[r#"
error: `my_project` is no project name
 |
 = note: a project name must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 40 characters; the names of its namespace and its Services begin with it
 = note: the project is named as its folder, unless `--project-name` says otherwise
 = help: `--project-name my-project` would do


"#]]);
    kopgen(empty.path(), "init new --domain example.com --api webapp/Guestbook --api a/1/b").fails(1, str![[r#"
error: `--api webapp/Guestbook` is no GROUP/VERSION/KIND
 |
 = help: write it like webapp/v1/Guestbook

error: `1` is no version
 |
 = note: a version must be `v1`, `v1alpha1` or `v1beta1`, with numbers from 1 on and no dot
 = help: `v1` would do

error: `b` is no kind
 |
 = note: a kind must be PascalCase: letters and digits of ASCII, an upper-case letter first, at most 60 characters
 = help: `B` would do


"#]]);
    kopgen(
        empty.path(),
        "init new --domain example.com --kopgen-source nowhere --license missing.txt",
    )
    .fails(
        1,
        str![[r#"
error: cannot read missing.txt: No such file or directory (os error 2)
 |
 = help: `--license` takes apache2, none, or a file

error: nowhere is no checkout of kopgen: it has no runtime/Cargo.toml
 |
 = help: `--kopgen-source` takes `release`, or the folder of a checkout


"#]],
    );
    let too_long = format!(
        "init new --domain example.com --project-name {}",
        "a".repeat(41)
    );
    kopgen(empty.path(), &too_long).fails(1, str![[r#"
error: `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` is no project name
 |
 = note: a project name must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 40 characters; the names of its namespace and its Services begin with it


"#]]);
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);

    let project = project();
    let before = tree(project.path());
    kopgen(project.path(), "init . --domain example.com").fails(
        1,
        str![[r#"
error: [..] is a project already
 |
 = help: add to it with `kopgen create api`


"#]],
    );
    kopgen(
        project.path(),
        "create api --group apps --version v1 --kind Deploymnt --resource=false",
    )
    .fails(
        1,
        str![[r#"
error: Kubernetes' group `apps` has no kind `Deploymnt`
 |
 = help: did you mean `Deployment`?


"#]],
    );
    kopgen(
        project.path(),
        "create api --group io --version v1 --kind Foo --external-type Foo",
    )
    .fails(
        1,
        str![[r#"
error: `Foo` is no type of another crate
 |
 = help: write its whole path, from the crate on: `some_crate::v1::Thing`


"#]],
    );
    assert_eq!(tree(project.path()), before);
}

#[test]
fn a_second_group_is_refused_with_the_way_out() {
    let project = project();
    kopgen(project.path(), GUESTBOOK).succeeds();
    kopgen(project.path(), "create api --group crew --version v1 --kind Captain").fails(1, str![[r#"
error: the project has one group, webapp.example.com; crew.example.com would be a second
 |
 = note: a project has a crate of types for each group only when it was made with `kopgen init --multigroup`
 = help: put the kind into webapp, or make a project with `kopgen init --multigroup` and create its APIs there


"#]]);
}

#[test]
fn a_folder_that_is_not_empty_is_used_only_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("guestbook");
    fs::create_dir(&root).unwrap();
    fs::write(root.join("README.md"), "mine\n").unwrap();
    kopgen(folder.path(), "init guestbook --domain example.com").fails(1, str![[r#"
error: [..]guestbook is not empty
 |
 = help: choose another folder, or say `--force`: what is there stays as it is, and the rest is added


"#]]);
    kopgen(
        folder.path(),
        "init guestbook --domain example.com --kopgen-source release --force",
    )
    .succeeds();
    assert_eq!(
        fs::read_to_string(root.join("README.md")).unwrap(),
        "mine\n"
    );
    assert!(root.join("kopgen.toml").is_file());
    // A repository that was just made is empty enough.
    let fresh = folder.path().join("fresh");
    fs::create_dir_all(fresh.join(".git")).unwrap();
    kopgen(
        folder.path(),
        "init fresh --domain example.com --kopgen-source release",
    )
    .succeeds();
}

#[test]
fn a_broken_model_is_refused_whole_and_with_places() {
    let project = project();
    kopgen(project.path(), GUESTBOOK).succeeds();
    let path = project.path().join("kopgen.toml");
    let model = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        model
            .replace("plural = \"guestbooks\"", "plurl = 7\nport = 80")
            .replace("\"example.com\"", "\"Example\""),
    )
    .unwrap();
    let before = tree(project.path());
    kopgen(project.path(), GUESTBOOK).fails(1, str![[r#"
error: `plurl` is no key here
  --> kopgen.toml:14:1
   |
14 | plurl = 7
   | ^^^^^
   |
   = help: did you mean `plural`?

error: `plural` is missing in kopgen.toml
  --> kopgen.toml:10:1
   |
10 | [[api]]
   | ^^^^^^^

error: `Example` is no domain
 --> kopgen.toml:6:10
  |
6 | domain = "Example"
  |          ^^^^^^^^^
  |
  = note: a domain must be labels of lower-case letters, digits and `-`, joined by `.`, each starting and ending with a letter or digit and of at most 63 characters, 253 in all
  = help: `example` would do


"#]]);
    fs::write(&path, model.replace("layout = 1", "layout = 2")).unwrap();
    kopgen(project.path(), GUESTBOOK).fails(
        1,
        str![[r#"
error: the project has layout 2, and kopgen 0.1.0 knows layout 1
 --> kopgen.toml:2:10
  |
2 | layout = 2
  |          ^
  |
  = help: install the kopgen that made it, or a newer one: `cargo install kopgen`


"#]],
    );
    fs::write(&path, model.replace("layout = 1", "layout = [")).unwrap();
    let broken = kopgen(project.path(), GUESTBOOK);
    assert_eq!(broken.code, 1);
    assert!(
        broken
            .stderr
            .starts_with("error: kopgen.toml does not parse as TOML\n --> kopgen.toml:"),
        "{}",
        broken.stderr
    );
    fs::write(
        &path,
        model
            .replace("plural = \"guestbooks\"", "plurl = 7\nport = 80")
            .replace("\"example.com\"", "\"Example\""),
    )
    .unwrap();
    let contents = |tree: BTreeMap<String, (Vec<u8>, SystemTime)>| -> Vec<_> {
        tree.into_iter()
            .map(|(path, (content, _))| (path, content))
            .collect()
    };
    assert_eq!(contents(tree(project.path())), contents(before));
}

#[test]
fn a_conflict_names_every_file_and_writes_nothing() {
    let project = project();
    for path in [
        "operator/src/controllers/mod.rs",
        "config/samples/kustomization.yaml",
    ] {
        let path = project.path().join(path);
        let text = fs::read_to_string(&path).unwrap();
        let mine = if path.extension().unwrap() == "rs" {
            "mod mine;\n"
        } else {
            "namePrefix: mine-\n"
        };
        fs::write(&path, text + mine).unwrap();
    }
    let before = tree(project.path());
    kopgen(project.path(), GUESTBOOK).fails(1, str![[r#"
error: config/samples/kustomization.yaml was edited by hand
 |
 = note: config/samples/kustomization.yaml is kopgen's: it is rebuilt whole, so an edit there would be lost
 = help: `kopgen create api` lists samples here; apply others from a kustomization of your own; then take kopgen's file with `kopgen manifests --overwrite`

error: operator/src/controllers/mod.rs was edited by hand and lacks `pub mod guestbook;`
 --> operator/src/controllers/mod.rs:7:10
  |
7 | mod mine;
  |          ^ add it below this
  |
  = note: operator/src/controllers/mod.rs is kopgen's: `kopgen create api` lists modules here
  = help: add `pub mod guestbook;`, or take kopgen's file with `kopgen manifests --overwrite`


"#]]);
    assert_eq!(tree(project.path()), before);
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let project = project();
    kopgen(project.path(), GUESTBOOK).succeeds();
    let before = tree(project.path());
    let again = kopgen(project.path(), GUESTBOOK).succeeds();
    snapbox::assert_data_eq!(
        &again.stderr,
        str![[r#"
        Kept api/src/v1/guestbook.rs (yours)
        Kept config/samples/v1_guestbook.yaml (yours)
        Kept operator/src/controllers/guestbook.rs (yours)
        Kept operator/tests/guestbook.rs (yours)
   Unchanged every file is as it should be

"#]]
    );
    assert_eq!(tree(project.path()), before);
}

#[test]
fn a_dry_run_writes_nothing_and_its_diff_is_a_patch() {
    let project = project();
    let before = tree(project.path());
    let dry = kopgen(project.path(), &format!("{GUESTBOOK} --dry-run --diff")).succeeds();
    snapbox::assert_data_eq!(
        &dry.stderr,
        str![[r#"
Would update api/src/lib.rs
Would create api/src/v1/guestbook.rs
Would create api/src/v1/mod.rs
Would update config/samples/kustomization.yaml
Would create config/samples/v1_guestbook.yaml
Would update kopgen.toml
Would create operator/src/controllers/guestbook.rs
Would update operator/src/controllers/mod.rs
Would update operator/src/operator.rs
Would create operator/tests/guestbook.rs

"#]]
    );
    assert_eq!(tree(project.path()), before);

    let folder = tempfile::tempdir().unwrap();
    kopgen(folder.path(), "init new --domain example.com --dry-run").succeeds();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    // The diff alone leads to what the command itself writes.
    let patched = std::process::Command::new("git")
        .args(["apply", "-"])
        .current_dir(project.path())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut git| {
            use std::io::Write;
            git.stdin
                .take()
                .expect("piped")
                .write_all(dry.stdout.as_bytes())?;
            git.wait()
        });
    assert!(patched.unwrap().success(), "{}", dry.stdout);
    let after = tree(project.path());
    kopgen(project.path(), GUESTBOOK).succeeds();
    assert_eq!(tree(project.path()), after);
}

#[test]
fn the_plan_for_programs_is_one_document_on_stdout() {
    let project = project();
    let ran = kopgen(project.path(), &format!("{GUESTBOOK} -o json --dry-run")).succeeds();
    let plan: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(plan["dryRun"], true);
    let action = |path: &str| {
        let changes = plan["changes"].as_array().unwrap();
        changes
            .iter()
            .find(|change| change["path"] == path)
            .map(|change| change["action"].as_str().unwrap().to_owned())
    };
    assert_eq!(action("api/src/v1/guestbook.rs").as_deref(), Some("create"));
    assert_eq!(action("kopgen.toml").as_deref(), Some("replace"));
    assert_eq!(action("Cargo.toml").as_deref(), Some("keep"));

    let ran = kopgen(
        project.path(),
        "create api --group a --version 1 --kind B -o json",
    );
    assert_eq!(ran.code, 1);
    let problems: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(problems["problems"][0]["message"], "`1` is no version");
    assert_eq!(problems["problems"][0]["help"], "`v1` would do");
}

#[test]
fn a_project_is_found_from_below_and_in_any_path() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("Büro mit Leerzeichen");
    fs::create_dir(&root).unwrap();
    kopgen(
        &root,
        "init . --project-name guestbook --domain example.com",
    )
    .succeeds();
    kopgen(&root.join("operator/src/bin"), GUESTBOOK).succeeds();
    assert!(root.join("api/src/v1/guestbook.rs").is_file());
    assert!(!root.join("operator/src/bin/api").exists());
}

#[test]
fn a_project_made_by_a_checkout_uses_it_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let ran = kopgen(folder.path(), "init guestbook --domain example.com").succeeds();
    let note = "the project uses the crates of the checkout that kopgen was built from";
    assert!(ran.stderr.contains(note), "{}", ran.stderr);
    let manifest = fs::read_to_string(folder.path().join("guestbook/Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    let path = manifest["workspace"]["dependencies"]["kopgen-runtime"]["path"]
        .as_str()
        .unwrap();
    assert!(
        folder
            .path()
            .join("guestbook")
            .join(path)
            .join("Cargo.toml")
            .is_file(),
        "{path}"
    );

    let ran = kopgen(
        folder.path(),
        "init released --domain example.com --kopgen-source release",
    )
    .succeeds();
    assert!(!ran.stderr.contains(note));
    let manifest = fs::read_to_string(folder.path().join("released/Cargo.toml")).unwrap();
    assert!(
        manifest.contains("kopgen-runtime = { version = \"0.1.0\", default-features = false }"),
        "{manifest}"
    );
}

#[test]
fn output_is_plain_but_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let error = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kopgen"));
        command
            .args(["manifests"])
            .current_dir(folder.path())
            .env_remove("NO_COLOR");
        command
    };
    let escapes = |command: &mut Command| command.output().unwrap().stderr.contains(&0x1b);
    assert!(!escapes(&mut error()));
    assert!(escapes(error().env("CLICOLOR_FORCE", "1")));
    assert!(!escapes(
        error().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")
    ));
}

#[test]
fn completion_knows_the_commands() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = kopgen(folder.path(), &format!("completion {shell}"))
            .succeeds()
            .stdout;
        for word in ["manifests", "multigroup", "controller-name"] {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
    }
}

#[test]
fn version_tells_all_three() {
    let folder = tempfile::tempdir().unwrap();
    let ran = kopgen(folder.path(), "version").succeeds();
    assert_eq!(
        ran.stdout,
        format!("kopgen {}\nlayout 1\nkube 5\n", env!("CARGO_PKG_VERSION"))
    );
    let json: serde_json::Value =
        serde_json::from_str(&kopgen(folder.path(), "version -o json").succeeds().stdout).unwrap();
    assert_eq!(json["layout"], 1);
    // What it says of kube is what the crates are built with.
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml")).unwrap();
    let manifest: toml_edit::DocumentMut = manifest.parse().unwrap();
    assert_eq!(
        json["kube"],
        manifest["workspace"]["dependencies"]["kube"]["version"]
            .as_str()
            .unwrap()
    );
}
