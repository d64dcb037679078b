//! `kopgen create api --from-crd` as its users meet it, without the build that `tests/golden.rs` does.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it needs"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use kopgen_envtest::TestEnv;
use proptest::prelude::*;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};
use tempfile::TempDir;

/// What stands in `testdata/import/crds`.
fn crd(name: &str) -> String {
    fs::read_to_string(testdata().join("crds").join(name)).unwrap()
}

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/import")
}

/// A project without APIs.
struct Project(TempDir);

struct Ran {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Project {
    fn new() -> Self {
        Self::made_with("")
    }

    fn made_with(flags: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.kopgen(
            &format!("init . --project-name water --domain example.com --kopgen-source release --license none {flags}"),
            "",
        );
        project
    }

    /// Runs a command that succeeds.
    #[track_caller]
    fn kopgen(&self, words: &str, stdin: &str) -> Ran {
        let ran = self.run(words, stdin);
        assert_eq!(ran.code, 0, "{words}: {}", ran.stderr);
        ran
    }

    /// Runs an import that fails, says why, and changes nothing.
    #[track_caller]
    fn refuses(&self, words: &str, stdin: &str, why: snapbox::data::Inline) {
        let before = self.tree();
        let ran = self.run(&format!("create api --from-crd {words}"), stdin);
        assert_data_eq!(ran.stderr, why);
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
        assert_eq!(self.tree(), before);
    }

    fn run(&self, words: &str, stdin: &str) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_kopgen"))
            .args(words.split_whitespace())
            .current_dir(self.0.path())
            .write_stdin(stdin)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran {
            code: output.status.code().expect("no signal"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    fn import(&self, flags: &str, crd: &str) -> Ran {
        self.kopgen(&format!("create api --from-crd - {flags}"), crd)
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.path().join(path), text).unwrap();
    }

    fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }

    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = walkdir::WalkDir::new(self.0.path()).into_iter();
        files
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    }
}

#[test]
fn every_version_comes_with_its_module_and_a_sample() {
    let project = Project::new();
    let ran = project.import("", &crd("wells.yaml"));
    assert_data_eq!(
        ran.stderr,
        str![[r#"
     Updated api/src/lib.rs
     Created api/src/v1/mod.rs
     Created api/src/v1/well.rs
     Created api/src/v1alpha1/mod.rs
     Created api/src/v1alpha1/well.rs
     Updated config/samples/kustomization.yaml
     Created config/samples/v1_well.yaml
     Created config/samples/v1alpha1_well.yaml
     Updated kopgen.toml
     Updated operator/src/operator.rs

Next: `kopgen manifests` writes the CRDs from the types; `kopgen crd equal` compares.

"#]]
    );
    assert_eq!(
        project.import("", &crd("wells.yaml")).stderr,
        "   Unchanged every file is as it should be\n"
    );
    // The group is not the project's: it stays as it is.
    let known: toml_edit::DocumentMut = project.text("kopgen.toml").parse().unwrap();
    let apis = known["api"].as_array_of_tables().unwrap();
    for (api, version) in apis.iter().zip(["v1", "v1alpha1"]) {
        assert_eq!(api["group"].as_str(), Some("water.example.org"));
        assert_eq!(api["version"].as_str(), Some(version));
        assert_eq!(api["imported"].as_bool(), Some(true));
    }
    // No controller unless it is asked for; a later one is for the version as it was imported.
    assert!(known.get("controller").is_none());
    project.kopgen("create api --resource=false --group water.example.org --version v1 --kind Well --controller-name pumps", "");
    let controller = project.text("operator/src/controllers/pumps.rs");
    assert!(controller.contains("kind = v1::Well"), "{controller}");
}

#[test]
fn what_is_no_crd_is_named_and_kinds_can_be_chosen() {
    let project = Project::new();
    let bundle = format!(
        "kind: Namespace\nmetadata: {{name: water}}\n---\n{}---\n{}",
        crd("wells.yaml"),
        crd("valves.yaml")
    );
    let ran = project.import("--kind Valve --controller", &bundle);
    assert!(
        ran.stderr
            .starts_with("     Skipped Namespace water in standard input: no CRD\n"),
        "{}",
        ran.stderr
    );
    assert!(project.has("api/src/v2beta1/valve.rs"));
    assert!(project.has("operator/src/controllers/valve.rs"));
    assert!(!project.has("api/src/v1/well.rs"));
    project.refuses(
        "- --kind Vavle",
        &bundle,
        str![[r#"
     Skipped Namespace water in standard input: no CRD
error: no CRD is of the kind `Vavle`
 |
 = help: did you mean `Valve`?


"#]],
    );
    project.refuses(
        "- --kind Pump",
        &bundle,
        str![[r#"
     Skipped Namespace water in standard input: no CRD
error: no CRD is of the kind `Pump`
 |
 = help: there is Valve, Well


"#]],
    );
    project.refuses(
        "-",
        "kind: Namespace\n",
        str![[r#"
     Skipped Namespace in standard input: no CRD
error: there is no CRD in standard input
 |
 = help: a CRD is a document with `kind: CustomResourceDefinition`


"#]],
    );
}

#[test]
fn nothing_is_written_where_nothing_is_to_be() {
    let project = Project::new();
    let before = project.tree();
    let ran = project.import("--dry-run", &crd("wells.yaml"));
    assert!(
        ran.stderr.contains("Would create api/src/v1/well.rs"),
        "{}",
        ran.stderr
    );
    let ran = project.import("--dry-run --diff", &crd("wells.yaml"));
    assert!(
        ran.stdout.contains("+pub struct WellSpec {"),
        "{}",
        ran.stdout
    );
    let ran = project.import("--dry-run -o json", &crd("wells.yaml"));
    let plan: Value = serde_json::from_str(&ran.stdout).unwrap();
    let changes = plan["changes"].as_array().unwrap();
    assert!(
        changes.contains(&json!({"path": "api/src/v1/well.rs", "action": "create"})),
        "{plan:#}"
    );
    assert_eq!(project.tree(), before);
}

/// Upstream has a newer CRD: what nobody edited follows it, and the plan shows how the types change.
#[test]
fn a_newer_crd_changes_what_nobody_edited() {
    let project = Project::new();
    project.import("--controller", &crd("wells.yaml"));
    let newer = crd("wells.yaml")
        .replace("maximum: 4000", "maximum: 5000")
        .replace("- we\n", "- we\n    - ws\n");
    let ran = project.import("--diff", &newer);
    assert!(ran.stdout.contains("\n-    #[schemars(range(min = 1, max = 4000))]\n+    #[schemars(range(min = 1, max = 5000))]\n"), "{}", ran.stdout);
    assert!(project.text("api/src/v1/well.rs").contains("max = 5000"));
    assert!(
        project
            .text("kopgen.toml")
            .contains(r#"short-names = ["we", "ws"]"#)
    );
    assert_eq!(
        project.import("", &newer).stderr,
        "   Unchanged every file is as it should be\n"
    );
}

#[test]
fn what_the_user_edited_stays_and_the_difference_is_shown() {
    let project = Project::new();
    project.import("", &crd("wells.yaml"));
    let edited = project
        .text("api/src/v1/well.rs")
        .replace("pub mode: Option<WellMode>", "pub mode: Option<String>");
    project.write("api/src/v1/well.rs", &edited);
    let newer = crd("wells.yaml").replace("maximum: 4000", "maximum: 5000");
    let ran = project.import("", &newer);
    assert_data_eq!(
        ran.stderr,
        str![[r#"
        Kept api/src/v1/well.rs (yours)
        Note what you have edited stays, and is not what the CRD says now: `--dry-run --diff` shows how

"#]]
    );
    let ran = project.import("--dry-run --diff", &newer);
    assert_data_eq!(
        ran.stdout.clone(),
        str![[r#"
--- a/api/src/v1/well.rs
+++ b/api/src/v1/well.rs
@@ -1,5 +1,5 @@
 // Imported by `kopgen create api --from-crd`. Until you edit it, a newer CRD replaces it.
-// kopgen-import: [..]
+// kopgen-import: [..]
 #![allow(
     clippy::doc_lazy_continuation,
     clippy::doc_markdown,
@@ -62,7 +62,7 @@
 ))]
 pub struct WellSpec {
     /// Depth in metres. At least 1.
-    #[schemars(range(min = 1, max = 4000))]
+    #[schemars(range(min = 1, max = 5000))]
     pub depth: i32,
 
     /// Flow is how much may be pumped, in litres a second.
@@ -75,7 +75,7 @@
     /// - `Always`: all the time
     #[serde(skip_serializing_if = "Option::is_none")]
     #[schemars(extend("default" = "OnDemand"))]
-    pub mode: Option<String>,
+    pub mode: Option<WellMode>,
 
     /// Outlets are the pipes that the well feeds.
     #[serde(skip_serializing_if = "Option::is_none")]

"#]]
    );
    // Programs are told the same.
    let json: Value =
        serde_json::from_str(&project.import("--dry-run -o json", &newer).stdout).unwrap();
    let changes = json["changes"].as_array().unwrap();
    let with_diff: Vec<_> = changes.iter().filter(|it| !it["diff"].is_null()).collect();
    assert_eq!(with_diff.len(), 1);
    assert_eq!(
        (&with_diff[0]["path"], &with_diff[0]["why"]),
        (&json!("api/src/v1/well.rs"), &json!("yours"))
    );
    assert_eq!(with_diff[0]["diff"].as_str(), Some(ran.stdout.as_str()));
    assert_eq!(project.text("api/src/v1/well.rs"), edited);
    // Whoever deletes it gets the CRD's.
    fs::remove_file(project.0.path().join("api/src/v1/well.rs")).unwrap();
    project.import("", &newer);
    assert!(project.text("api/src/v1/well.rs").contains("max = 5000"));
}

#[test]
fn a_version_that_the_crd_drops_leaves_the_project() {
    let project = Project::new();
    project.import("", &crd("wells.yaml"));
    let without = |version: &str| {
        let mut crd: Value = kopgen_core::yaml::documents(&crd("wells.yaml"))
            .unwrap()
            .remove(0);
        let versions = crd["spec"]["versions"].as_array_mut().unwrap();
        versions.retain(|it| it["name"] != version);
        versions[0]["storage"] = true.into();
        crd.to_string()
    };
    let ran = project.import("", &without("v1alpha1"));
    for deleted in [
        "api/src/v1alpha1/well.rs",
        "api/src/v1alpha1/mod.rs",
        "config/samples/v1alpha1_well.yaml",
    ] {
        assert!(
            ran.stderr.contains(&format!("Deleted {deleted}\n")),
            "{}",
            ran.stderr
        );
        assert!(!project.has(deleted));
    }
    assert!(!project.text("kopgen.toml").contains("v1alpha1"));

    // What was edited is not deleted, and no longer listed.
    project.import("", &crd("wells.yaml"));
    let edited = project.text("api/src/v1alpha1/well.rs") + "// mine\n";
    project.write("api/src/v1alpha1/well.rs", &edited);
    project.import("", &without("v1alpha1"));
    assert_eq!(project.text("api/src/v1alpha1/well.rs"), edited);
    assert!(!project.has("api/src/v1alpha1/mod.rs"));

    project.import("--controller", &crd("wells.yaml"));
    project.refuses(
        "-",
        &without("v1"),
        str![[r#"
error: the CRD has no v1 any more, and the controller `well` is for it
 |
 = help: make it one for another version of Well: in its file, and in kopgen.toml


"#]],
    );
}

#[test]
fn a_project_of_one_group_has_room_for_one() {
    let other = crd("valves.yaml").replace("water.example.org", "fire.example.com");
    let both = format!("{}---\n{other}", crd("wells.yaml"));
    let project = Project::new();
    project.refuses("-", &both, str![[r#"
error: the project has room for one group, and these are 2: fire.example.com, water.example.org
 |
 = note: a project has a crate of types for each group only when it was made with `kopgen init --multigroup`
 = help: import one group's CRDs, or all of them into a project made with `kopgen init --multigroup`


"#]]);

    let project = Project::made_with("--multigroup");
    project.import("--controller", &both);
    for path in [
        "api/fire/src/v2beta1/valve.rs",
        "api/water_example_org/src/v1/well.rs",
        "config/samples/fire_v2beta1_valve.yaml",
        "operator/src/controllers/water_example_org/well.rs",
    ] {
        assert!(project.has(path), "{path}");
    }
}

#[test]
fn types_that_were_not_imported_are_never_replaced() {
    let project = Project::new();
    project.kopgen("create api --group store --version v1 --kind Well", "");
    let own = crd("wells.yaml").replace("water.example.org", "store.example.com");
    project.refuses(
        "-",
        &own,
        str![[r#"
error: store.example.com/v1 Well is there already, and was not imported
 |
 = note: its types are yours: kopgen does not change them
 = help: import other CRDs with `--kind`, or take it out of kopgen.toml and delete its files


"#]],
    );
}

#[test]
fn a_kind_has_one_crd() {
    let project = Project::new();
    let wells = crd("wells.yaml");
    let other = wells
        .replace("wells", "springs")
        .replace("singular: well", "singular: spring")
        .replace("    - we\n", "    - sp\n");
    project.refuses("-", &format!("{wells}---\n{other}"), str![[r#"
error: two CRDs of water.example.org are of the kind Well: `springs.water.example.org` and `wells.water.example.org`
 |
 = help: an API server takes one of them: leave the other out


"#]]);
    project.import("", &wells);
    project.refuses(
        "-",
        &other,
        str![[r#"
error: water.example.org/v1 Well is there already, with the plural `wells`, and not `springs`
 |
 = note: a kind has one CRD in its group, and a CRD is named after its plural
 = help: if the kind has moved to the other CRD, take it out of kopgen.toml, and delete its files


"#]],
    );
}

/// Both are made of a type of one name, which is exported by neither.
#[test]
fn kinds_may_be_named_like_what_others_are_made_of() {
    let project = Project::new();
    let plan = crd("wells.yaml").replace("kind: Well", "kind: WellSpec");
    let plan = plan
        .replace("wells", "wellspecs")
        .replace("singular: well", "singular: wellspec");
    let plan = plan.replace("    - we\n", "    - ws\n");
    project.import("", &format!("{}---\n{plan}", crd("wells.yaml")));
    let exported = project.text("api/src/v1/mod.rs");
    assert!(
        exported.ends_with("pub use well::Well;\npub use well_spec::WellSpec;\n"),
        "{exported}"
    );
}

#[test]
fn a_sample_has_a_name_that_the_kind_takes() {
    let project = Project::new();
    let named = crd("valves.yaml").replace(
        "          spec:\n",
        "          metadata: {type: object, properties: {name: {type: string, enum: [main]}}}\n          spec:\n",
    );
    project.import("", &named);
    let sample = project.text("config/samples/v2beta1_valve.yaml");
    assert!(sample.contains("\n  name: main\n"), "{sample}");
}

/// What the types would not bring back is an error, unless it is allowed.
#[test]
fn what_cannot_be_expressed_is_named() {
    let project = Project::new();
    // No API server has such a CRD: its name is not that of its plural and group.
    let misnamed = crd("wells.yaml").replace("name: wells.water", "name: springs.water");
    project.refuses(
        "-",
        &misnamed,
        str![[r#"
error: Rust types cannot express all of the CRD `springs.water.example.org`
 |
 = note: .metadata.name: "springs.water.example.org" would become "wells.water.example.org"
 = help: `--allow-differences` imports it all the same


"#]],
    );
    let ran = project.import("--allow-differences", &misnamed);
    assert!(ran.stderr.starts_with("warning: "), "{}", ran.stderr);
    assert!(ran.stderr.contains(".metadata.name"), "{}", ran.stderr);
    assert!(project.has("api/src/v1/well.rs"));
}

#[test]
fn bad_input_names_the_document_and_the_place() {
    let project = Project::new();
    let wells = crd("wells.yaml");
    let refuses = |from: &str, to: &str, why: snapbox::data::Inline| {
        assert!(wells.contains(from), "{from}");
        project.refuses("-", &wells.replacen(from, to, 1), why);
    };
    project.refuses(
        "-",
        &wells[..1990],
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: 0 of its versions are stored
 |
 = note: `storage` is false where it is left out
 = help: set `storage: true` in the version in which objects are kept; or the CRD looks truncated: give the whole of it, as `kubectl kustomize` prints it


"#]],
    );
    let open = wells.find("\"True\"").unwrap();
    project.refuses(
        "-",
        &wells[..open + 2],
        str![[r#"
error: standard input is no YAML that kopgen reads
 |
 = note: line 150 column 25: unclosed quote
            --> <input>:150:25
             |
         148 |                     status:
         149 |                       enum:
         150 |                       - "T
             |                         ^ unclosed quote


"#]],
    );
    project.refuses(
        "missing.yaml",
        "",
        str![[r#"
error: cannot read missing.yaml: No such file or directory (os error 2)


"#]],
    );
    refuses(
        "io/v1\n",
        "io/v1beta1\n",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input is of `apiextensions.k8s.io/v1beta1`, and kopgen reads `apiextensions.k8s.io/v1`
 |
 = note: Kubernetes 1.22 and newer know no other version
 = help: take the CRD of a newer release, or read it back from a cluster that converts it: `kubectl get crd -o yaml`


"#]],
    );
    refuses(
        "kind: Well\n",
        "kind: the_well\n",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `the_well` is no kind
 |
 = note: a kind must be PascalCase: letters and digits of ASCII, an upper-case letter first, at most 60 characters
 = help: `TheWell` would do


"#]],
    );
    refuses(
        "kind: Well\n",
        "kind: 1.5\n",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `spec.names.kind` is 1.5, and must be a text


"#]],
    );
    refuses(
        "scope: Namespaced",
        "scope: Everywhere",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `spec.scope` is "Everywhere", and must be `Namespaced` or `Cluster`


"#]],
    );
    refuses(
        "served: true",
        "served: \"yes\"",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `spec.versions[0].served` is "yes", and must be `true` or `false`


"#]],
    );
    refuses(
        "- waterworks\n",
        "- The Works\n",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `category`: `The Works` is no category: it must be lower-case letters, digits and `-`, start with a letter and not end with `-`, of at most 63 characters
 |
 = help: correct the CRD first: as it is, no API server would take it from `kopgen manifests`


"#]],
    );
    refuses(
        "    - we\n",
        "    - we\n    categories: [wet]\n",
        str![[r#"
error: standard input is no YAML that kopgen reads
 |
 = note: line 20 column 5: duplicate mapping key: categories
           --> <input>:20:5
            |
         18 |     shortNames:
         19 |     - we
         20 |     categories: [wet]
            |     ^ duplicate mapping key: categories
         21 |     singular: well
         22 |   scope: Namespaced
            |


"#]],
    );
    project.refuses("https://example.org/crd.yaml", "", str![[r#"
error: cannot read https://example.org/crd.yaml: No such file or directory (os error 2)
 |
 = help: kopgen reads no URL: give `-`, and the text by standard input, as `curl --fail --location` prints it


"#]]);
    fs::write(project.0.path().join("latin.yaml"), b"kind: Caf\xe9\n").unwrap();
    project.refuses(
        "latin.yaml",
        "",
        str![[r#"
error: latin.yaml is not UTF-8
 |
 = help: YAML and JSON are: convert the file, or leave it out


"#]],
    );
    refuses(
        "name: v1\n",
        "name: \"2026\"\n",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: `2026` is no version
 |
 = note: a version must be `v1`, `v1alpha1` or `v1beta1`, with numbers from 1 on and no dot
 = help: `v2026` would do


"#]],
    );
    refuses(
        "storage: true",
        "storage: false",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: 0 of its versions are stored
 |
 = note: `storage` is false where it is left out
 = help: set `storage: true` in the version in which objects are kept; or the CRD looks truncated: give the whole of it, as `kubectl kustomize` prints it


"#]],
    );
    // Not structural: no type; one inside of a combinator.
    refuses(
        "                type: integer\n",
        "",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: v1: `spec.depth`: it has no type, which every field of a CRD has
 |
 = help: correct the CRD first: as it is, no API server would take it from `kopgen manifests`


"#]],
    );
    refuses(
        "- type: integer\n                - type: string\n                description: Flow",
        "- {type: integer, default: 1}\n                - type: string\n                description: Flow",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: v1: `spec.flow`: `default` cannot stand inside `anyOf`
 |
 = help: correct the CRD first: as it is, no API server would take it from `kopgen manifests`

error: the CRD `wells.water.example.org` in standard input: v1: `spec.flow`: `type` cannot stand inside `anyOf`
 |
 = help: correct the CRD first: as it is, no API server would take it from `kopgen manifests`


"#]],
    );
    refuses(
        "maximum: 4000",
        "maximum: many",
        str![[r#"
error: the CRD `wells.water.example.org` in standard input: v1: `spec.depth`: `maximum` is "many", and must be a number


"#]],
    );
    let deep = "{type: array, items: ".repeat(200) + "{type: string}" + &"}".repeat(200);
    refuses(
        "                type: boolean\n",
        &format!("                type: object\n                properties: {{deep: {deep}}}\n"),
        str![[r#"
error: standard input is no YAML that kopgen reads
 |
 = note: line 117 nests deeper than 128 levels


"#]],
    );
    project.refuses(
        "-",
        &format!("{wells}---\n{wells}"),
        str![[r#"
error: the CRD `wells.water.example.org` comes twice, again in standard input
 |
 = help: leave one of them out


"#]],
    );
}

/// Texts of a CRD are anything; what is made of them is Rust.
#[test]
fn hostile_texts_and_names_make_sound_rust() {
    let project = Project::new();
    let hostile = crd("valves.yaml")
        .replace("3way:", "\"\\\"#,\\n*/ ${}\":")
        .replace(
            "material: {type: string,",
            "material: {type: string, description: \"*/ \\\"# ``` {{ \\\\u{0} \\u2028 \\u202e\",",
        );
    project.import("", &hostile);
    let valve = project.text("api/src/v2beta1/valve.rs");
    assert!(
        valve.contains("/// *\u{200b}/ ") || valve.contains("*/ \\\"#"),
        "{valve}"
    );
    for entry in walkdir::WalkDir::new(project.0.path().join("api")) {
        let entry = entry.unwrap();
        if entry.path().extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(entry.path()).unwrap();
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        }
    }
}

/// etcd would not take it, and it is read all the same.
#[test]
fn a_crd_of_3_mb_is_imported() {
    let project = Project::new();
    let description = "A long description. ".repeat(50);
    let properties: String = (0..3_100)
        .map(|n| format!("              p{n}: {{type: string, description: '{description}'}}\n"))
        .collect();
    let large = crd("wells.yaml").replacen(
        "              depth:\n",
        &format!("{properties}              depth:\n"),
        1,
    );
    assert!(large.len() > 3_000_000);
    project.import("", &large);
    assert!(
        project
            .text("api/src/v1/well.rs")
            .contains("pub p3099: Option<String>")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_api_server_takes_the_regenerated_crds_over_the_originals()
-> kopgen_envtest::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let kubectl = |words: &str| {
        let mut command =
            Command::new(env.kubectl().expect("the control plane comes with kubectl"));
        let output = command
            .arg("--kubeconfig")
            .arg(env.kubeconfig())
            .args(words.split(' '))
            .current_dir(testdata())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert!(
            output.status.success(),
            "kubectl {words}: {}",
            text(output.stderr)
        );
        text(output.stdout)
    };
    for plural in ["wells", "valves"] {
        let name = format!("{plural}.water.example.org");
        let generation = || {
            kubectl(&format!(
                "get crd {name} -o jsonpath={{.metadata.generation}}"
            ))
        };
        kubectl(&format!("apply -f crds/{plural}.yaml"));
        kubectl(&format!(
            "wait --for=condition=Established crd/{name} --timeout=30s"
        ));
        let before = generation();
        kubectl(&format!(
            "apply -f project/config/crd/bases/water.example.org_{plural}.yaml"
        ));
        assert_eq!(generation(), before, "{name}");
        let changed = kubectl(&format!(
            "get crd {name} -o jsonpath={{.metadata.annotations}}"
        ));
        assert!(changed.contains("last-applied"), "{changed}");
    }
    kubectl("apply -k project/config/samples --dry-run=server --validate=strict");
    Ok(())
}

/// A change to a value somewhere in a CRD.
fn odd() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!({"type": "string"})),
        Just(
            json!({"type": "array", "items": {"type": "object", "properties": {"self": {"x-kubernetes-int-or-string": true}}}})
        ),
        Just(
            json!({"x-kubernetes-preserve-unknown-fields": true, "nullable": true, "default": {"a": [null]}})
        ),
        Just(json!([{"required": ["a"]}, {"not": {}}])),
        Just(json!("^(?!x)[\u{1f600}\\")),
    ]
}

/// Every pointer into a value.
fn pointers(value: &Value, here: &str, all: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(n, value)| (n.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (key, child) in children {
        let pointer = format!("{here}/{}", key.replace('~', "~0").replace('/', "~1"));
        pointers(child, &pointer, all);
        all.push(pointer);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a CRD says, it is refused with a reason, or its types are Rust and say what they cannot express.
    #[test]
    fn no_crd_makes_the_import_panic(
        which in 0..2usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), odd(), "[$a-zA-Z_.ß-]{0,6}"), 1..6),
    ) {
        let text = crd(["wells.yaml", "valves.yaml"][which]);
        let mut changed = kopgen_core::yaml::documents(&text).unwrap().remove(0);
        for (index, value, key) in changes {
            let mut all = Vec::new();
            pointers(&changed["spec"], "/spec", &mut all);
            if all.is_empty() {
                break;
            }
            let target = changed.pointer_mut(&all[index.index(all.len())]).unwrap();
            match target {
                // Half of the changes add a name, the others replace what is there.
                Value::Object(map) if key.len() % 2 == 0 => _ = map.insert(key, value),
                target => *target = value,
            }
        }
        let Ok(read) = kopgen::import::read(&changed.to_string(), "odd.yaml") else { return Ok(()) };
        for crd in &read.crds {
            let Ok(imported) = kopgen::import::import(crd) else { continue };
            for module in &imported.modules {
                prop_assert!(syn::parse_file(&module.text).is_ok(), "{}", module.text);
            }
            for version in crd.versions() {
                kopgen::import::sample(crd, version, &json!({"name": "a"}));
            }
        }
    }

    #[test]
    fn no_text_makes_the_import_panic(text in "\\PC{0,200}", cut in any::<prop::sample::Index>()) {
        _ = kopgen::import::read(&text, "odd.yaml");
        let whole = crd("wells.yaml");
        _ = kopgen::import::read(&whole[..cut.index(whole.len())], "cut.yaml");
    }
}
