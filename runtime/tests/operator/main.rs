//! An operator against a real API server, as its own ServiceAccount with nothing but the roles that its declarations make.

mod applied;
mod cached;
mod cleanups;
mod draft;
mod events;
mod failures;
mod guard;
mod index;
mod keeper;
mod library;
mod limits;
mod line;
mod loan;
mod nest;
mod ownership;
mod proxy;
mod resilience;
mod shelf;
mod statuses;
mod steady;
mod task;
mod world;

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::{Client, Result};
use kube::Api;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::{Value, json};

use library::{Library, LibraryReconciler};
use shelf::{Behaviour, MAPPED, Shelf, ShelfReconciler, ShelfSpec};
use world::{Journal, World, eventually, never};

fn operator(name: &str) -> kopgen_runtime::Operator<Journal> {
    kopgen_runtime::Operator::new(name)
        .kind::<Shelf>()
        .controller::<ShelfReconciler>()
}

fn shelf(name: &str, motto: &str) -> Shelf {
    Shelf::new(
        name,
        ShelfSpec {
            motto: motto.into(),
            ..Default::default()
        },
    )
}

async fn motto(world: &World, name: &str) -> Option<String> {
    let config_map = world.objects::<ConfigMap>().get_opt(name).await.unwrap()?;
    config_map.data?.remove("motto")
}

#[tokio::test]
async fn a_child_is_made_put_back_and_made_again() -> Result<()> {
    let Some(world) = World::new("child").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world.create(&shelf("a", "read")).await;

    eventually("the child is made", async || {
        motto(&world, "a").await.as_deref() == Some("read")
    })
    .await;
    let child = world.objects::<ConfigMap>().get("a").await?;
    let owner = &child.metadata.owner_references.as_ref().unwrap()[0];
    assert_eq!(
        (owner.kind.as_str(), owner.name.as_str(), owner.controller),
        ("Shelf", "a", Some(true))
    );
    let manager = child.metadata.managed_fields.unwrap()[0].manager.clone();
    assert_eq!(manager.as_deref(), Some("shelves/shelf"));

    let edit = Patch::Merge(json!({ "data": { "motto": "burn" } }));
    world
        .objects::<ConfigMap>()
        .patch("a", &PatchParams::default(), &edit)
        .await?;
    eventually("an edit is put back", async || {
        motto(&world, "a").await.as_deref() == Some("read")
    })
    .await;

    let uid = child.metadata.uid;
    world
        .objects::<ConfigMap>()
        .delete("a", &DeleteParams::default())
        .await?;
    eventually("the child is made again", async || {
        let child = world.objects::<ConfigMap>().get_opt("a").await.unwrap();
        child.is_some_and(|child| child.metadata.uid != uid)
    })
    .await;

    let change = Patch::Merge(json!({ "spec": { "motto": "write" } }));
    world
        .objects::<Shelf>()
        .patch("a", &PatchParams::default(), &change)
        .await?;
    eventually("a change of the spec arrives", async || {
        motto(&world, "a").await.as_deref() == Some("write")
    })
    .await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn the_status_follows_the_generation_and_settles() -> Result<()> {
    let Some(world) = World::new("status").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world.create(&shelf("a", "read")).await;
    eventually("ready for generation 1", async || {
        world.is_ready("a", 1).await
    })
    .await;
    let first = world.objects::<Shelf>().get("a").await?;

    let change = Patch::Merge(json!({ "spec": { "motto": "write" } }));
    world
        .objects::<Shelf>()
        .patch("a", &PatchParams::default(), &change)
        .await?;
    eventually("ready for generation 2", async || {
        world.is_ready("a", 2).await
    })
    .await;
    let second = world.objects::<Shelf>().get("a").await?;
    let since = |shelf: &Shelf| {
        shelf.status.as_ref().unwrap().conditions[0]
            .last_transition_time
            .clone()
    };
    assert_eq!(since(&first), since(&second), "it was ready all the time");

    // Whatever a settled object makes the operator do, it writes nothing.
    let version = || async {
        world
            .objects::<Shelf>()
            .get("a")
            .await
            .unwrap()
            .metadata
            .resource_version
    };
    let (settled, child) = (
        version().await,
        world
            .objects::<ConfigMap>()
            .get("a")
            .await?
            .metadata
            .resource_version,
    );
    let events = world
        .objects::<Event>()
        .list(&ListParams::default())
        .await?;
    let [event] = &events.items[..] else {
        panic!("the same event is counted, not made again: {events:?}")
    };
    let count = event.series.as_ref().map(|series| series.count);
    assert!(count >= Some(2), "{event:?}");
    never("it is written", Duration::from_secs(1), async || {
        version().await != settled
    })
    .await;
    assert_eq!(
        world
            .objects::<ConfigMap>()
            .get("a")
            .await?
            .metadata
            .resource_version,
        child
    );
    world.stop(running, &[]).await
}

#[tokio::test]
async fn a_finalizer_keeps_an_object_until_it_is_cleaned_up() -> Result<()> {
    let Some(world) = World::new("finalizer").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world.create(&shelf("a", "read")).await;
    eventually("it has the finalizer", async || {
        let shelf = world.objects::<Shelf>().get("a").await.unwrap();
        shelf
            .metadata
            .finalizers
            .is_some_and(|finalizers| finalizers == ["test.example.com/shelf"])
    })
    .await;

    world
        .objects::<Shelf>()
        .delete("a", &DeleteParams::default())
        .await?;
    eventually("it is gone", async || {
        world
            .objects::<Shelf>()
            .get_opt("a")
            .await
            .unwrap()
            .is_none()
    })
    .await;
    let cleanups: Vec<_> = world
        .journal
        .entries()
        .into_iter()
        .filter(|entry| entry.starts_with("clean"))
        .collect();
    assert_eq!(cleanups, ["clean up a: not yet", "clean up a: done"]);
    let last = world.journal.entries().pop();
    assert_eq!(
        last.as_deref(),
        Some("clean up a: done"),
        "what is being deleted is not reconciled"
    );
    world.stop(running, &[]).await
}

#[tokio::test]
async fn a_watched_object_leads_to_what_its_mapper_says() -> Result<()> {
    let Some(world) = World::new("watched").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world.create(&shelf("a", "read")).await;
    eventually("it settles", async || world.is_ready("a", 1).await).await;
    tokio::time::sleep(Duration::from_millis(500)).await;

    let secret = |name: &str, labels: Value| -> Secret {
        serde_json::from_value(json!({ "metadata": { "name": name, "labels": labels } })).unwrap()
    };
    let before = world.journal.count("reconcile a");
    world.create(&secret("unselected", json!({}))).await;
    world
        .create(&secret("other", json!({ "shelf": "b" })))
        .await;
    never(
        "a stranger leads to it",
        Duration::from_millis(500),
        async || world.journal.count("reconcile a") > before,
    )
    .await;
    world.create(&secret("own", json!({ "shelf": "a" }))).await;
    eventually("it is reconciled", async || {
        world.journal.count("reconcile a") > before
    })
    .await;

    let before = world.journal.count("reconcile a");
    world
        .objects::<Secret>()
        .delete("own", &DeleteParams::default())
        .await?;
    eventually("it is reconciled when that goes", async || {
        world.journal.count("reconcile a") > before
    })
    .await;
    let mapped = MAPPED.lock().unwrap().clone();
    assert!(
        mapped.iter().any(|name| name == "own") && !mapped.iter().any(|name| name == "unselected"),
        "{mapped:?}"
    );
    world.stop(running, &[]).await
}

#[tokio::test]
async fn a_narrowed_grant_is_for_its_object_only() -> Result<()> {
    let Some(world) = World::new("narrowed").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    let spec = ShelfSpec {
        motto: "read".into(),
        behaviour: Behaviour::Tune,
    };
    world.create(&Shelf::new("a", spec)).await;
    // The handle's apply has made it: a create that is narrowed to a name works through a patch.
    eventually("it is made", async || {
        world
            .objects::<Secret>()
            .get_opt("tuning")
            .await
            .unwrap()
            .is_some()
    })
    .await;

    let client = world.client_of_operator().await;
    let secrets: Api<Secret> = Api::namespaced(client, &world.namespace);
    assert!(secrets.get("tuning").await.is_ok());
    let refused = secrets.get("other").await.unwrap_err().to_string();
    assert!(refused.contains("forbidden"), "{refused}");
    world.stop(running, &["get secrets other"]).await
}

#[tokio::test]
async fn a_cluster_scoped_object_owns_objects_in_namespaces() -> Result<()> {
    let Some(world) = World::new("cluster").await? else {
        return Ok(());
    };
    let operator = kopgen_runtime::Operator::new("libraries")
        .kind::<Library>()
        .controller::<LibraryReconciler>();
    let running = world.start(operator).await?;
    let libraries: Api<Library> = Api::all(world.admin.clone());
    let library = Library::new(
        &world.namespace,
        library::LibrarySpec {
            namespace: world.namespace.clone(),
        },
    );
    libraries.create(&PostParams::default(), &library).await?;

    let child = async || {
        world
            .objects::<ConfigMap>()
            .get_opt("catalogue")
            .await
            .unwrap()
    };
    eventually("the child is made", async || child().await.is_some()).await;
    let uid = child().await.unwrap().metadata.uid;
    world
        .objects::<ConfigMap>()
        .delete("catalogue", &DeleteParams::default())
        .await?;
    eventually("the child is made again", async || {
        child().await.is_some_and(|child| child.metadata.uid != uid)
    })
    .await;
    libraries
        .delete(&world.namespace, &DeleteParams::default())
        .await?;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn a_stop_lets_reconciles_finish() -> Result<()> {
    let Some(world) = World::new("stop").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    let spec = ShelfSpec {
        motto: "read".into(),
        behaviour: Behaviour::Dawdle,
    };
    world.create(&Shelf::new("a", spec)).await;
    eventually("it has begun", async || {
        world.journal.count("dawdle a: begun") > 0
    })
    .await;
    assert_eq!(world.journal.count("dawdle a: finished"), 0);
    world.stop(running, &[]).await?;
    assert_eq!(world.journal.count("dawdle a: begun"), 1);
    assert_eq!(world.journal.count("dawdle a: finished"), 1);

    // Nothing is taken up any more.
    let before = world.journal.entries().len();
    world.create(&shelf("b", "read")).await;
    never("it goes on", Duration::from_millis(500), async || {
        world.journal.entries().len() > before
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_client_that_reaches_nothing_makes_no_ready_operator() -> Result<()> {
    let mut config = kube::Config::new("http://127.0.0.1:1".parse()?);
    config.connect_timeout = Some(Duration::from_secs(1));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::try_from(config)?;
    let mut running = operator("shelves")
        .start(client, async |_: &Client| Ok(Journal::default()))
        .await?;
    let ready = tokio::time::timeout(Duration::from_millis(300), running.ready()).await;
    assert!(ready.is_err(), "{ready:?}");
    tokio::time::timeout(Duration::from_secs(1), running.stop())
        .await
        .expect("a stop does not wait for the API server")
}
