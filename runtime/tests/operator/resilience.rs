//! An API server that crashes, and a network that fails, while a thousand objects are created, changed and deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::Result;
use kopgen_runtime::testing::TestEnv;
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;
use tokio::sync::watch as latest;

use crate::keeper;
use crate::proxy::{FAULTS, GONE, Proxy};
use crate::shelf;
use crate::shelf::Shelf;
use crate::world::{World, eventually_within};

const OBJECTS: usize = 1_000;
const CRASHES: usize = 10;
/// After how many others an object is deleted.
const LATER: usize = 100;
/// Of each fault. A crash takes many requests along, so that there are rarely fewer than 5,000, and 125 of each.
const AT_LEAST: u64 = 80;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_converges_however_often_requests_fail_and_the_api_server_crashes() -> Result<()>
{
    // Nobody else may be disturbed by the crashes.
    let builder = TestEnv::builder().audit_log(true);
    let Some(env) = builder.start_or_skip().await? else {
        return Ok(());
    };
    // As `TestEnv::shared` does: it ends with the process.
    let env: &'static TestEnv = Box::leak(Box::new(env));
    let world = World::on(env, "resilience").await?;
    let proxy = Proxy::start(&env.config()).await?;
    let running = world.start_behind(&proxy, keeper::operator()).await?;
    proxy.fail();

    let began = Instant::now();
    let (progress, reached) = latest::channel(0);
    let (crashed, ()) = tokio::join!(
        crash(&world, reached),
        create_change_and_delete(&world, progress)
    );
    crashed?;
    println!(
        "{CRASHES} crashes under {OBJECTS} objects took {:.0?}",
        began.elapsed()
    );

    let began = Instant::now();
    eventually_within(Duration::from_secs(120), "all converge", async || {
        converged(&world).await
    })
    .await;
    let counts = proxy.counts();
    println!(
        "converged {:.0?} after the last; of {} requests, {} of them writes, failed {:?}; {} watches of {} ended with 410",
        began.elapsed(),
        counts.requests,
        counts.writes,
        counts.faults,
        counts.gone.len(),
        counts.watches,
    );
    // A network that fails nothing proves nothing.
    let injected: u64 = counts.faults.values().sum();
    let tenth = counts.requests / 12..counts.requests / 8;
    assert!(tenth.contains(&injected), "{injected}");
    for fault in FAULTS {
        assert!(counts.faults[&fault] >= AT_LEAST, "{fault:?}");
    }
    // After a crash the API server knows no versions from before it; how many watches it meets with is chance.
    assert!(counts.gone.len() >= 3, "{:?}", counts.gone);
    // What the other tests end watches with is what the API server does.
    assert!(counts.gone.iter().all(|it| masked(it) == masked(GONE)));
    world.stop(running, &[]).await
}

/// Ends the API server again and again, each time when so many objects more have been made.
async fn crash(world: &World, mut reached: latest::Receiver<usize>) -> Result<()> {
    for crash in 0..CRASHES {
        let number = crash * OBJECTS / CRASHES;
        reached.wait_for(|it| *it >= number).await?;
        world.crash_api_server().await?;
        // What follows a crash is to be under way when the next one comes.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
}

async fn create_change_and_delete(world: &World, progress: latest::Sender<usize>) {
    let shelves = world.objects::<Shelf>();
    for number in 0..OBJECTS {
        let name = &name(number);
        let object = shelf(name, "first");
        insist(async || shelves.create(&PostParams::default(), &object).await).await;
        if is_changed(number) {
            let change = Patch::Merge(json!({ "spec": { "motto": "second" } }));
            insist(async || shelves.patch(name, &PatchParams::default(), &change).await).await;
        }
        if let Some(number) = number.checked_sub(LATER) {
            delete(world, number).await;
        }
        progress.send_replace(number);
    }
    for number in OBJECTS - LATER..OBJECTS {
        delete(world, number).await;
    }
}

async fn delete(world: &World, number: usize) {
    if is_deleted(number) {
        let (shelves, name) = (world.objects::<Shelf>(), name(number));
        insist(async || shelves.delete(&name, &DeleteParams::default()).await).await;
    }
}

/// Tries until the API server has done it.
async fn insist<T>(request: impl AsyncFn() -> Result<T, kube::Error>) {
    loop {
        match request().await {
            Ok(_) => return,
            // A request that a crash cut off was done nevertheless.
            Err(kube::Error::Api(status))
                if status.is_already_exists() || status.is_not_found() =>
            {
                return;
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

/// Every object that is left has what it asks for, and is ready in its last generation; of the others nothing is left.
async fn converged(world: &World) -> bool {
    let all = ListParams::default();
    let shelves = world.objects::<Shelf>().list(&all).await.unwrap().items;
    let left = (0..OBJECTS).filter(|&number| !is_deleted(number));
    let mottos: BTreeMap<_, _> = left.map(|number| (name(number), motto(number))).collect();
    let settled = shelves.iter().all(|shelf| {
        let mut conditions = shelf.status.iter().flat_map(|status| &status.conditions);
        conditions.any(|it| it.observed_generation == shelf.metadata.generation)
    });
    let names: BTreeSet<_> = shelves.iter().map(ResourceExt::name_any).collect();
    if !settled || !names.iter().eq(mottos.keys()) {
        return false;
    }
    // What it owns, and what it does not.
    let children = world.objects::<ConfigMap>().list(&all).await.unwrap().items;
    let children = children.into_iter().filter_map(|child| {
        let motto = child.data.as_ref()?.get("motto")?.clone().into_bytes();
        Some((child.name_any(), motto))
    });
    let entries = world.objects::<Secret>().list(&all).await.unwrap().items;
    let entries = entries.iter().filter_map(|entry| {
        let motto = keeper::motto(entry)?.to_vec();
        Some((entry.name_any(), motto))
    });
    let (children, entries) = (children.collect(), entries.collect());
    mottos == children && mottos == entries
}

/// Without the versions that it names.
fn masked(gone: &str) -> String {
    gone.split(|c: char| c.is_ascii_digit()).collect()
}

fn name(number: usize) -> String {
    format!("shelf-{number}")
}

fn motto(number: usize) -> Vec<u8> {
    let motto = if is_changed(number) {
        "second"
    } else {
        "first"
    };
    motto.into()
}

fn is_changed(number: usize) -> bool {
    number.is_multiple_of(2)
}

fn is_deleted(number: usize) -> bool {
    number.is_multiple_of(3)
}
