//! What one part of an operator that fails does to the others.

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kopgen_runtime::Result;

use crate::replica::Replica;
use crate::world::{ACCOUNTS, World, eventually};
use crate::{ELECT, QUICK};

/// The process has a runtime of one thread: that of the test `child`. Nine of ten reconciles block, more than there are workers.
#[tokio::test]
async fn blocking_reconciles_stop_neither_the_lease_nor_the_probes_nor_other_objects() -> Result<()>
{
    let Some(world) = World::new("blocking").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    let flags = format!("{QUICK} --manners=block --reconcile-timeout=3s");
    let mut replica = Replica::start(&world, account, world.address(), &flags, 0).await?;
    replica.says("leading").await;
    let led = Timestamp::now();
    replica.says("the reconcile blocks its thread").await;
    let object = format!("object={}/ticker-", world.namespace);
    assert!(replica.log().contains(&object), "{}", replica.log());

    // Twice the time that the lease is good for.
    let later = led + SignedDuration::from_secs(10);
    eventually("the lease is renewed", async || {
        let renewed = world.lease().await.renew_time;
        renewed.is_some_and(|time| time.0 > later)
    })
    .await;
    assert_eq!(world.lease().await.lease_transitions, Some(0));
    eventually("another object is reconciled", async || {
        let ticks = world.mutations(account).unwrap();
        ticks.iter().filter(|tick| **tick > later).count() > 5
    })
    .await;
    assert_eq!(replica.probe("/readyz").await?, (200, "ok".into()));
    // A blocked thread cannot be cut off: the process is to be started again.
    let (status, why) = replica.probe("/healthz").await?;
    let blocked = format!(
        "the controller ticker has blocked a thread with the reconcile of {}/ticker-",
        world.namespace
    );
    assert_eq!(status, 503);
    assert!(why.starts_with(&blocked), "{why}");
    let metrics = replica.metrics().await?;
    let longest = metric(
        &metrics,
        "workqueue_longest_running_processor_seconds{controller=\"ticker\",name=\"ticker\"}",
    );
    let unfinished = metric(
        &metrics,
        "workqueue_unfinished_work_seconds{controller=\"ticker\",name=\"ticker\"}",
    );
    assert!(
        longest > 3.0 && unfinished > 9.0 * 3.0,
        "{longest} {unfinished}"
    );

    // It ends all the same: the first asks it to wait for what is under way, the second not to.
    replica.signal("-TERM");
    replica.says("finishing what is under way").await;
    replica.signal("-TERM");
    assert_eq!(replica.end().await.code(), Some(1));
    Ok(())
}

#[tokio::test]
async fn probes_answer_while_the_state_is_made() -> Result<()> {
    let Some(world) = World::new("late").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    let mut replica = Replica::start(&world, account, world.address(), "--late", 0).await?;
    assert_eq!(replica.probe("/healthz").await?, (200, "ok".into()));
    assert_eq!(replica.probe("/readyz").await?, (503, "starting".into()));
    replica.end_input();
    eventually("it is ready", async || {
        replica.probe("/readyz").await.unwrap().0 == 200
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_reconcile_that_never_ends_is_cut_off_and_tried_again() -> Result<()> {
    let Some(world) = World::new("hanging").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    let flags = "--manners=hang --reconcile-timeout=1s";
    let mut replica = Replica::start(&world, account, world.address(), flags, 0).await?;
    let timeouts = "controller_runtime_reconcile_timeouts_total{controller=\"ticker\"}";
    eventually("each is tried again", async || {
        metric(&replica.metrics().await.unwrap(), timeouts) > 2.0 * 9.0
    })
    .await;
    replica.says("timed out: it was cut off after 1s").await;
    let metrics = replica.metrics().await?;
    let errors = metric(
        &metrics,
        "controller_runtime_reconcile_errors_total{controller=\"ticker\"}",
    );
    assert!(errors >= metric(&metrics, timeouts), "{metrics}");
    // It awaits, so nothing is blocked.
    assert_eq!(replica.probe("/healthz").await?, (200, "ok".into()));
    replica.signal("-TERM");
    assert!(replica.end().await.success(), "{}", replica.log());
    Ok(())
}

#[tokio::test]
async fn a_missing_crd_and_a_missing_role_stop_the_controllers_concerned_alone() -> Result<()> {
    let Some(world) = World::new("haunted").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    for (flags, says) in [(ELECT, "leading"), (QUICK, "leading"), ("", "reconciling")] {
        let flags = format!("{flags} --haunted");
        let began = Timestamp::now();
        let mut replica = Replica::start(&world, account, world.address(), &flags, 0).await?;
        replica.says(says).await;
        if says == "leading" {
            let waiting = "caches not synced controllers=\"ghosts, trespasser\"";
            assert!(replica.log().contains(waiting), "{}", replica.log());
        }
        replica.says("running task=\"herald\"").await;
        eventually("the third controller is at work", async || {
            let ticks = world.mutations(account).unwrap();
            ticks.iter().filter(|tick| **tick > began).count() > 10
        })
        .await;
        let (status, why) = replica.probe("/readyz").await?;
        let expected = (503, "caches not synced: ghosts, trespasser");
        assert_eq!((status, why.as_str()), expected);
        assert_eq!(replica.probe("/healthz").await?.0, 200);
        let log = replica.log();
        assert!(log.contains("is its CRD installed?"), "{log}");
        assert!(log.contains("cannot list resource"), "{log}");
        replica.signal("-TERM");
        assert!(replica.end().await.success(), "{}", replica.log());
    }
    Ok(())
}

/// The value of a sample, named with its labels.
fn metric(metrics: &str, sample: &str) -> f64 {
    let value = metrics
        .lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    let value = value.unwrap_or_else(|| panic!("{sample} in\n{metrics}"));
    value.parse().expect("it is a number")
}
