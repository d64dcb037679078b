use super::*;
use crate::project::{Api, Target, core_types};

const TEXT: &str = r#"# Mine: do not lose this.
layout = 1

[project]
name = "guestbook" # and this
domain = "example.com"
multigroup = true

# The first.
[[api]]
group = "webapp.example.com"
version = "v1"
kind = "Guestbook"
plural = "guestbooks"
short-names = ["gb"]
image = "nginx"
port = 80

[[controller]]
name = "guestbook"
group = "webapp.example.com"
version = "v1"
kind = "Guestbook"

# Not ours.
[[controller]]
group = "core"
version = "v1"
kind = "Pod"
name = "pods"

[[controller]]
name = "certificates"
group = "cert-manager.io"
version = "v1"
kind = "Certificate"
type = "cert_manager::v1::Certificate"
plural = "certificates"
namespaced = true
# The end.
"#;

fn snapshot(text: &str) -> Snapshot {
    Snapshot::from_files([(MARKER, text)])
}

#[test]
fn a_model_is_read_and_written_back_as_it_is() {
    for text in [TEXT.to_owned(), TEXT.replace('\n', "\r\n")] {
        let snapshot = snapshot(&text);
        let project = Project::read(&snapshot).unwrap();
        assert_eq!(project.to_toml(&snapshot), text);
        assert_eq!(project.apis.len(), 1);
        let pods = Target::Core(core_types::find("core", "v1", "Pod").unwrap());
        assert_eq!(project.controllers[&"pods".parse().unwrap()], pods);
        assert!(matches!(
            project.controllers[&"certificates".parse().unwrap()],
            Target::External(_)
        ));
    }
}

#[test]
fn what_is_new_takes_its_place_and_what_was_there_stays_as_it_was_written() {
    let snapshot = snapshot(TEXT);
    let mut project = Project::read(&snapshot).unwrap();
    let (gvk, api) = project.apis.first_key_value().unwrap();
    let (mut gvk, mut api) = (gvk.clone(), api.clone());
    gvk.kind = "Author".parse().unwrap();
    api.plural = "authors".parse().unwrap();
    api.short_names.clear();
    project.apis.insert(gvk, api);
    let text = project.to_toml(&snapshot);
    let author = "[[api]]\ngroup = \"webapp.example.com\"\nversion = \"v1\"\nkind = \"Author\"\nplural = \"authors\"\nnamespaced = true\nimage = \"nginx\"\nport = 80\n\n";
    let (before, after) = text.split_once(author).unwrap();
    assert!(before.ends_with("multigroup = true\n\n"), "{before}");
    assert!(after.starts_with("# The first.\n[[api]]\n"), "{after}");
    // Whatever the order of the tables was, no line of the user's is lost.
    for line in TEXT.lines() {
        assert!(text.lines().any(|it| it == line), "{line}");
    }
    assert_eq!(Project::read(&self::snapshot(&text)).unwrap(), project);
}

#[test]
fn what_has_changed_is_written_anew_and_what_is_gone_is_taken_out() {
    let snapshot = snapshot(TEXT);
    let mut project = Project::read(&snapshot).unwrap();
    let (mut gvk, api) = project.apis.pop_first().unwrap();
    let imported = Api {
        imported: true,
        short_names: Vec::new(),
        workload: None,
        ..api
    };
    project.apis.insert(gvk.clone(), imported.clone());
    let text = project.to_toml(&snapshot);
    assert!(
        text.contains("plural = \"guestbooks\"\nnamespaced = true\nimported = true\n"),
        "{text}"
    );
    assert!(!text.contains("short-names"), "{text}");
    assert_eq!(Project::read(&self::snapshot(&text)).unwrap(), project);

    project.controllers.remove(&"guestbook".parse().unwrap());
    project.apis.clear();
    gvk.version = "v2".parse().unwrap();
    project.apis.insert(gvk, imported);
    let text = project.to_toml(&self::snapshot(&text));
    assert!(text.contains("version = \"v2\""), "{text}");
    assert_eq!(Project::read(&self::snapshot(&text)).unwrap(), project);
}

#[test]
fn bad_models_are_errors_that_name_the_place() {
    #[track_caller]
    fn check(change: (&str, &str), expected: &str) {
        let text = TEXT.replace(change.0, change.1);
        assert_ne!(text, TEXT);
        let problems = Project::read(&snapshot(&text)).unwrap_err().to_string();
        assert!(problems.contains(expected), "{problems}");
        assert!(
            problems.contains("\n  at: kopgen.toml:") || expected.contains("would be a second"),
            "{problems}"
        );
    }
    check(("layout = 1", "layout = 99"), "the project has layout 99");
    check(("layout = 1", "layout = \"1\""), "`layout` cannot be \"1\"");
    check(("layout = 1", ""), "`layout` is missing in kopgen.toml");
    check(("[project]", "[projet]"), "did you mean `project`?");
    check(("multigroup", "multi-group"), "did you mean `multigroup`?");
    check(
        ("multigroup = true", "multigroup = 1"),
        "`multigroup` cannot be 1",
    );
    check(("[[api]]", "[api]"), "`api` must be written as [[api]]");
    check(
        (
            "kind = \"Guestbook\"\nplural",
            "kind = \"guestbook\"\nplural",
        ),
        "`guestbook` is no kind",
    );
    check(("port = 80", "port = 0"), "`port` cannot be 0");
    check(("\"nginx\"", "\"[\""), "`image` cannot be \"[\"");
    check(("port = 80", "port = 65536"), "`port` cannot be 65536");
    check(("[\"gb\"]", "[\"g b\"]"), "`g b` is no short name");
    check(("[\"gb\"]", "\"gb\""), "`short-names` cannot be \"gb\"");
    check(("kind = \"Pod\"", "kind = \"Pods\""), "did you mean `Pod`?");
    check(
        ("name = \"pods\"", "name = \"guestbook\""),
        "controller `guestbook` stands here twice",
    );
    check(
        ("cert_manager::v1::Certificate", "Certificate"),
        "`Certificate` is no type of another crate",
    );
    check(
        (
            "[[controller]]\nname = \"guestbook\"\ngroup = \"webapp",
            "[[controller]]\nname = \"guestbook\"\ngroup = \"other",
        ),
        "which is no [[api]] of the project",
    );
    check(("# The end.", "["), "kopgen.toml does not parse as TOML");
    let all = TEXT
        .replace("port = 80", "port = 0")
        .replace("\"example.com\"", "\"Example\"")
        .replace("multigroup", "multi");
    assert_eq!(Project::read(&snapshot(&all)).unwrap_err().len(), 3);
}

#[test]
fn namespaces_to_watch_are_a_list_of_their_own() {
    let with = |lines: &str| TEXT.replace("multigroup = true\n", lines);
    let listed = with("namespaced = true\nwatch-namespaces = [\"green\", \"blue\"] # mine\n");
    let snapshot = snapshot(&listed);
    let project = Project::read(&snapshot).unwrap();
    let names: Vec<&str> = project
        .watch_namespaces
        .iter()
        .map(|it| it.as_str())
        .collect();
    assert_eq!(names, ["green", "blue"]);
    assert_eq!(project.to_toml(&snapshot), listed);
    let anew = project.to_toml(&Snapshot::default());
    let line = "namespaced = true\nwatch-namespaces = [\"green\", \"blue\"]\n";
    assert!(anew.contains(line), "{anew}");

    let check = |lines: &str, expected: &str| {
        let problems = Project::read(&self::snapshot(&with(lines)));
        assert_eq!(problems.unwrap_err().to_string(), expected, "{lines}");
    };
    let at = "\n  at: kopgen.toml:8";
    check(
        "namespaced = true\nwatch-namespaces = []\n",
        &format!(
            "`watch-namespaces` names no namespace{at}\n  help: name some, or take `watch-namespaces` out: the operator's own is watched then"
        ),
    );
    check(
        "namespaced = false\nwatch-namespaces = [\"a\"]\n",
        &format!(
            "`watch-namespaces` narrows a namespaced project, and this one is not{at}\n  help: set `namespaced = true`, or take `watch-namespaces` out"
        ),
    );
    check(
        "namespaced = true\nwatch-namespaces = [\"a\", \"b\", \"a\"]\n",
        &format!("the namespace `a` stands in the list twice{at}\n  help: take one of the two out"),
    );
    check(
        "namespaced = true\nwatch-namespaces = \"a,b\"\n",
        &format!("`watch-namespaces` cannot be \"a,b\"{at}"),
    );
    check(
        "namespaced = true\nwatch-namespaces = [\"Team_A\"]\n",
        &format!(
            "`Team_A` is no namespace{at}\n  note: a namespace must be lower-case letters, digits and `-`, start and end with a letter or digit, of at most 63 characters\n  help: `team-a` would do"
        ),
    );
}

#[test]
fn a_merge_keeps_what_each_side_wrote() {
    let of = |kind: &str, plural: &str| {
        format!(
            "# About {kind}.\n[[api]]\ngroup = \"webapp.example.com\"\nversion = \"v1\"\nkind = \"{kind}\"\nplural = \"{plural}\"\nnamespaced = true\n\n"
        )
    };
    let (author, zebra) = (of("Author", "authors"), of("Zebra", "zebras"));
    let at = "# The first.\n";
    let text = TEXT.replace(
        at,
        &format!("<<<<<<< HEAD\n{zebra}=======\n{author}>>>>>>> other\n{at}"),
    );
    let snapshot = snapshot(&text);
    let project = Project::read(&snapshot).unwrap();
    assert_eq!(project.apis.len(), 3);
    let merged = project.to_toml(&snapshot);
    for line in TEXT.lines().chain(author.lines()).chain(zebra.lines()) {
        assert!(
            merged.lines().any(|it| it == line),
            "{line} is not in\n{merged}"
        );
    }
    assert!(!merged.contains("<<<"), "{merged}");
    assert_eq!(Project::read(&self::snapshot(&merged)).unwrap(), project);
}

#[test]
fn sides_of_a_merge_that_disagree_are_left_to_the_user() {
    let text = TEXT.replace(
        "plural = \"guestbooks\"\n",
        "<<<<<<< HEAD\nplural = \"guestbooks\"\n=======\nplural = \"books\"\n>>>>>>> other\n",
    );
    let problems = Project::read(&snapshot(&text)).unwrap_err().to_string();
    assert_eq!(
        problems,
        "the two sides of the merge disagree about webapp.example.com/v1 Guestbook\n  at: kopgen.toml:14\n  help: resolve the conflict in kopgen.toml, then run the command again"
    );
}

#[test]
fn any_text_is_a_project_or_an_error() {
    // Every prefix, and every line left out or doubled: no panic, and what is read can be written.
    let lines: Vec<&str> = TEXT.lines().collect();
    let mut texts: Vec<String> = (0..TEXT.len()).map(|end| TEXT[..end].to_owned()).collect();
    for at in 0..lines.len() {
        texts.push([&lines[..at], &lines[at + 1..]].concat().join("\n"));
        texts.push(
            [&lines[..at], &lines[at..=at], &lines[at..]]
                .concat()
                .join("\n"),
        );
    }
    let (mut read, mut refused) = (0, 0);
    for text in &texts {
        let snapshot = snapshot(text);
        match Project::read(&snapshot) {
            Ok(project) => {
                assert_eq!(&project.to_toml(&snapshot), text);
                read += 1;
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                refused += 1;
            }
        }
    }
    assert!(read > 0 && refused > 100, "{read} read, {refused} refused");
}
