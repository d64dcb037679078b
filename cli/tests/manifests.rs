//! `kopgen manifests` in generated projects: built, asked, written, and taken by a real API server.
#![allow(clippy::disallowed_methods, reason = "tests edit projects")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use kopgen_envtest::TestEnv;
use serde_json::Value;
use tempfile::TempDir;

use common::{as_a_user, repository};

#[test]
fn what_the_code_says_is_written_and_kept_current() {
    let project = Project::new("drift");
    let all = project.kopgen("manifests");
    assert!(
        all.stderr
            .contains("Created config/crd/bases/webapp.example.com_guestbooks.yaml"),
        "{}",
        all.stderr
    );
    assert!(
        all.stderr.contains("Created config/rbac/role.yaml"),
        "{}",
        all.stderr
    );

    // A second run changes nothing, modification times included.
    let before = project.files();
    assert!(project.kopgen("manifests").stderr.contains("Unchanged"));
    project.kopgen("manifests --check");
    assert_eq!(project.files(), before);

    // A field is added: every way to look writes nothing, and says what there is to write.
    project.replace(
        "api/src/v1/guestbook.rs",
        "pub replicas: i32,",
        "pub replicas: i32,\n    /// Its motto.\n    pub motto: Option<String>,",
    );
    let before = project.files();
    let drift = project.kopgen_fails("manifests --check");
    assert!(
        drift.stdout.contains("+              motto:"),
        "{}",
        drift.stdout
    );
    assert!(
        drift
            .stderr
            .contains("the files are not what the code says"),
        "{}",
        drift.stderr
    );
    assert!(
        project
            .kopgen("manifests --dry-run")
            .stderr
            .contains("Would update config/crd/bases/webapp.example.com_guestbooks.yaml")
    );
    let json: Value =
        serde_json::from_str(&project.kopgen("manifests --dry-run -o json").stdout).unwrap();
    let changed = json["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["action"] != "keep");
    let changed: Vec<_> = changed
        .map(|it| (it["action"].as_str().unwrap(), it["path"].as_str().unwrap()))
        .collect();
    assert_eq!(
        changed,
        [(
            "replace",
            "config/crd/bases/webapp.example.com_guestbooks.yaml"
        )]
    );
    assert_eq!(project.files(), before);
    let diff = project.kopgen("manifests --diff");
    assert!(
        diff.stdout.contains("+              motto:"),
        "{}",
        diff.stdout
    );
    assert!(
        project
            .text("config/crd/bases/webapp.example.com_guestbooks.yaml")
            .contains("motto")
    );

    // What kopgen.toml says is repaired on the way, the sources that the build needs first.
    project.write(
        "operator/src/controllers/mod.rs",
        "<<<<<<< ours\n=======\n>>>>>>> theirs\n",
    );
    fs::remove_file(project.path("api/src/lib.rs")).unwrap();
    fs::remove_file(project.path("config/manager/manager.yaml")).unwrap();
    let before = project.files();
    let looked = project.kopgen_fails("manifests");
    assert!(
        looked.stderr.contains("operator/src/controllers/mod.rs"),
        "{}",
        looked.stderr
    );
    assert_eq!(project.files(), before);
    let repaired = project.kopgen("manifests --overwrite");
    for file in [
        "api/src/lib.rs",
        "operator/src/controllers/mod.rs",
        "config/manager/manager.yaml",
    ] {
        assert!(
            repaired.stderr.contains(&format!(" {file}")),
            "{}",
            repaired.stderr
        );
    }
    project.kopgen("manifests --check");

    // A user's edit is not lost, unless they say so.
    project.replace("config/rbac/role.yaml", "- watch", "- delete");
    let conflict = project.kopgen_fails("manifests");
    assert!(
        conflict
            .stderr
            .contains("config/rbac/role.yaml was edited by hand"),
        "{}",
        conflict.stderr
    );
    assert!(project.text("config/rbac/role.yaml").contains("- delete"));
    project.kopgen("manifests --overwrite");
    assert!(!project.text("config/rbac/role.yaml").contains("- delete"));
}

#[test]
fn the_users_main_is_neither_built_nor_run() {
    let project = Project::new("mainless");
    project.write("operator/src/main.rs", "fn main() { this is not Rust }");
    project.kopgen("manifests");
    project.write(
        "operator/src/main.rs",
        "fn main() { std::fs::write(\"ran\", \"\").unwrap() }",
    );
    project.kopgen("manifests --check");
    assert!(!project.path("ran").exists() && !project.path("operator/ran").exists());

    // A reconciler that nobody runs is said.
    let source = project
        .text("operator/src/controllers/guestbook.rs")
        .replace("GuestbookReconciler", "ForgottenReconciler");
    project.write(
        "operator/src/forgotten.rs",
        source.split("#[cfg(test)]").next().unwrap(),
    );
    project.replace(
        "operator/src/lib.rs",
        "pub mod state;",
        "pub mod state;\nmod forgotten;",
    );
    let warned = project.kopgen("manifests");
    assert!(
        warned.stderr.contains(
            "`ForgottenReconciler` derives `Reconciler`, but `operator()` does not list it"
        ),
        "{}",
        warned.stderr
    );
    assert!(
        warned.stderr.contains("operator/src/forgotten.rs:"),
        "{}",
        warned.stderr
    );

    // What does not compile passes through, and nothing is written.
    project.replace(
        "api/src/v1/guestbook.rs",
        "pub replicas: i32,",
        "pub replicas: Nonsense,",
    );
    fs::remove_file(project.path("config/rbac/role.yaml")).unwrap();
    let before = project.files();
    let broken = project.kopgen_fails("manifests");
    assert!(
        broken
            .stderr
            .contains("error[E0425]: cannot find type `Nonsense`")
            || broken.stderr.contains("error[E0412]"),
        "{}",
        broken.stderr
    );
    assert!(
        broken.stderr.contains("--> api/src/v1/guestbook.rs:"),
        "{}",
        broken.stderr
    );
    assert!(
        broken.stderr.contains("the project does not build"),
        "{}",
        broken.stderr
    );
    assert_eq!(project.files(), before);
}

#[test]
fn what_is_wrong_with_the_declarations_names_struct_and_field() {
    let project = Project::new("wrong");
    project.kopgen("manifests");
    project.replace(
        "api/src/v1/guestbook.rs",
        "json_path = \".metadata.creationTimestamp\"",
        "json_path = \".spec.nothing\"",
    );
    project.replace(
        "config/samples/v1_guestbook.yaml",
        "replicas: 1",
        "replicas: 0",
    );
    let before = project.files();
    let wrong = project.kopgen_fails("manifests");
    for part in [
        "wrong_api::v1::guestbook::GuestbookSpec",
        "api/src/v1/guestbook.rs:",
        ".spec.nothing",
        "config/samples/v1_guestbook.yaml",
        "spec.replicas",
    ] {
        assert!(wrong.stderr.contains(part), "{part}:\n{}", wrong.stderr);
    }
    assert_eq!(project.files(), before);
}

/// What is doubtful stops nothing; what kube's `crd()` panics at has a field and a way out.
#[test]
fn a_slip_is_a_warning_and_an_impossible_enum_an_error() {
    let project = Project::new("doubtful");
    project.replace(
        "api/src/v1/guestbook.rs",
        "pub struct GuestbookStatus {",
        "#[schemars(extend(\"required\" = [\"conditons\"]))]\npub struct GuestbookStatus {",
    );
    let said = project.kopgen("manifests").stderr;
    for part in [
        "warning: `status`: the required field `conditons` is none of its fields",
        "doubtful_api::v1::guestbook::GuestbookSpec (api/src/v1/guestbook.rs:",
        "help: did you mean `conditions`?",
    ] {
        assert!(said.contains(part), "{part}:\n{said}");
    }

    project.replace(
        "api/src/v1/guestbook.rs",
        "pub replicas: i32,\n}",
        "pub replicas: i32,\n    pub source: Source,\n}\n\n\
         #[derive(schemars::JsonSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]\n\
         #[serde(tag = \"type\")]\n\
         pub enum Source {\n    Git { url: String },\n    Image { image: String },\n}",
    );
    let before = project.files();
    let said = project.kopgen_fails("manifests").stderr;
    for part in [
        "error: `spec.source`: the variants of this enum differ in `type`",
        "doubtful_api::v1::guestbook::GuestbookSpec (api/src/v1/guestbook.rs:",
        "help: leave out `#[serde(tag = \"type\")]`",
    ] {
        assert!(said.contains(part), "{part}:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    assert_eq!(project.files(), before);
}

/// What a user sees first is a type that is not itself; why, only the lock file tells.
#[test]
fn two_majors_of_kube_are_named_with_who_brings_them() {
    let project = Project::new("majors");
    // Nothing of another major is needed but its name.
    fs::create_dir_all(project.path("old/src")).unwrap();
    project.write(
        "old/Cargo.toml",
        "[package]\nname = \"kube\"\nversion = \"4.2.0\"\nedition = \"2024\"\n",
    );
    project.write("old/src/lib.rs", "pub struct Client;\n");
    project.replace(
        "Cargo.toml",
        "\"operator\"]",
        "\"operator\"]\nexclude = [\"old\"]",
    );
    project.replace(
        "operator/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nold = { package = \"kube\", path = \"../old\" }\n",
    );
    project.replace(
        "operator/src/state.rs",
        "Ok(Self {})",
        "let _: &old::Client = _client;\n        Ok(Self {})",
    );
    let said = project.kopgen_fails("manifests").stderr;
    for part in [
        "error[E0308]",
        "the project does not build",
        "kube 4.2.0 is brought by majors-operator 0.1.0",
        "kube 5.0.0 is brought by",
        "this release of kopgen is for kube 5: let every crate above use that",
    ] {
        assert!(said.contains(part), "{part}:\n{said}");
    }
    assert!(!project.path("config/crd").exists());
}

/// The program has a process group of its own, which Ctrl-C at a terminal does not reach.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_what_is_run() {
    use std::os::unix::process::ExitStatusExt;

    let project = Project::new("interrupt");
    let slow = "
        fn slow(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
            std::fs::write(\"pid\", std::process::id().to_string()).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(1000));
            generator.subschema_for::<i32>()
        }";
    let types = "api/src/v1/guestbook.rs";
    project.write(types, &(project.text(types) + slow));
    project.replace(
        types,
        "pub replicas: i32,",
        "#[schemars(schema_with = \"slow\")]\n    pub replicas: i32,",
    );

    let mut kopgen = project.command("manifests").spawn().unwrap();
    let pid = std::iter::repeat_with(|| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(
            kopgen.try_wait().unwrap().is_none(),
            "kopgen has ended by itself"
        );
        fs::read_to_string(project.path("pid"))
            .ok()?
            .parse::<i32>()
            .ok()
    });
    let pid = rustix::process::Pid::from_raw(pid.flatten().next().unwrap()).unwrap();
    rustix::process::test_kill_process(pid).unwrap();
    let started = rustix::process::Pid::from_child(&kopgen);
    rustix::process::kill_process(started, rustix::process::Signal::INT).unwrap();
    assert_eq!(kopgen.wait().unwrap().signal(), Some(2));
    // It dies soon after the signal; an orphan is reaped by whoever adopts it, until then it is a zombie.
    let ended = || {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"));
        rustix::process::test_kill_process(pid).is_err() || stat.is_ok_and(|it| it.contains(") Z "))
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while !ended() {
        assert!(std::time::Instant::now() < deadline, "{pid} still runs");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_api_server_takes_it_all_and_keeps_words_words() -> kopgen_envtest::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let kubectl = |words: &str, folder: &Path| {
        let mut command =
            Command::new(env.kubectl().expect("the control plane comes with kubectl"));
        let output = command
            .arg("--kubeconfig")
            .arg(env.kubeconfig())
            .args(words.split(' '))
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "kubectl {words}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };

    let project = Project::new("words");
    let fields = "pub replicas: i32,\n    /// Yes.\n    pub y: Option<Switch>,";
    project.replace("api/src/v1/guestbook.rs", "pub replicas: i32,", fields);
    let switch = "
        #[derive(schemars::JsonSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
        #[serde(rename_all = \"lowercase\")]
        pub enum Switch { On, Off, Y }";
    project.write(
        "api/src/v1/guestbook.rs",
        &(project.text("api/src/v1/guestbook.rs") + switch),
    );
    // A role in a namespace other than the operator's must stay there.
    let narrowed = "kind = v1::Guestbook, uses(k8s_openapi::api::core::v1::ConfigMap, verbs(get), namespace = \"kube-system\", handle = Tuning), status";
    project.replace(
        "operator/src/controllers/guestbook.rs",
        "kind = v1::Guestbook, status",
        narrowed,
    );
    let refused = project.kopgen_fails("manifests");
    assert!(
        refused.stderr.contains("transformers:"),
        "{}",
        refused.stderr
    );
    let overlay =
        project.text("config/default/kustomization.yaml") + "transformers:\n- ../rbac/namespaces\n";
    project.write("config/default/kustomization.yaml", &overlay);
    project.kopgen("manifests");

    kubectl("apply --server-side -k config/default", &project.root);
    let crd: Value = serde_json::from_str(&kubectl(
        "get crd guestbooks.webapp.example.com -o json",
        &project.root,
    ))
    .unwrap();
    let y = crd
        .pointer("/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/y")
        .expect("the field is named y");
    assert_eq!(y["enum"], serde_json::json!(["on", "off", "y"]), "{y}");
    let binding: Value = serde_json::from_str(&kubectl(
        "get rolebinding words-manager-rolebinding-kube-system -n kube-system -o json",
        &project.root,
    ))
    .unwrap();
    assert_eq!(binding["subjects"][0]["name"], "words-controller-manager");
    assert_eq!(binding["subjects"][0]["namespace"], "words-system");
    assert_eq!(binding["roleRef"]["name"], "words-manager-role-kube-system");

    kubectl(
        "wait --for=condition=Established crd/guestbooks.webapp.example.com --timeout=30s",
        &project.root,
    );
    project.replace(
        "config/samples/v1_guestbook.yaml",
        "replicas: 1",
        "replicas: 1\n  y: \"off\"",
    );
    kubectl("apply --server-side -k config/samples", &project.root);
    assert_eq!(
        kubectl(
            "get guestbooks guestbook-sample -o jsonpath={.spec.y}",
            &project.root
        ),
        "off"
    );
    project.kopgen("manifests --check");

    // Once it is no longer needed, the overlay that names it still works.
    project.replace(
        "operator/src/controllers/guestbook.rs",
        narrowed,
        "kind = v1::Guestbook, status",
    );
    project.kopgen("manifests");
    let built = kubectl("kustomize config/default", &project.root);
    assert!(!built.contains("kube-system"), "{built}");
    Ok(())
}

/// A generated project with one kind, whose name keeps it apart from the others in the target folder that they share:
/// packages of one name at one path below their workspaces are one and the same to cargo.
struct Project {
    _folder: TempDir,
    root: PathBuf,
}

/// What a command printed.
struct Said {
    stdout: String,
    stderr: String,
}

impl Project {
    fn new(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut project = Self {
            root: folder.path().canonicalize().unwrap(),
            _folder: folder,
        };
        let repository = repository().to_str().unwrap();
        project.kopgen(&format!(
            "init {name} --domain example.com --kopgen-source {repository}"
        ));
        project.root.push(name);
        project.kopgen("create api --group webapp --version v1 --kind Guestbook");
        fs::copy(
            self::repository().join("testdata/Cargo.lock"),
            project.path("Cargo.lock"),
        )
        .unwrap();
        project
    }

    fn kopgen(&self, words: &str) -> Said {
        let (succeeded, said) = self.run(words);
        assert!(
            succeeded,
            "kopgen {words}:\n{}\n{}",
            said.stdout, said.stderr
        );
        said
    }

    fn kopgen_fails(&self, words: &str) -> Said {
        let (succeeded, said) = self.run(words);
        assert!(
            !succeeded,
            "kopgen {words} succeeds:\n{}\n{}",
            said.stdout, said.stderr
        );
        said
    }

    fn run(&self, words: &str) -> (bool, Said) {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            status.success(),
            Said {
                stdout: text(stdout),
                stderr: text(stderr),
            },
        )
    }

    fn command(&self, words: &str) -> Command {
        let mut command = as_a_user(env!("CARGO_BIN_EXE_kopgen"));
        command.args(words.split(' ')).current_dir(&self.root);
        command
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.text(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replace(from, to));
    }

    /// Every file, with its content and the time of its last change.
    fn files(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let files = walkdir::WalkDir::new(&self.root)
            .into_iter()
            .map(Result::unwrap)
            .filter(|it| it.file_type().is_file());
        let file = |path: &Path| {
            (
                fs::read(path).unwrap(),
                path.metadata().unwrap().modified().unwrap(),
            )
        };
        files
            .map(|entry| (entry.path().to_owned(), file(entry.path())))
            .collect()
    }
}
