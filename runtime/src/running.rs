//! A started operator: its parts, and how they end.

use std::sync::Arc;

use anyhow::Context as _;
use futures::FutureExt;
use kube::Config;
use kube::client::ClientBuilder;
use tokio::net::TcpListener;
use tokio::sync::watch as latest;
use tokio::task::{JoinError, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::Result;
use crate::describe::describe;
use crate::election::{Candidate, Gate};
use crate::metrics::{Metrics, Scrapes};
use crate::probes::{Probes, Ready};
use crate::readers::Readers;
use crate::server::{self, Pages};
use crate::settings::{BindAddress, MetricsServer};
use crate::tls::Certificate;

/// A started operator. It stops, cutting off reconciles under way, when this is dropped.
/// [`Operator`](crate::Operator) has an example.
#[derive(Debug, Default)]
pub struct Running {
    stop: CancellationToken,
    /// The controllers and tasks.
    work: JoinSet<Result<()>>,
    ready: Vec<Ready>,
    /// What runs until the end.
    servers: JoinSet<Result<()>>,
    closing: CancellationToken,
    /// One at most. It ends after the work, which needs what it holds.
    election: JoinSet<Result<()>>,
    resign: CancellationToken,
}

impl Running {
    /// Returns when all controllers have filled their caches.
    ///
    /// # Errors
    ///
    /// When a controller or a task has failed as a whole.
    pub async fn ready(&mut self) -> Result<()> {
        let ready = filled(self.ready.clone());
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
        self.work.spawn(async move {
            controller
                .await
                .with_context(|| format!("the controller `{name}`"))
        });
    }

    pub(crate) fn add_task(
        &mut self,
        name: &str,
        task: impl Future<Output = Result<()>> + Send + 'static,
    ) {
        let what = format!("the task `{name}`");
        self.work.spawn(async move { task.await.context(what) });
    }

    pub(crate) async fn serve_probes(&mut self, address: &BindAddress) -> Result<()> {
        if let Some(listener) = address.listen().await? {
            let probes = Probes(self.ready.clone());
            self.serve("the health probes", listener, None, probes)?;
        }
        Ok(())
    }

    /// `config` says whom to ask who may read them.
    pub(crate) async fn serve_metrics(
        &mut self,
        settings: &MetricsServer,
        metrics: Metrics,
        config: Config,
    ) -> Result<()> {
        let Some(listener) = settings.bind_address.listen().await? else {
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
                self.servers.spawn(async move {
                    closing.run_until_cancelled(certificate.follow(files)).await;
                    Ok(())
                });
            }
            // A client of its own: neither behind the gate, nor in the way of the election's.
            let client = ClientBuilder::try_from(config)?.with_layer(&metrics);
            readers = Some(Readers::new(client.build()));
        }
        self.serve("the metrics", listener, tls, Scrapes { metrics, readers })
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
        self.servers.spawn(serving.map(Ok));
        Ok(())
    }

    /// Takes part in the election as soon as all caches are filled, until all controllers and tasks have ended.
    pub(crate) fn elect(&mut self, candidate: Candidate, gate: Gate) {
        let ready = filled(self.ready.clone());
        let (stop, resign) = (self.stop.clone(), self.resign.clone());
        self.election.spawn(async move {
            match stop.run_until_cancelled(ready).await {
                Some(()) => candidate.run(gate, stop, resign).await,
                None => Ok(()),
            }
        });
    }
}

/// Returns when all caches are filled; never, when a controller has ended before.
async fn filled(controllers: Vec<Ready>) {
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
