use super::*;

const OWNER: Owner<'static> = Owner {
    instead: "patch it in config/default",
    overwrite: false,
};
const RUST: &str = "api/src/v1/mod.rs";
const YAML: &str = "config/crd/kustomization.yaml";
const BODY_RUST: &str = "pub mod book;\npub mod guest;\n\npub use book::*;\npub use guest::*;\n";
const BODY_YAML: &str = "kind: Kustomization\nresources:\n- a.yaml\n- b.yaml\n";

/// The file as kopgen writes it.
fn written(path: &str, body: &str) -> String {
    String::from_utf8(sealed(&RelPath::new(path), body, OWNER).content).unwrap()
}

/// What becomes of `text` at `path` when `body` is wanted: `keep`, `yours`, `replace`, or the conflict.
fn outcome(path: &str, text: &str, body: &str, owner: Owner<'_>) -> String {
    let snapshot = Snapshot::from_files([(path, text)]);
    match owned(&snapshot, &RelPath::new(path), body, owner) {
        Change::Keep(Why::Current) => "keep".into(),
        Change::Keep(Why::Yours) => "yours".into(),
        Change::Replace { before, after } => {
            assert_eq!(before, text.as_bytes());
            assert_eq!(after, sealed(&RelPath::new(path), body, owner));
            "replace".into()
        }
        Change::Conflict(problem) => problem.to_string(),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(path: &str, text: &str, body: &str, expected: &str) {
    assert_eq!(outcome(path, text, body, OWNER), expected, "{text}");
    let conflict = !matches!(expected, "keep" | "yours" | "replace");
    let overwritten = outcome(
        path,
        text,
        body,
        Owner {
            overwrite: true,
            ..OWNER
        },
    );
    if conflict {
        assert_eq!(overwritten, "replace", "{text}");
    }
}

#[test]
fn what_is_as_kopgen_wrote_it_is_replaced_by_what_is_wanted() {
    for (path, body, other) in [
        (RUST, BODY_RUST, "pub mod book;\n"),
        (YAML, BODY_YAML, "resources: []\n"),
        ("config/x.txt", "a\n", "b\n"),
    ] {
        check(path, &written(path, body), body, "keep");
        check(path, &written(path, other), body, "replace");
    }
}

#[test]
fn layout_is_no_edit() {
    let yaml = [
        written(YAML, BODY_YAML).replace('\n', "\r\n"),
        written(YAML, BODY_YAML).replace(
            "resources:\n- a.yaml\n- b.yaml\n",
            "resources: [a.yaml, \"b.yaml\"]\n# mine\n",
        ),
        written(YAML, BODY_YAML).replace(
            BODY_YAML,
            "resources:\n  - a.yaml\n  - b.yaml\nkind: Kustomization\n",
        ),
    ];
    for text in yaml {
        check(YAML, &text, BODY_YAML, "keep");
        check(YAML, &text, "kind: Kustomization\n", "replace");
    }
    let tuple = "pub fn f() -> Operator {\n    new(a, b)\n}\n";
    let rust = [
        (written(RUST, BODY_RUST).replace('\n', "\r\n"), BODY_RUST),
        (
            written(RUST, tuple).replace("new(a, b)", "new(\n        a, // why\n        b,\n    )"),
            tuple,
        ),
    ];
    for (text, body) in rust {
        check(RUST, &text, body, "keep");
        check(RUST, &text, "pub mod other;\n", "replace");
    }
}

#[test]
fn an_edit_is_a_conflict_that_names_the_way_out() {
    let edited = written(YAML, BODY_YAML).replace("- b.yaml", "- mine.yaml");
    let expected = "config/crd/kustomization.yaml was edited by hand\n  \
        note: config/crd/kustomization.yaml is kopgen's: it is rebuilt whole, so an edit there would be lost\n  \
        help: patch it in config/default; then take kopgen's file with `kopgen manifests --overwrite`";
    check(YAML, &edited, BODY_YAML, expected);
    // A file without a header was never kopgen's.
    check(YAML, "kind: Kustomization\n", BODY_YAML, expected);
    // What is wanted anyway is no edit, header or not; an outdated digest is renewed, or the next change would conflict.
    check(YAML, BODY_YAML, BODY_YAML, "keep");
    check(
        YAML,
        &written(YAML, "a: b\n").replace("a: b\n", BODY_YAML),
        BODY_YAML,
        "replace",
    );
}

#[test]
fn a_file_that_does_not_parse_is_a_conflict_that_says_where() {
    let found = outcome(
        YAML,
        &(written(YAML, BODY_YAML) + "a: [\n"),
        BODY_YAML,
        OWNER,
    );
    assert!(
        found.starts_with("config/crd/kustomization.yaml is no YAML"),
        "{found}"
    );
    let found = outcome(
        RUST,
        &written(RUST, BODY_RUST).replace("pub mod guest;", "pub mod guest"),
        BODY_RUST,
        OWNER,
    );
    assert!(
        found.starts_with("api/src/v1/mod.rs does not parse as Rust\n  at: api/src/v1/mod.rs:6\n"),
        "{found}"
    );
    let found = outcome(
        RUST,
        &written(RUST, BODY_RUST).replace("pub mod guest;", "pub mod \"guest;"),
        BODY_RUST,
        OWNER,
    );
    assert!(
        found.starts_with("api/src/v1/mod.rs does not parse as Rust\n  at: api/src/v1/mod.rs:"),
        "{found}"
    );
    let binary = Snapshot::from_files([(YAML, [0xff, 0xfe])]);
    let Change::Conflict(problem) = owned(&binary, &RelPath::new(YAML), BODY_YAML, OWNER) else {
        panic!()
    };
    assert_eq!(
        problem.message,
        "config/crd/kustomization.yaml is not UTF-8"
    );
}

#[test]
fn a_taken_over_module_list_needs_only_what_the_project_needs() {
    // Reordered, rewritten, with more in it: all that is needed is there.
    check(
        RUST,
        "pub use guest::*;\npub use book::*;\npub mod guest;\nmod mine;\npub mod book;\n",
        BODY_RUST,
        "yours",
    );
    check(
        RUST,
        &written(RUST, BODY_RUST).replace("pub mod guest;", "pub mod guest { pub struct Guest; }"),
        BODY_RUST,
        "yours",
    );
    // What re-exports everything re-exports each.
    check(
        RUST,
        "pub use guest::*;\npub use book::*;\npub mod guest;\npub mod book;\n",
        "pub mod book;\npub mod guest;\n\npub use book::Book;\npub use guest::Guest;\n",
        "yours",
    );
    // An empty list needs nothing.
    check(RUST, &(written(RUST, "") + "mod mine;\n"), "", "yours");
    let expected = "api/src/v1/mod.rs was edited by hand and lacks `pub mod guest;`, `pub use guest::*;`\n  \
        at: api/src/v1/mod.rs:3\n  \
        note: api/src/v1/mod.rs is kopgen's: patch it in config/default\n  \
        help: add `pub mod guest;` and `pub use guest::*;`, or take kopgen's file with `kopgen manifests --overwrite`";
    check(
        RUST,
        "pub mod book;\npub use book::*;\nmod guest;\n",
        BODY_RUST,
        expected,
    );
}

#[test]
fn a_taken_over_operator_needs_its_kinds_and_controllers() {
    let body = "pub fn operator() -> Operator<State> {\n    Operator::new(\"a\")\n        .kind::<a_api::v1::A>()\n        .controller::<crate::controllers::a::AReconciler>()\n}\n";
    let path = "operator/src/operator.rs";
    let mine = "pub fn operator() -> Operator<State> { let it = Operator::new(\"a\").kind::<a_api::v1::A>(); it.controller::<crate::controllers::a::AReconciler>() }";
    check(path, mine, body, "yours");
    let lacking = outcome(
        path,
        &mine.replace(".kind::<a_api::v1::A>()", ""),
        body,
        OWNER,
    );
    assert!(
        lacking.contains("lacks `.kind::<a_api::v1::A>()`\n"),
        "{lacking}"
    );
    // A `main` is needed for what it does.
    let main = outcome(
        "operator/src/bin/manifests.rs",
        "fn main() { other() }",
        "fn main() { print() }",
        OWNER,
    );
    assert!(
        main.starts_with("operator/src/bin/manifests.rs was edited by hand"),
        "{main}"
    );
}

#[test]
fn a_merge_is_resolved_when_nothing_of_anyones_is_lost() {
    let merging =
        |ours: &str, theirs: &str| format!("<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> other\n");
    let (book, guest) = (
        "pub mod book;\n\npub use book::*;\n",
        "pub mod guest;\n\npub use guest::*;\n",
    );
    check(
        RUST,
        &merging(&written(RUST, book), &written(RUST, guest)),
        BODY_RUST,
        "replace",
    );
    let mine = written(RUST, book) + "mod mine;\n";
    let found = outcome(
        RUST,
        &merging(&mine, &written(RUST, guest)),
        BODY_RUST,
        OWNER,
    );
    assert!(
        found.starts_with("api/src/v1/mod.rs does not parse as Rust"),
        "{found}"
    );
    // Neither side is kopgen's.
    let found = outcome(RUST, &merging(book, guest), BODY_RUST, OWNER);
    assert!(
        found.starts_with("api/src/v1/mod.rs does not parse as Rust"),
        "{found}"
    );
}

#[test]
fn a_stale_file_is_deleted_only_as_kopgen_wrote_it() {
    let prune = |text: &str, owner| {
        pruned(
            &Snapshot::from_files([(YAML, text)]),
            &RelPath::new(YAML),
            owner,
        )
    };
    let as_written = written(YAML, BODY_YAML);
    assert_eq!(
        prune(&as_written, OWNER),
        Some(Change::Delete {
            before: as_written.clone().into()
        })
    );
    assert!(matches!(
        prune(&as_written.replace('\n', "\r\n"), OWNER),
        Some(Change::Delete { .. })
    ));
    let edited = as_written.replace("- b.yaml\n", "");
    let Some(Change::Conflict(problem)) = prune(&edited, OWNER) else {
        panic!()
    };
    assert_eq!(
        problem.message,
        "config/crd/kustomization.yaml has kopgen's header, but the project needs no such file, and it is not as kopgen wrote it there"
    );
    // The user's copy of another file.
    let copy = written("config/rbac/kustomization.yaml", BODY_YAML);
    assert!(matches!(prune(&copy, OWNER), Some(Change::Conflict(_))));
    assert!(matches!(
        prune(
            &edited,
            Owner {
                overwrite: true,
                ..OWNER
            }
        ),
        Some(Change::Delete { .. })
    ));
    assert_eq!(
        pruned(&Snapshot::default(), &RelPath::new(YAML), OWNER),
        None
    );
}

#[test]
fn what_was_written_once_is_the_users() {
    let path = RelPath::new("a/b.rs");
    let file = || File::text("new");
    assert_eq!(
        once(&Snapshot::default(), &path, file()),
        Change::Create { after: file() }
    );
    assert_eq!(
        once(&Snapshot::from_files([("a/b.rs", "old")]), &path, file()),
        Change::Keep(Why::Yours)
    );
}

#[test]
fn what_stands_in_the_way_is_a_conflict() {
    fn check(path: &str, entry: Entry, expected: &str) {
        let mut snapshot = Snapshot::default();
        snapshot.set(RelPath::new(path), entry);
        let target = RelPath::new("config/a.yaml");
        for change in [
            once(&snapshot, &target, File::text("")),
            shared(&snapshot, &target, File::text("")),
            owned(
                &snapshot,
                &target,
                "",
                Owner {
                    overwrite: true,
                    ..OWNER
                },
            ),
        ] {
            let Change::Conflict(problem) = change else {
                panic!("{change:?}")
            };
            assert_eq!(problem.message, expected);
        }
    }
    check(
        "config",
        Entry::Link,
        "config is a symbolic link, and kopgen writes through none",
    );
    check(
        "config",
        Entry::File(Vec::new()),
        "config is a file where the project has a folder",
    );
    check(
        "config/a.yaml",
        Entry::Folder,
        "config/a.yaml is a folder where the project has a file",
    );
    check(
        "config/a.yaml",
        Entry::Link,
        "config/a.yaml is a symbolic link, and kopgen writes through none",
    );
    check(
        "config/a.yaml",
        Entry::Other,
        "config/a.yaml is something else than a file where the project has a file",
    );
    check(
        "config/a.yaml",
        Entry::Large,
        "config/a.yaml is far too large to be the file where the project has a file",
    );
}
