//! An operator that has nothing to do does nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Object, Result};
use kube::ResourceExt;
use kube::api::ListParams;
use kube::core::NamespaceResourceScope;

use crate::proxy::Proxy;
use crate::shelf::Shelf;
use crate::world::{World, eventually};
use crate::{keeper, shelf};

const OBJECTS: usize = 20;
const RESYNCS: usize = 10;

#[tokio::test]
async fn a_steady_state_stays_as_it_is_through_ten_resyncs() -> Result<()> {
    let Some(world) = World::new("steady").await? else {
        return Ok(());
    };
    let proxy = Proxy::start(&world.config()).await?;
    let running = world.start_behind(&proxy, keeper::operator()).await?;
    for number in 0..OBJECTS {
        world
            .create(&shelf(&format!("shelf-{number}"), "read"))
            .await;
    }
    for number in 0..OBJECTS {
        eventually("it is ready", async || {
            world.is_ready(&format!("shelf-{number}"), 1).await
        })
        .await;
    }
    // What their own changes make them do has been done.
    let quiet = async || {
        let before = proxy.counts().requests;
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.counts().requests == before
    };
    eventually("it is quiet", &quiet).await;

    let versions = async || {
        let mut all = versions_of::<Shelf>(&world).await;
        all.append(&mut versions_of::<ConfigMap>(&world).await);
        all.append(&mut versions_of::<Secret>(&world).await);
        all
    };
    let (before, settled) = (proxy.counts(), versions().await);
    assert_eq!(settled.len(), 3 * OBJECTS);
    let reconciles = world.journal.count("reconcile");
    for resync in 1..=RESYNCS {
        let watches = proxy.counts().watches;
        proxy.expire_watches();
        eventually("all is listed and reconciled anew", async || {
            let reconciles = world.journal.count("reconcile") - reconciles;
            proxy.counts().watches >= watches + 2 && reconciles >= resync * OBJECTS
        })
        .await;
        eventually("it is quiet", &quiet).await;
    }
    let after = proxy.counts();
    println!(
        "{RESYNCS} resyncs of {OBJECTS} objects: {} reconciles, {} requests, {} writes",
        world.journal.count("reconcile") - reconciles,
        after.requests - before.requests,
        after.writes - before.writes,
    );
    assert_eq!(after.writes, before.writes);
    assert_eq!(versions().await, settled);

    // The counter counts: a change is written.
    world.create(&shelf("another", "read")).await;
    eventually("it is ready", async || world.is_ready("another", 1).await).await;
    assert!(proxy.counts().writes > after.writes);
    world.stop(running, &[]).await
}

/// The version of each object of the type.
async fn versions_of<O>(world: &World) -> BTreeMap<String, Option<String>>
where
    O: Object + kube::Resource<Scope = NamespaceResourceScope>,
{
    let objects = world.objects::<O>().list(&ListParams::default()).await;
    let objects = objects.unwrap().items.into_iter();
    // Kubernetes puts a ConfigMap into every namespace.
    let objects = objects.filter(|it| it.name_any().starts_with("shelf-"));
    let key = |object: &O| format!("{} {}", O::kind(&()), object.name_any());
    objects
        .map(|it| (key(&it), it.resource_version()))
        .collect()
}
