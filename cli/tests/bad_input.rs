//! Whatever is put in, kopgen makes a sound plan of it or says what is wrong: it never panics, and never writes then.
//!
//! The inputs are the same in every run; `PROPTEST_CASES=100000` tries more of them.
#![expect(
    clippy::disallowed_methods,
    reason = "a test makes the files that it needs"
)]

#[path = "common/project.rs"]
mod project;

use std::cell::{Cell, RefCell};
use std::fs;

use clap::Parser;
use kopgen::args::{self, Cli, Command};
use kopgen::diagnostic::Diagnostics;
use kopgen::plan::{Change, Plan, RelPath};
use kopgen::project::Project as Model;
use kopgen::request::{CreateApi, Init};
use kopgen::scaffold;
use kopgen::workspace::{Entry, Snapshot};
use kopgen_core::report::Report;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use serde_json::{Value, json};

use project::{Project, assert_untouched, command, kopgen, say, tree};

#[test]
fn words_of_create_api_make_a_sound_plan_or_an_error() {
    let project = Project::new();
    let snapshot = Snapshot::read(&project.root).unwrap();
    let model = Model::read(&snapshot).unwrap();
    let flags = [
        "--group",
        "--version",
        "--kind",
        "--plural",
        "--shortname",
        "--controller-name",
        "--image",
        "--port",
        "--external-type",
        "--namespaced",
        "--resource",
        "--controller",
    ];
    let usual = [
        ("--group", "webapp"),
        ("--version", "v1"),
        ("--kind", "Guestbook"),
    ];
    check(
        "words for `create api`",
        700,
        words(&usual, &flags),
        |words| {
            let words = ["kopgen", "create", "api"]
                .into_iter()
                .chain(words.iter().map(String::as_str));
            let Some(Command::Create(args::Create::Api(args))) = parsed(words)? else {
                return Ok(false);
            };
            let planned = CreateApi::new(&args)
                .and_then(|request| scaffold::api::plan(&model, &snapshot, &request));
            judged(planned.map(|(_, plan)| plan))
        },
    );
}

#[test]
fn words_of_init_make_a_sound_plan_or_an_error() {
    let flags = [
        "--domain",
        "--project-name",
        "--owner",
        "--license",
        "--api",
        "--kopgen-source",
    ];
    let usual = [
        ("--domain", "example.com"),
        ("--project-name", "guestbook"),
        ("--kopgen-source", "release"),
    ];
    check("words for `init`", 700, words(&usual, &flags), |words| {
        let words = ["kopgen", "init"]
            .into_iter()
            .chain(words.iter().map(String::as_str));
        let Some(Command::Init(args)) = parsed(words)? else {
            return Ok(false);
        };
        let read = scaffold::init::Read {
            license: Some("Mine: */ all \"of\" it.\n".into()),
            runtime: Some("../kopgen/runtime".into()),
        };
        let planned = Init::new(&args, std::path::Path::new("/somewhere/guestbook"))
            .and_then(|request| scaffold::init::plan(&Snapshot::default(), &request, &read));
        judged(planned.map(|(_, plan)| plan))
    });
}

/// The same through the door: exit codes, stdout, and a tree that nobody touched.
#[test]
fn the_binary_refuses_words_with_an_error_and_writes_nothing() {
    let new = Project::new();
    let project = RefCell::new(new.copy());
    let flags = [
        "--group",
        "--version",
        "--kind",
        "--plural",
        "--image",
        "--dry-run",
        "--nonsense",
        "--output",
    ];
    let usual = [("--group", "a"), ("--version", "v1"), ("--kind", "B")];
    let words = (words(&usual, &flags), any::<bool>());
    check(
        "command lines for the binary",
        100,
        words,
        |(words, is_text)| {
            let before = project.borrow().tree();
            let mut command = command(&project.borrow().root, "create api");
            command.args(words.into_iter().map(|word| word.replace('\0', "")));
            if !is_text {
                command.arg(no_text());
            }
            let output = command.output().unwrap();
            if output.status.success() {
                project.replace(new.copy());
                return Ok(true);
            }
            let stderr = String::from_utf8_lossy(&output.stderr);
            prop_assert!(
                matches!(output.status.code(), Some(1 | 2)),
                "{:?}: {stderr}",
                output.status
            );
            prop_assert!(stderr.starts_with("error: "), "{stderr}");
            assert_untouched(&project.borrow().root, &before);
            Ok(false)
        },
    );
}

const MODEL: &str = r#"layout = 1

[project]
name = "guestbook"
domain = "example.com"
multigroup = true

[[api]]
group = "webapp.example.com"
version = "v1"
kind = "Guestbook"
plural = "guestbooks"
short-names = ["gb"]
namespaced = true
image = "nginx"
port = 80

[[controller]]
name = "guestbook"
group = "webapp.example.com"
version = "v1"
kind = "Guestbook"

[[controller]]
name = "pods"
group = "core"
version = "v1"
kind = "Pod"

[[controller]]
name = "certificates"
group = "cert-manager.io"
version = "v1"
kind = "Certificate"
type = "cert_manager::v1::Certificate"
plural = "certificates"
namespaced = true
"#;

#[test]
fn any_kopgen_toml_makes_a_sound_plan_or_an_error() {
    let project = Project::init("--multigroup");
    let mut snapshot = Snapshot::read(&project.root).unwrap();
    // The folder that the model speaks of, without the files that are written when they are absent.
    snapshot.set(RelPath::new("api/webapp/mine"), Entry::File(Vec::new()));
    let words = "kopgen create api --group webapp --version v1 --kind Guestbook --controller=false";
    let Ok(Some(Command::Create(args::Create::Api(args)))) = parsed(words.split(' ')) else {
        panic!("{words}");
    };
    let request = CreateApi::new(&args).unwrap();
    let quoted = || value().prop_map(|it| format!("{it:?}"));
    let edit = prop_oneof![
        // Another value, another word, a word less.
        6 => (Just(true), any::<Index>(), quoted()),
        2 => (Just(false), any::<Index>(), value()),
        1 => (Just(false), any::<Index>(), Just(String::new())),
    ];
    let text = prop_oneof![
        9 => prop::collection::vec(edit, 0..3).prop_map(|edits| {
            let mut words: Vec<String> = MODEL.split_inclusive([' ', '\n']).map(str::to_owned).collect();
            for (only_values, at, text) in edits {
                let is_value = |word: &&mut String| !only_values || word.starts_with('"');
                let mut places: Vec<&mut String> = words.iter_mut().filter(is_value).collect();
                **at.get_mut(&mut places) = format!("{text}\n");
            }
            words.concat()
        }),
        1 => any::<String>(),
    ];
    check("texts of kopgen.toml", 700, text, |text| {
        let mut snapshot = snapshot.clone();
        snapshot.set(kopgen::project::path(), Entry::File(text.into()));
        let model = Model::read(&snapshot);
        let planned = model.and_then(|model| scaffold::api::plan(&model, &snapshot, &request));
        judged(planned.map(|(_, plan)| plan))
    });
}

#[test]
fn a_kopgen_toml_of_a_newer_kopgen_is_refused_with_the_way_out() {
    let project = Project::new();
    let newer = "layout = 2\nworkspace = { roles = [] }\n[[kind]]\nname = \"v1/Guestbook\"\n";
    fs::write(project.path("kopgen.toml"), newer).unwrap();
    let before = project.tree();
    for words in [
        "create api --group a --version v1 --kind B",
        "create api --group a --version v1 --kind B --dry-run",
        "manifests",
        "manifests --check",
        "manifests --overwrite",
        "init . --force --project-name a --domain example.com",
    ] {
        let said = project.kopgen(words);
        if words.starts_with("init") {
            said.refuses(&["is a project already"]);
        } else {
            let said = said.refuses(&[
                "the project has layout 2, and kopgen",
                "cargo install kopgen",
            ]);
            assert_eq!(said.stderr.matches("error: ").count(), 1, "{}", said.stderr);
        }
        assert_untouched(&project.root, &before);
    }
}

/// A file that the user named may be anything, too.
#[test]
fn a_licence_that_is_no_text_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("binary"), [0xff, 0xfe, 0]).unwrap();
    fs::write(folder.path().join("large"), vec![b'x'; 5 << 20]).unwrap();
    let before = tree(folder.path());
    let mut licences = vec!["binary", "large", ".", "missing"];
    if cfg!(unix) {
        licences.push("/dev/zero");
    }
    for licence in licences {
        let init = format!("init new --domain example.com --license {licence}");
        kopgen(folder.path(), &init)
            .refuses(&[licence, "`--license` takes apache2, none, or a file"]);
        assert_untouched(folder.path(), &before);
    }
}

#[test]
fn any_report_makes_a_sound_plan_or_an_error() {
    let project = Project::new();
    project
        .kopgen("create api --group webapp --version v1 --kind Guestbook")
        .succeeds();
    project.edit("config/default/kustomization.yaml", |text| {
        text.to_owned() + "transformers:\n- ../rbac/namespaces\n"
    });
    let mut snapshot = Snapshot::read(&project.root).unwrap();
    // Of another kind it would be a problem of its own, whatever that kind is called.
    snapshot.remove(&RelPath::new("config/samples/v1_guestbook.yaml"));
    let models = ["", "namespaced", "multigroup"].map(|flag| {
        let text = project
            .text("kopgen.toml")
            .replace(&format!("{flag} = false"), &format!("{flag} = true"));
        Model::read(&Snapshot::from_files([("kopgen.toml", text)])).unwrap()
    });
    let pointers = pointers(&report());
    let mutations = prop::collection::vec(
        prop_oneof![
            (select(pointers), json_value()),
            (
                select(NAMES).prop_map(str::to_owned),
                value().prop_map(Value::from)
            ),
        ],
        0..3,
    );
    let inputs = (mutations, any::<Index>());
    check(
        "reports of the manifests program",
        400,
        inputs,
        |(mutations, model)| {
            let mut report = report();
            for (pointer, value) in mutations {
                // What it is in may be gone by now.
                if let Some(place) = report.pointer_mut(&pointer) {
                    *place = value;
                }
            }
            let Ok(report) = serde_json::from_value::<Report>(report) else {
                return Ok(false);
            };
            let model = model.get(&models);
            let plan = match kopgen::manifests::plan(model, &snapshot, report.clone(), false) {
                Ok(declared) => declared.plan,
                Err(problems) => return judged(Err(problems)),
            };
            for path in plan.changes.keys() {
                let (folder, file) = path.as_str().rsplit_once('/').unwrap_or_default();
                let ours = [
                    "config/crd",
                    "config/crd/bases",
                    "config/rbac",
                    "config/rbac/namespaces",
                ];
                prop_assert!(ours.contains(&folder) && file.ends_with(".yaml"), "{path}");
            }
            let mut after = snapshot.clone();
            for (path, change) in &plan.changes {
                if let Change::Create { after: file } = change {
                    after.set(path.clone(), Entry::File(file.content.clone()));
                }
            }
            let again =
                kopgen::manifests::plan(model, &after, report, false).expect("it was sound before");
            prop_assert!(
                again.plan.is_current(),
                "a second run would change something"
            );
            judged(Ok(plan))
        },
    );
}

/// Tries `cases` inputs, of which some must be taken (`Ok(true)`) and some refused.
fn check<S: Strategy>(
    what: &str,
    cases: u32,
    inputs: S,
    judge: impl Fn(S::Value) -> Result<bool, TestCaseError>,
) where
    S::Value: std::fmt::Debug,
{
    let cases = std::env::var("PROPTEST_CASES").map_or(cases, |it| it.parse().unwrap());
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (tried, taken) = (Cell::new(0), Cell::new(0));
    let result = runner.run(&inputs, |input| -> TestCaseResult {
        tried.set(tried.get() + 1);
        taken.set(taken.get() + u32::from(judge(input)?));
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{what}: {error}"));
    let (tried, taken) = (tried.get(), taken.get());
    assert!(
        0 < taken && taken < tried,
        "of {tried} {what}, {taken} were taken"
    );
    say(format_args!(
        "{tried} {what} tried, {} of them refused",
        tried - taken
    ));
}

/// Whether it was taken, and then is sound: every file is of its language.
fn judged(planned: Result<Plan, Diagnostics>) -> Result<bool, TestCaseError> {
    let plan = match planned {
        Ok(plan) => plan,
        Err(problems) => {
            for problem in problems.iter() {
                prop_assert!(
                    !problem.message.is_empty() && !problem.message.contains('\n'),
                    "{problem}"
                );
            }
            return Ok(false);
        }
    };
    if plan.conflicts().next().is_some() {
        return Ok(false);
    }
    for (path, change) in &plan.changes {
        let (Change::Create { after } | Change::Replace { after, .. }) = change else {
            continue;
        };
        let text = std::str::from_utf8(&after.content).expect("kopgen writes text");
        let error = match path.extension() {
            Some("rs") => syn::parse_file(text).err().map(|it| it.to_string()),
            Some("toml") => text
                .parse::<toml_edit::DocumentMut>()
                .err()
                .map(|it| it.to_string()),
            Some("yaml" | "yml") => kopgen_core::yaml::documents(text)
                .err()
                .map(|it| it.to_string()),
            _ => None,
        };
        prop_assert!(error.is_none(), "{path}: {error:?}\n{text}");
    }
    Ok(true)
}

/// What clap makes of the words; `None` when it refuses them.
fn parsed<'a>(words: impl Iterator<Item = &'a str>) -> Result<Option<Command>, TestCaseError> {
    match Cli::try_parse_from(words) {
        Ok(cli) => Ok(Some(cli.command)),
        Err(error) => {
            prop_assert!(!error.to_string().is_empty());
            Ok(None)
        }
    }
}

/// The usual arguments, some of them with another value, and some more.
fn words(
    usual: &[(&'static str, &'static str)],
    flags: &[&'static str],
) -> impl Strategy<Value = Vec<String>> + use<> {
    let usual = usual.to_vec();
    let more = prop::collection::vec((select(flags.to_vec()), value(), any::<bool>()), 0..4);
    (
        prop::collection::vec(prop::option::weighted(0.2, value()), usual.len()),
        more,
    )
        .prop_map(move |(values, more)| {
            let mut words = Vec::new();
            let mut put = |flag: &str, value: String, joined: bool| match joined {
                true => words.push(format!("{flag}={value}")),
                false => words.extend([flag.to_owned(), value]),
            };
            for ((flag, usual), value) in usual.iter().zip(values) {
                // A flag that is given twice is refused: what comes more takes its place.
                if !more.iter().any(|(it, ..)| it == flag) {
                    put(flag, value.unwrap_or_else(|| (*usual).to_owned()), true);
                }
            }
            for (flag, value, joined) in more {
                put(flag, value, joined);
            }
            words
        })
}

/// Values that are right, nearly right, or meant to do harm.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => select(&[
            "webapp", "v1", "v1beta1", "Guestbook", "HTTPRoute", "guestbooks", "gb", "nginx:1.29", "8080", "true",
            "false", "example.com", "webapp/v1/Guestbook", "none", "release", "cert_manager::v1::Certificate", "core",
        ][..]).prop_map(str::to_owned),
        3 => select(&[
            "", " ", "-", "--", "..", "../../etc/passwd", "/etc/passwd", "a/b", "a\\b", "C:\\x", "CON", "\0", "\n", "a\nb: c",
            "---\n", "*/", "//", "\"", "'; rm -rf ~; '", "$(id)", "`id`", "{{ kind }}", "{% raw %}", "#", "type", "Self", "crate",
            "r#type", "0", "-1", "65536", "v0", "v1-1", "V1", "ｖ1", "Ｋind", "ß", "İ", "\u{202e}dnik", "\u{feff}", "👾", "e\u{301}",
            "kube-system", "k8s.io", "Option", "String", "Vec", "guestbook-operator", "<<<<<<< HEAD", "[", "]]", "= 1",
        ][..]).prop_map(str::to_owned),
        1 => (select(&["a", "A", "-", ".", "é", "\n"][..]), 1..400_usize).prop_map(|(it, times)| it.repeat(times)),
        1 => "[a-zA-Z0-9._/-]{0,70}",
        1 => any::<String>(),
    ]
}

fn json_value() -> impl Strategy<Value = Value> {
    let deep = |depth: usize| {
        (0..depth).fold(
            json!({ "type": "object" }),
            |inner, _| json!({ "properties": { "a": inner }, "items": [inner] }),
        )
    };
    prop_oneof![
        4 => value().prop_map(Value::from),
        1 => select(vec![json!(null), json!(true), json!(0), json!(-1), json!(1e300), json!(u64::MAX), json!([]), json!({}), json!([[]])]),
        1 => (1..8_usize).prop_map(deep),
    ]
}

/// What the `manifests` program of a small project says.
fn report() -> Value {
    let spec = json!({
        "type": "object",
        "properties": {
            "replicas": { "type": "integer", "format": "int32", "minimum": 1.0, "default": 1 },
            "mode": { "type": "string", "enum": ["on", "off"], "pattern": "^o" },
        },
        "required": ["replicas"],
    });
    let schema = json!({ "type": "object", "properties": { "spec": spec, "status": { "type": "object" } }, "required": ["spec"] });
    let source = json!({ "type_name": "guestbook_api::v1::GuestbookSpec", "file": "api/src/v1/guestbook.rs", "line": 7 });
    let rule = |scope: Value| json!({ "scope": scope, "apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get"] });
    json!({
        "protocol": 2, "kopgen": "0.1.0", "kube": "5.0.0",
        "kinds": [{
            "source": source,
            "crd": {
                "apiVersion": "apiextensions.k8s.io/v1",
                "kind": "CustomResourceDefinition",
                "metadata": { "name": "guestbooks.webapp.example.com" },
                "spec": {
                    "group": "webapp.example.com",
                    "names": { "kind": "Guestbook", "plural": "guestbooks", "singular": "guestbook", "shortNames": ["gb"] },
                    "scope": "Namespaced",
                    "versions": [{
                        "name": "v1", "served": true, "storage": true,
                        "subresources": { "status": {} },
                        "additionalPrinterColumns": [{ "name": "Replicas", "type": "integer", "jsonPath": ".spec.replicas" }],
                        "schema": { "openAPIV3Schema": schema },
                    }],
                },
            },
        }],
        "controllers": [{
            "source": source, "name": "guestbook",
            "kind": { "group": "webapp.example.com", "version": "v1", "kind": "Guestbook", "plural": "guestbooks", "namespaced": true },
            "rules": [rule(json!("everywhere")), rule(json!({ "namespace": "kube-system" }))],
        }],
    })
}

/// The values that files and objects are named after.
const NAMES: &[&str] = &[
    "/kinds/0/crd/spec/group",
    "/kinds/0/crd/spec/names/kind",
    "/kinds/0/crd/spec/names/plural",
    "/kinds/0/crd/spec/names/singular",
    "/kinds/0/crd/spec/versions/0/name",
    "/controllers/0/name",
    "/controllers/0/rules/1/scope/namespace",
];

/// The paths to every value of a document.
fn pointers(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (at.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    let below = inner.into_iter().flat_map(|(key, value)| {
        pointers(value)
            .into_iter()
            .map(move |it| format!("/{key}{it}"))
    });
    std::iter::once(String::new()).chain(below).collect()
}

/// An argument that is not valid Unicode.
fn no_text() -> std::ffi::OsString {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::from_vec(b"--plural=\xff".to_vec());
    #[cfg(windows)]
    return std::os::windows::ffi::OsStringExt::from_wide(&[0xd800]);
}
