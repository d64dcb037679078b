//! Objects that a reconciler reads from memory, and the wait for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::{Request, Response};
use k8s_openapi::api::core::v1::ServiceAccount;
use kopgen_runtime::{Client, Operator, Result};
use kube::api::{DeleteParams, Patch, PatchParams};
use kube::client::Body;
use serde_json::json;
use tower::service_fn;

use crate::loan::{Loan, LoanReconciler, LoanSpec};
use crate::world::{Journal, World, eventually};

fn operator() -> Operator<Journal> {
    Operator::new("loans")
        .kind::<Loan>()
        .controller::<LoanReconciler>()
}

#[tokio::test]
async fn what_is_owned_is_read_from_memory() -> Result<()> {
    let Some(world) = World::new("cached").await? else {
        return Ok(());
    };
    let running = world.start(operator()).await?;
    world.create(&Loan::new("a", LoanSpec::default())).await;
    let reads = |owned: &str, note: &str| {
        format!(
            "read a: owns {owned}, note {note}, managed false, stranger true, itself true, elsewhere the operator does not \
             watch the namespace elsewhere: no ServiceAccount of it is cached"
        )
    };
    let is_read = async |owned: &str, note: &str| {
        eventually(&reads(owned, note), async || {
            world.journal.entries().last() == Some(&reads(owned, note))
        })
        .await;
    };
    is_read(r#"["a"]"#, "None").await;
    let accounts = world.objects::<ServiceAccount>();
    let note = Patch::Merge(json!({ "metadata": { "annotations": { "note": "due" } } }));
    accounts.patch("a", &PatchParams::default(), &note).await?;
    is_read(r#"["a"]"#, r#"Some("due")"#).await;

    // One that is not its own any more.
    let orphan = Patch::Merge(json!({ "metadata": { "ownerReferences": [] } }));
    let read = world.journal.count("read a: owns []");
    accounts
        .patch("a", &PatchParams::default(), &orphan)
        .await?;
    eventually("it owns nothing", async || {
        world.journal.count("read a: owns []") > read
    })
    .await;
    // And is taken over again.
    is_read(r#"["a"]"#, r#"Some("due")"#).await;
    accounts.delete("a", &DeleteParams::default()).await?;
    is_read(r#"["a"]"#, "None").await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn an_operator_is_ready_when_all_caches_are_filled() -> Result<()> {
    for kind in ["loans", "serviceaccounts", "secrets", "configmaps"] {
        let Some(world) = World::new(&format!("ready-{kind}")).await? else {
            return Ok(());
        };
        let answers = Arc::new(AtomicBool::new(false));
        let client = without(kind, answers.clone(), world.client_of_operator().await);
        let mut running = world.begin(client, operator()).await?;
        let early = tokio::time::timeout(Duration::from_secs(1), running.ready()).await;
        assert!(early.is_err(), "ready without {kind}");
        answers.store(true, Ordering::Relaxed);
        world.ready(&mut running).await?;
        world.stop(running, &[]).await?;
    }
    Ok(())
}

/// A client of an API server that does not find objects of this plural until it `answers`.
fn without(plural: &'static str, answers: Arc<AtomicBool>, inner: Client) -> Client {
    let namespace = inner.default_namespace().to_owned();
    let service = service_fn(move |request: Request<Body>| {
        let (inner, answers) = (inner.clone(), answers.clone());
        async move {
            let is_it = request.uri().path().ends_with(&format!("/{plural}"));
            if is_it && !answers.load(Ordering::Relaxed) {
                let mut refusal = Response::new(Body::empty());
                *refusal.status_mut() = http::StatusCode::NOT_FOUND;
                return Ok(refusal);
            }
            inner.send(request).await
        }
    });
    Client::new(service, namespace)
}
