//! Watched objects that lead to those that name them.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Operator, Result};
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::json;

use crate::loan::{Book, DECODED, Loan, LoanReconciler, LoanSpec};
use crate::world::{Journal, World, eventually, named, never};

fn operator() -> Operator<Journal> {
    Operator::new("loans")
        .kind::<Loan>()
        .controller::<LoanReconciler>()
}

fn loan(name: &str, card: &str, notes: &[&str]) -> Loan {
    let books = notes.iter().map(|notes| Book {
        notes: Some((*notes).to_owned()),
    });
    let spec = LoanSpec {
        card: card.to_owned(),
        books: books.collect(),
    };
    Loan::new(name, spec)
}

const A_WHILE: Duration = Duration::from_millis(700);

/// Does something, and checks that it leads to exactly these loans.
async fn leads_to(world: &World, what: &str, loans: &[&str], change: impl AsyncFnOnce()) {
    let count = |name: &str| {
        world
            .journal
            .count(&format!("reconcile {}/{name};", world.namespace))
    };
    let others: Vec<_> = ["a", "b", "c"]
        .into_iter()
        .filter(|name| !loans.contains(name))
        .collect();
    let before: Vec<_> = loans.iter().map(|name| count(name)).collect();
    let others_before: Vec<_> = others.iter().map(|name| count(name)).collect();
    change().await;
    eventually(what, async || {
        let mut counts = loans.iter().zip(&before);
        counts.all(|(name, before)| count(name) > *before)
    })
    .await;
    never(&format!("{what} leads elsewhere"), A_WHILE, async || {
        let now: Vec<_> = others.iter().map(|name| count(name)).collect();
        now != others_before
    })
    .await;
}

#[tokio::test]
async fn a_watched_object_leads_to_those_that_name_it() -> Result<()> {
    let Some(world) = World::new("index").await? else {
        return Ok(());
    };
    let running = world.start(operator()).await?;
    leads_to(&world, "they are new", &["a", "b", "c"], async || {
        world.create(&loan("a", "gold", &["x", "y"])).await;
        world.create(&loan("b", "gold", &[])).await;
        world.create(&loan("c", "silver", &["y"])).await;
    })
    .await;
    let decoded = || {
        DECODED
            .lock()
            .unwrap()
            .iter()
            .filter(|card| *card == "silver")
            .count()
    };
    let silver = decoded();
    leads_to(&world, "a card that two name", &["a", "b"], async || {
        world.create(&named::<Secret>("gold", json!({}))).await;
    })
    .await;
    assert_eq!(decoded(), silver, "an event decodes what it leads to alone");
    leads_to(&world, "notes in two lists", &["a", "c"], async || {
        world.create(&named::<ConfigMap>("y", json!({}))).await;
    })
    .await;
    let secrets = world.objects::<Secret>();
    let touch =
        |text: &str| Patch::Merge(json!({ "metadata": { "annotations": { "touched": text } } }));

    // It names another: of that it hears, of the one before no more.
    let change = Patch::Merge(json!({ "spec": { "card": "silver", "books": [] } }));
    leads_to(&world, "its own change", &["a"], async || {
        let loans = world.objects::<Loan>();
        loans
            .patch("a", &PatchParams::default(), &change)
            .await
            .unwrap();
    })
    .await;
    leads_to(&world, "the card of before", &["b"], async || {
        secrets
            .patch("gold", &PatchParams::default(), &touch("1"))
            .await
            .unwrap();
    })
    .await;
    leads_to(&world, "the card of now", &["a", "c"], async || {
        world.create(&named::<Secret>("silver", json!({}))).await;
    })
    .await;
    leads_to(&world, "a card that goes", &["a", "c"], async || {
        secrets
            .delete("silver", &DeleteParams::default())
            .await
            .unwrap();
    })
    .await;
    leads_to(&world, "notes that no list has", &[], async || {
        world.create(&named::<ConfigMap>("x", json!({}))).await;
    })
    .await;
    world.stop(running, &[]).await
}
