//! Each declaration, each verb and each call compile, and come to the rules of the table in the derive's documentation.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service};
use kopgen_runtime::core::rbac::{Scope, ScopedRule};
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, DeclaredBy, EventType, Kind, ObjectRef, Operator,
    Permissions, Reconcile, Reconciler, Result, Task, manifests, verb,
};
use kube::api::Patch;
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    singular = "shelf",
    shortname = "sh",
    category = "all",
    namespaced,
    status = "ShelfStatus",
    scale(
        spec_replicas_path = ".spec.replicas",
        status_replicas_path = ".status.replicas"
    ),
    printcolumn(
        name = "Replicas",
        type_ = "integer",
        format = "int32",
        json_path = ".spec.replicas"
    ),
    printcolumn = r#"{"name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    selectable = ".spec.motto",
    annotation("a", "b"),
    label("a", "b"),
    derive = "PartialEq",
    validation = "self.spec.replicas < 5"
)]
struct ShelfSpec {
    replicas: i32,
    motto: String,
}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
struct ShelfStatus {
    replicas: i32,
}

#[derive(Reconciler)]
#[reconciler(kind = Shelf, name = "shelf", finalizer, status, events, concurrency = 4)]
#[reconciler(
    owns(Deployment, Service),
    owns(ConfigMap, delete, cached),
    owns(Job, create, labels = "app=shelf,example.com/tier="),
    owns(PersistentVolumeClaim, orphan, adopt),
    watches(Secret, map = by_secret, labels = "app=shelf,!old", fields = "type=Opaque"),
    watches(Secret, map = |_: &Secret| None, labels = "other"),
    watches(Namespace, index = "spec.rooms[].name", labels = "room"),
    reads(Secret, Namespace),
    uses(Secret, verbs(create, update, patch, delete, deletecollection)),
    uses(ConfigMap, verbs(get), names("tuning"), handle = Tuning),
    uses(Service, verbs(get), names("db-main", "db-replica"), namespace = "data", handle = Database),
    uses(Deployment, verbs(get, update), namespace = own, handle = Own),
    rbac(group = "metrics.k8s.io", resources("pods", "nodes"), verbs("get", "list"), names("a"), namespace = own),
    rbac(group = "", resources("nodes"), verbs("get"), cluster_scoped),
)]
struct ShelfReconciler {}

fn by_secret(secret: &Secret) -> Vec<ObjectRef<Shelf>> {
    secret
        .metadata
        .name
        .iter()
        .map(|name| ObjectRef::new(name))
        .collect()
}

impl Reconcile for ShelfReconciler {
    type State = String;

    async fn setup(_: &String) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        let patch = Patch::Merge(());
        let secret: Secret = cx.get("password").await?;
        let _: Option<Secret> = cx.find("password").await?;
        let _: Vec<Secret> = cx.list(&Default::default()).await?;
        let _: Secret = cx.create(&secret).await?;
        let _: Secret = cx.apply_and_get(&secret).await?;
        let _: Secret = cx.replace(&secret).await?;
        let _: Secret = cx.patch("password", &patch).await?;
        cx.delete::<Secret>("password").await?;
        cx.delete_collection::<Secret>(&Default::default()).await?;
        cx.delete::<ConfigMap>("child").await?;
        let _: Option<ConfigMap> = cx.cached("child")?;
        let _: Vec<ConfigMap> = cx.owned()?;
        let _: Option<Shelf> = cx.cached("other")?;
        cx.in_namespace("other").apply(&Service::default()).await?;
        cx.using(Tuning)?.get().await?;
        cx.using(Database::DbMain)?.find().await?;
        cx.using(Database::DbReplica)?.get().await?;
        let own = cx.using(Own)?.get("own").await?;
        cx.using(Own)?.replace(&own).await?;
        namespace(&cx).await?;
        cx.set_status(&ShelfStatus {
            replicas: shelf.spec.replicas,
        })
        .await?;
        cx.event(EventType::Warning, "Reason", "note").await?;
        let _ = cx.client();
        Ok(Action::await_change())
    }
}

impl Cleanup for ShelfReconciler {
    async fn cleanup(&self, _: Arc<Shelf>, _: Context<Self>) -> Result<Cleaned> {
        Ok(Cleaned::Done)
    }
}

async fn namespace<R: Reconciler>(cx: &Context<R>) -> Result<Namespace>
where
    Namespace: DeclaredBy<R, verb::Get>,
{
    cx.get("default").await
}

/// One that takes its clock from outside.
#[derive(Reconciler)]
#[reconciler(kind = Shelf, name = "timed-shelf", reads(ConfigMap), status, uses(Secret, verbs(get), names("a"), handle = Watch))]
struct TimedReconciler<C: Clock> {
    clock: C,
}

trait Clock: Send + Sync + 'static {
    fn hour(&self) -> i32;
}

impl<C: Clock> Reconcile for TimedReconciler<C> {
    type State = String;

    async fn setup(_: &String) -> Result<Self> {
        unreachable!("it is not run")
    }

    async fn reconcile(&self, _: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        let _: ConfigMap = cx.get("hours").await?;
        cx.using(Watch)?.get().await?;
        cx.set_status(&ShelfStatus {
            replicas: self.clock.hour(),
        })
        .await?;
        Ok(Action::await_change())
    }
}

#[derive(Default)]
struct Noon;

impl Clock for Noon {
    fn hour(&self) -> i32 {
        12
    }
}

#[test]
fn a_reconciler_may_be_generic() {
    let operator = Operator::new("test")
        .kind::<Shelf>()
        .controller::<TimedReconciler<Noon>>();
    assert_eq!(
        manifests::report(&operator).controllers[0].name,
        "timed-shelf"
    );
}

#[test]
fn each_declaration_comes_to_its_verbs() {
    let operator = Operator::new("test")
        .kind::<Shelf>()
        .controller::<ShelfReconciler>();
    let report = manifests::report(&operator);
    assert_eq!(report.problems, []);
    assert_eq!(report.kinds[0].source.type_name, "everything::ShelfSpec");
    let controller = &report.controllers[0];
    assert_eq!(controller.name, "shelf");
    assert_eq!(controller.source.type_name, "everything::ShelfReconciler");
    let line = include_str!("everything.rs")
        .lines()
        .position(|line| line.starts_with("struct ShelfReconciler"));
    assert_eq!(controller.source.line as usize, line.unwrap() + 1);
    assert!(
        controller.source.file.ends_with("tests/everything.rs"),
        "{}",
        controller.source.file
    );

    let indices = serde_json::to_value(&controller.indices).unwrap();
    let expected = serde_json::json!([{ "watched": "Namespace", "path": "spec.rooms[].name" }]);
    assert_eq!(indices, expected);

    let rules: Vec<_> = controller.rules.iter().map(line_of).collect();
    let expected = "\
        test.example.com/shelves list,watch
        test.example.com/shelves/status patch
        test.example.com/shelves patch
        apps/deployments list,watch,create,patch
        test.example.com/shelves/finalizers update
        /services list,watch,create,patch
        /configmaps list,watch,create,patch,delete
        batch/jobs list,watch,create
        /persistentvolumeclaims list,watch,create,patch,delete
        /secrets list,watch
        /secrets list,watch
        cluster /namespaces list,watch
        events.k8s.io/events create,patch
        /secrets get
        cluster /namespaces get
        /secrets create,update,patch,delete,deletecollection
        /configmaps tuning get
        data /services db-main,db-replica get
        own apps/deployments get,update
        own metrics.k8s.io/pods,nodes a get,list
        cluster /nodes get";
    assert_eq!(rules, expected.lines().map(str::trim).collect::<Vec<_>>());
}

#[derive(Permissions)]
#[permissions(
    reads(Secret),
    uses(ConfigMap, verbs(get, list, create, update, patch, delete, deletecollection)),
    uses(Service, verbs(get), names("db-main", "db-replica"), namespace = "data", handle = Mirror),
    uses(Namespace, verbs(list)),
    rbac(group = "metrics.k8s.io", resources("pods"), verbs("get"))
)]
struct ReportSweeperTask<C: Clock> {
    clock: C,
}

impl<C: Clock + Default> Task for ReportSweeperTask<C> {
    type State = ();

    const ON_EVERY_REPLICA: bool = true;

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {
            clock: C::default(),
        })
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let hours = hours(&cx, "hours").await?;
        let _: Secret = cx.in_namespace("data").get("token").await?;
        for mirror in [Mirror::DbMain, Mirror::DbReplica] {
            let _: Service = cx.using(mirror)?.get().await?;
        }
        let _: Vec<Namespace> = cx.list(&Default::default()).await?;
        cx.create(&hours).await?;
        cx.apply(&hours).await?;
        cx.replace(&hours).await?;
        let _: ConfigMap = cx.patch("hours", &Patch::Merge(())).await?;
        cx.delete::<ConfigMap>("hours").await?;
        cx.delete_collection::<ConfigMap>(&Default::default())
            .await?;
        cx.stopped().await;
        println!("{}", self.clock.hour());
        Ok(())
    }
}

/// For reconcilers and tasks.
async fn hours<P: Permissions>(cx: &Context<P>, name: &str) -> Result<ConfigMap>
where
    ConfigMap: DeclaredBy<P, verb::Get>,
{
    cx.get(name).await
}

#[test]
fn a_task_declares_as_a_reconciler_does() {
    let operator = Operator::new("test").task::<ReportSweeperTask<Noon>>();
    let report = manifests::report(&operator);
    assert_eq!((report.problems, report.controllers), (vec![], vec![]));
    let task = &report.tasks[0];
    assert_eq!(task.name, "report-sweeper");
    assert_eq!(task.source.type_name, "everything::ReportSweeperTask");
    let rules: Vec<_> = task.rules.iter().map(line_of).collect();
    let expected = "\
        /secrets get
        /configmaps get,list,create,update,patch,delete,deletecollection
        data /services db-main,db-replica get
        cluster /namespaces list
        metrics.k8s.io/pods get";
    assert_eq!(rules, expected.lines().map(str::trim).collect::<Vec<_>>());
}

fn line_of(rule: &ScopedRule) -> String {
    let ScopedRule {
        scope,
        cluster_scoped,
        rule,
    } = rule;
    let scope = match scope {
        Scope::Everywhere if *cluster_scoped => "cluster",
        Scope::Everywhere => "",
        Scope::Own => "own",
        Scope::Namespace(namespace) => namespace,
    };
    let resources = format!("{}/{}", rule.api_groups[0], rule.resources.join(","));
    let words = [
        scope,
        &resources,
        &rule.resource_names.join(","),
        &rule.verbs.join(","),
    ];
    words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
