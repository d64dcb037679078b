//! Events on a real API server.

use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::json;

use crate::shelf::Shelf;
use crate::world::{World, eventually};
use crate::{operator, shelf};

/// The name of the object is the longest that there is, and that of an event is no longer.
#[tokio::test]
async fn repeated_events_about_an_object_of_any_name_are_kept_and_are_few_writes() -> Result<()> {
    let Some(world) = World::new("events").await? else {
        return Ok(());
    };
    let running = world.start(operator("shelves")).await?;
    let name = "a".repeat(253);
    world.create(&shelf(&name, "read")).await;
    let reconciles = format!("reconcile {name}");
    for round in 1..=40 {
        eventually("it is reconciled", async || {
            world.journal.count(&reconciles) >= round
        })
        .await;
        let touch =
            Patch::Merge(json!({ "metadata": { "annotations": { "round": round.to_string() } } }));
        world
            .objects::<Shelf>()
            .patch(&name, &PatchParams::default(), &touch)
            .await?;
    }
    eventually("the last one is reconciled", async || {
        world.journal.count(&reconciles) > 40
    })
    .await;

    let events = world
        .objects::<Event>()
        .list(&ListParams::default())
        .await?;
    let about = |event: &Event| event.regarding.as_ref().and_then(|it| it.name.clone());
    let own: Vec<_> = events
        .items
        .iter()
        .filter(|event| about(event).as_ref() == Some(&name))
        .collect();
    let [event] = own[..] else {
        panic!("one event, and not {own:?}")
    };
    assert_eq!(event.note, Some(format!("{name} is on the shelf")));
    // client-go's spam filter lets so many through at once.
    assert_eq!(event.series.as_ref().map(|series| series.count), Some(25));
    assert_eq!(world.writes("events").await?, 25);
    world.stop(running, &[]).await
}
