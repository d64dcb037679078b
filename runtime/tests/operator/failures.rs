//! What goes wrong with one object stays with that object.

use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kube::api::{Api, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::ApiResource;
use serde_json::json;

use crate::shelf::{Behaviour, Shelf, ShelfSpec};
use crate::world::{World, eventually};
use crate::{motto, operator, shelf};

/// An object that behaves like this comes again and again, while others go on, and recovers when it is changed.
async fn check(test: &str, behaviour: Behaviour) -> Result<()> {
    let Some(world) = World::new(test).await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world
        .create(&Shelf::new(
            "bad",
            ShelfSpec {
                motto: "read".into(),
                behaviour,
            },
        ))
        .await;
    eventually("it is tried again", async || {
        world.journal.count("reconcile bad") >= 3
    })
    .await;
    world.create(&shelf("good", "read")).await;
    eventually("another is reconciled", async || {
        world.is_ready("good", 1).await
    })
    .await;

    let better = Patch::Merge(json!({ "spec": { "behaviour": "Behave" } }));
    world
        .objects::<Shelf>()
        .patch("bad", &PatchParams::default(), &better)
        .await?;
    eventually("it recovers", async || world.is_ready("bad", 2).await).await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn an_error_is_of_its_object() -> Result<()> {
    check("error", Behaviour::Fail).await
}

#[tokio::test]
async fn a_panic_is_of_its_object() -> Result<()> {
    check("panic", Behaviour::Panic).await
}

#[tokio::test]
async fn what_is_not_declared_is_not_allowed() -> Result<()> {
    let Some(world) = World::new("overstep").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world
        .create(&Shelf::new(
            "a",
            ShelfSpec {
                motto: "read".into(),
                behaviour: Behaviour::Overstep,
            },
        ))
        .await;
    eventually("the API server refuses", async || {
        world.journal.count("overstep a") > 0
    })
    .await;
    let refused = world
        .journal
        .entries()
        .into_iter()
        .find(|entry| entry.starts_with("overstep"))
        .unwrap_or_default();
    assert!(
        refused.contains(r#"cannot get resource "configmaps""#),
        "{refused}"
    );
    world.stop(running, &["get configmaps a"]).await
}

#[tokio::test]
async fn a_malformed_object_is_left_alone_until_it_changes() -> Result<()> {
    let Some(world) = World::new("malformed").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    // The schema in the cluster takes more than the type: it is from before or after it.
    let shelves: Api<DynamicObject> = Api::namespaced_with(
        world.admin.clone(),
        &world.namespace,
        &ApiResource::erase::<Shelf>(&()),
    );
    let malformed = json!({
        "apiVersion": "test.example.com/v1",
        "kind": "Shelf",
        "metadata": { "name": "bad" },
        "spec": { "motto": 5 },
    });
    shelves
        .create(&PostParams::default(), &serde_json::from_value(malformed)?)
        .await?;
    world.create(&shelf("good", "read")).await;
    eventually("another is reconciled", async || {
        world.is_ready("good", 1).await
    })
    .await;
    assert_eq!(world.journal.count("reconcile bad"), 0);
    eventually("it is told on the object", async || {
        !events_of(&world, "bad").await.is_empty()
    })
    .await;
    let [event] = &events_of(&world, "bad").await[..] else {
        panic!("it is told once")
    };
    assert_eq!(event.type_.as_deref(), Some("Warning"));
    assert_eq!(event.reason.as_deref(), Some("Malformed"));
    let note = event.note.as_deref().unwrap_or_default();
    assert_eq!(
        note,
        "the object does not fit its Rust type: spec.motto: invalid type: integer `5`, expected a string"
    );
    let bad = shelves.get("bad").await?;
    assert_eq!(bad.metadata.finalizers, None, "nothing is to be cleaned up");

    let fixed = Patch::Merge(json!({ "spec": { "motto": "write" } }));
    shelves
        .patch("bad", &PatchParams::default(), &fixed)
        .await?;
    eventually("it is reconciled", async || {
        motto(&world, "bad").await.as_deref() == Some("write")
    })
    .await;
    world.stop(running, &[]).await
}

/// No more than so many objects are reconciled at a time, and no fewer where they are there.
#[tokio::test]
async fn sixteen_objects_are_reconciled_at_a_time() -> Result<()> {
    let Some(world) = World::new("bounded").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    let creates = (0..40).map(async |number| {
        let spec = ShelfSpec {
            motto: "read".into(),
            behaviour: Behaviour::Dawdle,
        };
        world
            .create(&Shelf::new(&format!("shelf-{number}"), spec))
            .await;
    });
    futures::future::join_all(creates).await;
    for number in 0..40 {
        eventually("it is ready", async || {
            world.is_ready(&format!("shelf-{number}"), 1).await
        })
        .await;
    }
    let (mut now, mut most) = (0, 0);
    for entry in world.journal.entries() {
        if entry.ends_with(": begun") {
            now += 1;
            most = most.max(now);
        } else if entry.ends_with(": finished") {
            now -= 1;
        }
    }
    assert_eq!(most, 16);
    world.stop(running, &[]).await
}

async fn events_of(world: &World, name: &str) -> Vec<Event> {
    let events = world.objects::<Event>().list(&ListParams::default()).await;
    let about = |event: &Event| event.regarding.as_ref().and_then(|it| it.name.clone());
    let events = events.unwrap().items.into_iter();
    events
        .filter(|event| about(event).as_deref() == Some(name))
        .collect()
}
