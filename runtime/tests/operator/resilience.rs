//! An API server that crashes again and again while a few hundred objects are created, changed and deleted.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::Result;
use kopgen_runtime::testing::TestEnv;
use kube::ResourceExt;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use serde_json::json;

use crate::shelf::Shelf;
use crate::world::{World, eventually_within};
use crate::{operator, shelf};

const OBJECTS: usize = 300;
const CRASHES: usize = 5;
/// After how many others an object is deleted.
const LATER: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_converges_however_often_the_api_server_crashes() -> Result<()> {
    // Nobody else may be disturbed by the crashes.
    let builder = TestEnv::builder().controller_manager(false);
    let Some(env) = builder.start_or_skip().await? else {
        return Ok(());
    };
    // As `TestEnv::shared` does: it ends with the process.
    let env: &'static TestEnv = Box::leak(Box::new(env));
    let world = World::on(env, "resilience").await?;
    let mut running = world.start(operator("shelves")).await?;
    running.ready().await?;

    let began = Instant::now();
    let crash = async {
        for _ in 0..CRASHES {
            tokio::time::sleep(Duration::from_secs(1)).await;
            env.restart_api_server().await?;
        }
        Ok::<_, kopgen_runtime::Error>(())
    };
    let (crashed, ()) = tokio::join!(crash, create_change_and_delete(&world));
    crashed?;
    println!("{CRASHES} crashes took {:.0?}", began.elapsed());

    let began = Instant::now();
    eventually_within(Duration::from_secs(120), "all converge", async || {
        converged(&world).await
    })
    .await;
    println!("converged {:.0?} after the last", began.elapsed());
    running.stop().await?;
    // What was reconciled has the finalizer; some were deleted before they were seen.
    let entries: BTreeSet<_> = world.journal.entries().into_iter().collect();
    let deleted = (0..OBJECTS).filter(|&number| is_deleted(number)).map(name);
    let seen = deleted.filter(|name| entries.contains(&format!("reconcile {name}")));
    let (cleaned, left): (Vec<_>, Vec<_>) =
        seen.partition(|name| entries.contains(&format!("clean up {name}: done")));
    assert_eq!(left, [""; 0], "they are gone without a cleanup");
    assert!(cleaned.len() > OBJECTS / 10, "{}", cleaned.len());
    Ok(())
}

async fn create_change_and_delete(world: &World) {
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
        // Spread over the crashes.
        tokio::time::sleep(Duration::from_millis(20)).await;
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

/// Every object that is left has a child as it says, and is ready in its last generation.
async fn converged(world: &World) -> bool {
    let all = ListParams::default();
    let shelves = world.objects::<Shelf>().list(&all).await.unwrap().items;
    let names: BTreeSet<_> = shelves.iter().map(|shelf| shelf.name_any()).collect();
    let left = (0..OBJECTS).filter(|&number| !is_deleted(number));
    if names != left.map(name).collect() {
        return false;
    }
    let children = world.objects::<ConfigMap>().list(&all).await.unwrap().items;
    shelves.iter().all(|shelf| {
        let child = children
            .iter()
            .find(|it| it.metadata.name == shelf.metadata.name);
        let motto = child.and_then(|child| child.data.as_ref()?.get("motto"));
        let mut conditions = shelf.status.iter().flat_map(|status| &status.conditions);
        motto == Some(&shelf.spec.motto)
            && conditions.any(|it| it.observed_generation == shelf.metadata.generation)
    })
}

fn name(number: usize) -> String {
    format!("shelf-{number}")
}

fn is_changed(number: usize) -> bool {
    number.is_multiple_of(2)
}

fn is_deleted(number: usize) -> bool {
    number.is_multiple_of(3)
}
