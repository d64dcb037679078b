//! The threads of an operator.
//!
//! User code may block the thread that it runs on, and Rust cannot take it away from there. So the election, the probes and the
//! metrics have a thread of their own, on which no user code runs, and of the threads that run controllers and tasks one is
//! always free of it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context as _;
use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};
use tokio::task::block_in_place;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::Result;

/// Where the parts of an operator run.
#[derive(Debug)]
pub(crate) struct Runtimes {
    /// Where controllers and tasks run.
    pub(crate) work: Handle,
    /// Where the election, the probes and the metrics run.
    pub(crate) serving: Handle,
    /// Shuts both down when it is dropped.
    _owned: Option<Owned>,
}

#[derive(Debug)]
struct Owned {
    work: Option<Runtime>,
    _serving: DropGuard,
}

/// The number of threads that run controllers and tasks is at least this: in a container with less than two CPUs tokio has one
/// thread, and a reconcile that blocks it would stop all others.
const LEAST_WORKERS: usize = 4;

impl Runtimes {
    /// Starts runtimes that nobody else uses, with as many workers as the caller's runtime has.
    pub(crate) fn start() -> Result<Self> {
        let workers = Handle::current().metrics().num_workers();
        let work = Builder::new_multi_thread()
            .worker_threads(workers.max(LEAST_WORKERS))
            .thread_name("kopgen-worker")
            .enable_all()
            .build()
            .context("cannot start the threads for controllers and tasks")?;
        let serving = Builder::new_current_thread().enable_all().build();
        let serving = serving.context("cannot start a runtime for the election and the probes")?;
        let handle = serving.handle().clone();
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        thread::Builder::new()
            .name("kopgen-serving".into())
            .spawn(move || serving.block_on(stopped))
            .context("cannot start the thread for the election and the probes")?;
        Ok(Self {
            work: work.handle().clone(),
            serving: handle,
            _owned: Some(Owned {
                work: Some(work),
                _serving: stop.drop_guard(),
            }),
        })
    }

    /// The caller's runtime, for all of it.
    pub(crate) fn current() -> Self {
        Self {
            work: Handle::current(),
            serving: Handle::current(),
            _owned: None,
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // To wait for a thread that user code blocks would be to wait for ever.
        if let Some(work) = self.work.take() {
            work.shutdown_background();
        }
    }
}

/// Lets user code run on all workers of a runtime but one.
#[derive(Debug)]
pub(crate) struct Workers {
    /// 0 where there is no other thread that could take a worker's place.
    total: usize,
    /// How many of them run user code now.
    busy: AtomicUsize,
}

impl Workers {
    /// The workers of this runtime.
    pub(crate) fn of(runtime: &Handle) -> Self {
        let total = match runtime.runtime_flavor() {
            RuntimeFlavor::CurrentThread => 0,
            _ => runtime.metrics().num_workers(),
        };
        Self {
            total,
            busy: AtomicUsize::new(0),
        }
    }

    /// Runs user code on this thread. Where no other worker would be free of it, or where it is known to `block`, a new thread
    /// takes over what else this worker has to do.
    pub(crate) fn run<T>(&self, blocks: bool, code: impl FnOnce() -> T) -> T {
        if self.total == 0 {
            return code();
        }
        if !blocks && let Some(_busy) = Busy::begin(self) {
            return code();
        }
        block_in_place(code)
    }
}

/// A worker that runs user code.
struct Busy<'a>(&'a Workers);

impl<'a> Busy<'a> {
    /// `None` where it would be the last one.
    fn begin(workers: &'a Workers) -> Option<Self> {
        let busy = Self(workers);
        let others = workers.busy.fetch_add(1, Ordering::Relaxed);
        (others + 1 < workers.total).then_some(busy)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// More user code than there are workers blocks all at once, and other tasks go on.
    #[test]
    fn blocking_code_never_takes_the_last_worker() {
        for workers in [1, 2, 4] {
            let runtime = Builder::new_multi_thread()
                .worker_threads(workers)
                .enable_all()
                .build()
                .unwrap();
            let guarded = Arc::new(Workers::of(runtime.handle()));
            let mut ends = Vec::new();
            let (began, blocked) = mpsc::channel();
            for _ in 0..workers + 2 {
                let (end, ended) = mpsc::channel::<()>();
                let (guarded, began) = (guarded.clone(), began.clone());
                runtime.spawn(async move {
                    guarded.run(false, || {
                        began.send(()).unwrap();
                        let _ = ended.recv();
                    });
                });
                ends.push(end);
            }
            for _ in &ends {
                let patience = Duration::from_secs(30);
                blocked.recv_timeout(patience).expect("all of them run");
            }
            let (answer, answered) = mpsc::channel();
            runtime.spawn(async move {
                tokio::time::sleep(Duration::from_millis(1)).await;
                answer.send(()).unwrap();
            });
            let answered = answered.recv_timeout(Duration::from_secs(30));
            answered.expect("a task runs beside them");
            drop(ends);
        }
    }

    #[tokio::test]
    async fn code_on_a_single_thread_runs_there() {
        let workers = Workers::of(&Handle::current());
        assert_eq!(
            workers.run(true, || thread::current().id()),
            thread::current().id()
        );
    }

    #[test]
    fn a_blocked_worker_does_not_delay_the_end() {
        let (began, blocked) = mpsc::channel();
        let (_end, ended) = mpsc::channel::<()>();
        let caller = Builder::new_current_thread().enable_all().build().unwrap();
        caller.block_on(async {
            let runtimes = Runtimes::start().unwrap();
            runtimes.work.spawn(async move {
                began.send(()).unwrap();
                let _ = ended.recv();
            });
            let patience = Duration::from_secs(30);
            blocked.recv_timeout(patience).expect("it runs");
            let answer = runtimes.serving.spawn(async {});
            let answer = timeout(patience, answer).await;
            answer.expect("the other thread answers").unwrap();
            drop(runtimes);
        });
    }
}
