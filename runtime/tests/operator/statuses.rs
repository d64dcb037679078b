//! A status is what its controllers say, and nobody's change is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use http::Method;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kube::ResourceExt;
use kube::api::{ListParams, Patch, PatchParams};
use serde_json::{Value, json};

use crate::cleanups::{delete, draft, drafts, is_gone, is_written, patch};
use crate::draft::{self, Behaviour, Draft, Phase};
use crate::line::{Line, Log};
use crate::proxy::Proxy;
use crate::world::{World, eventually, eventually_within};

async fn patch_status(world: &World, name: &str, status: Value) {
    let (drafts, params) = (drafts(world), PatchParams::default());
    let change = Patch::Merge(json!({ "status": status }));
    drafts.patch_status(name, &params, &change).await.unwrap();
}

/// The status as the API server has it.
async fn status(world: &World, name: &str) -> Value {
    let draft = drafts(world).get(name).await.unwrap();
    draft.data["status"].clone()
}

fn condition(type_: &str) -> Value {
    json!({
        "type": type_, "status": "True", "reason": "Told", "message": "by others", "observedGeneration": 1,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    })
}

#[tokio::test]
async fn conditions_of_two_controllers_are_of_the_last_generation_and_no_write_is_in_vain()
-> Result<()> {
    const CHANGES: usize = 100;
    const RESYNCS: usize = 10;
    let Some(world) = World::new("two").await? else {
        return Ok(());
    };
    let line = Line::default();
    let proxy = Proxy::start(&world.config()).await?;
    let client = world.client_of_operator_by(&proxy).await?;
    let running = world
        .start_with(line.client(client), draft::press())
        .await?;
    world.create(&draft("a", Behaviour::Plain)).await;

    let generations = async || {
        let draft = world.objects::<Draft>().get("a").await.unwrap();
        let conditions = draft.status.unwrap_or_default().conditions.into_iter();
        let own = conditions.filter(|it| it.type_ == "Printed" || it.type_ == "Bound");
        (
            draft.metadata.generation,
            own.map(|it| it.observed_generation).collect::<Vec<_>>(),
        )
    };
    let is_current = async || {
        let (generation, said) = generations().await;
        said == [generation, generation]
    };
    eventually("both have said so", is_current).await;
    let before = line.status_patches();
    // Three writers at once.
    let spec = async {
        for change in 0..CHANGES {
            patch(
                &world,
                "a",
                json!({ "spec": { "title": change.to_string() } }),
            )
            .await;
        }
    };
    let labels = async {
        for change in 0..CHANGES {
            let labels = json!({ "metadata": { "labels": { "change": change.to_string() } } });
            patch(&world, "a", labels).await;
        }
    };
    let others_status = async {
        for change in 0..CHANGES {
            patch_status(&world, "a", json!({ "note": change.to_string() })).await;
        }
    };
    tokio::join!(spec, labels, others_status);
    eventually_within(Duration::from_secs(60), "both have said so", is_current).await;
    assert_eq!(generations().await.0, Some(1 + CHANGES as i64));
    assert_eq!(status(&world, "a").await["note"], (CHANGES - 1).to_string());

    for controller in ["printer", "binder"] {
        let manager = format!("press%2F{controller}");
        let of_it = line.status_patches().split_off(before.len());
        let of_it: Vec<_> = of_it.iter().filter(|it| it.manager == manager).collect();
        let written = of_it.iter().filter(|it| it.code == 200).count();
        println!(
            "{controller}: {written} writes, {} conflicts",
            of_it.len() - written
        );
        assert!((1..=CHANGES).contains(&written), "{written}");
    }

    let quiet = async || {
        let before = proxy.counts().requests;
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.counts().requests == before
    };
    eventually("it is quiet", &quiet).await;
    let settled = line.writes();
    for _ in 0..RESYNCS {
        let watches = proxy.counts().watches;
        proxy.expire_watches();
        eventually("all is listed anew", async || {
            proxy.counts().watches >= watches + 2
        })
        .await;
        eventually("it is quiet", &quiet).await;
    }
    assert_eq!(line.writes(), settled);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn what_a_controller_says_is_what_is_read_whoever_wrote_it_before() -> Result<()> {
    let Some(world) = World::new("says").await? else {
        return Ok(());
    };
    let line = Line::default();
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    world.create(&draft("a", Behaviour::Plain)).await;
    eventually("it is written", async || is_written(&world, "a").await).await;
    let said = status(&world, "a").await;
    let fields: BTreeSet<_> = said.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["conditions".to_owned(), "ratio".to_owned()].into());
    assert_eq!(line.status_patches().len(), 1);

    let ready = said["conditions"][0].clone();
    let by_others =
        json!({ "note": "by others", "ratio": 2.5, "conditions": [condition("Stale"), ready] });
    patch_status(&world, "a", by_others).await;
    eventually("it is put back", async || status(&world, "a").await == said).await;

    eventually("that was a patch", async || {
        line.status_patches().len() == 2
    })
    .await;
    for touch in 0..10 {
        let reconciles = world.journal.count("reconcile a");
        let touch = json!({ "metadata": { "annotations": { "touch": touch.to_string() } } });
        patch(&world, "a", touch).await;
        eventually("it is reconciled", async || {
            world.journal.count("reconcile a") > reconciles
        })
        .await;
    }
    assert_eq!(
        line.status_patches().len(),
        2,
        "a ratio of 1.0 is stored as 1"
    );
    world.stop(running, &[]).await
}

#[tokio::test]
async fn reconcile_sees_the_status_that_the_last_one_wrote() -> Result<()> {
    const DRAFTS: usize = 200;
    let Some(world) = World::new("fresh").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    let creates = (0..DRAFTS).map(async |number| {
        let name = format!("draft-{number}");
        world.create(&draft(&name, Behaviour::Provision)).await;
        // What makes it reconcile again before its own write comes back.
        for touch in 0..3 {
            let touch = json!({ "metadata": { "annotations": { "touch": touch.to_string() } } });
            patch(&world, &name, touch).await;
        }
    });
    futures::future::join_all(creates).await;
    for number in 0..DRAFTS {
        eventually("it is provisioned", async || {
            let draft = world
                .objects::<Draft>()
                .get(&format!("draft-{number}"))
                .await;
            draft.unwrap().status.and_then(|it| it.phase) == Some(Phase::Provisioned)
        })
        .await;
    }
    assert_eq!(world.journal.count("provision"), DRAFTS);
    let children = world.objects::<ConfigMap>();
    let children = children.list(&ListParams::default()).await?.items;
    let children = children
        .iter()
        .filter(|it| it.name_any().starts_with("draft-"));
    assert_eq!(children.count(), DRAFTS);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn status_is_written_beside_a_writer_of_something_else() -> Result<()> {
    let Some(world) = World::new("beside").await? else {
        return Ok(());
    };
    let line = Line::default();
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    world.create(&draft("a", Behaviour::Wait)).await;
    eventually("it waits", async || world.journal.count("wait a") > 0).await;
    patch(
        &world,
        "a",
        json!({ "metadata": { "labels": { "touched": "true" } } }),
    )
    .await;
    world.journal.write("go on a".into());
    eventually("it is written", async || is_written(&world, "a").await).await;
    let codes: Vec<_> = line.status_patches().iter().map(|it| it.code).collect();
    assert_eq!(codes, [409, 200]);
    // The label is a change like any other.
    eventually("it is reconciled", async || {
        world.journal.count("wait a") == 2
    })
    .await;
    world.stop(running, &[]).await
}

#[tokio::test]
async fn own_change_of_the_object_does_not_conflict_with_the_own_status() -> Result<()> {
    let Some(world) = World::new("annotate").await? else {
        return Ok(());
    };
    let line = Line::default();
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    world.create(&draft("a", Behaviour::Annotate)).await;
    eventually("it is written", async || is_written(&world, "a").await).await;
    let codes: Vec<_> = line.status_patches().iter().map(|it| it.code).collect();
    assert_eq!(codes, [200]);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn conflict_is_tried_again_shortly_and_is_no_error() -> Result<()> {
    let Some(world) = World::new("conflict").await? else {
        return Ok(());
    };
    let log = Log::new();
    let line = Line::default();
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    world.create(&draft("a", Behaviour::Wait)).await;
    eventually("it waits", async || world.journal.count("wait a") > 0).await;
    patch_status(&world, "a", json!({ "conditions": [condition("Printed")] })).await;
    world.journal.write("go on a".into());
    eventually("it is written", async || is_written(&world, "a").await).await;
    let codes: Vec<_> = line.status_patches().iter().map(|it| it.code).collect();
    assert_eq!(codes, [409, 200]);
    assert_eq!(log.lines("ERROR", ""), [""; 0]);
    let lines = log.lines("INFO", "the object changed while it was reconciled");
    assert_eq!(lines.len(), 1, "{lines:?}");

    // What is refused in the same words without a change is one.
    line.refuse(Method::PATCH, "/drafts/a/status", 409, 3);
    patch(&world, "a", json!({ "spec": { "title": "another" } })).await;
    eventually("it is written", async || {
        line.status_patches().len() == 2 + 4
    })
    .await;
    let lines = log.lines("ERROR", "the reconcile failed");
    assert_eq!(lines.len(), 3, "{lines:?}");
    world.stop(running, &[]).await
}

#[tokio::test]
async fn reconcile_of_a_deleted_object_does_not_write_to_its_namesake() -> Result<()> {
    let Some(world) = World::new("namesake").await? else {
        return Ok(());
    };
    let log = Log::new();
    let line = Line::default();
    let client = line.client(world.client_of_operator().await);
    let running = world.start_with(client, draft::operator()).await?;
    for (name, behaviour) in [("a", Behaviour::Wait), ("b", Behaviour::WaitAndWrite)] {
        world.create(&draft(name, behaviour)).await;
        let wait = format!("wait {name}");
        eventually("it waits", async || world.journal.count(&wait) > 0).await;
        delete(&world, name).await;
        let by_force = json!({ "metadata": { "finalizers": null } });
        patch(&world, name, by_force).await;
        let namesake = match behaviour {
            Behaviour::Wait => draft(name, Behaviour::Wait),
            _ => draft(name, Behaviour::Plain),
        };
        eventually("there is another", async || {
            let drafts = world.objects::<Draft>();
            drafts.create(&Default::default(), &namesake).await.is_ok()
        })
        .await;
        world.journal.write(format!("go on {name}"));
        eventually("it is written", async || is_written(&world, name).await).await;
    }
    let uid = world.objects::<Draft>().get("a").await?.metadata.uid;
    assert_eq!(status(&world, "a").await["note"].as_str(), uid.as_deref());
    let written = world.journal.entries();
    let written = written.iter().find(|it| it.starts_with("wrote b"));
    assert_eq!(written.unwrap(), "wrote b: [false, false, false]");
    assert!(
        world
            .objects::<Draft>()
            .get("b")
            .await?
            .annotations()
            .is_empty()
    );

    let of_a = line.status_patches().into_iter();
    let of_a = of_a.filter(|it| it.path.ends_with("/a/status"));
    let codes: Vec<_> = of_a.map(|it| it.code).collect();
    assert!(matches!(codes[..], [404 | 409 | 422, 200]), "{codes:?}");
    assert_eq!(log.lines("ERROR", ""), [""; 0]);
    world.stop(running, &[]).await
}

#[tokio::test]
async fn status_that_does_not_fit_is_absent_and_that_is_said_once() -> Result<()> {
    let Some(world) = World::new("unreadable").await? else {
        return Ok(());
    };
    let log = Log::new();
    // What an older operator has left.
    for name in ["a", "deleted"] {
        let running = world.start_again(draft::operator()).await?;
        world.create(&draft(name, Behaviour::FailAnew)).await;
        eventually("it is reconciled", async || is_written(&world, name).await).await;
        running.stop().await?;
    }
    for name in ["a", "deleted"] {
        patch_status(
            &world,
            name,
            json!({ "phase": { "name": "old" }, "note": "old" }),
        )
        .await;
    }
    delete(&world, "deleted").await;
    patch(&world, "a", json!({ "spec": { "behaviour": "Wait" } })).await;

    let running = world.start_again(draft::operator()).await?;
    eventually("it is gone", async || is_gone(&world, "deleted").await).await;
    // Each reconcile until it is written finds it.
    eventually("it waits", async || world.journal.count("wait a") > 0).await;
    patch(
        &world,
        "a",
        json!({ "metadata": { "labels": { "touched": "true" } } }),
    )
    .await;
    world.journal.write("go on a".into());
    eventually("it is written anew", async || {
        let status = status(&world, "a").await;
        status["phase"].is_null() && status["note"].is_string()
    })
    .await;
    let note = "the status does not fit its Rust type and is read as absent: status.phase: ";
    let lines = log.lines("WARN", note);
    let about = |name: &str| {
        let object = format!("/{name}}}");
        lines.iter().filter(|line| line.contains(&object)).count()
    };
    assert_eq!((about("a"), about("deleted")), (1, 1), "{lines:?}");
    let notes = async || {
        let events = world.objects::<Event>().list(&ListParams::default()).await;
        let events = events.unwrap().items.into_iter();
        let events = events.filter(|it| it.reason.as_deref() == Some("StatusUnreadable"));
        events.filter_map(|it| it.note).collect::<Vec<_>>()
    };
    eventually("it is told on both", async || notes().await.len() == 2).await;
    let notes = notes().await;
    assert!(notes.iter().all(|it| it.starts_with(note)), "{notes:?}");
    running.stop().await
}

#[tokio::test]
async fn object_of_the_own_kind_is_applied_without_what_is_none() -> Result<()> {
    let Some(world) = World::new("copy").await? else {
        return Ok(());
    };
    let running = world.start(draft::operator()).await?;
    world.create(&draft("a", Behaviour::Copy)).await;
    eventually("it has a copy", async || is_written(&world, "a-copy").await).await;
    let copy = world.objects::<Draft>().get("a-copy").await?;
    assert_eq!(copy.spec.pages.len(), 1);
    world.stop(running, &[]).await
}
