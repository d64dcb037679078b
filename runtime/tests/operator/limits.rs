//! No object spins.

use std::time::{Duration, Instant};

use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kube::api::ListParams;
use serde_json::json;

use crate::cleanups::{draft, patch};
use crate::draft::{self, Behaviour};
use crate::line::Log;
use crate::world::{World, eventually};

/// When entries that begin like this are written, until there are so many.
async fn times(world: &World, entry: &str, count: usize) -> Vec<Instant> {
    let mut times = Vec::new();
    while times.len() < count {
        let now = world.journal.count(entry);
        while times.len() < now {
            times.push(Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    times
}

#[tokio::test]
async fn failing_reconcile_that_changes_its_status_keeps_its_backoff() -> Result<()> {
    let Some(world) = World::new("backoff").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    world.create(&draft("a", Behaviour::FailAnew)).await;
    let times = times(&world, "reconcile a", 6).await;
    let waits = times.windows(2).map(|pair| pair[1] - pair[0]);
    let waits: Vec<_> = waits.collect();
    for (failures, wait) in waits.iter().enumerate() {
        let least = Duration::from_millis(70) * 2u32.pow(failures as u32);
        assert!(*wait > least, "{waits:?}");
    }
    // It is another's change that brings it forward.
    let reconciles = world.journal.count("reconcile a");
    patch(&world, "a", json!({ "spec": { "behaviour": "Plain" } })).await;
    let began = Instant::now();
    eventually("it is reconciled", async || {
        world.journal.count("reconcile a") > reconciles
    })
    .await;
    println!("reconciled {:?} after the change", began.elapsed());
    world.stop(running, &[]).await
}

#[tokio::test]
async fn object_whose_reconcile_wakes_it_is_held_back_which_is_said_once() -> Result<()> {
    let Some(world) = World::new("ticks").await? else {
        return Ok(());
    };
    let log = Log::new();
    let running = world.start(draft::operator()).await?;
    world.create(&draft("a", Behaviour::Tick)).await;
    world.create(&draft("b", Behaviour::Plain)).await;
    let times = times(&world, "reconcile a", 54).await;
    let waits = times.windows(2).map(|pair| pair[1] - pair[0]);
    let waits: Vec<_> = waits.collect();
    // What it has spent comes back while it spends it.
    let held = waits.iter().rev().take(2);
    assert!(
        held.clone().all(|wait| *wait > Duration::from_millis(700)),
        "{waits:?}"
    );
    assert!(
        world.journal.count("reconcile b") < 5,
        "the limit is of each object"
    );

    let lines = log.lines("WARN", "reconciled too often, so it is held back");
    assert_eq!(lines.len(), 1, "{lines:?}");
    let events = world
        .objects::<Event>()
        .list(&ListParams::default())
        .await?;
    let events = events.items.iter();
    let limited = events.filter(|it| it.reason.as_deref() == Some("ReconcilesLimited"));
    assert_eq!(limited.count(), 1);
    world.stop(running, &[]).await
}
