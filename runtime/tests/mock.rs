//! What a context's calls send, on the mocked client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use k8s_openapi::api::core::v1::{ConfigMap, Node, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::testing::{Mock, Request};
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, EventType, Kind, OwnershipError, Reconcile, Reconciler,
    Result,
};
use kube::api::{DynamicObject, ListParams, Patch, PatchParams};
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    namespaced,
    status = "ShelfStatus"
)]
struct ShelfSpec {
    task: Task,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
struct ShelfStatus {
    #[serde(default)]
    conditions: Vec<Condition>,
    note: Option<String>,
}

/// What the reconciler is to do.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
enum Task {
    Apply,
    ApplyElsewhere,
    Status,
    StatusTwice,
    Read,
    Remember,
    Write,
    Event,
    Fail,
    Overstep,
    TwoShapes,
    Names,
    ApplyPatch,
}

#[derive(Reconciler)]
#[reconciler(
    kind = Shelf,
    owns(ConfigMap, delete, cached),
    uses(Secret, verbs(get, list, create, update, patch, delete, deletecollection)),
    reads(Node),
    finalizer,
    status,
    events
)]
struct ShelfReconciler {
    cleanups: AtomicUsize,
}

impl Reconcile for ShelfReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {
            cleanups: AtomicUsize::new(0),
        })
    }

    async fn reconcile(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        match shelf.spec.task {
            Task::Apply => cx.apply(&object::<ConfigMap>("child")).await?,
            Task::ApplyElsewhere => {
                let elsewhere = cx.in_namespace("elsewhere");
                let error = elsewhere
                    .apply(&object::<ConfigMap>("child"))
                    .await
                    .unwrap_err()
                    .to_string();
                assert!(
                    error.contains("cannot own a ConfigMap in elsewhere"),
                    "{error}"
                );
                // What it does not own may live anywhere.
                elsewhere.apply(&object::<Secret>("child")).await?;
            }
            Task::Status => set(&cx, &shelf, true).await?,
            Task::StatusTwice => {
                set(&cx, &shelf, false).await?;
                set(&cx, &shelf, true).await?;
            }
            Task::Remember => {
                let names = |maps: &[ConfigMap]| -> Vec<_> {
                    maps.iter()
                        .filter_map(|it| it.metadata.name.clone())
                        .collect()
                };
                let owned: Vec<ConfigMap> = cx.owned()?;
                let by_name: Option<ConfigMap> = cx.cached("stray")?;
                anyhow::bail!(
                    "owned {:?}, by name {:?}, itself {}, none {}, elsewhere {}",
                    names(&owned),
                    names(&by_name.into_iter().collect::<Vec<_>>()),
                    cx.cached::<Shelf>("a")?.is_some(),
                    cx.cached::<ConfigMap>("none")?.is_some(),
                    cx.in_namespace("elsewhere")
                        .cached::<ConfigMap>("stray")?
                        .is_some(),
                );
            }
            Task::Read => {
                assert!(cx.find::<Secret>("none").await?.is_none());
                let error = cx.get::<Secret>("none").await.unwrap_err();
                assert!(
                    error
                        .to_string()
                        .starts_with("cannot get secrets default/none"),
                    "{error:#}"
                );
                let error: kube::Error = error.downcast()?;
                assert!(matches!(error, kube::Error::Api(status) if status.is_not_found()));
                cx.get::<Node>("n").await?;
                let labelled = ListParams::default().labels("app=a,tier!=cache");
                assert_eq!(cx.list::<Secret>(&labelled).await?.len(), 1);
                assert_eq!(
                    cx.in_namespace("elsewhere")
                        .list::<Secret>(&ListParams::default())
                        .await?
                        .len(),
                    0
                );
            }
            Task::Write => {
                let created: Secret = cx.create(&object("a")).await?;
                cx.create(&created).await.expect_err("it is there already");
                let patched: Secret = cx
                    .patch("a", &Patch::Merge(json!({ "type": "Opaque" })))
                    .await?;
                assert_eq!(patched.type_.as_deref(), Some("Opaque"));
                cx.replace(&created)
                    .await
                    .expect_err("it has been changed since");
                cx.replace(&patched).await?;
                cx.delete::<Secret>("a").await?;
                cx.delete::<Secret>("a").await?;
                cx.delete_collection::<Secret>(&ListParams::default())
                    .await?;
            }
            Task::Event => {
                cx.event(EventType::Normal, "Done", "once").await?;
                cx.event(EventType::Normal, "Done", "once").await?;
            }
            Task::Overstep => {
                let maps = kube::Api::<ConfigMap>::default_namespaced(cx.client());
                maps.list(&ListParams::default()).await?;
                let error = maps.get("child").await.unwrap_err().to_string();
                assert!(
                    error.contains("get configmaps default/child is forbidden"),
                    "{error}"
                );
            }
            Task::TwoShapes => {
                let mut child = object::<ConfigMap>("child");
                cx.apply(&child).await?;
                cx.apply(&child).await?;
                child.immutable = Some(true);
                let other: Secret = object("child");
                cx.apply(&other).await?;
                let error = cx.apply(&child).await.unwrap_err();
                let twice = OwnershipError::AppliedTwice {
                    child: "ConfigMap default/child".into(),
                };
                assert_eq!(error.downcast_ref(), Some(&twice), "{error:#}");
                // It is another object then.
                cx.delete::<ConfigMap>("child").await?;
                let made = cx.apply_and_get(&child).await?;
                assert_eq!(made.immutable, Some(true));
                // Nothing is sent, and it is known all the same.
                let known = cx.apply_and_get(&child).await?;
                assert_eq!(known.metadata.uid, made.metadata.uid);
            }
            Task::Names => {
                let bad = [
                    "",
                    ".",
                    "..",
                    "a/b",
                    "a/status",
                    "a%2Fb",
                    "?labelSelector=a%3Db&x=",
                    "a#",
                    "a b",
                    "ä",
                ];
                for name in bad {
                    let named: Secret = object(name);
                    let patch = Patch::Merge(json!({}));
                    let here = &cx.in_namespace("default");
                    let there = &cx.in_namespace(name);
                    let params = ListParams::default();
                    let mut errors = vec![
                        here.get::<Secret>(name).await.map(drop),
                        here.find::<Secret>(name).await.map(drop),
                        here.find::<Node>(name).await.map(drop),
                        here.cached::<ConfigMap>(name).map(drop),
                        here.patch::<Secret, _>(name, &patch).await.map(drop),
                        here.delete::<Secret>(name).await,
                        there.get::<Secret>("a").await.map(drop),
                        there.list::<Secret>(&params).await.map(drop),
                        there.create(&object::<Secret>("a")).await.map(drop),
                        there.delete_collection::<Secret>(&params).await,
                        there.cached::<ConfigMap>("a").map(drop),
                    ];
                    if !name.is_empty() {
                        errors.extend([
                            here.create(&named).await.map(drop),
                            here.apply(&named).await,
                            here.replace(&named).await.map(drop),
                        ]);
                    }
                    for (call, result) in errors.into_iter().enumerate() {
                        let error = format!("{:#}", result.unwrap_err());
                        let value = format!("`{}` is no ", name.escape_debug());
                        assert!(error.contains(&value), "{call} of {name:?}: {error}");
                        assert!(error.contains("must not be empty"), "{error}");
                    }
                }
            }
            Task::ApplyPatch => {
                let patch = Patch::Apply(json!({ "apiVersion": "v1", "kind": "Secret" }));
                cx.patch::<Secret, _>("a", &patch).await?;
            }
            Task::Fail => cx.apply(&object::<ConfigMap>("child")).await?,
        }
        Ok(Action::await_change())
    }
}

impl Cleanup for ShelfReconciler {
    async fn cleanup(&self, _: Arc<Shelf>, _: Context<Self>) -> Result<Cleaned> {
        self.cleanups.fetch_add(1, Ordering::Relaxed);
        Ok(Cleaned::Done)
    }
}

async fn set(cx: &Context<ShelfReconciler>, shelf: &Shelf, ready: bool) -> Result<()> {
    let mut status = shelf.status.clone().unwrap_or_default();
    cx.set_condition(&mut status.conditions, "Ready", ready, "Tested", "");
    cx.set_status(&status).await
}

fn object<O: for<'a> Deserialize<'a>>(name: &str) -> O {
    serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap()
}

fn shelf(task: Task) -> Shelf {
    let mut shelf = Shelf::new("a", ShelfSpec { task });
    shelf.metadata.namespace = Some("default".into());
    shelf
}

async fn reconcile(mock: &Mock, task: Task) -> Result<Vec<Request>> {
    let reconciler = ShelfReconciler::setup(&()).await?;
    mock.reconcile(&reconciler, &shelf(task)).await?;
    Ok(mock.requests())
}

#[tokio::test]
async fn an_apply_names_manager_namespace_and_owner() -> Result<()> {
    let requests = reconcile(&Mock::new(), Task::Apply).await?;
    let [apply] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(
        (apply.method.as_str(), apply.path.as_str()),
        ("PATCH", "/api/v1/namespaces/default/configmaps/child")
    );
    assert_eq!(apply.content_type, "application/apply-patch+yaml");
    assert!(
        apply.query.contains("force=true") && apply.query.contains("fieldManager=test%2Fshelf"),
        "{}",
        apply.query
    );
    let owner = json!({
        "apiVersion": "test.example.com/v1",
        "kind": "Shelf",
        "name": "a",
        "uid": "uid-1",
        "controller": true,
        "blockOwnerDeletion": true,
    });
    let metadata = json!({ "name": "child", "namespace": "default", "ownerReferences": [owner] });
    assert_eq!(
        apply.body,
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata })
    );
    Ok(())
}

#[tokio::test]
async fn an_object_is_applied_in_one_shape_by_a_reconcile() -> Result<()> {
    let requests = reconcile(&Mock::new(), Task::TwoShapes).await?;
    let methods: Vec<_> = requests.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["PATCH", "PATCH", "DELETE", "PATCH", "GET"]);
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_no_segment_of_a_path_is_refused_without_a_request() -> Result<()> {
    assert_eq!(reconcile(&Mock::new(), Task::Names).await?, []);
    Ok(())
}

#[tokio::test]
async fn an_apply_is_no_patch() -> Result<()> {
    let mock = Mock::new();
    let error = reconcile(&mock, Task::ApplyPatch).await.unwrap_err();
    let error = error.to_string();
    assert!(error.contains("declare `create` and `patch`"), "{error}");
    assert_eq!(mock.requests(), []);
    Ok(())
}

#[tokio::test]
async fn what_is_anothers_is_not_applied() -> Result<()> {
    let owner = |uid: &str, name: &str| json!({ "apiVersion": "test.example.com/v1", "kind": "Shelf", "name": name, "uid": uid, "controller": true });
    let child = |metadata: Value| -> ConfigMap {
        let mut object = json!({ "metadata": metadata, "data": { "motto": "mine" } });
        object["metadata"]["name"] = "child".into();
        object["metadata"]["namespace"] = "default".into();
        serde_json::from_value(object).unwrap()
    };
    let refused = async |metadata: Value, expected: OwnershipError| {
        let mock = Mock::new();
        mock.put(&child(metadata)).unwrap();
        let error = reconcile(&mock, Task::Apply).await.unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&expected), "{error:#}");
        assert!(mock.requests().iter().all(|it| it.method == "GET"));
    };
    let name = || "ConfigMap default/child".to_owned();
    let owned_by = |owner: &str| OwnershipError::AlreadyOwned {
        child: name(),
        owner: owner.into(),
    };
    refused(json!({}), OwnershipError::NotOwned { child: name() }).await;
    let others = json!({ "ownerReferences": [owner("x", "b")] });
    refused(others, owned_by("Shelf default/b")).await;
    let mut library = owner("x", "a");
    library["kind"] = "Library".into();
    let others = json!({ "ownerReferences": [library] });
    refused(others, owned_by("Library default/a")).await;

    // What it has made stays its own, whatever became of the owner reference.
    let mock = Mock::new();
    reconcile(&mock, Task::Apply).await?;
    mock.put(&child(json!({ "ownerReferences": null })))?;
    reconcile(&mock, Task::Apply).await?;
    Ok(())
}

#[tokio::test]
async fn an_owner_and_what_it_owns_live_in_one_namespace() -> Result<()> {
    let requests = reconcile(&Mock::new(), Task::ApplyElsewhere).await?;
    let [apply] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(apply.path, "/api/v1/namespaces/elsewhere/secrets/child");
    assert_eq!(apply.body["metadata"]["ownerReferences"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_status_is_sent_when_it_is_another() -> Result<()> {
    let mock = Mock::new();
    let requests = reconcile(&mock, Task::Status).await?;
    let [status] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(
        status.path,
        "/apis/test.example.com/v1/namespaces/default/shelves/a/status"
    );
    // Bound to the version and the object that were read.
    let [uid, version, status] = &status.body.as_array().unwrap()[..] else {
        panic!("{}", status.body)
    };
    assert_eq!(
        *uid,
        json!({ "op": "test", "path": "/metadata/uid", "value": "uid-1" })
    );
    assert_eq!(
        *version,
        json!({ "op": "add", "path": "/metadata/resourceVersion", "value": "1" })
    );
    assert_eq!(status["path"], "/status");
    assert_eq!(status["value"]["conditions"][0]["observedGeneration"], 1);
    assert_eq!(
        status["value"].as_object().unwrap().len(),
        1,
        "what is `None` is absent: {status}"
    );
    assert_eq!(reconcile(&mock, Task::Status).await?, [], "it is the same");

    // There and back: the second is compared with the first, and not with what was there before both.
    assert_eq!(reconcile(&mock, Task::StatusTwice).await?.len(), 2);
    let shelf: Shelf = mock.get("default", "a")?;
    assert_eq!(shelf.status.unwrap().conditions[0].status, "True");
    Ok(())
}

#[tokio::test]
async fn reads_find_what_is_there() -> Result<()> {
    let mock = Mock::new();
    mock.put(&object::<Node>("n"))?;
    for (name, tier) in [("front", "web"), ("store", "cache")] {
        let metadata =
            json!({ "name": name, "namespace": "default", "labels": { "app": "a", "tier": tier } });
        mock.put(&serde_json::from_value::<Secret>(
            json!({ "metadata": metadata }),
        )?)?;
    }
    reconcile(&mock, Task::Read).await?;
    Ok(())
}

#[tokio::test]
async fn what_is_cached_is_read_without_a_request() -> Result<()> {
    let mock = Mock::new();
    let mut stray = object::<ConfigMap>("stray");
    stray.metadata.namespace = Some("default".into());
    mock.put(&stray)?;
    reconcile(&mock, Task::Apply).await?;
    let error = reconcile(&mock, Task::Remember).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"owned ["child"], by name ["stray"], itself true, none false, elsewhere false"#
    );
    assert_eq!(mock.requests(), []);
    Ok(())
}

#[tokio::test]
async fn writes_are_stored() -> Result<()> {
    let mock = Mock::new();
    let requests = reconcile(&mock, Task::Write).await?;
    let methods: Vec<_> = requests
        .iter()
        .map(|request| request.method.as_str())
        .collect();
    assert_eq!(
        methods,
        [
            "POST", "POST", "PATCH", "PUT", "PUT", "DELETE", "DELETE", "DELETE"
        ]
    );
    let error = mock.get::<Secret>("default", "a").unwrap_err().to_string();
    assert!(
        error.contains("there are: /apis/test.example.com/v1/namespaces/default/shelves/a"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn an_event_again_is_counted() -> Result<()> {
    let requests = reconcile(&Mock::new(), Task::Event).await?;
    let [create, patch] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(
        (create.method.as_str(), patch.method.as_str()),
        ("POST", "PATCH")
    );
    assert_eq!(
        create.path,
        "/apis/events.k8s.io/v1/namespaces/default/events"
    );
    assert_eq!(create.body["regarding"]["kind"], "Shelf");
    assert_eq!(patch.body["series"]["count"], 2);
    Ok(())
}

#[tokio::test]
async fn a_scripted_error_says_what_was_tried() -> Result<()> {
    let mock = Mock::new();
    mock.fail("PATCH", "/configmaps/", 403);
    let error = reconcile(&mock, Task::Fail).await.unwrap_err();
    let error = format!("{error:#}");
    assert!(
        error.starts_with("cannot apply configmaps default/child: it is forbidden"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn what_is_not_declared_is_forbidden() -> Result<()> {
    reconcile(&Mock::new(), Task::Overstep).await.map(drop)
}

#[tokio::test]
async fn a_cleanup_can_be_called() -> Result<()> {
    let reconciler = ShelfReconciler::setup(&()).await?;
    let cleaned = Mock::new()
        .cleanup(&reconciler, &shelf(Task::Apply))
        .await?;
    assert_eq!(cleaned, Cleaned::Done);
    assert_eq!(reconciler.cleanups.load(Ordering::Relaxed), 1);
    Ok(())
}

/// An API server in memory refuses, keeps and drops what the real one does.
#[tokio::test]
async fn patches_do_what_they_do_on_a_real_api_server() -> Result<()> {
    let mock = Mock::new();
    mock.put(&shelf(Task::Read))?;
    let shelves: kube::Api<DynamicObject> = kube::Api::namespaced_with(
        mock.client(),
        "default",
        &kube::core::ApiResource::erase::<Shelf>(&()),
    );
    let params = PatchParams::apply("test").force();
    let code = |result: kube::Result<DynamicObject>| match result {
        Ok(_) => 200,
        Err(kube::Error::Api(status)) => status.code,
        Err(error) => panic!("{error}"),
    };
    let apply = async |name: &str, uid: Value, task: Value| {
        let body = json!({
            "apiVersion": "test.example.com/v1",
            "kind": "Shelf",
            "metadata": { "name": name, "uid": uid, "labels": null },
            "spec": { "task": task },
        });
        code(shelves.patch(name, &params, &Patch::Apply(body)).await)
    };
    assert_eq!(apply("a", json!(null), json!(null)).await, 422);
    assert_eq!(apply("a", json!("another"), json!("Read")).await, 422);
    assert_eq!(apply("b", json!("another"), json!("Read")).await, 409);
    assert_eq!(apply("a", json!("uid-1"), json!("Read")).await, 200);

    let patch = async |operations: Value| {
        let patch = Patch::Json::<()>(serde_json::from_value(operations).unwrap());
        code(shelves.patch("a", &PatchParams::default(), &patch).await)
    };
    let path = "/metadata/finalizers";
    let add = json!([
        { "op": "test", "path": path, "value": null },
        { "op": "add", "path": path, "value": ["a.b/c"] },
    ]);
    assert_eq!(patch(add.clone()).await, 200);
    assert_eq!(patch(add).await, 422, "there is one");
    let version = "/metadata/resourceVersion";
    assert_eq!(
        patch(json!([{ "op": "add", "path": version, "value": "1" }])).await,
        409
    );
    assert_eq!(
        patch(json!([{ "op": "add", "path": "/spec/note", "value": null }])).await,
        200
    );
    let found = shelves
        .list(&ListParams::default().fields("metadata.name=a"))
        .await?;
    assert_eq!(found.items.len(), 1);
    assert_eq!(found.items[0].data["spec"], json!({ "task": "Read" }));
    assert_eq!(
        found.items[0].metadata.finalizers,
        Some(vec!["a.b/c".to_owned()])
    );
    let found = shelves
        .list(&ListParams::default().fields("metadata.name=b"))
        .await?;
    assert_eq!(found.items.len(), 0);
    Ok(())
}
