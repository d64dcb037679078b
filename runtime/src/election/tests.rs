//! Candidates on an API server in memory, and a clock that tokio moves.

use std::sync::Arc;
use std::time::Duration;

use kube::api::ObjectMeta;
use tokio::task::JoinHandle;

use super::*;
use crate::testing::Mock;

const SECOND: Duration = Duration::from_secs(1);
const PATH: &str = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

fn settings() -> LeaderElection {
    LeaderElection {
        leader_elect: true,
        lease_duration: 15 * SECOND,
        renew_deadline: 10 * SECOND,
        retry_period: 2 * SECOND,
    }
}

fn candidate(mock: &Mock) -> Candidate {
    Candidate::new(mock.client(), "guestbook", settings())
}

fn lease(mock: &Mock) -> LeaseSpec {
    let lease: Lease = mock.get("default", "guestbook").unwrap();
    lease.spec.unwrap()
}

/// Puts in a Lease of somebody else, renewed at `renewed` by their clock.
fn put(mock: &Mock, holder: &str, renewed: &str) {
    mock.put(&Lease {
        metadata: ObjectMeta {
            name: Some("guestbook".into()),
            namespace: Some("default".into()),
            ..Default::default()
        },
        spec: Some(LeaseSpec {
            holder_identity: Some(holder.into()),
            lease_duration_seconds: Some(15),
            renew_time: Some(MicroTime(renewed.parse().unwrap())),
            lease_transitions: Some(3),
            ..Default::default()
        }),
    })
    .unwrap();
}

/// Changes the Lease, and not who holds it.
fn label(mock: &Mock) -> Lease {
    let mut labelled: Lease = mock.get("default", "guestbook").unwrap();
    labelled.metadata.namespace = Some("default".into());
    labelled.metadata.resource_version = None;
    labelled.metadata.labels = Some([("a".to_owned(), "b".to_owned())].into());
    mock.put(&labelled).unwrap();
    labelled
}

/// How long it takes until the candidate leads.
async fn time_to_lead(candidate: &mut Candidate) -> Duration {
    let began = Instant::now();
    let asked = candidate.campaign(&CancellationToken::new()).await;
    asked.expect("nobody stops it") - began
}

/// A candidate at work.
struct Running {
    gate: Gate,
    stop: CancellationToken,
    resign: CancellationToken,
    task: JoinHandle<Result<()>>,
}

impl Running {
    fn start(candidate: Candidate) -> Self {
        let (stop, resign) = (CancellationToken::new(), CancellationToken::new());
        let gate = Gate::closed();
        let task = tokio::spawn(candidate.run(gate.clone(), stop.clone(), resign.clone()));
        Self {
            gate,
            stop,
            resign,
            task,
        }
    }

    /// Its error, and how long it took to come.
    async fn lost(self) -> (String, Duration) {
        let began = Instant::now();
        let error = self.task.await.unwrap().unwrap_err();
        assert!(!self.gate.is_open());
        (error.to_string(), began.elapsed())
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_makes_the_lease_and_renews_it() {
    let mock = Mock::new();
    let first = candidate(&mock);
    let identity = first.identity.clone();
    let first = Running::start(first);
    first.gate.until_open().await;
    let made = lease(&mock);
    assert_eq!(made.holder_identity, Some(identity));
    assert_eq!(
        (made.lease_duration_seconds, made.lease_transitions),
        (Some(15), Some(0))
    );

    tokio::time::sleep(61 * SECOND).await;
    assert!(first.gate.is_open());
    let renewed = lease(&mock);
    assert_eq!(renewed.acquire_time, made.acquire_time);
    assert_eq!(renewed.lease_transitions, Some(0));
    // A leader that nobody disturbs does not read.
    let methods: Vec<_> = mock.requests().into_iter().map(|it| it.method).collect();
    assert_eq!(methods[..2], ["GET", "POST"]);
    assert!(methods[2..].iter().all(|it| it == "PUT"), "{methods:?}");
    assert_eq!(methods[2..].len(), 30);
}

#[tokio::test(start_paused = true)]
async fn another_waits_for_its_own_clock_whatever_the_leaders_says() {
    for renewed in ["2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        let mock = Mock::new();
        put(&mock, "other", renewed);
        let mut candidate = candidate(&mock);
        let waited = time_to_lead(&mut candidate).await;
        assert!((15 * SECOND..17 * SECOND).contains(&waited), "{waited:?}");
        assert_eq!(lease(&mock).lease_transitions, Some(4));
    }
}

#[tokio::test(start_paused = true)]
async fn a_renewal_makes_the_others_wait_anew() {
    let mock = Mock::new();
    put(&mock, "other", "2026-01-01T00:00:00Z");
    let mut candidate = candidate(&mock);
    let renew = async {
        tokio::time::sleep(14 * SECOND).await;
        put(&mock, "other", "2026-01-01T00:00:14Z");
    };
    let (waited, ()) = tokio::join!(time_to_lead(&mut candidate), renew);
    assert!((29 * SECOND..32 * SECOND).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_hears_nothing_gives_up_at_its_deadline() {
    for status in [500, 403, 409] {
        let mock = Mock::new();
        let leader = Running::start(candidate(&mock));
        leader.gate.until_open().await;
        mock.fail("PUT", PATH, status);
        let (error, after) = leader.lost().await;
        assert_eq!(
            error, "lost the lease guestbook: it could not be renewed for 10s",
            "{status}"
        );
        assert!(after <= 10 * SECOND && after > 9 * SECOND, "{after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_was_replaced_stops_at_once() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    put(&mock, "other", "2026-01-01T00:00:00Z");
    let (error, after) = leader.lost().await;
    assert_eq!(error, "lost the lease guestbook: other has taken it");
    assert!(after <= 2 * SECOND, "{after:?}");
    assert_eq!(lease(&mock).holder_identity.as_deref(), Some("other"));
}

#[tokio::test(start_paused = true)]
async fn a_leader_survives_that_somebody_labels_its_lease() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    let labelled = label(&mock);
    tokio::time::sleep(60 * SECOND).await;
    assert!(leader.gate.is_open());
    let after: Lease = mock.get("default", "guestbook").unwrap();
    assert_eq!(after.metadata.labels, labelled.metadata.labels);
    assert_eq!(after.spec.unwrap().lease_transitions, Some(0));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_and_not_the_lead() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    let waiting = Running::start(candidate(&mock));
    tokio::time::sleep(5 * SECOND).await;
    leader.stop.cancel();
    waiting.stop.cancel();
    tokio::time::sleep(60 * SECOND).await;
    assert!(leader.gate.is_open() && waiting.task.is_finished());

    leader.resign.cancel();
    leader.task.await.unwrap().unwrap();
    assert_eq!(lease(&mock).holder_identity.as_deref(), Some(""));
}

#[tokio::test(start_paused = true)]
async fn who_resigns_gives_the_lease_back() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    leader.resign.cancel();
    leader.task.await.unwrap().unwrap();
    assert!(!leader.gate.is_open());
    assert_eq!(lease(&mock).holder_identity.as_deref(), Some(""));

    let mut next = candidate(&mock);
    assert!(time_to_lead(&mut next).await < SECOND);
    assert_eq!(lease(&mock).lease_transitions, Some(1));
}

#[tokio::test(start_paused = true)]
async fn lease_that_somebody_has_labelled_is_given_back() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    label(&mock);
    leader.resign.cancel();
    leader.task.await.unwrap().unwrap();
    assert_eq!(lease(&mock).holder_identity.as_deref(), Some(""));
}

#[tokio::test(start_paused = true)]
async fn lease_that_somebody_else_has_taken_is_not_given_back() {
    let mock = Mock::new();
    let leader = Running::start(candidate(&mock));
    leader.gate.until_open().await;
    put(&mock, "other", "2026-01-01T00:00:00Z");
    leader.resign.cancel();
    leader.task.await.unwrap().unwrap();
    assert_eq!(lease(&mock).holder_identity.as_deref(), Some("other"));
}

#[tokio::test(start_paused = true)]
async fn of_many_one_leads_at_a_time() {
    let mock = Mock::new();
    let replicas: Arc<[Running]> = (0..5).map(|_| Running::start(candidate(&mock))).collect();
    let leaders = || replicas.iter().filter(|it| it.gate.is_open()).count();
    for _ in 0..600 {
        tokio::time::sleep(SECOND / 10).await;
        assert!(leaders() <= 1);
    }
    assert_eq!(leaders(), 1);
    let stopped = replicas.iter().find(|it| it.gate.is_open()).unwrap();
    stopped.resign.cancel();
    tokio::time::sleep(2 * SECOND).await;
    assert_eq!(leaders(), 1);
    assert!(!stopped.gate.is_open());
}
