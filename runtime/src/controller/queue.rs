use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Key;
use super::backoff;
use super::limit::{self, Limits};
use crate::metrics::QueueMetrics;

/// The objects that wait for a reconcile.
///
/// An object is in it once, however often it is added. One that is added while it is reconciled is dirty: it comes again
/// when that reconcile is done, so that no change is missed and none is worked on twice at the same time. What the reconcile has
/// changed of its object itself is an echo: after a failure it does not wake the object, which would never back off otherwise.
/// How often an object is reconciled at all has its [limit](Limits).
///
/// Until it is [opened](Self::open) it takes nothing in: a replica that does not lead would gather every object that there
/// ever was.
pub(crate) struct Queue {
    state: Mutex<State>,
    metrics: QueueMetrics,
    /// Tells `next` to look again.
    changed: Notify,
}

#[derive(Default)]
struct State {
    ready: VecDeque<Key>,
    /// What is in `ready`, since when.
    queued: HashMap<Key, Instant>,
    /// What is reconciled now.
    running: HashMap<Key, Run>,
    /// What waits for its time; the number keeps two of the same time apart.
    delayed: BTreeMap<(Instant, u64), Key>,
    /// Where a key is in `delayed`.
    due: HashMap<Key, (Instant, u64)>,
    /// How often a key failed in a row.
    failures: HashMap<Key, u32>,
    /// How often a key was late in a row.
    conflicts: HashMap<Key, u32>,
    limits: Limits,
    sequence: u64,
    opened: bool,
    closed: bool,
}

/// A reconcile under way.
struct Run {
    began: Instant,
    /// Since when the key is dirty.
    dirty: Option<Instant>,
    /// Since when it is so because of the run's own writes.
    echo: Option<Instant>,
}

/// A key to reconcile.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Next {
    pub(crate) key: Key,
    /// It was held back by its limit, for the first time in a while.
    pub(crate) limited: bool,
}

/// How a reconcile ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Well; with a time, it wants to come again after it.
    Done(Option<Duration>),
    /// Badly: it comes again after a time that grows with each failure in a row.
    Failed,
    /// Somebody else was first: it comes again after a short time, which grows likewise.
    Conflict,
    /// Badly, and no time will help: it comes again when it changes.
    Rejected,
    /// The object does not exist any more.
    Gone,
}

impl Queue {
    pub(crate) fn new(metrics: QueueMetrics) -> Self {
        Self {
            state: Mutex::default(),
            metrics,
            changed: Notify::new(),
        }
    }

    /// Takes in what is added from now on. What was there before is to be added then.
    pub(crate) fn open(&self) {
        self.lock().opened = true;
    }

    /// Adds a key, to come as soon as it can.
    pub(crate) fn add(&self, key: Key) {
        let mut state = self.lock();
        if !state.opened {
            return;
        }
        self.add_to(&mut state, key, Instant::now());
        self.count(&state);
        drop(state);
        self.changed.notify_one();
    }

    /// Adds a key because of what its own run has written.
    pub(crate) fn echo(&self, key: Key) {
        let mut state = self.lock();
        match state.running.get_mut(&key) {
            Some(run) => _ = run.echo.get_or_insert_with(Instant::now),
            None => {
                drop(state);
                self.add(key);
            }
        }
    }

    /// The next key, which is running until it is given back to [`done`](Self::done). `None` when the queue is closed.
    pub(crate) async fn next(&self) -> Option<Next> {
        loop {
            let due = {
                let (mut state, now) = (self.lock(), Instant::now());
                while let Some(key) = state.due(now) {
                    self.add_to(&mut state, key, now);
                }
                if state.closed {
                    return None;
                }
                if let Some((key, since)) = state.take(now) {
                    self.metrics.waits.observe((now - since).as_secs_f64());
                    self.count(&state);
                    let limited = state.limits.release(&key);
                    return Some(Next { key, limited });
                }
                state.delayed.keys().next().map(|&(due, _)| due)
            };
            match due {
                Some(due) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(due) => {}
                        () = self.changed.notified() => {}
                    }
                }
                None => self.changed.notified().await,
            }
        }
    }

    /// Ends the run of a key. Gives the time until it comes again, where it has failed.
    pub(crate) fn done(&self, key: Key, outcome: Outcome) -> Option<Duration> {
        let (mut state, now) = (self.lock(), Instant::now());
        let run = state.running.remove(&key);
        if let Some(run) = &run {
            self.metrics.work.observe((now - run.began).as_secs_f64());
        }
        let (dirty, echo) = run.map_or((None, None), |run| (run.dirty, run.echo));
        if outcome != Outcome::Failed {
            state.failures.remove(&key);
        }
        if outcome != Outcome::Conflict {
            state.conflicts.remove(&key);
        }
        let (mut retry, mut woken) = (None, dirty);
        let mut cost = limit::RECONCILE;
        match outcome {
            Outcome::Done(requeue) => {
                woken = dirty.into_iter().chain(echo).min();
                if let Some(after) = requeue {
                    state.delay(key.clone(), after);
                }
            }
            Outcome::Failed => {
                cost = limit::FAILURE;
                retry = Some(backoff::delay(
                    again(&mut state.failures, &key),
                    backoff::random(),
                ));
            }
            Outcome::Conflict => {
                let conflicts = again(&mut state.conflicts, &key);
                retry = Some(backoff::conflict_delay(conflicts, backoff::random()));
            }
            Outcome::Rejected | Outcome::Gone => {}
        }
        if let Some(after) = retry {
            state.delay(key.clone(), after);
            self.metrics.retries.inc();
        }
        state.limits.spend(&key, cost, now);
        if outcome == Outcome::Gone {
            state.limits.forget(&key);
        }
        if let Some(since) = woken {
            let queued = self.queue(&mut state, key, since, now);
            // What was dirty is counted already.
            if queued && dirty.is_none() {
                self.metrics.adds.inc();
            }
        }
        self.count(&state);
        drop(state);
        self.changed.notify_one();
        retry
    }

    /// Gives out nothing any more.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_one();
    }

    fn add_to(&self, state: &mut State, key: Key, now: Instant) {
        let added = match state.running.get_mut(&key) {
            Some(Run { dirty: Some(_), .. }) => false,
            Some(run) => {
                run.dirty = Some(now);
                true
            }
            None => self.queue(state, key, now, now),
        };
        if added {
            self.metrics.adds.inc();
        }
    }

    /// Whether it did not wait already, and may come at once.
    fn queue(&self, state: &mut State, key: Key, since: Instant, now: Instant) -> bool {
        let wait = state.limits.wait(&key, now);
        if wait.is_zero() {
            return state.queue(key, since);
        }
        if state.limits.hold(&key) {
            self.metrics.limited.inc();
        }
        // What comes of itself before then is held back then.
        if state.due.get(&key).is_none_or(|&(due, _)| due > now + wait) {
            state.delay(key, wait);
        }
        false
    }

    fn count(&self, state: &State) {
        self.metrics
            .depth
            .set(state.ready.len().try_into().unwrap_or(i64::MAX));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics under this lock")
    }
}

impl State {
    fn queue(&mut self, key: Key, since: Instant) -> bool {
        if let Some(due) = self.due.remove(&key) {
            self.delayed.remove(&due);
        }
        let Entry::Vacant(entry) = self.queued.entry(key.clone()) else {
            return false;
        };
        entry.insert(since);
        self.ready.push_back(key);
        true
    }

    fn delay(&mut self, key: Key, after: Duration) {
        self.sequence += 1;
        // A time that no clock can tell is never.
        let Some(due) = Instant::now().checked_add(after) else {
            return;
        };
        let due = (due, self.sequence);
        if let Some(known) = self.due.insert(key.clone(), due) {
            self.delayed.remove(&known);
        }
        self.delayed.insert(due, key);
    }

    /// Takes out one whose time has come.
    fn due(&mut self, now: Instant) -> Option<Key> {
        let entry = self.delayed.first_entry()?;
        if entry.key().0 > now {
            return None;
        }
        let key = entry.remove();
        self.due.remove(&key);
        Some(key)
    }

    /// Takes out the first, and since when it has waited.
    fn take(&mut self, now: Instant) -> Option<(Key, Instant)> {
        let key = self.ready.pop_front()?;
        let since = self.queued.remove(&key)?;
        let run = Run {
            began: now,
            dirty: None,
            echo: None,
        };
        self.running.insert(key.clone(), run);
        Some((key, since))
    }
}

/// Counts one more in a row.
fn again(counts: &mut HashMap<Key, u32>, key: &Key) -> u32 {
    let count = counts.entry(key.clone()).or_default();
    *count = count.saturating_add(1);
    *count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metrics;

    fn queue() -> Queue {
        let queue = Queue::new(Metrics::new().controller("test").queue());
        queue.open();
        queue
    }

    fn key(name: &str) -> Key {
        Key::new(true, Some("default"), name)
    }

    /// The next key, if there is one before `after` has passed.
    async fn next(queue: &Queue, after: Duration) -> Option<Key> {
        tokio::time::timeout(after, queue.next())
            .await
            .ok()
            .flatten()
            .map(|next| next.key)
    }

    const SOON: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn a_key_is_in_it_once_and_in_order() {
        let queue = queue();
        for name in ["a", "b", "a"] {
            queue.add(key(name));
        }
        assert_eq!(queue.metrics.depth.get(), 2);
        assert_eq!(next(&queue, SOON).await, Some(key("a")));
        assert_eq!(next(&queue, SOON).await, Some(key("b")));
        assert_eq!(next(&queue, SOON).await, None);
        assert_eq!(queue.metrics.depth.get(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn it_takes_nothing_in_before_it_is_opened() {
        let queue = Queue::new(Metrics::new().controller("test").queue());
        queue.add(key("a"));
        assert_eq!(queue.metrics.depth.get(), 0);
        queue.open();
        queue.add(key("b"));
        assert_eq!(next(&queue, SOON).await, Some(key("b")));
        assert_eq!(next(&queue, SOON).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_while_it_runs_comes_again_after_it_and_not_beside_it() {
        let queue = queue();
        queue.add(key("a"));
        assert_eq!(next(&queue, SOON).await, Some(key("a")));
        queue.add(key("a"));
        queue.add(key("a"));
        assert_eq!(next(&queue, SOON).await, None);
        queue.done(key("a"), Outcome::Done(None));
        assert_eq!(next(&queue, SOON).await, Some(key("a")));
        queue.done(key("a"), Outcome::Done(None));
        assert_eq!(next(&queue, SOON).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_queued_is_counted_and_its_wait_measured() {
        let queue = queue();
        let check = |adds: u64, waits: u64, seconds: u64| {
            let metrics = &queue.metrics;
            let waited = metrics.waits.get_sample_sum();
            let waited = (metrics.waits.get_sample_count(), waited.round() as u64);
            assert_eq!((metrics.adds.get(), waited), (adds, (waits, seconds)));
        };
        let pass = async |seconds| tokio::time::sleep(Duration::from_secs(seconds)).await;
        queue.add(key("a"));
        pass(2).await;
        queue.add(key("a"));
        check(1, 0, 0);
        next(&queue, SOON).await;
        check(1, 1, 2);

        // One that changes while it is reconciled waits from then on.
        queue.add(key("a"));
        pass(3).await;
        queue.add(key("a"));
        queue.done(key("a"), Outcome::Done(None));
        pass(4).await;
        next(&queue, SOON).await;
        check(2, 2, 2 + 7);

        // What waits for its time is not in the queue.
        queue.done(key("a"), Outcome::Done(Some(Duration::from_secs(60))));
        pass(59).await;
        check(2, 2, 9);
        next(&queue, Duration::from_secs(2)).await;
        check(3, 3, 9);
    }

    #[tokio::test(start_paused = true)]
    async fn the_work_on_a_key_is_measured_however_it_ends() {
        let queue = queue();
        for outcome in [Outcome::Done(None), Outcome::Rejected, Outcome::Gone] {
            queue.add(key("a"));
            next(&queue, SOON).await;
            tokio::time::sleep(Duration::from_secs(3)).await;
            // That it changes meanwhile does not begin it anew.
            queue.add(key("a"));
            queue.done(key("a"), outcome);
            next(&queue, SOON).await;
            queue.done(key("a"), Outcome::Done(None));
        }
        let work = &queue.metrics.work;
        let seconds = work.get_sample_sum().round() as u64;
        assert_eq!((work.get_sample_count(), seconds), (2 * 3, 3 * 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_requeue_comes_at_its_time_and_a_change_before() {
        let queue = queue();
        queue.add(key("a"));
        next(&queue, SOON).await;
        queue.done(key("a"), Outcome::Done(Some(Duration::from_secs(60))));
        assert_eq!(next(&queue, Duration::from_secs(59)).await, None);
        assert_eq!(next(&queue, Duration::from_secs(2)).await, Some(key("a")));

        queue.done(key("a"), Outcome::Done(Some(Duration::from_secs(60))));
        queue.add(key("a"));
        assert_eq!(next(&queue, SOON).await, Some(key("a")));
        queue.done(key("a"), Outcome::Done(None));
        assert_eq!(
            next(&queue, Duration::from_secs(120)).await,
            None,
            "the change took the requeue's place"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn failures_wait_longer_each_time_and_a_success_forgets_them() {
        let queue = queue();
        let mut waits = Vec::new();
        queue.add(key("a"));
        for outcome in [
            Outcome::Failed,
            Outcome::Failed,
            Outcome::Failed,
            Outcome::Done(Some(SOON)),
            Outcome::Failed,
        ] {
            assert_eq!(next(&queue, backoff::CAP).await, Some(key("a")));
            waits.extend(queue.done(key("a"), outcome));
        }
        let [first, second, third, again] = waits[..] else {
            panic!("{waits:?}")
        };
        let about = |wait: Duration, first: u32| {
            (backoff::FIRST * first * 3 / 4..=backoff::FIRST * first * 5 / 4).contains(&wait)
        };
        assert!(
            about(first, 1) && about(second, 2) && about(third, 4) && about(again, 1),
            "{waits:?}"
        );
        assert_eq!(queue.metrics.retries.get(), 4);
    }

    #[tokio::test(start_paused = true)]
    async fn an_echo_wakes_after_a_success_and_not_after_a_failure() {
        let queue = queue();
        queue.add(key("a"));
        next(&queue, SOON).await;
        queue.echo(key("a"));
        queue.done(key("a"), Outcome::Done(None));
        assert_eq!(next(&queue, SOON).await, Some(key("a")));

        queue.echo(key("a"));
        let retry = queue.done(key("a"), Outcome::Failed).unwrap();
        assert_eq!(next(&queue, retry - SOON).await, None);
        assert_eq!(next(&queue, 2 * SOON).await, Some(key("a")));

        // A change does.
        queue.echo(key("a"));
        queue.add(key("a"));
        queue.done(key("a"), Outcome::Failed);
        assert_eq!(next(&queue, SOON).await, Some(key("a")));
        queue.done(key("a"), Outcome::Done(None));

        // Of one that is not running it is a change.
        queue.echo(key("b"));
        assert_eq!(next(&queue, SOON).await, Some(key("b")));
    }

    #[tokio::test(start_paused = true)]
    async fn conflicts_wait_shortly_and_longer_each_time() {
        let queue = queue();
        let mut waits = Vec::new();
        queue.add(key("a"));
        for outcome in [
            Outcome::Conflict,
            Outcome::Conflict,
            Outcome::Failed,
            Outcome::Conflict,
        ] {
            next(&queue, backoff::CAP).await;
            waits.extend(queue.done(key("a"), outcome));
        }
        let millis = |wait: &Duration| wait.as_millis();
        assert!((7..=13).contains(&millis(&waits[0])), "{waits:?}");
        assert!((15..=25).contains(&millis(&waits[1])), "{waits:?}");
        assert!((75..=125).contains(&millis(&waits[2])), "{waits:?}");
        assert!((7..=13).contains(&millis(&waits[3])), "{waits:?}");
    }

    /// How often a key that changes all the time comes within a minute, and how often it was reported to be limited.
    async fn spin(outcome: Outcome) -> (usize, usize, u64) {
        let queue = queue();
        let end = Instant::now() + Duration::from_secs(60);
        let (mut runs, mut reports) = (0, 0);
        queue.add(key("a"));
        while let Ok(Some(next)) = tokio::time::timeout_at(end, queue.next()).await {
            runs += 1;
            reports += usize::from(next.limited);
            // Another is not concerned.
            queue.add(key("b"));
            queue.add(key("a"));
            queue.done(key("a"), outcome);
            let other = tokio::time::timeout(SOON, queue.next()).await;
            assert_eq!(other.unwrap().unwrap().key, key("b"));
            queue.done(key("b"), Outcome::Gone);
        }
        (runs, reports, queue.metrics.limited.get())
    }

    #[tokio::test(start_paused = true)]
    async fn no_key_spins() {
        let (runs, reports, limited) = spin(Outcome::Done(None)).await;
        assert!((105..=112).contains(&runs), "{runs}");
        assert_eq!(reports, 1);
        assert_eq!(limited as usize, runs - 50 + 1);
        let (runs, reports, _) = spin(Outcome::Failed).await;
        assert!((20..=24).contains(&runs), "{runs}");
        assert_eq!(reports, 1);
        let (runs, reports, _) = spin(Outcome::Done(Some(Duration::ZERO))).await;
        assert!((105..=112).contains(&runs), "{runs}");
        assert_eq!(reports, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_of_what_backs_off_comes_at_once() {
        let queue = queue();
        queue.add(key("a"));
        for _ in 0..13 {
            next(&queue, backoff::CAP * 2).await;
            queue.done(key("a"), Outcome::Failed);
        }
        for _ in 0..5 {
            queue.add(key("a"));
            assert_eq!(next(&queue, SOON).await, Some(key("a")));
            queue.done(key("a"), Outcome::Failed);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_rejected_or_gone_comes_only_when_it_changes() {
        let queue = queue();
        for outcome in [Outcome::Rejected, Outcome::Gone] {
            queue.add(key("a"));
            assert_eq!(next(&queue, SOON).await, Some(key("a")));
            assert_eq!(queue.done(key("a"), outcome), None);
            assert_eq!(next(&queue, backoff::CAP * 2).await, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_queue_gives_out_nothing() {
        let queue = std::sync::Arc::new(queue());
        let waiting = tokio::spawn({
            let queue = queue.clone();
            async move { queue.next().await }
        });
        tokio::task::yield_now().await;
        queue.add(key("a"));
        queue.close();
        assert_eq!(waiting.await.unwrap(), None);
        assert_eq!(queue.next().await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_requeue_beyond_the_clock_is_never() {
        let queue = queue();
        queue.add(key("a"));
        next(&queue, SOON).await;
        queue.done(key("a"), Outcome::Done(Some(Duration::MAX)));
        assert_eq!(next(&queue, backoff::CAP).await, None);
    }
}
