//! A proxy between an operator and the API server: it counts requests, fails one in ten when it is told to, and can end all watches.
//!
//! The operator speaks plain HTTP to it. It has no credentials: it passes on those of the operator.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::bail;
use futures::{Stream, StreamExt, stream};
use http::header::{HOST, RETRY_AFTER, TRANSFER_ENCODING};
use http::{Method, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use kopgen_runtime::{Client, Error, Result};
use kube::client::Body;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch as latest;
use tokio::task::{JoinHandle, JoinSet};

pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// 429, with the time after which to try again.
    TooManyRequests,
    /// 500.
    InternalError,
    /// The connection ends, and the API server never hears of it.
    CutBefore,
    /// The API server has done it, and the connection ends before the answer.
    CutAfter,
}

pub const FAULTS: [Fault; 4] = [
    Fault::TooManyRequests,
    Fault::InternalError,
    Fault::CutBefore,
    Fault::CutAfter,
];

/// What went through so far.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    pub requests: u64,
    /// Those that could change something: all but GET.
    pub writes: u64,
    pub watches: u64,
    pub faults: BTreeMap<Fault, u64>,
    /// What the API server itself has ended watches with, because it has forgotten their version.
    pub gone: Vec<String>,
}

/// As the API server writes it; [`Counts::gone`] has the originals.
pub const GONE: &str = concat!(
    r#"{"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","#,
    r#""message":"too old resource version: 1 (2)","reason":"Expired","code":410}}"#,
    "\n"
);

impl Proxy {
    /// One for the API server that the configuration, whose credentials do not count, is of.
    pub async fn start(server: &kube::Config) -> Result<Self> {
        let mut config = server.clone();
        config.auth_info = Default::default();
        config.default_retry = false;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server: Client::try_from(config)?,
            faulty: AtomicBool::new(false),
            late: Mutex::default(),
            counts: Mutex::default(),
            expired: latest::Sender::new(()),
        });
        let task = tokio::spawn(serve(listener, shared.clone()));
        Ok(Self {
            address,
            shared,
            task,
        })
    }

    /// The configuration of who has these credentials, by way of this proxy.
    pub fn config(&self, config: &kube::Config) -> kube::Config {
        let url = format!("http://{}", self.address);
        let mut config = config.clone();
        config.cluster_url = url.parse().expect("it is a URL");
        config
    }

    /// From now on one request in ten fails, in one of four ways.
    pub fn fail(&self) {
        self.shared.faulty.store(true, Ordering::Relaxed);
    }

    /// The API server does so many of the next requests of this method, and the answer is 504.
    pub fn answer_late(&self, method: &Method, requests: usize) {
        *self.shared.late.lock().unwrap() = Some((method.clone(), requests));
    }

    pub fn counts(&self) -> Counts {
        self.shared.counts().clone()
    }

    /// Ends all watches with 410 Gone, so that everything is listed anew.
    pub fn expire_watches(&self) {
        self.shared.expired.send_replace(());
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Shared {
    server: Client,
    faulty: AtomicBool,
    /// The method whose requests are answered late, and how many of them.
    late: Mutex<Option<(Method, usize)>>,
    counts: Mutex<Counts>,
    expired: latest::Sender<()>,
}

type Answer = Response<UnsyncBoxBody<Bytes, Error>>;

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // They end with it.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve_connection(stream, shared.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>) -> Result<(), Infallible> {
    let service = service_fn(|request| shared.clone().answer(request));
    // An error of the service ends the connection without an answer, as it is meant to.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
    Ok(())
}

impl Shared {
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Answer> {
        let query = request.uri().query().unwrap_or_default();
        let watch = query.split('&').any(|it| it == "watch=true");
        let fault = self.count(request.method(), watch);
        // From when it is counted: its answer may take a while.
        let expired = self.expired.subscribe();
        match fault {
            Some(Fault::TooManyRequests) => {
                return Ok(failure(429, "TooManyRequests"));
            }
            Some(Fault::InternalError) => return Ok(failure(500, "InternalError")),
            Some(Fault::CutBefore) => bail!("cut off"),
            Some(Fault::CutAfter) | None => {}
        }
        let late = self.is_late(request.method());
        let (mut head, body) = request.into_parts();
        head.headers.remove(HOST);
        let body = body.collect().await?.to_bytes();
        let request = Request::from_parts(head, Body::from(body.to_vec()));
        let (mut head, body) = self.server.send(request).await?.into_parts();
        head.headers.remove(TRANSFER_ENCODING);
        let body = if watch {
            StreamBody::new(self.clone().watched(body, expired)).boxed_unsync()
        } else {
            full(body.collect().await?.to_bytes())
        };
        if fault.is_some() {
            bail!("cut off");
        }
        if late {
            return Ok(failure(504, "Timeout"));
        }
        Ok(Response::from_parts(head, body))
    }

    /// Counts a request, and says what is to happen to it.
    fn count(&self, method: &Method, watch: bool) -> Option<Fault> {
        let mut counts = self.counts();
        counts.requests += 1;
        counts.writes += u64::from(method != Method::GET);
        counts.watches += u64::from(watch);
        let faulty = self.faulty.load(Ordering::Relaxed);
        let fault = fault_of(counts.requests).filter(|_| faulty)?;
        *counts.faults.entry(fault).or_default() += 1;
        Some(fault)
    }

    fn is_late(&self, method: &Method) -> bool {
        let mut late = self.late.lock().unwrap();
        match &mut *late {
            Some((which, left)) if which == method && *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// The events of a watch, until it is expired.
    fn watched(
        self: Arc<Self>,
        body: Body,
        expired: latest::Receiver<()>,
    ) -> impl Stream<Item = Result<Frame<Bytes>>> {
        let state = Some((body.into_data_stream(), expired));
        let events = stream::unfold(state, async |state| {
            let (mut events, mut expired) = state?;
            tokio::select! {
                Ok(()) = expired.changed() => Some((Ok(Bytes::from_static(GONE.as_bytes())), None)),
                event = events.next() => event.map(|event| (event, Some((events, expired)))),
            }
        });
        events.map(move |event: Result<Bytes, kube::Error>| {
            let event = event?;
            if event.starts_with(br#"{"type":"ERROR""#) && event != GONE.as_bytes() {
                let event = String::from_utf8_lossy(&event).into_owned();
                self.counts().gone.push(event);
            }
            Ok(Frame::data(event))
        })
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap()
    }
}

/// What happens to the request of this number: one in ten, and each in turn, as chance would have it, but always the same.
fn fault_of(request: u64) -> Option<Fault> {
    // SplitMix64's way of mixing.
    let mut bits = request.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    let fails = bits.is_multiple_of(10);
    fails.then(|| FAULTS[(bits / 10 % 4) as usize])
}

/// An error as the API server tells it.
fn failure(code: u16, reason: &str) -> Answer {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {},
        "status": "Failure", "message": "as a test wants it", "reason": reason, "code": code,
    });
    let mut answer = Response::new(full(status.to_string().into()));
    *answer.status_mut() = StatusCode::from_u16(code).expect("it is one");
    if code == 429 {
        answer.headers_mut().insert(RETRY_AFTER, 1.into());
    }
    answer
}

fn full(bytes: Bytes) -> UnsyncBoxBody<Bytes, Error> {
    Full::new(bytes)
        .map_err(|never| match never {})
        .boxed_unsync()
}
