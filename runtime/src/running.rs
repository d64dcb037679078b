//! A started operator: its parts, and how they end.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use anyhow::Context as _;
use futures::FutureExt;
use kube::Config;
use kube::client::ClientBuilder;
use tokio::net::TcpListener;
use tokio::sync::watch as latest;
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::Result;
use crate::describe::describe;
use crate::election::{Candidate, Gate};
use crate::metrics::{Metrics, Scrapes};
use crate::probes::{Probes, Ready, unsynced};
use crate::readers::Readers;
use crate::server::{self, Pages};
use crate::settings::{BindAddress, MetricsServer};
use crate::supervision::Runs;
use crate::threads::Runtimes;
use crate::tls::Certificate;

/// A started operator. It stops, cutting off reconciles under way, when this is dropped.
/// [`Operator`](crate::Operator) has an example.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    /// The controllers and tasks.
    work: JoinSet<Result<()>>,
    ready: Vec<Ready>,
    /// The same for the probes, once all controllers are there.
    controllers: Arc<OnceLock<Vec<Ready>>>,
    /// What runs until the end.
    servers: JoinSet<Result<()>>,
    closing: CancellationToken,
    /// One at most. It ends after the work, which needs what it holds.
    election: JoinSet<Result<()>>,
    resign: CancellationToken,
    /// The last to go: all of the above runs there.
    runtimes: Runtimes,
}

impl Running {
    pub(crate) fn new(runtimes: Runtimes) -> Self {
        Self {
            stop: CancellationToken::new(),
            work: JoinSet::new(),
            ready: Vec::new(),
            controllers: Arc::default(),
            servers: JoinSet::new(),
            closing: CancellationToken::new(),
            election: JoinSet::new(),
            resign: CancellationToken::new(),
            runtimes,
        }
    }

    pub(crate) fn runtimes(&self) -> &Runtimes {
        &self.runtimes
    }

    /// Returns when the caches of all controllers are synced.
    ///
    /// # Errors
    ///
    /// When a controller or a task has failed as a whole.
    pub async fn ready(&mut self) -> Result<()> {
        let ready = synced(self.ready.clone());
        tokio::select! {
            () = ready => Ok(()),
            result = self.failed() => result,
        }
    }

    /// Stops taking up objects, tells the tasks to end, and returns when they and the reconciles under way are finished, or after
    /// 25 seconds.
    ///
    /// # Errors
    ///
    /// When a part has failed as a whole; the others are finished all the same. Of several errors it gives the first, and the log
    /// has the others.
    pub async fn stop(mut self) -> Result<()> {
        self.stop.cancel();
        let mut result = Ok(());
        loop {
            tokio::select! {
                ended = self.work.join_next() => match ended {
                    Some(ended) => result = first(result, checked(ended)),
                    None => break,
                },
                Some(ended) = self.servers.join_next() => result = first(result, checked(ended)),
                Some(ended) = self.election.join_next() => {
                    let ended = checked(ended);
                    // What is under way may change nothing any more.
                    if ended.is_err() {
                        self.work.abort_all();
                    }
                    result = first(result, ended);
                }
            }
        }
        self.resign.cancel();
        while let Some(ended) = self.election.join_next().await {
            result = first(result, checked(ended));
        }
        self.closing.cancel();
        while let Some(ended) = self.servers.join_next().await {
            result = first(result, checked(ended));
        }
        result
    }

    /// Returns when a part has failed as a whole, which a failed reconcile does not make it. What is under way when this replica
    /// leads no more is cut off: it may change nothing.
    pub(crate) async fn failed(&mut self) -> Result<()> {
        loop {
            let ended = tokio::select! {
                Some(ended) = self.work.join_next() => ended,
                Some(ended) = self.servers.join_next() => ended,
                Some(ended) = self.election.join_next() => {
                    self.work.shutdown().await;
                    ended
                }
                // There is nothing that could fail.
                else => return std::future::pending().await,
            };
            checked(ended)?;
        }
    }

    /// Tells a controller or a task when to stop.
    pub(crate) fn stopped(&self) -> CancellationToken {
        self.stop.clone()
    }

    pub(crate) fn add_controller(
        &mut self,
        name: String,
        ready: latest::Receiver<bool>,
        controller: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        self.ready.push((name.clone(), ready));
        let controller = async move {
            controller
                .await
                .with_context(|| format!("the controller `{name}`"))
        };
        self.work.spawn_on(controller, &self.runtimes.work);
    }

    pub(crate) fn add_task(
        &mut self,
        name: &str,
        task: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        let what = format!("the task `{name}`");
        let task = async move { task.await.context(what) };
        self.work.spawn_on(task, &self.runtimes.work);
    }

    /// Says that all controllers have been added.
    pub(crate) fn set_up(&self) {
        self.controllers.get_or_init(|| self.ready.clone());
    }

    /// `limit` is how long a reconcile may block its thread before the process counts as dead; `None` is for ever.
    pub(crate) async fn serve_probes(
        &mut self,
        address: &BindAddress,
        runs: Runs,
        limit: Option<Duration>,
    ) -> Result<()> {
        if let Some(listener) = self.listen(address).await? {
            let probes = Probes {
                controllers: self.controllers.clone(),
                runs,
                limit,
            };
            self.serve("the health probes", listener, None, probes)?;
        }
        Ok(())
    }

    /// Reports user code that blocks its thread.
    pub(crate) fn watch(&mut self, runs: Runs) {
        let (closing, work) = (self.closing.clone(), self.runtimes.work.clone());
        let watch = async move {
            closing.run_until_cancelled(runs.watch(&work)).await;
            Ok(())
        };
        self.servers.spawn_on(watch, &self.runtimes.serving);
    }

    /// `config` says whom to ask who may read them.
    pub(crate) async fn serve_metrics(
        &mut self,
        settings: &MetricsServer,
        metrics: Metrics,
        config: Config,
    ) -> Result<()> {
        let Some(listener) = self.listen(&settings.bind_address).await? else {
            return Ok(());
        };
        let (mut tls, mut readers) = (None, None);
        if settings.secure {
            let certificate = Arc::new(match settings.certificate() {
                Some(files) => Certificate::of(&files).await?,
                None => Certificate::self_signed()?,
            });
            tls = Some(certificate.clone().acceptor()?);
            if let Some(files) = settings.certificate() {
                let closing = self.closing.clone();
                let following = async move {
                    closing.run_until_cancelled(certificate.follow(files)).await;
                    Ok(())
                };
                self.servers.spawn_on(following, &self.runtimes.serving);
            }
            // A client of its own: neither behind the gate, nor in the way of the election's.
            let _serving = self.runtimes.serving.enter();
            let counted = metrics.requests_to(&config.cluster_url);
            let client = ClientBuilder::try_from(config)?.with_layer(&counted);
            readers = Some(Readers::new(client.build()));
        }
        self.serve("the metrics", listener, tls, Scrapes { metrics, readers })
    }

    /// A listener belongs to the runtime that it is opened in.
    async fn listen(&self, address: &BindAddress) -> Result<Option<TcpListener>> {
        let address = address.clone();
        let listening = async move { address.listen().await };
        self.runtimes.serving.spawn(listening).await?
    }

    fn serve(
        &mut self,
        what: &str,
        listener: TcpListener,
        tls: Option<TlsAcceptor>,
        pages: impl Pages + 'static,
    ) -> Result<()> {
        let address = listener.local_addr()?;
        tracing::info!(%address, "serving {what}");
        let serving = server::serve(listener, tls, Arc::new(pages), self.closing.clone());
        self.servers
            .spawn_on(serving.map(Ok), &self.runtimes.serving);
        Ok(())
    }

    /// Takes part in the election until all controllers and tasks have ended. It begins when all caches are synced, so that a
    /// replica which is ready goes first, but after `patience` at the latest: a controller whose CRD or role is missing must not
    /// keep the others and the tasks from their work.
    pub(crate) fn elect(&mut self, candidate: Candidate, gate: Gate, patience: Duration) {
        let ready = self.ready.clone();
        let (stop, resign) = (self.stop.clone(), self.resign.clone());
        let election = async move {
            let synced = timeout(patience, synced(ready.clone()));
            match stop.run_until_cancelled(synced).await {
                Some(Ok(())) => {}
                Some(Err(_)) => {
                    let controllers = unsynced(&ready).join(", ");
                    let note = "the other controllers and the tasks do not wait for them";
                    tracing::warn!(controllers, note, "caches not synced");
                }
                None => return Ok(()),
            }
            candidate.run(gate, stop, resign).await
        };
        self.election.spawn_on(election, &self.runtimes.serving);
    }
}

/// Returns when all caches are synced; never, when a controller has ended before.
async fn synced(controllers: Vec<Ready>) {
    for (_, mut ready) in controllers {
        if ready.wait_for(|ready| *ready).await.is_err() {
            std::future::pending().await
        }
    }
}

/// How a part ended. One that was cut off has nothing to say.
fn checked(ended: Result<Result<()>, JoinError>) -> Result<()> {
    match ended {
        Err(error) if error.is_cancelled() => Ok(()),
        ended => ended.context("a part of the operator has panicked")?,
    }
}

/// The first error of two; the other one is logged.
fn first(result: Result<()>, next: Result<()>) -> Result<()> {
    match (result, next) {
        (Err(first), Err(next)) => {
            let error = describe(next.as_ref());
            tracing::error!(error, "another part of the operator has failed");
            Err(first)
        }
        (result, next) => result.and(next),
    }
}

/// SIGTERM, which Kubernetes sends, and SIGINT, which Ctrl-C does.
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
                .context("cannot listen for SIGTERM")?,
        })
    }

    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
