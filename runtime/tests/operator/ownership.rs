//! Whose a child is, and what becomes of it when others want it, change it or have made it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::{Bytes, Frame};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::testing::TestEnv;
use kopgen_runtime::{Client, Operator, Reconcile, Result};
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::client::Body;
use kube::{Api, ResourceExt};
use serde_json::{Value, json};
use tower::service_fn;

use crate::nest::{Adopter, Applier, Creator, Nest, Robber, Saver, nest};
use crate::proxy::Proxy;
use crate::shelf::Shelf;
use crate::world::{Journal, World, eventually, eventually_within, named, never};

fn operator<R: Reconcile<Kind = Nest, State = Journal>>() -> Operator<Journal> {
    Operator::new("nests")
        .kind::<Nest>()
        .kind::<Shelf>()
        .controller::<R>()
}

async fn config_map(world: &World, name: &str) -> Option<ConfigMap> {
    let maps = world.objects::<ConfigMap>();
    maps.get_opt(name).await.unwrap()
}

async fn text(world: &World, name: &str) -> Option<String> {
    config_map(world, name).await?.data?.remove("text")
}

async fn edit<O>(world: &World, name: &str, change: Value) -> Result<O>
where
    O: kopgen_runtime::Object + kube::Resource<Scope = kube::core::NamespaceResourceScope>,
{
    let change = Patch::Merge(change);
    let objects = world.objects::<O>();
    Ok(objects
        .patch(name, &PatchParams::default(), &change)
        .await?)
}

/// Waits until the reconciler has written this often a line that begins so.
async fn journal(world: &World, start: &str, times: usize) {
    let written = async || world.journal.count(start) >= times;
    let until = async {
        while !written().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(30), until).await;
    assert!(
        done.is_ok(),
        "no {start:?} in {:?}",
        world.journal.entries()
    );
}

#[tokio::test]
async fn a_child_has_one_owner_and_the_other_is_told() -> Result<()> {
    let Some(world) = World::new("one-owner").await? else {
        return Ok(());
    };
    let running = world.start(operator::<Applier>()).await?;
    world.create(&nest("a", "shared")).await;
    world.create(&nest("b", "shared")).await;
    journal(&world, "a: ", 5).await;
    journal(&world, "b: ", 5).await;
    let child = config_map(&world, "shared").await.unwrap();
    let owner = child.metadata.owner_references.as_ref().unwrap()[0].clone();
    assert_eq!(
        (owner.controller, owner.block_owner_deletion),
        (Some(true), Some(true))
    );
    let (owner, other) = match owner.name.as_str() {
        "a" => ("a", "b"),
        _ => ("b", "a"),
    };
    let namespace = &world.namespace;
    let expected = format!(
        "{other}: cannot apply configmaps {namespace}/shared: the ConfigMap {namespace}/shared is owned by the Nest \
         {namespace}/{owner}; an object has one controlling owner"
    );
    let entries = world.journal.entries();
    for entry in &entries {
        let is_done = entry == &format!("{owner}: done");
        assert!(is_done || entry.starts_with(&expected), "{entries:?}");
    }
    never("it is written again", Duration::from_secs(1), async || {
        config_map(&world, "shared")
            .await
            .unwrap()
            .resource_version()
            != child.resource_version()
    })
    .await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn what_somebody_else_has_made_is_taken_over_only_where_it_is_declared() -> Result<()> {
    let Some(world) = World::new("adoption").await? else {
        return Ok(());
    };
    let theirs = json!({ "data": { "text": "theirs" } });
    world.create(&named::<ConfigMap>("theirs", theirs)).await;
    let before = config_map(&world, "theirs").await;
    let running = world.start(operator::<Applier>()).await?;
    world.create(&nest("a", "theirs")).await;
    let refused = format!("the ConfigMap {}/theirs exists already", world.namespace);
    eventually("it is told", async || {
        let entries = world.journal.entries();
        entries.iter().filter(|it| it.contains(&refused)).count() >= 3
    })
    .await;
    assert_eq!(config_map(&world, "theirs").await, before);
    running.stop().await?;

    let Some(world) = World::new("adopt").await? else {
        return Ok(());
    };
    let theirs = json!({ "data": { "text": "theirs" } });
    world.create(&named::<ConfigMap>("theirs", theirs)).await;
    let running = world.start(operator::<Adopter>()).await?;
    world.create(&nest("a", "theirs")).await;
    eventually("it is taken over", async || {
        text(&world, "theirs").await.as_deref() == Some("egg")
    })
    .await;
    let owners = config_map(&world, "theirs")
        .await
        .unwrap()
        .metadata
        .owner_references;
    assert_eq!(owners.unwrap()[0].name, "a");
    world.stop(running, &[]).await
}

/// A client whose watches of ConfigMaps are refused, or fall silent, from when on they are `broken`.
fn breaking(inner: Client, refuses: bool, broken: Arc<AtomicBool>) -> Client {
    type Answer = Response<UnsyncBoxBody<Bytes, kube::Error>>;
    let namespace = inner.default_namespace().to_owned();
    let service = service_fn(move |request: Request<Body>| {
        let (inner, broken) = (inner.clone(), broken.clone());
        async move {
            let query = request.uri().query().unwrap_or_default();
            let is_it =
                query.contains("watch=true") && request.uri().path().ends_with("/configmaps");
            if !is_it {
                let answer = inner.send(request).await?;
                return Ok::<Answer, kube::Error>(answer.map(BodyExt::boxed_unsync));
            }
            if refuses && broken.load(Ordering::Relaxed) {
                let mut refusal =
                    Response::new(Empty::new().map_err(|it| match it {}).boxed_unsync());
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                return Ok(refusal);
            }
            let (head, body) = inner.send(request).await?.into_parts();
            // It ends when it is refused, and is begun anew; what is silent stays open.
            let frames =
                futures::stream::unfold((body, broken), move |(mut body, broken)| async move {
                    let until_broken = async {
                        while !broken.load(Ordering::Relaxed) {
                            tokio::time::sleep(Duration::from_millis(20)).await;
                        }
                    };
                    let frame = tokio::select! {
                        biased;
                        () = until_broken => match refuses {
                            true => return None,
                            false => std::future::pending().await,
                        },
                        frame = body.frame() => frame?,
                    };
                    let frame: Result<Frame<Bytes>, kube::Error> = frame;
                    Some((frame, (body, broken)))
                });
            Ok(Response::from_parts(
                head,
                StreamBody::new(frames).boxed_unsync(),
            ))
        }
    });
    Client::new(service, namespace)
}

#[tokio::test]
async fn what_was_applied_is_believed_only_as_long_as_the_watch_is_alive() -> Result<()> {
    for refuses in [true, false] {
        let Some(world) = World::new(&format!("watch-{refuses}")).await? else {
            return Ok(());
        };
        let broken = Arc::new(AtomicBool::new(false));
        let client = breaking(world.client_of_operator().await, refuses, broken.clone());
        let running = world.start_with(client, operator::<Applier>()).await?;
        world.create(&nest("a", "child")).await;
        journal(&world, "a: done", 5).await;
        broken.store(true, Ordering::Relaxed);

        edit::<ConfigMap>(&world, "child", json!({ "data": { "text": "edited" } })).await?;
        let patience = Duration::from_secs(60);
        eventually_within(patience, "an edit is put back", async || {
            text(&world, "child").await.as_deref() == Some("egg")
        })
        .await;
        let settled = config_map(&world, "child")
            .await
            .unwrap()
            .resource_version();
        let reconciles = world.journal.count("a: done");
        journal(&world, "a: done", reconciles + 5).await;
        let child = config_map(&world, "child").await.unwrap();
        assert_eq!(child.resource_version(), settled);
        let maps = world.objects::<ConfigMap>();
        maps.delete("child", &DeleteParams::default()).await?;
        eventually_within(patience, "it is made again", async || {
            config_map(&world, "child").await.is_some()
        })
        .await;
        world.stop(running, &[]).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_create_that_was_done_is_not_done_again() -> Result<()> {
    let Some(world) = World::new("created-once").await? else {
        return Ok(());
    };
    let proxy = Proxy::start(&world.config()).await?;
    let running = world.start_behind(&proxy, operator::<Creator>()).await?;
    proxy.answer_late(&Method::POST, 2);
    world.create(&nest("a", "egg")).await;
    journal(&world, "a: done", 5).await;
    let maps = world
        .objects::<ConfigMap>()
        .list(&ListParams::default())
        .await?;
    let made = maps
        .iter()
        .filter(|it| it.name_any().starts_with("egg-"))
        .count();
    let failures = world.journal.entries();
    let failures = failures
        .iter()
        .filter(|it| it.contains("cannot create"))
        .count();
    // Of each answer that was lost the reconciler was told, and it has seen what it made.
    assert_eq!((made, failures), (1, 1));
    running.stop().await
}

#[tokio::test]
async fn an_orphan_outlives_its_owner_and_is_watched() -> Result<()> {
    let Some(world) = World::new("orphan").await? else {
        return Ok(());
    };
    world.create(&named::<Secret>("other", json!({}))).await;
    let running = world.start(operator::<Saver>()).await?;
    world.create(&nest("a", "saved")).await;
    journal(&world, "owned [\"saved\"], other false", 1).await;
    let secrets = world.objects::<Secret>();
    let saved = secrets.get("saved").await?;
    assert_eq!(saved.metadata.owner_references, None);
    assert_eq!(saved.labels()["made-by"], "saver");
    let owner = &saved.annotations()["nests.test.example.com/owner"];
    assert_eq!(*owner, format!("{}/a", world.namespace));

    // An object of that name is another's, too.
    world.create(&nest("b", "saved")).await;
    let taken = format!(
        "the Secret {0}/saved is owned by the Nest {0}/a",
        world.namespace
    );
    eventually("it is told", async || {
        world.journal.entries().iter().any(|it| it.contains(&taken))
    })
    .await;
    world
        .objects::<Nest>()
        .delete("a", &DeleteParams::default())
        .await?;
    never(
        "it goes with its owner",
        Duration::from_secs(1),
        async || secrets.get_opt("saved").await.unwrap().is_none(),
    )
    .await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn a_name_out_of_a_spec_is_a_name_and_a_malformed_object_is_left_out_of_a_list() -> Result<()>
{
    let Some(world) = World::new("names").await? else {
        return Ok(());
    };
    let running = world.start(operator::<Robber>()).await?;
    let labelled = json!({ "made": "true" });
    let mut precious = named::<ConfigMap>("precious", json!({}));
    precious.metadata.labels = serde_json::from_value(labelled)?;
    world.create(&precious).await;
    world.create(&crate::shelf("sound", "read")).await;
    let malformed = json!({
        "apiVersion": "test.example.com/v1", "kind": "Shelf", "metadata": { "name": "malformed" }, "spec": { "motto": 5 },
    });
    let shelves = format!(
        "/apis/test.example.com/v1/namespaces/{}/shelves",
        world.namespace
    );
    let request = Request::post(shelves).body(serde_json::to_vec(&malformed)?)?;
    world.admin.request_text(request).await?;

    world
        .create(&nest("a", "?labelSelector=made%3Dtrue&x="))
        .await;
    journal(&world, "a: cannot delete configmaps", 2).await;
    let entries = world.journal.entries();
    let refusal = "`?labelSelector=made%3Dtrue&x=` is no name of an object: it must not be empty";
    assert!(entries.iter().any(|it| it.contains(refusal)), "{entries:?}");
    assert!(
        entries.iter().any(|it| it == r#"listed ["sound"]"#),
        "{entries:?}"
    );
    assert!(config_map(&world, "precious").await.is_some());
    world.stop(running, &[]).await
}

#[tokio::test]
async fn owner_references_work_where_their_permissions_are_enforced() -> Result<()> {
    let plugin = "--enable-admission-plugins=OwnerReferencesPermissionEnforcement";
    let env = TestEnv::builder().audit_log(true).api_server_flag(plugin);
    let Some(env) = env.start_or_skip().await? else {
        return Ok(());
    };
    let env: &'static TestEnv = Box::leak(Box::new(env));
    let world = World::on(env, "enforced").await?;
    let theirs = json!({ "data": { "text": "theirs" } });
    world.create(&named::<ConfigMap>("theirs", theirs)).await;
    let running = world.start(operator::<Adopter>()).await?;
    for child in ["new", "theirs"] {
        world.create(&nest(&format!("of-{child}"), child)).await;
        eventually("it is applied", async || {
            text(&world, child).await.as_deref() == Some("egg")
        })
        .await;
        let child = config_map(&world, child).await.unwrap();
        let owner = &child.metadata.owner_references.unwrap()[0];
        assert_eq!(owner.block_owner_deletion, Some(true));
    }
    world.stop(running, &[]).await?;

    // The plugin is on: who may not delete gets no owner reference in, and is told why.
    let world = World::on(env, "enforced-not").await?;
    let running = world.start(operator::<Applier>()).await?;
    world.create(&nest("a", "child")).await;
    journal(&world, "a: done", 1).await;
    let nests: Api<Nest> = world.objects();
    let stripped = json!({ "metadata": { "ownerReferences": null } });
    edit::<ConfigMap>(&world, "child", stripped).await?;
    journal(&world, "a: cannot apply configmaps", 1).await;
    let entries = world.journal.entries();
    let hint = "declare `owns(.., delete)`, and run `kopgen manifests`";
    assert!(entries.iter().any(|it| it.contains(hint)), "{entries:?}");
    nests
        .create(&PostParams::default(), &nest("b", "b"))
        .await?;
    world.stop(running, &["patch configmaps child"]).await
}
