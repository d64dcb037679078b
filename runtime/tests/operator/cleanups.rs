//! A finalizer goes on and comes off whatever else happens to its object.

use std::time::Duration;

use http::Method;
use kopgen_runtime::Result;
use kube::api::{DeleteParams, DynamicObject, Patch, PatchParams};
use kube::core::ApiResource;
use kube::{Api, ResourceExt};
use serde_json::{Value, json};

use crate::draft::{self, Behaviour, Draft, DraftSpec};
use crate::line::{Line, Log};
use crate::world::{World, eventually, never};

pub fn draft(name: &str, behaviour: Behaviour) -> Draft {
    let spec = DraftSpec {
        behaviour,
        ..Default::default()
    };
    Draft::new(name, spec)
}

/// Whatever of it does not fit the type.
pub fn drafts(world: &World) -> Api<DynamicObject> {
    let draft = ApiResource::erase::<Draft>(&());
    Api::namespaced_with(world.admin.clone(), &world.namespace, &draft)
}

pub async fn patch(world: &World, name: &str, change: Value) {
    let (drafts, params) = (drafts(world), PatchParams::default());
    let change = Patch::Merge(change);
    drafts.patch(name, &params, &change).await.unwrap();
}

pub async fn is_written(world: &World, name: &str) -> bool {
    let draft = world.objects::<Draft>().get_opt(name).await.unwrap();
    let status = draft.and_then(|it| it.status).unwrap_or_default();
    status.conditions.iter().any(|it| it.type_ == "Ready")
}

pub async fn is_gone(world: &World, name: &str) -> bool {
    drafts(world).get_opt(name).await.unwrap().is_none()
}

pub async fn delete(world: &World, name: &str) {
    let params = DeleteParams::default();
    drafts(world).delete(name, &params).await.unwrap();
}

/// What another writer does to the object until it is gone.
async fn touch_until_gone(drafts: Api<Draft>, name: &str) -> usize {
    let mut touches = 0;
    loop {
        touches += 1;
        let touch = json!({ "metadata": { "annotations": { "touch": touches.to_string() } } });
        let touched = drafts
            .patch(name, &PatchParams::default(), &Patch::Merge(touch))
            .await;
        if touched.is_err() {
            return touches;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn slow_cleanup_beside_a_busy_writer_ends_with_the_first_one() -> Result<()> {
    let Some(world) = World::new("busy").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    world.create(&draft("a", Behaviour::CleanUpSlowly)).await;
    eventually("it is written", async || is_written(&world, "a").await).await;
    delete(&world, "a").await;
    let touching = touch_until_gone(world.objects(), "a");
    let touches = tokio::time::timeout(Duration::from_secs(20), touching).await;
    assert!(touches.expect("it goes") > 3);
    assert_eq!(world.journal.count("clean up a"), 1);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn cleanup_is_called_once_when_it_succeeds() -> Result<()> {
    const DRAFTS: usize = 60;
    let Some(world) = World::new("once").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    let name = |number: usize| format!("draft-{number}");
    for number in 0..DRAFTS {
        let mut draft = draft(&name(number), Behaviour::CountCleanups);
        if number % 2 == 0 {
            // Another one than the operator's keeps it.
            draft.metadata.finalizers = Some(vec!["test.example.com/other".into()]);
        }
        world.create(&draft).await;
    }
    for number in 0..DRAFTS {
        let name = name(number);
        eventually("it is written", async || is_written(&world, &name).await).await;
        delete(&world, &name).await;
    }
    for number in 0..DRAFTS {
        let name = name(number);
        if number % 2 == 1 {
            eventually("it is gone", async || is_gone(&world, &name).await).await;
            continue;
        }
        let get = async || world.objects::<Draft>().get(&name).await.unwrap();
        eventually("its finalizer is off", async || {
            get().await.finalizers() == ["test.example.com/other"]
        })
        .await;
        patch(
            &world,
            &name,
            json!({ "metadata": { "labels": { "touched": "true" } } }),
        )
        .await;
        assert_eq!(get().await.status.unwrap().cleanups, Some(1));
        patch(&world, &name, json!({ "metadata": { "finalizers": [] } })).await;
        eventually("it is gone", async || is_gone(&world, &name).await).await;
    }
    assert_eq!(world.journal.count("clean up"), DRAFTS);
    world.stop(running, &[]).await
}

/// An admission webhook may answer so.
#[tokio::test]
async fn finalizer_that_is_refused_with_a_conflict_is_logged_and_tried_again() -> Result<()> {
    let Some(world) = World::new("refused").await? else {
        return Ok(());
    };
    let log = Log::new();
    let line = Line::default();
    line.refuse(Method::PATCH, "/drafts/a", 409, 3);
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    world.create(&draft("a", Behaviour::Plain)).await;
    eventually("it is written", async || is_written(&world, "a").await).await;
    let lines = log.lines("ERROR", "cannot add the finalizer");
    assert_eq!(lines.len(), 3, "{lines:?}");

    // After the cleanup, it is the removal alone that is tried again.
    line.refuse(Method::PATCH, "/drafts/a", 409, 2);
    delete(&world, "a").await;
    eventually("it is gone", async || is_gone(&world, "a").await).await;
    let lines = log.lines("ERROR", "cannot remove the finalizer");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(world.journal.count("clean up a"), 1);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn finalizers_of_others_stay_when_they_are_put_on_and_taken_off_meanwhile() -> Result<()> {
    const DRAFTS: usize = 30;
    let Some(world) = World::new("finalizers").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    let own = "test.example.com/author";
    for number in 0..DRAFTS {
        let name = format!("draft-{number}");
        world.create(&draft(&name, Behaviour::Plain)).await;
        // It does not say what it has read, so that it may overwrite the operator's.
        patch(
            &world,
            &name,
            json!({ "metadata": { "finalizers": ["a.b/c", "a.b/d"] } }),
        )
        .await;
        let finalizers = async || {
            let draft = world.objects::<Draft>().get(&name).await.unwrap();
            draft.finalizers().to_vec()
        };
        eventually("it has all", async || {
            let found = finalizers().await;
            ["a.b/c", "a.b/d", own]
                .iter()
                .all(|it| found.iter().any(|found| found == it))
        })
        .await;
        assert_eq!(finalizers().await.len(), 3);
        delete(&world, &name).await;
        let drop_first = Patch::Json::<()>(serde_json::from_value(json!([
            { "op": "test", "path": "/metadata/finalizers/0", "value": "a.b/c" },
            { "op": "remove", "path": "/metadata/finalizers/0" },
        ]))?);
        let (drafts, params) = (world.objects::<Draft>(), PatchParams::default());
        drafts.patch(&name, &params, &drop_first).await?;
        eventually("its own is off", async || finalizers().await == ["a.b/d"]).await;
        patch(&world, &name, json!({ "metadata": { "finalizers": null } })).await;
    }
    assert_eq!(world.journal.count("clean up"), DRAFTS);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn object_that_goes_during_its_reconcile_is_no_error() -> Result<()> {
    let Some(world) = World::new("goes").await? else {
        return Ok(());
    };
    let log = Log::new();
    let running = world.start(draft::operator()).await?;
    world.create(&draft("a", Behaviour::Wait)).await;
    eventually("it waits", async || world.journal.count("wait a") > 0).await;
    // Somebody takes the finalizer off by force.
    delete(&world, "a").await;
    patch(&world, "a", json!({ "metadata": { "finalizers": null } })).await;
    eventually("it is gone", async || is_gone(&world, "a").await).await;
    world.journal.write("go on a".into());

    // What comes after it shows that it has ended.
    world.create(&draft("b", Behaviour::Plain)).await;
    eventually("it is written", async || is_written(&world, "b").await).await;
    never(
        "it is tried again",
        Duration::from_millis(500),
        async || world.journal.count("reconcile a") > 1,
    )
    .await;
    assert_eq!(log.lines("ERROR", ""), [""; 0]);
    world.stop(running, &[]).await
}
