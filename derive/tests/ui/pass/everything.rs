//! Each declaration, each verb, each call.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret, Service};
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, DeclaredBy, EventType, Kind, ObjectRef, Operator, Reconcile, Reconciler, Result, verb,
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
    scale(spec_replicas_path = ".spec.replicas", status_replicas_path = ".status.replicas"),
    printcolumn(name = "Replicas", type_ = "integer", format = "int32", json_path = ".spec.replicas"),
    printcolumn = r#"{"name": "Age", "type_": "date", "jsonPath": ".metadata.creationTimestamp"}"#,
    selectable = ".spec.motto",
    annotation("a", "b"),
    label("a", "b"),
    derive = "PartialEq",
    validation = "self.spec.replicas < 5"
)]
pub struct ShelfSpec {
    replicas: i32,
    motto: String,
}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct ShelfStatus {
    replicas: i32,
}

#[derive(Reconciler)]
#[reconciler(kind = Shelf, name = "shelf", finalizer, status, events)]
#[reconciler(
    owns(Deployment, Service),
    owns(ConfigMap, delete),
    watches(Secret, map = by_secret, labels = "app=shelf,!old", fields = "type=Opaque"),
    watches(Secret, map = |_: &Secret| None, labels = "other"),
    reads(Secret, Namespace),
    uses(Secret, verbs(create, update, patch, delete, deletecollection)),
    uses(ConfigMap, verbs(get), names("tuning"), handle = Tuning),
    uses(Service, verbs(get), names("db-main", "db-replica"), namespace = "data", handle = Database),
    uses(Deployment, verbs(get, update), namespace = own, handle = Own),
    rbac(group = "metrics.k8s.io", resources("pods", "nodes"), verbs("get", "list"), names("a"), namespace = own),
    rbac(group = "", resources("nodes"), verbs("get"), cluster_scoped),
)]
pub struct ShelfReconciler {}

fn by_secret(secret: &Secret) -> Vec<ObjectRef<Shelf>> {
    secret.metadata.name.iter().map(|name| ObjectRef::new(name)).collect()
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
        let _: Secret = cx.apply(&secret).await?;
        let _: Secret = cx.replace(&secret).await?;
        let _: Secret = cx.patch("password", &patch).await?;
        cx.delete::<Secret>("password").await?;
        cx.delete_collection::<Secret>(&Default::default()).await?;
        cx.delete::<ConfigMap>("child").await?;
        cx.in_namespace("other").apply(&Service::default()).await?;
        cx.using(Tuning)?.get().await?;
        cx.using(Database::DbMain)?.find().await?;
        let own = cx.using(Own)?.get("own").await?;
        cx.using(Own)?.replace(&own).await?;
        namespace(&cx).await?;
        cx.set_status(&ShelfStatus { replicas: shelf.spec.replicas }).await?;
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

fn main() {
    Operator::new("test").kind::<Shelf>().controller::<ShelfReconciler>();
}
