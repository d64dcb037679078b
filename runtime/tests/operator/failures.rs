//! What goes wrong with one object stays with that object.

use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
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
    let shelves = untyped(&world);
    let bad = json!({
        "apiVersion": "test.example.com/v1",
        "kind": "Shelf",
        "metadata": { "name": "bad" },
        "spec": { "motto": 5 },
    });
    shelves
        .create(&PostParams::default(), &serde_json::from_value(bad)?)
        .await?;
    world.create(&shelf("good", "read")).await;
    eventually("another is reconciled", async || {
        world.is_ready("good", 1).await
    })
    .await;
    assert_eq!(world.journal.count("reconcile bad"), 0);
    eventually("it is told on the object", async || {
        !warnings(&world, "bad", "Malformed").await.is_empty()
    })
    .await;
    assert_eq!(warnings(&world, "bad", "Malformed").await, [MALFORMED]);
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

/// What is to be cleaned up stands in the object: while that cannot be read, nobody may take it for done.
#[tokio::test]
async fn a_malformed_object_that_is_deleted_stays_until_it_can_be_cleaned_up() -> Result<()> {
    let Some(world) = World::new("malformed-deleted").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    world.create(&shelf("bad", "read")).await;
    eventually("it has the finalizer", async || {
        world.is_ready("bad", 1).await
    })
    .await;
    let shelves = untyped(&world);
    let broken = Patch::Merge(json!({ "spec": { "motto": 5 } }));
    let params = PatchParams::default();
    shelves.patch("bad", &params, &broken).await?;
    eventually("it is told on the object", async || {
        warnings(&world, "bad", "Malformed").await == [MALFORMED]
    })
    .await;

    shelves.delete("bad", &DeleteParams::default()).await?;
    let why =
        format!("cannot clean up, so the finalizer test.example.com/shelf stays: {MALFORMED}");
    eventually("it is told why it stays", async || {
        warnings(&world, "bad", "CleanupBlocked").await == [why.as_str()]
    })
    .await;
    world.create(&shelf("good", "read")).await;
    eventually("another is reconciled", async || {
        world.is_ready("good", 1).await
    })
    .await;
    let kept = shelves.get("bad").await?.metadata.finalizers;
    assert_eq!(kept, Some(vec!["test.example.com/shelf".to_owned()]));
    assert_eq!(world.journal.count("clean up bad"), 0);

    let fixed = Patch::Merge(json!({ "spec": { "motto": "read" } }));
    shelves.patch("bad", &params, &fixed).await?;
    eventually("it is cleaned up and gone", async || {
        shelves.get_opt("bad").await.unwrap().is_none()
    })
    .await;
    assert_eq!(world.journal.count("clean up bad: done"), 1);
    world.stop(running, &[]).await
}

/// Such a namespace takes no events, and waits for the finalizers of its objects.
#[tokio::test]
async fn a_cleanup_in_a_namespace_that_is_being_deleted_ends() -> Result<()> {
    let Some(world) = World::new("terminating").await? else {
        return Ok(());
    };
    // Not as its ServiceAccount, which may go before the shelf does.
    let admin = world.admin.clone();
    let running = world.start_with(admin, operator("shelves")).await?;
    let spec = ShelfSpec {
        motto: "read".into(),
        behaviour: Behaviour::TakeLeave,
    };
    world.create(&Shelf::new("a", spec)).await;
    eventually("it is ready", async || world.is_ready("a", 1).await).await;

    let namespaces: Api<Namespace> = Api::all(world.admin.clone());
    let params = DeleteParams::default();
    namespaces.delete(&world.namespace, &params).await?;
    // Where there is a controller-manager, that deletes it.
    let shelves = world.objects::<Shelf>();
    let deleted = shelves.delete("a", &params).await;
    assert!(deleted.is_ok() || shelves.get_opt("a").await?.is_none());
    eventually("it is gone", async || {
        shelves.get_opt("a").await.unwrap().is_none()
    })
    .await;
    assert_eq!(world.journal.count("clean up a: done"), 1);
    running.stop().await
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

const MALFORMED: &str = "the object does not fit its Rust type: spec.motto: invalid type: integer `5`, expected a string";

/// The schema in the cluster takes more than the type: it is from before or after it.
fn untyped(world: &World) -> Api<DynamicObject> {
    let shelf = ApiResource::erase::<Shelf>(&());
    Api::namespaced_with(world.admin.clone(), &world.namespace, &shelf)
}

/// What the warnings on an object say that have this reason.
async fn warnings(world: &World, name: &str, reason: &str) -> Vec<String> {
    let events = world.objects::<Event>().list(&ListParams::default()).await;
    let events = events.unwrap().items.into_iter();
    let about = |event: &Event| event.regarding.as_ref().and_then(|it| it.name.clone());
    let events = events.filter(|event| {
        about(event).as_deref() == Some(name)
            && event.reason.as_deref() == Some(reason)
            && event.type_.as_deref() == Some("Warning")
    });
    events.filter_map(|event| event.note).collect()
}
