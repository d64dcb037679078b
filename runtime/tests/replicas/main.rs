//! Replicas of an operator as processes, against a real API server: who leads, and who may not change anything any more.
#![cfg(unix)]

#[cfg(target_os = "linux")]
mod clock;
mod parts;
mod proxy;
mod replica;
mod ticker;
mod world;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use k8s_openapi::jiff::{SignedDuration, Timestamp};
use kopgen_runtime::Result;

use proxy::Proxy;
use replica::Replica;
use world::{ACCOUNTS, World, eventually};

const ELECT: &str = "--leader-elect";

/// Times that a test can wait for. Under load, a renewal may take its time.
const QUICK: &str = "--leader-elect --leader-elect-lease-duration=5s --leader-elect-renew-deadline=4s \
                     --leader-elect-retry-period=500ms";
const RENEW_DEADLINE: SignedDuration = SignedDuration::from_secs(4);

#[tokio::test]
async fn child() {
    if let Ok(flags) = std::env::var("REPLICA") {
        #[cfg(target_os = "linux")]
        if let Ok(skew) = std::env::var("SKEW") {
            clock::skew(skew.parse().expect("it is a number of seconds"));
        }
        let ended = ticker::program(&flags).await;
        std::process::exit(i32::from(ended != ExitCode::SUCCESS));
    }
}

#[tokio::test]
async fn it_is_alive_at_once_and_ready_when_its_caches_are_synced() -> Result<()> {
    let Some(world) = World::new("probes").await? else {
        return Ok(());
    };
    let [account, _] = ACCOUNTS;
    let replica = Replica::start(&world, account, world.address(), "", 0).await?;
    assert_eq!(replica.probe("/healthz").await?, (200, "ok".into()));
    replica.says("the watch was interrupted").await;
    let waiting = "caches not synced: ticker";
    assert_eq!(replica.probe("/readyz").await?, (503, waiting.into()));
    assert_eq!(replica.probe("/anything").await?.0, 404);

    world.bind().await;
    eventually("it is ready", async || {
        replica.probe("/readyz").await.unwrap() == (200, "ok".into())
    })
    .await;
    let ready = Timestamp::now();
    eventually("it is at work", async || {
        !world.mutations(account).unwrap().is_empty()
    })
    .await;
    // The audit log tells of what was refused.
    assert_ne!(world.refused_since(Timestamp::MIN)?, [""; 0]);
    assert_eq!(world.refused_since(ready)?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() -> Result<()> {
    let Some(world) = World::new("taken").await? else {
        return Ok(());
    };
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let taken = listener.local_addr()?;
    let flags = format!("--health-probe-bind-address={taken}");
    let [account, _] = ACCOUNTS;
    let mut replica = Replica::start_with(&world, account, world.address(), &flags, 0).await?;
    assert_eq!(replica.end().await.code(), Some(1));
    let error = format!("error: cannot listen at {taken}: Address already in use");
    assert!(replica.log().contains(&error), "{}", replica.log());
    Ok(())
}

#[tokio::test]
async fn a_signal_hands_over_within_two_seconds() -> Result<()> {
    let Some(world) = World::new("signal").await? else {
        return Ok(());
    };
    world.bind().await;
    let (mut first, second) = two(&world, world.address(), ELECT).await?;
    let ready = Timestamp::now();
    let leader = world.leader().await;
    assert_eq!(second.probe("/readyz").await?.0, 200, "a follower is ready");
    assert_eq!(world.mutations(second.account)?, [], "and changes nothing");
    has(&first, "leader_election_master_status{name=\"ticker\"} 1").await?;
    has(&second, "leader_election_master_status{name=\"ticker\"} 0").await?;
    has(
        &first,
        &format!(
            "rest_client_requests_total{{code=\"200\",host=\"{}\",method=\"PATCH\"}}",
            world.address()
        ),
    )
    .await?;
    let reconciles =
        "controller_runtime_reconcile_total{controller=\"ticker\",result=\"success\"} 0";
    has(&first, reconciles).await?;
    let page = include_str!("../../../docs/running-in-production.md");
    for line in first.metrics().await?.lines() {
        if let Some(name) = line
            .strip_prefix("# TYPE ")
            .and_then(|it| it.split(' ').next())
        {
            assert!(
                page.contains(&format!("| `{name}` |")),
                "{name} is not in the book"
            );
        }
    }

    let sent = Instant::now();
    first.signal("-TERM");
    eventually("the other one leads", async || {
        let now = world.leader().await;
        !now.is_empty() && now != leader
    })
    .await;
    let took = sent.elapsed();
    println!("handed over {took:.1?} after SIGTERM");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(first.end().await.success(), "{}", first.log());
    assert!(!first.log().contains("ERROR"), "{}", first.log());
    assert_eq!(world.lease().await.lease_transitions, Some(1));
    eventually("it works on", async || {
        !world.mutations(second.account).unwrap().is_empty()
    })
    .await;
    assert_eq!(world.refused_since(ready)?, [""; 0]);
    let agents = world.user_agents()?.into_iter().collect::<Vec<_>>();
    let system = format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(agents, [format!("ticker/kopgen-{version} ({system})")]);
    Ok(())
}

#[tokio::test]
async fn lease_that_somebody_has_labelled_is_given_back() -> Result<()> {
    let Some(world) = World::new("labelled").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    let mut replica = Replica::start(&world, account, world.address(), ELECT, 0).await?;
    replica.says("leading").await;
    world.label_lease().await;
    replica.signal("-TERM");
    assert!(replica.end().await.success(), "{}", replica.log());
    let log = replica.log();
    assert!(log.contains("gave the lease back"), "{log}");
    assert_eq!(world.lease().await.holder_identity.as_deref(), Some(""));
    Ok(())
}

#[tokio::test]
async fn a_task_is_the_leaders_and_ends_with_it() -> Result<()> {
    let Some(world) = World::new("task").await? else {
        return Ok(());
    };
    world.bind().await;
    let (mut first, second) = two(&world, world.address(), ELECT).await?;
    first.says("running task=\"herald\"").await;
    second.says("running task=\"doorman\"").await;
    second
        .says("the door stays shut: cannot apply secrets task/door")
        .await;
    assert!(!second.log().contains("herald"), "{}", second.log());
    assert_eq!(world.mutations(second.account)?, []);

    first.signal("-TERM");
    assert!(first.end().await.success(), "{}", first.log());
    assert!(first.log().contains("good-bye"), "{}", first.log());
    second.says("running task=\"herald\"").await;
    Ok(())
}

#[tokio::test]
async fn a_task_that_fails_ends_the_operator_and_its_lead() -> Result<()> {
    let Some(world) = World::new("hoarse").await? else {
        return Ok(());
    };
    world.bind().await;
    let [account, _] = ACCOUNTS;
    let flags = format!("{ELECT} --hoarse");
    let mut replica = Replica::start(&world, account, world.address(), &flags, 0).await?;
    assert_eq!(replica.end().await.code(), Some(1));
    let error = "error: the task `herald`: no voice";
    assert!(replica.log().contains(error), "{}", replica.log());
    // It is finished as after a signal, so that the next one need not wait.
    assert_eq!(world.lease().await.holder_identity.as_deref(), Some(""));
    Ok(())
}

#[tokio::test]
async fn a_leader_that_is_cut_off_stops_in_time() -> Result<()> {
    let Some(world) = World::new("partition").await? else {
        return Ok(());
    };
    world.bind().await;
    let wire = Proxy::start(world.address()).await?;
    let (mut first, second) = two(&world, wire.address(), QUICK).await?;

    wire.cut();
    let cut = Instant::now();
    let deadline = deadline(&world).await;
    assert_eq!(first.end().await.code(), Some(1));
    let ended = Timestamp::now();
    let lost = "error: lost the lease ticker: it could not be renewed for 4s";
    assert!(first.log().contains(lost), "{}", first.log());
    // It counts from before it asked, which is a request or two before the time that stands in the Lease.
    let early = deadline.duration_since(ended);
    assert!(early < SignedDuration::from_secs(1), "{early:?} too early");
    second.says("leading").await;
    println!("failed over {:.1?} after the cut", cut.elapsed());
    works_alone(&world, &second, &first, deadline).await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_leader_whose_clock_is_slow_keeps_and_loses_its_lease_as_any_other() -> Result<()> {
    wrong_clocks("slow", [-HOUR, HOUR]).await
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_leader_whose_clock_is_fast_keeps_and_loses_its_lease_as_any_other() -> Result<()> {
    wrong_clocks("fast", [HOUR, -HOUR]).await
}

/// In seconds.
#[cfg(target_os = "linux")]
const HOUR: i64 = 60 * 60;

/// Two replicas whose clocks are so far ahead: to each, the other's lease is from hours ago, or from the future.
#[cfg(target_os = "linux")]
async fn wrong_clocks(test: &'static str, skews: [i64; 2]) -> Result<()> {
    let Some(world) = World::new(test).await? else {
        return Ok(());
    };
    world.bind().await;
    let wire = Proxy::start(world.address()).await?;
    let (mut first, second) = two_skewed(&world, wire.address(), QUICK, skews).await?;

    // Twice the time that a lease is good for.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let lease = world.lease().await;
    assert_eq!(lease.lease_transitions, Some(0));
    assert_eq!(world.mutations(second.account)?, []);
    let skew = SignedDuration::from_secs(skews[0]);
    let ahead = lease.renew_time.unwrap().0.duration_since(Timestamp::now());
    let difference = (ahead - skew).abs();
    assert!(difference < SignedDuration::from_secs(60), "{ahead:?}");

    wire.cut();
    let cut = Instant::now();
    let deadline = deadline(&world).await - skew;
    assert_eq!(first.end().await.code(), Some(1));
    second.says("leading").await;
    println!(
        "failed over {:.1?} after the cut, with clocks {skews:?} s ahead",
        cut.elapsed()
    );
    works_alone(&world, &second, &first, deadline).await
}

#[tokio::test]
async fn a_leader_that_was_stopped_changes_nothing_when_it_goes_on() -> Result<()> {
    let Some(world) = World::new("stopped").await? else {
        return Ok(());
    };
    world.bind().await;
    let (mut first, second) = two(&world, world.address(), QUICK).await?;

    // Between two beats, when all that has begun has ended: what is stopped between the last look at the clock and the socket
    // arrives late, and no client can help that.
    tokio::time::sleep(ticker::until_beat()).await;
    tokio::time::sleep(ticker::until_beat() - Duration::from_millis(50)).await;
    first.signal("-STOP");
    let stopped = Instant::now();
    let deadline = deadline(&world).await;
    second.says("leading").await;
    println!("failed over {:.1?} after SIGSTOP", stopped.elapsed());
    first.signal("-CONT");
    assert_eq!(first.end().await.code(), Some(1));
    assert!(
        first.log().contains("error: lost the lease ticker"),
        "{}",
        first.log()
    );
    works_alone(&world, &second, &first, deadline).await
}

/// Two replicas: one that leads and is at work, and one that follows.
async fn two(
    world: &World,
    address_of_first: std::net::SocketAddr,
    flags: &str,
) -> Result<(Replica, Replica)> {
    two_skewed(world, address_of_first, flags, [0, 0]).await
}

/// The same, with clocks so many seconds ahead.
async fn two_skewed(
    world: &World,
    address_of_first: std::net::SocketAddr,
    flags: &str,
    skews: [i64; 2],
) -> Result<(Replica, Replica)> {
    let [first, second] = ACCOUNTS;
    let first = Replica::start(world, first, address_of_first, flags, skews[0]).await?;
    first.says("leading").await;
    eventually("it is at work", async || {
        world.mutations(first.account).unwrap().len() > 10
    })
    .await;
    let second = Replica::start(world, second, world.address(), flags, skews[1]).await?;
    second.says("another replica leads").await;
    Ok((first, second))
}

/// Prometheus is told this.
async fn has(replica: &Replica, line: &str) -> Result<()> {
    let metrics = replica.metrics().await?;
    let has = metrics.lines().any(|it| it.starts_with(line));
    assert!(has, "{line} in\n{metrics}");
    Ok(())
}

/// The time at which the leader gives up, if it does not renew its lease any more.
async fn deadline(world: &World) -> Timestamp {
    // What was under way may still arrive.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let renewed = world.lease().await.renew_time.expect("somebody leads").0;
    renewed + RENEW_DEADLINE
}

/// `new` changes things, and `old` has begun to change none after its deadline.
async fn works_alone(
    world: &World,
    new: &Replica,
    old: &Replica,
    deadline: Timestamp,
) -> Result<()> {
    eventually("the new leader is at work", async || {
        world.mutations(new.account).unwrap().len() > 10
    })
    .await;
    let late: Vec<_> = world.mutations(old.account)?;
    let late: Vec<_> = late.into_iter().filter(|it| *it > deadline).collect();
    assert_eq!(late, [], "{} was over at {deadline}", old.account);
    let early = world.mutations(new.account)?;
    assert!(early.iter().all(|it| *it > deadline), "{early:?}");
    // Before that, the roles may not have been in force yet.
    assert_eq!(world.refused_since(deadline)?, [""; 0]);
    Ok(())
}
