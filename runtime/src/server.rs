//! The server of what an operator is asked: HTTP/1.1 with limits, so that nobody in the cluster can hold what it has.
//!
//! The times are those of controller-runtime's servers (its `pkg/internal/httpserver`). It bounds no connections; here the
//! one that is open for longest makes room, before all others one on which nothing is asked, so that who holds many keeps
//! out neither the kubelet, which would end the operator for it, nor Prometheus.
//!
//! HTTP/2 is not served, as KubeBuilder's manager does not serve it: what is asked is one request at a time, and the attacks
//! on streams and their resets need HTTP/2.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::either::Either;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// What can be read at a server.
pub(crate) trait Pages: Send + Sync {
    /// What is at this path; `None` where there is nothing.
    fn get<'a>(&'a self, path: &'a str, headers: &'a HeaderMap) -> BoxFuture<'a, Option<Answer>>;
}

/// A whole answer.
pub(crate) type Answer = Response<String>;

/// How long the head of a request may take: Go's `ReadHeaderTimeout`. It begins with the answer before, so a connection on
/// which nothing is asked is closed after it, too; `IdleTimeout` would leave it 90 seconds.
const HEAD: Duration = Duration::from_secs(32);

/// How long a TLS handshake may take. Go takes `ReadHeaderTimeout` for it.
const HANDSHAKE: Duration = HEAD;

/// How many bytes a head may have. Go's `MaxHeaderBytes` is a MiB: of as many connections, more than the operator's memory. A
/// token of a service account has about one KiB.
const HEAD_BYTES: usize = 16 * 1024;

/// How many connections are open at most. It bounds what they hold; no number keeps a flood out.
const CONNECTIONS: usize = 128;

/// How long the answers under way may take after a stop. controller-runtime gives them a minute, which the kubelet does not.
const FAREWELL: Duration = Duration::from_secs(1);

/// How long it waits after it could not take a connection, for what it lacked: Go's longest wait.
const RECOVERY: Duration = Duration::from_secs(1);

/// Serves until `stop`, and then what is asked already.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    pages: Arc<dyn Pages>,
    stop: CancellationToken,
) {
    // The oldest first.
    let mut connections = VecDeque::new();
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            // It has gone before it was taken.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                make_room(&mut connections, 0);
                stop.run_until_cancelled(sleep(RECOVERY)).await;
                continue;
            }
        };
        make_room(&mut connections, CONNECTIONS);
        let answering = Arc::new(AtomicBool::new(false));
        let connection = connection(
            stream,
            peer,
            tls.clone(),
            pages.clone(),
            answering.clone(),
            stop.clone(),
        );
        connections.push_back(Connection {
            task: AbortOnDropHandle::new(tokio::spawn(connection)),
            answering,
        });
    }
    drop(listener);
    let ended = futures::future::join_all(connections.into_iter().map(|it| it.task));
    let _ = timeout(FAREWELL, ended).await;
}

/// One that is open.
struct Connection {
    task: AbortOnDropHandle<()>,
    /// Whether an answer is under way.
    answering: Arc<AtomicBool>,
}

/// Closes one connection where there are `most` or more.
fn make_room(connections: &mut VecDeque<Connection>, most: usize) {
    connections.retain(|connection| !connection.task.is_finished());
    if connections.len() >= most {
        let is_idle = |it: &Connection| !it.answering.load(Ordering::Relaxed);
        let idle = connections.iter().position(is_idle);
        connections.remove(idle.unwrap_or_default());
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    pages: Arc<dyn Pages>,
    answering: Arc<AtomicBool>,
    stop: CancellationToken,
) {
    let stream = match tls {
        None => Either::Left(stream),
        Some(tls) => match timeout(HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => Either::Right(stream),
            Ok(Err(error)) => return tracing::debug!(%peer, %error, "no TLS handshake"),
            Err(_) => return tracing::debug!(%peer, "no TLS handshake in time"),
        },
    };
    let answers = service_fn(|request| {
        let (pages, answering) = (pages.clone(), answering.clone());
        async move {
            answering.store(true, Ordering::Relaxed);
            let answer = answer(&*pages, &request).await;
            answering.store(false, Ordering::Relaxed);
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), answers);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "the connection has failed");
    }
}

async fn answer(pages: &dyn Pages, request: &Request<Incoming>) -> Answer {
    // hyper leaves the body of an answer to HEAD out.
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut answer = status(StatusCode::METHOD_NOT_ALLOWED);
        let allowed = HeaderValue::from_static("GET,HEAD");
        answer.headers_mut().insert(header::ALLOW, allowed);
        return answer;
    }
    let page = pages.get(request.uri().path(), request.headers()).await;
    page.unwrap_or_else(|| status(StatusCode::NOT_FOUND))
}

/// An answer of this text.
pub(crate) fn text(status: StatusCode, text: impl Into<String>) -> Answer {
    let mut answer = Response::new(text.into());
    *answer.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, plain);
    answer
}

/// An answer that tells its status, and nothing more.
pub(crate) fn status(status: StatusCode) -> Answer {
    text(status, status.canonical_reason().unwrap_or_default())
}

#[cfg(test)]
mod tests;
