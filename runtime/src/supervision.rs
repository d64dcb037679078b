//! User code under supervision: what it is at, for how long, and that it leaves room for others.

use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use crate::controller::Key;
use crate::threads::Workers;

/// How long a reconcile may take unless `--reconcile-timeout` says otherwise. controller-runtime's `ReconciliationTimeout`
/// is without end by default.
pub(crate) const RECONCILE_TIMEOUT: Duration = Duration::from_secs(10 * 60);

/// How long user code may go without awaiting anything before that is reported. Tokio's advice is 10 to 100 microseconds; a slow
/// machine gets some rope.
const STALL: Duration = Duration::from_secs(1);

/// How long no thread may be free for controllers and tasks before that is reported.
const STUCK: Duration = Duration::from_secs(5);

/// How an operator runs user code.
#[derive(Clone, Debug)]
pub(crate) struct UserCode {
    workers: Arc<Workers>,
    runs: Runs,
    /// `None` is without end.
    timeout: Option<Duration>,
}

/// The same for one controller or task.
#[derive(Debug)]
pub(crate) struct Supervisor {
    name: Arc<str>,
    code: UserCode,
    /// Whether it has blocked its thread before.
    blocks: Arc<AtomicBool>,
}

/// A reconcile that was cut off.
#[derive(Debug)]
pub(crate) struct TimedOut(Duration);

impl UserCode {
    pub(crate) fn new(workers: Workers, runs: Runs, timeout: Duration) -> Self {
        Self {
            workers: Arc::new(workers),
            runs,
            timeout: (!timeout.is_zero()).then_some(timeout),
        }
    }

    pub(crate) fn supervisor(&self, name: &str) -> Supervisor {
        Supervisor {
            name: name.into(),
            code: self.clone(),
            blocks: Arc::default(),
        }
    }
}

impl Supervisor {
    /// Runs the reconcile of an object, and cuts it off when it takes too long: then it is dropped at its next await.
    pub(crate) async fn reconcile<F: Future>(
        &self,
        object: &Key,
        reconcile: F,
    ) -> Result<F::Output, TimedOut> {
        let run = self.begin(Work::Reconcile(object.clone()));
        let reconcile = self.poll(&run, reconcile);
        match self.code.timeout {
            None => Ok(reconcile.await),
            Some(limit) => timeout(limit, reconcile).await.map_err(|_| TimedOut(limit)),
        }
    }

    /// Runs a task.
    pub(crate) async fn task<F: Future>(&self, task: F) -> F::Output {
        let run = self.begin(Work::Task);
        self.poll(&run, task).await
    }

    /// Maps a watched object to those that it leads to.
    pub(crate) fn map<T>(&self, object: &Key, map: impl FnOnce() -> T) -> T {
        let run = self.begin(Work::Map(object.clone()));
        self.call(&run, map)
    }

    async fn poll<F: Future>(&self, run: &Run, future: F) -> F::Output {
        let mut future = pin!(future);
        poll_fn(|cx| self.call(run, || future.as_mut().poll(cx))).await
    }

    fn call<T>(&self, run: &Run, code: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        *run.thread() = Some(began);
        let blocks = self.blocks.load(Ordering::Relaxed);
        let result = self.code.workers.run(blocks, code);
        *run.thread() = None;
        let took = began.elapsed();
        if took >= STALL {
            run.report(took);
        }
        result
    }

    fn begin(&self, work: Work) -> Listed {
        let run = Run {
            name: self.name.clone(),
            work,
            began: Instant::now(),
            thread: Mutex::default(),
            blocks: self.blocks.clone(),
            reported: AtomicBool::default(),
        };
        self.code.runs.list(run)
    }
}

/// What runs of an operator's user code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Runs(Arc<Mutex<List>>);

#[derive(Debug, Default)]
struct List {
    runs: BTreeMap<u64, Arc<Run>>,
    next: u64,
    /// Since when no thread has been free for controllers and tasks.
    stuck: Option<Instant>,
}

/// User code under way.
#[derive(Debug)]
struct Run {
    /// The controller or task.
    name: Arc<str>,
    work: Work,
    began: Instant,
    /// Since when it has a thread: it has not awaited anything since then.
    thread: Mutex<Option<Instant>>,
    /// Tells its supervisor that it blocks.
    blocks: Arc<AtomicBool>,
    reported: AtomicBool,
}

#[derive(Debug)]
enum Work {
    /// Of this object.
    Reconcile(Key),
    /// Of this watched object, to those that it leads to.
    Map(Key),
    Task,
}

impl Runs {
    /// How long each reconcile has been under way, with the name of its controller.
    pub(crate) fn reconciles(&self) -> Vec<(Arc<str>, Duration)> {
        let list = self.lock();
        let is_reconcile = |run: &&Arc<Run>| matches!(run.work, Work::Reconcile(_));
        let reconciles = list.runs.values().filter(is_reconcile);
        let ages = reconciles.map(|run| (run.name.clone(), run.began.elapsed()));
        ages.collect()
    }

    /// What has blocked a thread, or all of them, for longer than `limit`, in words: it cannot be cut off. A task may keep its
    /// thread for itself.
    pub(crate) fn blocked(&self, limit: Duration) -> Option<String> {
        let list = self.lock();
        let run = list.runs.values().find_map(|run| {
            let what = match &run.work {
                Work::Reconcile(object) => format!("the reconcile of {object}"),
                Work::Map(object) => format!("the mapping of {object}"),
                Work::Task => return None,
            };
            let (name, seconds) = (&run.name, run.stalled(limit)?.as_secs());
            Some(format!(
                "the controller {name} has blocked a thread with {what} for {seconds} s"
            ))
        });
        run.or_else(|| {
            let since = list.stuck?.elapsed();
            let seconds = since.as_secs();
            (since > limit).then(|| {
                format!("no thread has been free for controllers and tasks for {seconds} s")
            })
        })
    }

    /// Reports what blocks its thread, and what user code has spawned where that blocks all threads of `work`, for ever.
    pub(crate) async fn watch(&self, work: &Handle) {
        let mut beat = Beat::of(work);
        loop {
            sleep(STALL).await;
            if beat.task.is_finished() {
                beat = Beat::of(work);
                self.lock().stuck = None;
            } else {
                self.lock().stuck = Some(beat.since);
                beat.report();
            }
            let runs: Vec<_> = self.lock().runs.values().cloned().collect();
            for run in runs {
                if let Some(since) = run.stalled(STALL) {
                    run.report(since);
                }
            }
        }
    }

    fn list(&self, run: Run) -> Listed {
        let run = Arc::new(run);
        let mut list = self.lock();
        let number = list.next;
        list.next += 1;
        list.runs.insert(number, run.clone());
        Listed {
            run,
            number,
            runs: self.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().expect("nothing panics under this lock")
    }
}

impl Run {
    /// How long it has blocked its thread, if that is longer than `limit`.
    fn stalled(&self, limit: Duration) -> Option<Duration> {
        let since = (*self.thread())?.elapsed();
        (since > limit).then_some(since)
    }

    /// Says once that it blocks its thread, which it has done for so long.
    fn report(&self, since: Duration) {
        self.blocks.store(true, Ordering::Relaxed);
        if self.reported.swap(true, Ordering::Relaxed) {
            return;
        }
        let blocked = format!("{:.1} s", since.as_secs_f64());
        let name = &*self.name;
        let help = "move what blocks into `tokio::task::spawn_blocking`";
        match &self.work {
            Work::Reconcile(object) => {
                tracing::warn!(controller = name, %object, blocked, help, "the reconcile blocks its thread");
            }
            Work::Map(object) => {
                tracing::warn!(controller = name, %object, blocked, help, "the mapping blocks its thread");
            }
            Work::Task => tracing::warn!(task = name, blocked, help, "the task blocks its thread"),
        }
    }

    fn thread(&self) -> MutexGuard<'_, Option<Instant>> {
        self.thread.lock().expect("nothing panics under this lock")
    }
}

/// What runs as soon as a thread is free.
struct Beat {
    task: JoinHandle<()>,
    since: Instant,
    reported: bool,
}

impl Beat {
    fn of(work: &Handle) -> Self {
        Self {
            task: work.spawn(async {}),
            since: Instant::now(),
            reported: false,
        }
    }

    /// Says once that no thread is free.
    fn report(&mut self) {
        if !self.reported && self.since.elapsed() >= STUCK {
            self.reported = true;
            let help = "what reconciles and tasks spawn blocks all threads: move it into `tokio::task::spawn_blocking`";
            tracing::warn!(help, "no thread is free for controllers and tasks");
        }
    }
}

/// A run in the list, until this is dropped.
struct Listed {
    run: Arc<Run>,
    number: u64,
    runs: Runs,
}

impl std::ops::Deref for Listed {
    type Target = Run;

    fn deref(&self) -> &Run {
        &self.run
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.runs.lock().runs.remove(&self.number);
    }
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "timed out: it was cut off after {:?}. Return `Action::requeue(..)` rather than wait, or raise --reconcile-timeout",
            self.0
        )
    }
}

impl std::error::Error for TimedOut {}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    fn code(timeout: Duration) -> UserCode {
        UserCode::new(Workers::of(&Handle::current()), Runs::default(), timeout)
    }

    fn key() -> Key {
        Key::new(true, Some("default"), "a")
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn a_reconcile_that_never_ends_is_cut_off_after_the_timeout() {
        let code = code(60 * SECOND);
        let supervisor = code.supervisor("shelf");
        let began = Instant::now();
        let dropped = Arc::new(());
        let held = dropped.clone();
        let never = async move {
            let _held = held;
            std::future::pending::<()>().await;
        };
        let error = supervisor.reconcile(&key(), never).await.unwrap_err();
        assert_eq!(began.elapsed(), 60 * SECOND);
        assert_eq!(Arc::strong_count(&dropped), 1, "it is dropped");
        assert!(
            error
                .to_string()
                .starts_with("timed out: it was cut off after 60s"),
            "{error}"
        );
        assert!(code.runs.reconciles().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_timeout_of_zero_is_without_end() {
        let supervisor = code(Duration::ZERO).supervisor("shelf");
        let long = sleep(1_000_000 * SECOND);
        assert!(supervisor.reconcile(&key(), long).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn reconciles_are_listed_while_they_run_and_tasks_are_not_among_them() {
        let code = code(Duration::ZERO);
        let (shelf, task) = (code.supervisor("shelf"), code.supervisor("sweeper"));
        let key = key();
        let mut reconcile = pin!(shelf.reconcile(&key, sleep(5 * SECOND)));
        let mut sweep = pin!(task.task(sleep(5 * SECOND)));
        assert!(futures::poll!(&mut reconcile).is_pending());
        assert!(futures::poll!(&mut sweep).is_pending());
        tokio::time::advance(3 * SECOND).await;
        assert_eq!(code.runs.reconciles(), [("shelf".into(), 3 * SECOND)]);
        // It awaits, so it blocks nothing.
        assert_eq!(code.runs.blocked(SECOND), None);
        reconcile.await.unwrap();
        assert_eq!(code.runs.reconciles(), []);
    }

    /// It is seen from another thread while it blocks, and known for it from then on.
    async fn check_blocked(what: &str, block: impl AsyncFnOnce(&Supervisor, mpsc::Receiver<()>)) {
        let code = code(Duration::ZERO);
        let supervisor = code.supervisor("shelf");
        let (end, ended) = mpsc::channel::<()>();
        let (seen, told) = mpsc::channel();
        let runs = code.runs.clone();
        thread::spawn(move || {
            let limit = Duration::from_millis(20);
            let blocked = loop {
                if let Some(blocked) = runs.blocked(limit) {
                    break blocked;
                }
                thread::sleep(Duration::from_millis(5));
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let work = tokio::runtime::Builder::new_multi_thread().build().unwrap();
            // The second look comes after the stall.
            let watch = async { timeout(3 * STALL, runs.watch(work.handle())).await };
            let _ = runtime.unwrap().block_on(watch);
            seen.send(blocked).unwrap();
            drop(end);
        });
        block(&supervisor, ended).await;
        let said = told.recv().unwrap();
        let expected = format!("the controller shelf has blocked a thread with {what} for 0 s");
        assert_eq!(said, expected);
        assert!(supervisor.blocks.load(Ordering::Relaxed));
        assert_eq!(code.runs.blocked(Duration::ZERO), None, "it has ended");
    }

    #[tokio::test]
    async fn a_reconcile_that_blocks_its_thread_is_reported_while_it_does() {
        check_blocked("the reconcile of default/a", async |supervisor, ended| {
            let blocking = async { ended.recv().unwrap_err() };
            supervisor.reconcile(&key(), blocking).await.unwrap();
        })
        .await;
    }

    #[tokio::test]
    async fn a_mapping_that_blocks_its_thread_is_reported_while_it_does() {
        check_blocked("the mapping of default/a", async |supervisor, ended| {
            supervisor.map(&key(), || ended.recv().unwrap_err());
        })
        .await;
    }

    #[tokio::test]
    async fn blocked_threads_are_reported_whatever_blocks_them() {
        let work = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .unwrap();
        let runs = Runs::default();
        let (end, ended) = mpsc::channel::<()>();
        let ended = Arc::new(Mutex::new(ended));
        let mut spawned = Vec::new();
        for _ in 0..2 {
            let ended = ended.clone();
            spawned.push(work.spawn(async move {
                let _ = ended.lock().unwrap().recv();
            }));
        }
        let watched = async |holds: fn(Option<String>) -> bool| {
            let until = async {
                while !holds(runs.blocked(STALL)) {
                    sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::select! {
                () = runs.watch(work.handle()) => {}
                within = timeout(Duration::from_secs(30), until) => within.expect("it is seen"),
            }
        };
        watched(|blocked| {
            let text = "no thread has been free for controllers and tasks for ";
            blocked.is_some_and(|blocked| blocked.starts_with(text))
        })
        .await;
        drop(end);
        watched(|blocked| blocked.is_none()).await;
        work.shutdown_background();
    }
}
