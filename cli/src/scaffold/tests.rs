use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::project::Workload;
use crate::request::{CreateApi, CreateController, CreateTypes, FirstApi, Init, License, Source};
use crate::workspace::Entry;

/// A project in memory, and the commands that a test runs in it.
#[derive(Clone)]
struct Tree(Snapshot);

impl Tree {
    fn init(change: impl FnOnce(&mut Init)) -> Self {
        let mut request = Init {
            name: "guestbook".parse().unwrap(),
            domain: "example.com".parse().unwrap(),
            owner: None,
            license: License::Apache2,
            multigroup: false,
            namespaced: false,
            watch_namespaces: Vec::new(),
            apis: Vec::new(),
            source: Source::Release,
        };
        change(&mut request);
        let read = init::Read {
            license: None,
            runtime: None,
        };
        let (_, plan) = init::plan(&Snapshot::default(), &request, &read).unwrap();
        let mut tree = Self(Snapshot::default());
        tree.apply(&plan);
        let (_, again) = init::plan(&tree.0, &request, &read).unwrap();
        assert!(
            again.is_current(),
            "a second init would change {:?}",
            changed(&again)
        );
        tree
    }

    /// Runs `create api`, and again: the second time must change nothing.
    fn create(&mut self, request: &CreateApi) -> Result<(), String> {
        let plan = self.plan(request)?;
        let problems: Vec<_> = plan.conflicts().map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(problems.join("\n"));
        }
        self.apply(&plan);
        let again = self.plan(request)?;
        assert!(
            again.is_current(),
            "a second run would change {:?}",
            changed(&again)
        );
        assert!(current(&self.project(), &self.0, false).is_current());
        Ok(())
    }

    fn plan(&self, request: &CreateApi) -> Result<Plan, String> {
        let project = Project::read(&self.0).map_err(|problems| problems.to_string())?;
        let planned =
            api::plan(&project, &self.0, request).map_err(|problems| problems.to_string())?;
        Ok(planned.1)
    }

    fn project(&self) -> Project {
        Project::read(&self.0).unwrap()
    }

    fn apply(&mut self, plan: &Plan) {
        for (path, change) in &plan.changes {
            match change {
                Change::Create { after } | Change::Replace { after, .. } => {
                    self.0.set(path.clone(), Entry::File(after.content.clone()));
                }
                Change::Delete { .. } => self.0.remove(path),
                Change::Keep(_) => {}
                Change::Conflict(problem) => panic!("{problem}"),
            }
        }
    }

    fn text(&self, path: &str) -> &str {
        self.0
            .text(&RelPath::new(path))
            .unwrap_or_else(|| panic!("no {path} in {:#?}", self.paths()))
    }

    fn edit(&mut self, path: &str, edit: impl FnOnce(&str) -> String) {
        let text = edit(self.text(path));
        self.0.set(RelPath::new(path), Entry::File(text.into()));
    }

    fn paths(&self) -> Vec<&str> {
        let files = self
            .0
            .entries()
            .filter(|(_, entry)| matches!(entry, Entry::File(_)));
        files.map(|(path, _)| path.as_str()).collect()
    }

    fn files(&self) -> BTreeMap<String, String> {
        self.paths()
            .into_iter()
            .map(|path| (path.to_owned(), self.text(path).to_owned()))
            .collect()
    }
}

#[track_caller]
fn assert_same(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) {
    let paths: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
    if let Some(path) = paths
        .into_iter()
        .find(|path| left.get(*path) != right.get(*path))
    {
        let text = |tree: &BTreeMap<String, String>| {
            tree.get(path).map_or("absent".to_owned(), Clone::clone)
        };
        panic!(
            "{path} differs:\n{}\n--- and ---\n{}",
            text(left),
            text(right)
        );
    }
}

fn changed(plan: &Plan) -> Vec<&RelPath> {
    plan.changes
        .iter()
        .filter(|(_, change)| !matches!(change, Change::Keep(_)))
        .map(|(path, _)| path)
        .collect()
}

fn kind(group: &str, version: &str, kind: &str) -> CreateApi {
    CreateApi {
        group: group.parse().unwrap(),
        version: version.parse().unwrap(),
        kind: kind.parse().unwrap(),
        types: Some(CreateTypes::default()),
        controller: Some(CreateController::default()),
        external: None,
    }
}

fn types(group: &str, version: &str, name: &str) -> CreateApi {
    CreateApi {
        controller: None,
        ..kind(group, version, name)
    }
}

fn controller(group: &str, version: &str, name: &str) -> CreateApi {
    CreateApi {
        types: None,
        ..kind(group, version, name)
    }
}

fn named(request: CreateApi, name: &str) -> CreateApi {
    CreateApi {
        controller: Some(CreateController {
            name: Some(name.parse().unwrap()),
        }),
        ..request
    }
}

#[track_caller]
fn check_refused(tree: &Tree, request: &CreateApi, expected: &str) {
    let before = tree.files();
    let mut tree = tree.clone();
    let problem = tree.create(request).expect_err("it is to be refused");
    assert!(problem.starts_with(expected), "{problem}");
    assert!(problem.contains("\n  help: "), "no way out in: {problem}");
    assert_same(&tree.files(), &before);
}

#[test]
fn the_order_of_commands_does_not_matter() {
    let single = vec![
        kind("webapp", "v1", "Guestbook"),
        types("webapp", "v1", "HTTPRoute"),
        kind("webapp", "v1beta1", "Route10"),
        kind("webapp", "v1beta1", "Route9"),
        controller("apps", "v1", "Deployment"),
        named(controller("core", "v1", "Pod"), "pod-watcher"),
    ];
    let several = vec![
        kind("ship", "v1", "Captain"),
        kind("crew", "v1", "Captain"),
        types("crew", "v1", "Sailor"),
        kind("3d.sub", "v1alpha1", "Type"),
        controller("apps", "v1", "Deployment"),
    ];
    for (multigroup, requests) in [(false, single), (true, several)] {
        let mut trees = permutations(&requests).into_iter().map(|order| {
            let mut tree = Tree::init(|it| it.multigroup = multigroup);
            for request in &order {
                tree.create(request).unwrap();
            }
            tree.files()
        });
        let first = trees.next().unwrap();
        trees.for_each(|tree| assert_same(&tree, &first));
    }
}

/// Every rotation and its reverse: each pair comes in both orders, and each request comes first and last.
fn permutations(requests: &[CreateApi]) -> Vec<Vec<CreateApi>> {
    let rotated = |at: usize| [&requests[at..], &requests[..at]].concat();
    let rotations = (0..requests.len()).map(rotated);
    rotations
        .flat_map(|order| [order.clone(), order.into_iter().rev().collect()])
        .collect()
}

#[test]
fn apis_that_come_with_init_are_those_of_create_api() {
    for multigroup in [false, true] {
        let first = |version: &str, kind: &str| FirstApi {
            group: "webapp".parse().unwrap(),
            version: version.parse().unwrap(),
            kind: kind.parse().unwrap(),
        };
        let with_init = Tree::init(|it| {
            it.multigroup = multigroup;
            it.apis = vec![
                first("v1", "Guestbook"),
                first("v1", "Author"),
                first("v1", "Guestbook"),
            ];
        });
        let mut later = Tree::init(|it| it.multigroup = multigroup);
        later.create(&kind("webapp", "v1", "Author")).unwrap();
        later.create(&kind("webapp", "v1", "Guestbook")).unwrap();
        assert_same(&with_init.files(), &later.files());
    }
}

#[test]
fn of_several_versions_that_come_at_once_the_best_is_stored_and_reconciled() {
    let first = |version: &str| FirstApi {
        group: "webapp".parse().unwrap(),
        version: version.parse().unwrap(),
        kind: "Guestbook".parse().unwrap(),
    };
    let tree = Tree::init(|it| it.apis = vec![first("v1beta1"), first("v1")]);
    assert!(
        !tree
            .text("api/src/v1/guestbook.rs")
            .contains("storage = false")
    );
    assert!(
        tree.text("api/src/v1beta1/guestbook.rs")
            .contains("storage = false")
    );
    assert!(
        tree.text("operator/src/controllers/guestbook.rs")
            .contains("v1::Guestbook")
    );
}

#[test]
fn the_version_that_was_there_first_stays_the_stored_one() {
    let mut tree = Tree::init(|_| ());
    tree.create(&kind("webapp", "v1beta1", "Guestbook"))
        .unwrap();
    tree.create(&types("webapp", "v1", "Guestbook")).unwrap();
    assert!(
        !tree
            .text("api/src/v1beta1/guestbook.rs")
            .contains("storage = false")
    );
    assert!(
        tree.text("api/src/v1/guestbook.rs")
            .contains("storage = false")
    );
}

#[test]
fn a_kind_may_have_several_controllers_but_not_by_accident() {
    let mut tree = Tree::init(|_| ());
    tree.create(&kind("webapp", "v1", "Guestbook")).unwrap();
    tree.create(&named(
        controller("webapp", "v1", "Guestbook"),
        "guestbook-backup",
    ))
    .unwrap();
    let operator = tree.text("operator/src/operator.rs");
    assert!(
        operator.contains("controllers::guestbook::GuestbookReconciler"),
        "{operator}"
    );
    assert!(
        operator.contains("controllers::guestbook_backup::GuestbookBackupReconciler"),
        "{operator}"
    );

    check_refused(
        &tree,
        &kind("webapp", "v2", "Guestbook"),
        "the controller `guestbook` is there already, for webapp.example.com/v1 Guestbook",
    );
    check_refused(
        &tree,
        &named(kind("webapp", "v1", "Author"), "guestbook"),
        "the controller `guestbook` is there already",
    );
    // Another name for the first controller does not make a second by default either.
    let mut other = Tree::init(|_| ());
    other
        .create(&named(kind("webapp", "v1", "Guestbook"), "books"))
        .unwrap();
    check_refused(
        &other,
        &kind("webapp", "v2", "Guestbook"),
        "Guestbook has a controller already: `books`",
    );
    other
        .create(&named(kind("webapp", "v2", "Guestbook"), "books-v2"))
        .unwrap();
}

fn with_image(request: CreateApi, image: &str) -> CreateApi {
    let types = CreateTypes {
        workload: Some(Workload {
            image: image.into(),
            port: 8080,
        }),
        ..request.types.unwrap()
    };
    CreateApi {
        types: Some(types),
        ..request
    }
}

#[test]
fn a_kinds_second_controller_reports_a_condition_of_its_own_and_runs_no_image() {
    let mut tree = Tree::init(|_| ());
    tree.create(&with_image(kind("webapp", "v1", "Guestbook"), "nginx:1"))
        .unwrap();
    tree.create(&named(controller("webapp", "v1", "Guestbook"), "audit"))
        .unwrap();
    for (module, condition, runs_image) in
        [("guestbook", "Ready", true), ("audit", "AuditReady", false)]
    {
        let source = tree.text(&format!("operator/src/controllers/{module}.rs"));
        let test = tree.text(&format!("operator/tests/{module}.rs"));
        let condition = format!("\"{condition}\"");
        assert!(source.contains(&condition), "{source}");
        assert!(test.contains(&condition), "{test}");
        assert_eq!(source.contains("owns(Deployment"), runs_image, "{source}");
        assert_eq!(test.contains("roll_out"), runs_image, "{test}");
    }
}

#[test]
fn a_second_version_runs_the_image_of_the_first_unless_told_otherwise() {
    let mut tree = Tree::init(|_| ());
    tree.create(&with_image(
        kind("webapp", "v1beta1", "Guestbook"),
        "nginx:1",
    ))
    .unwrap();
    tree.create(&types("webapp", "v1", "Guestbook")).unwrap();
    let sample = tree.text("config/samples/v1_guestbook.yaml");
    assert!(
        sample.contains("  image: nginx:1\n  port: 8080\n"),
        "{sample}"
    );
    let spec = tree.text("api/src/v1/guestbook.rs");
    assert!(spec.contains("pub image: String"), "{spec}");

    tree.create(&with_image(types("webapp", "v2", "Guestbook"), "nginx:2"))
        .unwrap();
    let sample = tree.text("config/samples/v2_guestbook.yaml");
    assert!(sample.contains("  image: nginx:2\n"), "{sample}");
}

#[test]
fn what_runs_an_image_needs_a_namespace() {
    let mut tree = Tree::init(|_| ());
    let mut cluster_scoped = types("webapp", "v1", "Guestbook");
    cluster_scoped.types.as_mut().unwrap().namespaced = Some(false);
    let expected = "Guestbook is cluster-scoped, and `--image` makes a Deployment";
    check_refused(
        &tree,
        &with_image(cluster_scoped.clone(), "nginx:1"),
        expected,
    );
    tree.create(&cluster_scoped).unwrap();
    check_refused(
        &tree,
        &with_image(types("webapp", "v2", "Guestbook"), "nginx:1"),
        expected,
    );
}

/// Clippy calls a module in a module of its name a mistake; here both names are the user's.
#[test]
fn a_module_may_have_the_name_of_the_one_around_it() {
    const EXPECTED: &str = "#[expect(clippy::module_inception";
    let mut tree = Tree::init(|_| ());
    tree.create(&types("webapp", "v1", "V1")).unwrap();
    tree.create(&named(kind("webapp", "v1", "Guestbook"), "controllers"))
        .unwrap();
    let mut several = Tree::init(|it| it.multigroup = true);
    several.create(&kind("crew", "v1", "Crew")).unwrap();
    several.create(&kind("crew", "v1", "Captain")).unwrap();
    several.create(&kind("controllers", "v1", "Fleet")).unwrap();
    for (tree, path, module) in [
        (&tree, "api/src/v1/mod.rs", "v1"),
        (&tree, "operator/src/controllers/mod.rs", "controllers"),
        (&several, "operator/src/controllers/crew/mod.rs", "crew"),
        (&several, "operator/src/controllers/mod.rs", "controllers"),
    ] {
        let text = tree.text(path);
        let lines: Vec<&str> = text.lines().collect();
        let at = lines
            .iter()
            .position(|line| line.starts_with(EXPECTED))
            .unwrap_or_else(|| panic!("{path}: {text}"));
        assert_eq!(lines[at + 1], format!("pub mod {module};"), "{path}");
        assert_eq!(text.matches(EXPECTED).count(), 1, "{path}: {text}");
    }
}

#[test]
fn what_cannot_stand_beside_what_is_there_is_refused() {
    let mut tree = Tree::init(|_| ());
    let guestbook = CreateApi {
        types: Some(CreateTypes {
            short_names: vec!["gb".parse().unwrap()],
            ..CreateTypes::default()
        }),
        ..kind("webapp", "v1", "Guestbook")
    };
    tree.create(&guestbook).unwrap();
    let with = |request: CreateApi, change: fn(&mut CreateTypes)| {
        let mut types = request.types.clone().unwrap();
        change(&mut types);
        CreateApi {
            types: Some(types),
            ..request
        }
    };
    let refused: [(CreateApi, &str); 10] = [
        (
            kind("webapp", "v1", "Common"),
            "the test of the controller `common` would be operator/tests/common.rs",
        ),
        (
            kind("crew", "v1", "Captain"),
            "the project has one group, webapp.example.com; crew.example.com would be a second",
        ),
        (
            types("webapp", "v1", "GuestBook"),
            "Guestbook and GuestBook have the plural `guestbooks`",
        ),
        (
            with(types("webapp", "v1", "Author"), |it| {
                it.plural = Some("guestbooks".parse().unwrap())
            }),
            "Guestbook and Author have the plural",
        ),
        (
            with(types("webapp", "v1", "Author"), |it| {
                it.short_names = vec!["gb".parse().unwrap()]
            }),
            "Guestbook and Author have the short name `gb`",
        ),
        (
            types("webapp", "v1", "GuestbookSpec"),
            "GuestbookSpec and Guestbook would both define the type `GuestbookSpec`",
        ),
        (
            with(types("webapp", "v1", "Guestbook"), |it| {
                it.plural = Some("books".parse().unwrap())
            }),
            "webapp.example.com/v1 Guestbook is there already, with another plural",
        ),
        (
            with(types("webapp", "v1", "Guestbook"), |it| {
                it.namespaced = Some(false)
            }),
            "webapp.example.com/v1 Guestbook is there already, with another scope",
        ),
        (
            controller("webapp", "v2", "Guestbook"),
            "the project has no webapp.example.com/v2 Guestbook",
        ),
        (
            controller("apps", "v1", "Deploymen"),
            "Kubernetes' group `apps` has no kind `Deploymen`",
        ),
    ];
    for (request, expected) in &refused {
        check_refused(&tree, request, expected);
    }
    // A new version of the kind has its names without being told.
    tree.create(&types("webapp", "v2", "Guestbook")).unwrap();
    assert!(
        tree.text("api/src/v2/guestbook.rs")
            .contains("shortname = \"gb\"")
    );
    assert!(tree.text("kopgen.toml").contains(
        "version = \"v2\"\nkind = \"Guestbook\"\nplural = \"guestbooks\"\nshort-names = [\"gb\"]"
    ));
}

#[test]
fn a_namespaced_project_has_no_cluster_scoped_kind() {
    let tree = Tree::init(|it| it.namespaced = true);
    let types = CreateTypes {
        namespaced: Some(false),
        ..CreateTypes::default()
    };
    check_refused(
        &tree,
        &CreateApi {
            types: Some(types),
            ..kind("a", "v1", "B")
        },
        "a.example.com/v1 B is cluster-scoped",
    );
    check_refused(
        &tree,
        &controller("core", "v1", "Node"),
        "controller `node`: core/v1 Node is cluster-scoped",
    );
}

#[test]
fn a_type_of_another_crate_needs_the_crate() {
    let mut tree = Tree::init(|_| ());
    let external = crate::project::External {
        gvk: crate::project::Gvk {
            group: "cert-manager.io".parse().unwrap(),
            version: "v1".parse().unwrap(),
            kind: "Certificate".parse().unwrap(),
        },
        plural: "certificates".parse().unwrap(),
        namespaced: true,
        rust_type: "cert_manager::v1::Certificate".into(),
    };
    let request = CreateApi {
        external: Some(external),
        ..controller("cert-manager.io", "v1", "Certificate")
    };
    check_refused(
        &tree,
        &request,
        "operator/Cargo.toml has no dependency `cert_manager`",
    );
    tree.edit("operator/Cargo.toml", |text| {
        text.replace("[dependencies]\n", "[dependencies]\ncert-manager = \"1\"\n")
    });
    tree.create(&request).unwrap();
    assert!(
        tree.text("operator/src/controllers/certificate.rs")
            .contains("use cert_manager::v1;")
    );
    let crd = tree.text("operator/tests/crds/certificates.cert-manager.io.yaml");
    assert!(crd.contains("scope: Namespaced\n"), "{crd}");
}

/// A Well as another project defines it, with a depth; with a CEL rule about it or without.
fn well(with_rule: bool) -> String {
    let mut spec = json!({ "type": "object", "properties": { "depth": { "type": "integer" } } });
    if with_rule {
        let rule = json!({ "rule": "has(self.depth)", "message": "a well has a depth" });
        spec["x-kubernetes-validations"] = json!([rule]);
    }
    let schema = json!({ "type": "object", "properties": { "spec": spec } });
    let version = json!({
        "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": schema },
    });
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "wells.water.example.org" },
        "spec": {
            "group": "water.example.org",
            "names": { "kind": "Well", "listKind": "WellList", "plural": "wells", "singular": "well" },
            "scope": "Namespaced",
            "versions": [version],
        },
    });
    crd.to_string()
}

/// A test that fails on arrival teaches nothing: what the API server may refuse, it does not apply.
#[test]
fn the_test_of_an_imported_kind_applies_a_sample_that_is_surely_taken() {
    for (with_rule, expected) in [
        (false, "const SAMPLE: &str = \"well-sample\";\n"),
        (true, "fn the_operator_may_list_and_watch("),
    ] {
        let mut tree = Tree::init(|_| ());
        let project = tree.project();
        let read = crate::import::read(&well(with_rule), "wells.yaml").unwrap();
        let imported = crate::import::import(&read.crds[0]).unwrap();
        let import = import::Import::new(&read.crds[0], &imported, &project).unwrap();
        let outcome = import::plan(&project, &tree.0, &[import], true).unwrap();
        tree.apply(&outcome.plan);
        // A controller that comes later reads the sample from its file.
        let later = controller("water.example.org", "v1", "Well");
        tree.create(&named(later, "pumps")).unwrap();
        for test in ["operator/tests/well.rs", "operator/tests/pumps.rs"] {
            let text = tree.text(test);
            assert!(text.contains(expected), "{text}");
        }
    }
}

#[test]
fn the_test_of_a_foreign_kind_waits_for_an_event_about_the_sample() {
    let mut tree = Tree::init(|_| ());
    tree.create(&controller("apps", "v1", "Deployment"))
        .unwrap();
    let sample = tree.text("operator/tests/samples/deployment.yaml");
    assert!(sample.contains("\n  name: deployment-sample\n"), "{sample}");
    let test = tree.text("operator/tests/deployment.rs");
    for part in [
        "const SAMPLE: &str = \"deployment-sample\";\n",
        "&& object.name.as_deref() == Some(SAMPLE)\n",
        "&& event.type_.as_deref() == Some(\"Normal\")\n",
    ] {
        assert!(test.contains(part), "{test}");
    }
}

#[test]
fn a_deleted_file_comes_back_and_a_kept_one_is_untouched() {
    let mut tree = Tree::init(|_| ());
    let request = kind("webapp", "v1", "Guestbook");
    tree.create(&request).unwrap();
    let before = tree.files();
    tree.edit("api/src/v1/guestbook.rs", |text| {
        text.to_owned() + "// mine\n"
    });
    tree.0.remove(&RelPath::new("operator/tests/guestbook.rs"));
    tree.0.remove(&RelPath::new("api/src/v1/mod.rs"));
    tree.create(&request).unwrap();
    tree.edit("api/src/v1/guestbook.rs", |text| {
        text.replace("// mine\n", "")
    });
    assert_same(&tree.files(), &before);
}

#[test]
fn an_api_taken_out_of_the_model_takes_its_lists_along_and_leaves_the_users_files() {
    let mut tree = Tree::init(|_| ());
    tree.create(&types("webapp", "v1", "Guestbook")).unwrap();
    let bare = Tree::init(|_| ());
    tree.edit("kopgen.toml", |_| bare.text("kopgen.toml").to_owned());
    let plan = current(&tree.project(), &tree.0, false);
    tree.apply(&plan);
    let mut files = tree.files();
    for yours in [
        "api/src/v1/guestbook.rs",
        "config/samples/v1_guestbook.yaml",
    ] {
        files.remove(yours).unwrap();
    }
    assert_same(&files, &bare.files());
}

#[test]
fn two_branches_that_each_add_an_api_merge() {
    for multigroup in [false, true] {
        let base = Tree::init(|it| it.multigroup = multigroup);
        let (group_a, group_b) = if multigroup {
            ("aa", "bb")
        } else {
            ("aa", "aa")
        };
        let (a, b) = (kind(group_a, "v1", "Apple"), kind(group_b, "v1", "Banana"));
        let (mut ours, mut theirs, mut both) = (base.clone(), base.clone(), base.clone());
        ours.create(&a).unwrap();
        theirs.create(&b).unwrap();
        both.create(&a).unwrap();
        both.create(&b).unwrap();

        let mut merged = Tree(Snapshot::default());
        let paths: BTreeSet<String> = ours
            .files()
            .into_keys()
            .chain(theirs.files().into_keys())
            .collect();
        for path in &paths {
            let side = |tree: &Tree| tree.files().remove(path);
            let text = match (side(&ours), side(&theirs), side(&base)) {
                (Some(ours), Some(theirs), _) if ours == theirs => ours,
                (Some(ours), Some(theirs), base) => {
                    conflicted(&base.unwrap_or_default(), &ours, &theirs)
                }
                (ours, theirs, _) => ours.or(theirs).unwrap(),
            };
            merged
                .0
                .set(RelPath::new(path.as_str()), Entry::File(text.into()));
        }
        let plan = current(&merged.project(), &merged.0, false);
        merged.apply(&plan);
        assert_same(&merged.files(), &both.files());
    }
}

/// The worst that git can leave: from the first line that differs to the last, both sides.
fn conflicted(base: &str, ours: &str, theirs: &str) -> String {
    if ours == base || theirs == base {
        return if ours == base { theirs } else { ours }.to_owned();
    }
    let (ours, theirs): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
    let start = ours.iter().zip(&theirs).take_while(|(a, b)| a == b).count();
    let most = ours.len().min(theirs.len()) - start;
    let end = ours
        .iter()
        .rev()
        .zip(theirs.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
        .min(most);
    let text = |lines: &[&str]| {
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let middle = |lines: &[&str]| text(&lines[start..lines.len() - end]);
    let (before, after) = (text(&ours[..start]), text(&ours[ours.len() - end..]));
    format!(
        "{before}<<<<<<< HEAD\n{}=======\n{}>>>>>>> other\n{after}",
        middle(&ours),
        middle(&theirs)
    )
}

#[test]
fn a_manifest_that_is_gone_or_broken_is_a_conflict() {
    let mut tree = Tree::init(|_| ());
    tree.0.remove(&RelPath::new("Cargo.toml"));
    check_refused(&tree, &kind("a", "v1", "B"), "Cargo.toml is missing");
    let mut tree = Tree::init(|_| ());
    tree.edit("operator/Cargo.toml", |text| {
        text.replace("[dependencies]", "[dependencies")
    });
    let problem = tree.create(&kind("a", "v1", "B")).unwrap_err();
    assert!(
        problem
            .starts_with("operator/Cargo.toml does not parse as TOML\n  at: operator/Cargo.toml:"),
        "{problem}"
    );
}

#[test]
fn a_users_manifest_keeps_its_comments_order_and_line_ends() {
    let mut tree = Tree::init(|it| it.multigroup = true);
    tree.edit("operator/Cargo.toml", |text| {
        text.replace(
            "[dependencies]\n",
            "[dependencies]\n# mine\nzebra = \"1\" # last\n",
        )
        .replace('\n', "\r\n")
    });
    tree.edit("Cargo.toml", |text| {
        text.replace("\"api/*\"", "\"api/*\", # all groups\n   \"tools\"")
    });
    let (workspace, operator) = (
        tree.text("Cargo.toml").to_owned(),
        tree.text("operator/Cargo.toml").to_owned(),
    );
    tree.create(&types("a", "v1", "B")).unwrap();
    assert_eq!(tree.text("Cargo.toml"), workspace);
    let without = tree
        .text("operator/Cargo.toml")
        .replace("guestbook-api-a = { path = \"../api/a\" }\r\n", "");
    assert_eq!(without, operator);
}

#[test]
fn init_in_a_folder_with_files_leaves_them_as_they_are() {
    let present = [
        ("README.md", "mine\n"),
        (
            "Cargo.toml",
            "# mine\n[workspace]\nmembers = [\"tools\"]\n\n[workspace.dependencies]\nserde = \"=1.0.0\"\n",
        ),
    ];
    let request = Init {
        name: "guestbook".parse().unwrap(),
        domain: "example.com".parse().unwrap(),
        owner: None,
        license: License::None,
        multigroup: false,
        namespaced: false,
        watch_namespaces: Vec::new(),
        apis: Vec::new(),
        source: Source::Release,
    };
    let read = init::Read {
        license: None,
        runtime: None,
    };
    let mut tree = Tree(Snapshot::from_files(present));
    let (_, plan) = init::plan(&tree.0, &request, &read).unwrap();
    tree.apply(&plan);
    assert_eq!(tree.text("README.md"), "mine\n");
    let manifest = tree.text("Cargo.toml");
    assert!(
        manifest.starts_with(
            "# mine\n[workspace]\nmembers = [\"tools\", \"api\", \"operator\"]\nresolver = \"3\"\n"
        ),
        "{manifest}"
    );
    assert!(manifest.contains("serde = \"=1.0.0\"\n"), "{manifest}");
    assert!(!tree.text("operator/src/main.rs").contains("Copyright"));
}

/// The Deployment and the user's own files name the same namespaces, and `config/manager` follows `kopgen.toml`.
#[test]
fn namespaces_that_are_watched_are_those_of_the_files() {
    let mut tree = Tree::init(|it| {
        it.namespaced = true;
        it.watch_namespaces = ["green", "blue"].map(|it| it.parse().unwrap()).into();
    });
    tree.create(&kind("a", "v1", "B")).unwrap();
    let contains = |path: &str, what: &str| {
        let text = tree.text(path);
        assert!(text.contains(what), "{path}:\n{text}");
    };
    let manager = "config/manager/manager.yaml";
    contains(
        manager,
        "- name: WATCH_NAMESPACE\n          value: green,blue\n",
    );
    contains(".cargo/config.toml", "WATCH_NAMESPACE = \"green,blue\"\n");
    contains("config/samples/v1_b.yaml", "  namespace: green\n");
    contains("operator/tests/namespaces.yaml", "  name: green\n---\n");
    contains(
        "config/default/kustomization.yaml",
        "transformers:\n- ../rbac/namespaces\n",
    );

    tree.edit("kopgen.toml", |text| text.replace(", \"blue\"", ""));
    let plan = current(&tree.project(), &tree.0, false);
    assert_eq!(changed(&plan), [&RelPath::new(manager)]);
    tree.apply(&plan);
    assert!(tree.text(manager).contains("          value: green\n"));
}

#[test]
fn the_licence_header_is_the_users() {
    let mut tree = Tree::init(|it| it.owner = Some("Ada".into()));
    let header = "// Copyright Ada.\n// SPDX-License-Identifier: Apache-2.0\n\n";
    assert!(tree.text("operator/src/main.rs").starts_with(header));
    tree.edit("hack/boilerplate.rs.txt", |_| "// other\n".into());
    tree.create(&kind("a", "v1", "B")).unwrap();
    assert!(
        tree.text("api/src/v1/b.rs")
            .starts_with("// other\n\n//! B: ")
    );
}

/// Kinds that look like what Rust, the prelude, the scaffold or YAML know.
const AWKWARD_KINDS: [&str; 36] = [
    "Action",
    "Api",
    "Box",
    "Client",
    "Common",
    "Controller",
    "Core",
    "Crate",
    "CrateDB",
    "Error",
    "GraphQLAPI",
    "HTTPRoute",
    "IPv4Pool",
    "Io2",
    "Item",
    "No",
    "Null",
    "Object",
    "Operator",
    "Reconcile",
    "Reconciler",
    "Result",
    "SampleDB",
    "Serde",
    "Spec",
    "State",
    "Status",
    "Std",
    "Super",
    "Target",
    "Test",
    "True",
    "Type",
    "URLMap2",
    "VSphereCluster",
    "X",
];

/// A project of awkward names, every second kind with an image.
fn awkward(multigroup: bool, name: &str) -> Tree {
    let mut tree = Tree::init(|it| {
        it.name = name.parse().unwrap();
        it.multigroup = multigroup;
        it.namespaced = true;
        it.watch_namespaces = vec!["4711".parse().unwrap(), "on".parse().unwrap()];
    });
    // That running it again changes nothing is checked elsewhere, and would take long here.
    let add = |tree: &mut Tree, create: &CreateApi| {
        let plan = tree.plan(create).unwrap();
        tree.apply(&plan);
    };
    let groups: &[&str] = match multigroup {
        true => &[
            "a--b",
            "crate",
            "a--kind--b",
            "target",
            "3d",
            "example.com",
            "mod",
            "1.5",
        ],
        false => &["null"],
    };
    for (index, name) in AWKWARD_KINDS.into_iter().enumerate() {
        let group = groups[index % groups.len()];
        let mut create = match index % 2 {
            0 => kind(group, "v1", name),
            _ => with_image(kind(group, "v1", name), "1.29"),
        };
        if name == "Common" {
            create = named(create, "common-one");
        }
        add(&mut tree, &create);
    }
    for (name, of) in [
        ("crate", "Crate"),
        ("self", "Test"),
        ("a--b", "Item"),
        ("on", "X"),
    ] {
        let index = AWKWARD_KINDS.iter().position(|it| *it == of).unwrap();
        let group = groups[index % groups.len()];
        let second = named(controller(group, "v1", of), &format!("{name}-second"));
        add(&mut tree, &second);
    }
    let digits = named(
        controller(groups[0], "v1", "Action"),
        &format!("{}-3d", groups[0]),
    );
    add(&mut tree, &digits);
    add(&mut tree, &controller("apps", "v1", "Deployment"));
    tree
}

#[test]
fn awkward_names_come_through_every_template() {
    for (multigroup, name) in [(false, "null"), (true, "a--crate--b")] {
        let tree = awkward(multigroup, name);
        let mut defined = BTreeSet::new();
        let mut named = Vec::new();
        for (path, text) in tree.files() {
            if path.ends_with(".rs") {
                let file =
                    syn::parse_file(&text).unwrap_or_else(|it| panic!("{path}: {it}\n{text}"));
                let module = path
                    .strip_prefix("operator/src/")
                    .map(|it| it.replace('/', "::"));
                for item in &file.items {
                    if let (syn::Item::Struct(it), Some(module)) = (item, &module) {
                        defined.insert(format!("{}::{}", module.trim_end_matches(".rs"), it.ident));
                    }
                    // The tests name the operator's structs.
                    if let syn::Item::Use(it) = item {
                        let path = quote::ToTokens::to_token_stream(&it.tree).to_string();
                        let path = path.replace(' ', "");
                        named.extend(
                            path.split_once("_operator::controllers::")
                                .map(|(_, path)| format!("controllers::{path}")),
                        );
                    }
                }
            } else if path.ends_with(".yaml") {
                let documents = kopgen_core::yaml::documents(&text);
                for document in documents.unwrap_or_else(|it| panic!("{path}: {it}\n{text}")) {
                    for text in [
                        "/kind",
                        "/metadata/name",
                        "/metadata/namespace",
                        "/spec/image",
                    ] {
                        let value = document.pointer(text);
                        assert!(value.is_none_or(|it| it.is_string()), "{path}: {document}");
                    }
                    let labels = document.pointer("/metadata/labels").into_iter();
                    for value in labels.flat_map(|it| it.as_object().unwrap().values()) {
                        assert!(value.is_string(), "{path}: {document}");
                    }
                }
            } else if path.ends_with(".toml") {
                text.parse::<toml_edit::DocumentMut>().unwrap();
            }
        }
        assert!(named.len() > AWKWARD_KINDS.len(), "{named:?}");
        let missing: Vec<_> = named.iter().filter(|it| !defined.contains(*it)).collect();
        assert!(missing.is_empty(), "{missing:?} of {defined:?}");
    }
}

#[test]
fn a_name_has_one_spelling() {
    let mut tree = Tree::init(|_| ());
    tree.create(&kind("webapp", "v1", "SampleDB")).unwrap();
    let second = controller("webapp", "v1", "SampleDB");
    tree.create(&named(second, "sample-db-backup")).unwrap();
    let operator = tree.text("operator/src/operator.rs");
    for path in [
        "controllers::sample_db::SampleDBReconciler",
        "controllers::sample_db_backup::SampleDBBackupReconciler",
    ] {
        assert!(operator.contains(path), "{operator}");
    }
}

/// An older kopgen took some names apart otherwise: those files are the user's and stay where they are.
#[test]
fn names_that_an_older_kopgen_chose_stay() {
    let mut tree = Tree::init(|_| ());
    tree.create(&kind("webapp", "v1", "IPv4Pool")).unwrap();
    let second = controller("webapp", "v1", "IPv4Pool");
    tree.create(&named(second, "ipv4-pool-backup")).unwrap();
    let mut older = Tree(Snapshot::default());
    for (path, text) in tree.files() {
        let spelled = |text: &str| {
            text.replace("ipv4_pool", "i_pv4_pool")
                .replace("ipv4-pool", "i-pv4-pool")
                .replace("IPv4PoolBackupReconciler", "IPv4poolBackupReconciler")
        };
        older.0.set(
            RelPath::new(spelled(&path)),
            Entry::File(spelled(&text).into()),
        );
    }
    let once = |tree: &Tree| -> BTreeMap<String, String> {
        let files = tree.files().into_iter();
        files
            .filter(|(_, text)| !text.contains("@generated by kopgen"))
            .collect()
    };
    let before = once(&older);
    older.create(&kind("webapp", "v1", "IPv4Pool")).unwrap();
    assert_same(&once(&older), &before);
    older.create(&types("webapp", "v2", "IPv4Pool")).unwrap();
    for (path, part) in [
        ("api/src/v1/mod.rs", "pub mod i_pv4_pool;"),
        ("api/src/v2/mod.rs", "pub mod ipv4_pool;"),
        ("operator/src/operator.rs", "i_pv4_pool::IPv4PoolReconciler"),
        (
            "operator/src/operator.rs",
            "i_pv4_pool_backup::IPv4poolBackupReconciler",
        ),
    ] {
        assert!(older.text(path).contains(part), "{}", older.text(path));
    }
}

#[test]
fn a_group_is_whole_where_it_is_or_ends_in_the_domain() {
    fn check(given: &str, expected: &str) {
        let mut tree = Tree::init(|_| ());
        tree.create(&kind(given, "v1", "Guestbook")).unwrap();
        let project = tree.project();
        let (gvk, _) = project.apis.first_key_value().unwrap();
        assert_eq!(gvk.group.as_str(), expected);
        // The group that it has is its name from then on.
        tree.create(&kind(expected, "v1", "Author")).unwrap();
        let groups: BTreeSet<_> = tree.project().apis.into_keys().map(|it| it.group).collect();
        assert_eq!(groups.len(), 1);
    }
    check("webapp", "webapp.example.com");
    check("webapp.example.com", "webapp.example.com");
    check("example.com", "example.com");
    check("a.b", "a.b.example.com");

    let project = Tree::init(|_| ()).project();
    let note = |group: &str| api::appended(&project, &group.parse().unwrap());
    let said = note("webapp.example.org").unwrap();
    assert!(
        said.starts_with("the group is webapp.example.org.example.com: "),
        "{said}"
    );
    for group in ["webapp", "webapp.example.com", "example.com"] {
        assert_eq!(note(group), None);
    }
}

#[test]
fn kinds_may_have_helpers_of_one_name() {
    let mut tree = Tree::init(|_| ());
    tree.create(&types("webapp", "v1", "Guestbook")).unwrap();
    let alone = tree.text("api/src/v1/mod.rs");
    assert!(
        alone.ends_with("\npub mod guestbook;\n\npub use guestbook::*;\n"),
        "{alone}"
    );
    tree.create(&types("webapp", "v1", "Author")).unwrap();
    let both = tree.text("api/src/v1/mod.rs");
    let exports = "pub use author::Author;\npub use guestbook::Guestbook;\n\npub use author::*;\npub use guestbook::*;\n";
    assert!(both.ends_with(exports), "{both}");
    assert!(
        both.contains("#![allow(\n    ambiguous_glob_reexports"),
        "{both}"
    );
}
