//! The planner on reports made by hand and projects in memory.

mod namespaces;

use kopgen_core::report::PROTOCOL;
use serde_json::{Value, json};
use snapbox::{assert_data_eq, str};

use super::*;
use crate::plan::{Change, Why};

fn project() -> Project {
    Project {
        name: "guestbook".parse().unwrap(),
        domain: "example.com".parse().unwrap(),
        multigroup: false,
        namespaced: false,
        watch_namespaces: Vec::new(),
        apis: BTreeMap::new(),
        controllers: BTreeMap::new(),
        spellings: Default::default(),
    }
}

/// A version of a kind of the group `webapp`, with a replica count of at least 1.
fn kind(version: &str, kind: &str, scope: &str) -> Value {
    let plural = format!("{}s", kind.to_lowercase());
    let replicas = json!({ "type": "integer", "format": "int32", "minimum": 1.0 });
    let spec = json!({ "type": "object", "properties": { "replicas": replicas }, "required": ["replicas"] });
    let schema = json!({ "type": "object", "properties": { "spec": spec, "status": { "type": "object" } }, "required": ["spec"] });
    json!({
        "source": { "type_name": format!("guestbook_api::{version}::{kind}Spec"), "file": "api/src/kind.rs", "line": 7 },
        "crd": {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": { "name": format!("{plural}.webapp.example.com") },
            "spec": {
                "group": "webapp.example.com",
                "names": { "kind": kind, "plural": plural, "singular": kind.to_lowercase() },
                "scope": scope,
                "versions": [{
                    "name": version,
                    "served": true,
                    "storage": true,
                    "subresources": { "status": {} },
                    "schema": { "openAPIV3Schema": schema },
                }],
            },
        },
    })
}

/// A controller of Guestbooks that asks for `rules`.
fn controller(rules: &[Value]) -> Value {
    let kind = json!({
        "group": "webapp.example.com", "version": "v1", "kind": "Guestbook", "plural": "guestbooks", "namespaced": true,
    });
    let file = "operator/src/controllers/guestbook.rs";
    let type_name = "guestbook_operator::controllers::guestbook::GuestbookReconciler";
    json!({ "source": { "type_name": type_name, "file": file, "line": 9 }, "name": "guestbook", "kind": kind, "rules": rules })
}

fn rule(scope: &Value, resource: &str, verbs: &[&str]) -> Value {
    json!({ "scope": scope, "apiGroups": ["apps"], "resources": [resource], "verbs": verbs })
}

fn report(kinds: &[Value], controllers: &[Value]) -> Report {
    let report = json!({ "protocol": PROTOCOL, "kopgen": "0.1.0", "kube": "5.0.0", "kinds": kinds, "controllers": controllers });
    serde_json::from_value(report).unwrap()
}

/// Guestbooks, and a controller that lists and watches Deployments.
fn guestbook() -> Report {
    let watch = rule(&json!("everywhere"), "deployments", &["watch", "list"]);
    report(
        &[kind("v1", "Guestbook", "Namespaced")],
        &[controller(&[watch])],
    )
}

/// `snapshot` with the plan carried out.
fn applied(snapshot: &Snapshot, plan: &Plan) -> Snapshot {
    let mut snapshot = snapshot.clone();
    for (path, change) in &plan.changes {
        match change {
            Change::Create { after } | Change::Replace { after, .. } => {
                snapshot.set(
                    path.clone(),
                    crate::workspace::Entry::File(after.content.clone()),
                );
            }
            Change::Delete { .. } => snapshot.remove(path),
            Change::Keep(_) => {}
            Change::Conflict(diagnostic) => panic!("{diagnostic}"),
        }
    }
    snapshot
}

/// The files alone, where nothing is wrong.
#[track_caller]
fn plan(project: &Project, snapshot: &Snapshot, report: Report, overwrite: bool) -> Plan {
    super::plan(project, snapshot, report, overwrite)
        .unwrap()
        .plan
}

fn planned(project: &Project, report: Report) -> Snapshot {
    let snapshot = Snapshot::default();
    applied(&snapshot, &plan(project, &snapshot, report, false))
}

/// What happens to each file that does not stay as it is.
fn verbs(plan: &Plan) -> String {
    let verb = |change: &Change| match change {
        Change::Create { .. } => "create",
        Change::Replace { .. } => "replace",
        Change::Delete { .. } => "delete",
        Change::Keep(Why::Current) => "keep",
        Change::Keep(Why::Yours) => "yours",
        Change::Conflict(_) => "conflict",
    };
    let changes = plan
        .changes
        .iter()
        .filter(|(_, change)| !matches!(change, Change::Keep(_)));
    changes
        .map(|(path, change)| format!("{} {path}\n", verb(change)))
        .collect()
}

fn text<'a>(snapshot: &'a Snapshot, path: &str) -> &'a str {
    snapshot
        .text(&RelPath::new(path))
        .unwrap_or_else(|| panic!("there is no {path}"))
}

/// What is said of Guestbooks in a tree.
#[track_caller]
fn warnings(project: &Project, snapshot: &Snapshot) -> String {
    let declared = super::plan(project, snapshot, guestbook(), false).unwrap();
    let warnings: Vec<String> = declared.warnings.iter().map(ToString::to_string).collect();
    warnings.join("\n")
}

fn problems(project: &Project, snapshot: &Snapshot, report: Report) -> String {
    match super::plan(project, snapshot, report, false) {
        Ok(declared) => panic!("there are no problems, but:\n{}", verbs(&declared.plan)),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn a_kind_and_its_controller() {
    let plan = plan(&project(), &Snapshot::default(), guestbook(), false);
    assert_data_eq!(
        verbs(&plan),
        str![[r#"
create config/crd/bases/webapp.example.com_guestbooks.yaml
create config/crd/kustomization.yaml
create config/rbac/guestbook_admin_role.yaml
create config/rbac/guestbook_editor_role.yaml
create config/rbac/guestbook_viewer_role.yaml
create config/rbac/kustomization.yaml
create config/rbac/role.yaml
create config/rbac/role_binding.yaml

"#]]
    );
    let tree = applied(&Snapshot::default(), &plan);
    assert_data_eq!(
        text(&tree, "config/crd/bases/webapp.example.com_guestbooks.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: change the Rust types and run `kopgen manifests`, or patch it in config/default.
# kopgen-digest: d6cff65e825a7d1a
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: guestbooks.webapp.example.com
spec:
  group: webapp.example.com
  names:
    kind: Guestbook
    plural: guestbooks
    singular: guestbook
  scope: Namespaced
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              replicas:
                format: int32
                minimum: 1.0
                type: integer
            required:
            - replicas
            type: object
          status:
            type: object
        required:
        - spec
        type: object
    served: true
    storage: true
    subresources:
      status: {}

"#]]
    );
    assert_data_eq!(
        text(&tree, "config/crd/kustomization.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: patch it in config/default.
# kopgen-digest: 92c97cc965922965
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- bases/webapp.example.com_guestbooks.yaml

"#]]
    );
    assert_data_eq!(
        text(&tree, "config/rbac/role.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: change what the reconcilers and tasks declare and run `kopgen manifests`, or add a role in config/default.
# kopgen-digest: 1a40c05da8bd23b1
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  labels:
    app.kubernetes.io/managed-by: kustomize
    app.kubernetes.io/name: guestbook
  name: manager-role
rules:
- apiGroups:
  - apps
  resources:
  - deployments
  verbs:
  - list
  - watch

"#]]
    );
    assert_data_eq!(
        text(&tree, "config/rbac/role_binding.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: change what the reconcilers and tasks declare and run `kopgen manifests`, or add a role in config/default.
# kopgen-digest: e2ad05210e06a4cc
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  labels:
    app.kubernetes.io/managed-by: kustomize
    app.kubernetes.io/name: guestbook
  name: manager-rolebinding
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: manager-role
subjects:
- kind: ServiceAccount
  name: controller-manager
  namespace: system

"#]]
    );
    assert_data_eq!(
        text(&tree, "config/rbac/guestbook_editor_role.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: patch it in config/default.
# kopgen-digest: e3eccfb337650372
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  labels:
    app.kubernetes.io/managed-by: kustomize
    app.kubernetes.io/name: guestbook
  name: guestbook-editor-role
rules:
- apiGroups:
  - webapp.example.com
  resources:
  - guestbooks
  verbs:
  - create
  - delete
  - get
  - list
  - patch
  - update
  - watch
- apiGroups:
  - webapp.example.com
  resources:
  - guestbooks/status
  verbs:
  - get

"#]]
    );
    assert_data_eq!(
        text(&tree, "config/rbac/kustomization.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: patch it in config/default.
# kopgen-digest: aeda165f0bf08e90
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- guestbook_admin_role.yaml
- guestbook_editor_role.yaml
- guestbook_viewer_role.yaml
- metrics_auth_role.yaml
- metrics_auth_role_binding.yaml
- metrics_reader_role.yaml
- role.yaml
- role_binding.yaml
- service_account.yaml

"#]]
    );
}

#[test]
fn a_second_run_changes_nothing() {
    let tree = planned(&project(), guestbook());
    let again = plan(&project(), &tree, guestbook(), false);
    assert_eq!(verbs(&again), "");
    assert!(again.is_current());
}

#[test]
fn what_is_no_longer_produced_is_pruned() {
    let mut tree = planned(&project(), guestbook());
    let others = [
        ("config/rbac/service_account.yaml", true),
        ("config/rbac/extra.yaml", false),
    ];
    for (path, generated) in others {
        let header = if generated {
            text(&tree, "config/rbac/role.yaml").to_owned()
        } else {
            "kind: Role\n".to_owned()
        };
        tree.set(
            RelPath::new(path),
            crate::workspace::Entry::File(header.into()),
        );
    }
    let without_rules = report(&[kind("v1", "Guestbook", "Namespaced")], &[]);
    assert_data_eq!(
        verbs(&plan(&project(), &tree, without_rules, false)),
        str![[r#"
replace config/rbac/kustomization.yaml
delete config/rbac/role.yaml
delete config/rbac/role_binding.yaml

"#]]
    );
    let nothing = plan(&project(), &tree, report(&[], &[]), false);
    assert_data_eq!(
        verbs(&nothing),
        str![[r#"
delete config/crd/bases/webapp.example.com_guestbooks.yaml
replace config/crd/kustomization.yaml
delete config/rbac/guestbook_admin_role.yaml
delete config/rbac/guestbook_editor_role.yaml
delete config/rbac/guestbook_viewer_role.yaml
replace config/rbac/kustomization.yaml
delete config/rbac/role.yaml
delete config/rbac/role_binding.yaml

"#]]
    );
    let tree = applied(&tree, &nothing);
    assert_data_eq!(
        text(&tree, "config/crd/kustomization.yaml"),
        str![[r#"
# @generated by kopgen. Do not edit: patch it in config/default.
# kopgen-digest: a6f296c684ac2e6d
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: []

"#]]
    );
}

#[test]
fn an_edit_is_not_lost() {
    let mut tree = planned(&project(), guestbook());
    let role = RelPath::new("config/rbac/role.yaml");
    let edited = text(&tree, role.as_str()).replace("- watch", "- delete");
    tree.set(role.clone(), crate::workspace::Entry::File(edited.into()));
    assert_data_eq!(
        verbs(&plan(&project(), &tree, guestbook(), false)),
        str![[r#"
conflict config/rbac/role.yaml

"#]]
    );
    assert_data_eq!(
        verbs(&plan(&project(), &tree, report(&[], &[]), false)),
        str![[r#"
delete config/crd/bases/webapp.example.com_guestbooks.yaml
replace config/crd/kustomization.yaml
delete config/rbac/guestbook_admin_role.yaml
delete config/rbac/guestbook_editor_role.yaml
delete config/rbac/guestbook_viewer_role.yaml
replace config/rbac/kustomization.yaml
conflict config/rbac/role.yaml
delete config/rbac/role_binding.yaml

"#]]
    );
    assert_data_eq!(
        verbs(&plan(&project(), &tree, guestbook(), true)),
        str![[r#"
replace config/rbac/role.yaml

"#]]
    );
}

/// The report with a task that asks for `rules`.
fn with_task(mut report: Report, rules: Value) -> Report {
    let source = json!({ "type_name": "guestbook_operator::Sweeper", "file": "operator/src/lib.rs", "line": 5 });
    let task = json!({ "source": source, "name": "sweeper", "rules": rules });
    report.tasks.push(serde_json::from_value(task).unwrap());
    report
}

#[test]
fn what_a_task_declares_is_in_the_role() {
    let delete = rule(&json!("everywhere"), "deployments", &["delete"]);
    let get = rule(&json!("own"), "daemonsets", &["get"]);
    let tree = planned(&project(), with_task(guestbook(), json!([delete, get])));
    let role = text(&tree, "config/rbac/role.yaml");
    let merged = "  - deployments\n  verbs:\n  - delete\n  - list\n  - watch\n";
    assert!(role.contains(merged), "{role}");
    assert!(
        role.contains("  - daemonsets\n  verbs:\n  - get\n"),
        "{role}"
    );
}

#[test]
fn what_is_wrong_with_a_task_names_it() {
    let mut nodes = rule(&json!("everywhere"), "nodes", &["get"]);
    nodes["clusterScoped"] = true.into();
    let elsewhere = rule(&json!({ "namespace": "A B" }), "deployments", &["get"]);
    let namespaced = Project {
        namespaced: true,
        ..project()
    };
    let report = with_task(guestbook(), json!([nodes, elsewhere]));
    let problems = problems(&namespaced, &Snapshot::default(), report);
    for said in [
        "`#[permissions(…)]`: `nodes` (get) needs a ClusterRole",
        "`#[permissions(…)]`: `A B` is no namespace",
        "declared by guestbook_operator::Sweeper (operator/src/lib.rs:5)",
    ] {
        assert!(problems.contains(said), "{problems}");
    }
}

#[test]
fn several_groups_have_the_group_in_their_names() {
    let project = Project {
        multigroup: true,
        ..project()
    };
    let tree = planned(&project, guestbook());
    let role = text(&tree, "config/rbac/webapp_guestbook_admin_role.yaml");
    assert!(
        role.contains("\n  name: webapp-guestbook-admin-role\n"),
        "{role}"
    );
}

#[test]
fn all_problems_are_said_at_once() {
    let mut report = guestbook();
    report.problems.push(
        serde_json::from_value(
            json!({ "message": "the operator has two controllers `guestbook`" }),
        )
        .unwrap(),
    );
    let sample =
        "apiVersion: webapp.example.com/v1\nkind: Guestbok\n---\napiVersion: v1\nkind: ConfigMap\n";
    let snapshot = Snapshot::from_files([
        ("config/samples/v1_guestbook.yaml", sample),
        ("config/samples/broken.yaml", "a: ["),
    ]);
    assert_data_eq!(
        problems(&project(), &snapshot, report),
        str![[r#"
the operator has two controllers `guestbook`
config/samples/broken.yaml is no YAML
  note: error: line 1 column 4: unclosed bracket '['
 --> <input>:1:4
  |
1 | a: [
  |    ^ unclosed bracket '['
config/samples/v1_guestbook.yaml: the group webapp.example.com has no kind `Guestbok`
  help: it has `Guestbook`
"#]]
    );
}

#[test]
fn an_index_is_a_field_of_its_kind() {
    let mut controller = controller(&[]);
    let index = |watched: &str, path: &str| json!({ "watched": watched, "path": path });
    controller["indices"] = json!([
        index("Secret", "spec.replicas"),
        index("ConfigMap", "spec.replcas")
    ]);
    let kinds = [kind("v1", "Guestbook", "Namespaced")];
    assert_data_eq!(
        problems(
            &project(),
            &Snapshot::default(),
            report(&kinds, &[controller.clone()])
        ),
        str![[r#"
`watches(Secret, index = "spec.replicas")`: `spec.replicas` is of type integer, and a name is a string
  note: declared by guestbook_operator::controllers::guestbook::GuestbookReconciler (operator/src/controllers/guestbook.rs:9)
  help: point it to the field that holds the name of a Secret, or use `map = ..`
`watches(ConfigMap, index = "spec.replcas")`: `.spec.replcas` leads nowhere: `.spec` has no field `replcas`
  note: declared by guestbook_operator::controllers::guestbook::GuestbookReconciler (operator/src/controllers/guestbook.rs:9)
  help: did you mean `replicas`?
"#]]
    );
    // Of a kind that is another project's, nothing is known.
    let other = report(&[kind("v1", "Other", "Namespaced")], &[controller]);
    planned(&project(), other);
}

#[test]
fn a_sample_that_the_api_server_would_refuse_is_a_problem() {
    let sample = "apiVersion: webapp.example.com/v1\nkind: Guestbook\nmetadata:\n  name: sample\nspec:\n  replicas: 0\n";
    let snapshot = Snapshot::from_files([("config/samples/v1_guestbook.yaml", sample)]);
    assert_data_eq!(
        problems(&project(), &snapshot, guestbook()),
        str!["config/samples/v1_guestbook.yaml: `spec.replicas`: 0 is less than 1.0"]
    );
}

#[test]
fn what_is_doubtful_is_a_warning_that_names_struct_and_field() {
    let mut guestbook = kind("v1", "Guestbook", "Namespaced");
    let versions = &mut guestbook["crd"]["spec"]["versions"];
    let schema = &mut versions[0]["schema"]["openAPIV3Schema"];
    schema["properties"]["spec"]["required"] = json!(["replcas"]);
    let report = report(&[guestbook], &[]);
    let declared = super::plan(&project(), &Snapshot::default(), report, false).unwrap();
    let warnings: Vec<String> = declared.warnings.iter().map(ToString::to_string).collect();
    assert_data_eq!(
        warnings.join("\n"),
        str![[r#"
`spec`: the required field `replcas` is none of its fields
  note: declared by guestbook_api::v1::GuestbookSpec (api/src/kind.rs:7)
  help: did you mean `replicas`?
"#]]
    );
}
