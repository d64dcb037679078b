//! What is in force already is not applied again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::{Method, Request};
use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Client, Result};
use kube::api::{Patch, PatchParams};
use kube::client::Body;
use serde_json::json;
use tower::service_fn;

use crate::shelf::Shelf;
use crate::world::{World, eventually};
use crate::{motto, operator, shelf};

#[tokio::test]
async fn a_child_that_nobody_changed_is_applied_once() -> Result<()> {
    let Some(world) = World::new("applied").await? else {
        return Ok(());
    };
    let applies = Arc::new(AtomicUsize::new(0));
    let client = counting(world.client_of_operator().await, applies.clone());
    let applies = || applies.load(Ordering::Relaxed);
    let running = world.start_with(client, operator("shelves")).await?;
    world.create(&shelf("a", "read")).await;
    eventually("it is ready", async || world.is_ready("a", 1).await).await;

    for touch in 0..10 {
        let reconciles = world.journal.count("reconcile a");
        let change =
            Patch::Merge(json!({ "metadata": { "annotations": { "touch": touch.to_string() } } }));
        world
            .objects::<Shelf>()
            .patch("a", &PatchParams::default(), &change)
            .await?;
        eventually("it is reconciled", async || {
            world.journal.count("reconcile a") > reconciles
        })
        .await;
    }
    assert_eq!(applies(), 1);

    let edit = Patch::Merge(json!({ "data": { "motto": "burn" } }));
    world
        .objects::<ConfigMap>()
        .patch("a", &PatchParams::default(), &edit)
        .await?;
    eventually("an edit is put back", async || {
        motto(&world, "a").await.as_deref() == Some("read")
    })
    .await;
    assert!(applies() > 1);
    world.stop(running, &[]).await
}

/// A client that counts the ConfigMaps that are patched.
fn counting(inner: Client, applies: Arc<AtomicUsize>) -> Client {
    let namespace = inner.default_namespace().to_owned();
    let service = service_fn(move |request: Request<Body>| {
        if request.method() == Method::PATCH && request.uri().path().contains("/configmaps/") {
            applies.fetch_add(1, Ordering::Relaxed);
        }
        let inner = inner.clone();
        async move { inner.send(request).await }
    });
    Client::new(service, namespace)
}
