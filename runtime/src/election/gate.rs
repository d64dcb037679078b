use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::{Method, Request};
use hyper::rt::Executor;
use kube::client::Body;
use tokio::sync::watch as latest;
use tokio::time::Instant;
use tower::{BoxError, Layer, Service};

/// What lets mutations through as long as this replica leads for certain.
///
/// As a layer of the client it looks at the clock before every step of a request, so that no mutation and no retry of one
/// begins after the time is up, whether the API server answers or not, and also where the process was stopped meanwhile.
/// As the executor of the client's connections it does the same before every step of theirs: what a request has handed to
/// its connection in time, and the connection has not written yet, is not written any more.
#[derive(Clone, Debug)]
pub(crate) struct Gate(latest::Sender<State>);

#[derive(Clone, Copy, Debug)]
enum State {
    /// This replica has not led yet.
    Waiting,
    Open {
        until: Instant,
    },
    Closed,
}

/// Longer than any process lives, and short enough for any clock.
const ALWAYS: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);

impl Gate {
    pub(crate) fn closed() -> Self {
        Self(latest::Sender::new(State::Waiting))
    }

    /// The gate of an operator that is its only replica.
    pub(crate) fn always_open() -> Self {
        let until = Instant::now() + ALWAYS;
        Self(latest::Sender::new(State::Open { until }))
    }

    pub(super) fn open_until(&self, deadline: Instant) {
        self.0.send_replace(State::Open { until: deadline });
    }

    pub(super) fn close(&self) {
        self.0.send_replace(State::Closed);
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(*self.0.borrow(), State::Open { until } if Instant::now() < until)
    }

    /// Whether it was open and is not any more.
    fn is_over(&self) -> bool {
        !matches!(*self.0.borrow(), State::Waiting) && !self.is_open()
    }

    /// Returns when it is open for the first time.
    pub(crate) async fn until_open(&self) {
        let mut state = self.0.subscribe();
        // The sender is `self`'s.
        let _ = state
            .wait_for(|state| matches!(state, State::Open { .. }))
            .await;
    }

    /// Returns when it is not open any more.
    async fn until_closed(&self) {
        let mut state = self.0.subscribe();
        loop {
            let until = match *state.borrow_and_update() {
                State::Open { until } if Instant::now() < until => until,
                _ => return,
            };
            tokio::select! {
                () = tokio::time::sleep_until(until) => {}
                _ = state.changed() => {}
            }
        }
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated {
            gate: self.clone(),
            inner,
        }
    }
}

impl<F> Executor<F> for Gate
where
    F: Future<Output = ()> + Send + 'static,
{
    /// Runs a connection until it ends, or until the gate is over: then even what only reads ends.
    fn execute(&self, connection: F) {
        let gate = self.clone();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            poll_fn(|cx| {
                if gate.is_over() {
                    return Poll::Ready(());
                }
                connection.as_mut().poll(cx)
            })
            .await;
        });
    }
}

/// A client's service behind a [`Gate`].
pub(crate) struct Gated<S> {
    gate: Gate,
    inner: S,
}

impl<S> Service<Request<Body>> for Gated<S>
where
    S: Service<Request<Body>, Future: Send + 'static, Error: Into<BoxError>>,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<S::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let answer = self.inner.call(request);
        if reads {
            return answer.map(|answer| answer.map_err(Into::into)).boxed();
        }
        let gate = self.gate.clone();
        async move {
            let mut closed = pin!(gate.until_closed());
            let mut answer = pin!(answer);
            poll_fn(|cx| {
                // The timer alone may be late: the clock decides.
                if !gate.is_open() || closed.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(NotLeading.into()));
                }
                answer.as_mut().poll(cx).map_err(Into::into)
            })
            .await
        }
        .boxed()
    }
}

/// The error of a mutation that did not begin, or did not end in time.
#[derive(Debug)]
pub(crate) struct NotLeading;

impl fmt::Display for NotLeading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this replica does not lead, so it may change nothing")
    }
}

impl std::error::Error for NotLeading {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::mpsc;

    use http::Response;
    use kube::client::ClientBuilder;
    use tower::service_fn;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// A service that takes a second to answer, tries once more when it has, and counts what it began.
    struct Slow {
        begun: Arc<AtomicUsize>,
        gate: Gate,
    }

    impl Slow {
        fn new() -> Self {
            Self {
                begun: Arc::default(),
                gate: Gate::closed(),
            }
        }

        async fn send(&self, method: Method) -> Result<(), String> {
            let begun = self.begun.clone();
            let mut service = self.gate.layer(service_fn(move |_: Request<Body>| {
                let begun = begun.clone();
                async move {
                    for _ in 0..2 {
                        begun.fetch_add(1, Ordering::Relaxed);
                        tokio::time::sleep(SECOND).await;
                    }
                    Ok::<_, BoxError>(Response::new(Body::empty()))
                }
            }));
            let request = Request::builder().method(method).body(Body::empty());
            let answer = service.call(request.unwrap()).await;
            answer.map(drop).map_err(|error| error.to_string())
        }

        fn begun(&self) -> usize {
            self.begun.swap(0, Ordering::Relaxed)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_follower_reads_and_changes_nothing() {
        let slow = Slow::new();
        assert_eq!(slow.send(Method::GET).await, Ok(()));
        assert_eq!(slow.begun(), 2);
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let error = slow.send(method).await.unwrap_err();
            assert!(error.contains("does not lead"), "{error}");
            assert_eq!(slow.begun(), 0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn no_retry_begins_after_the_deadline() {
        let slow = Slow::new();
        slow.gate.open_until(Instant::now() + SECOND / 2);
        let began = Instant::now();
        assert!(slow.send(Method::PATCH).await.is_err());
        assert!(began.elapsed() < SECOND, "it does not wait for the answer");
        assert_eq!(slow.begun(), 1);
        assert!(!slow.gate.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn a_renewal_lets_a_mutation_go_on() {
        let slow = Slow::new();
        slow.gate.open_until(Instant::now() + SECOND / 2);
        let renew = async {
            tokio::time::sleep(SECOND / 4).await;
            slow.gate.open_until(Instant::now() + 5 * SECOND);
        };
        let (answer, ()) = tokio::join!(slow.send(Method::PATCH), renew);
        assert_eq!((answer, slow.begun()), (Ok(()), 2));
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_decides_and_not_the_timer() {
        let slow = Slow::new();
        slow.gate.open_until(Instant::now() + 3 * SECOND / 2);
        let mut answer = pin!(slow.send(Method::PATCH));
        assert!(futures::poll!(&mut answer).is_pending());
        // As if the process had been stopped: the time is up when it is polled next, whatever woke it.
        tokio::time::advance(2 * SECOND).await;
        assert!(answer.await.is_err());
        assert_eq!(slow.begun(), 1);
    }

    /// A server that answers one request, and tells the method of each.
    fn serve() -> (kube::Config, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for line in lines.map_while(Result::ok) {
                match line.split_once(' ') {
                    Some((method, rest)) if rest.ends_with("HTTP/1.1") => {
                        sender.send(method.to_owned()).unwrap();
                    }
                    None if line.is_empty() => {
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
                        stream.write_all(answer).unwrap();
                    }
                    _ => {}
                }
            }
        });
        (kube::Config::new(url.parse().unwrap()), receiver)
    }

    /// What a server gets of a mutation when `meanwhile` passes between its way to the connection and the connection's to
    /// the socket.
    async fn arrives(meanwhile: Duration) -> Option<String> {
        let (config, methods) = serve();
        let gate = Gate::closed();
        gate.open_until(Instant::now() + SECOND);
        crate::tls::choose_provider();
        let builder = ClientBuilder::try_from((config, gate.clone())).unwrap();
        let client = builder.with_layer(&gate).build();
        let request = |method| Request::builder().method(method).uri("/").body(vec![]);
        client
            .request_text(request(Method::GET).unwrap())
            .await
            .unwrap();
        assert_eq!(methods.recv().unwrap(), "GET");

        tokio::time::pause();
        let mut patch = pin!(client.request_text(request(Method::PATCH).unwrap()));
        // To the client's buffer, and from there to the connection.
        assert!(futures::poll!(&mut patch).is_pending());
        tokio::task::yield_now().await;
        assert!(futures::poll!(&mut patch).is_pending());
        assert!(methods.try_recv().is_err(), "it is not at the socket yet");
        tokio::time::advance(meanwhile).await;
        for _ in 0..100 {
            // Now the connection's turn comes; what sent the request gets none.
            tokio::task::yield_now().await;
            if let Ok(method) = methods.recv_timeout(Duration::from_millis(2)) {
                return Some(method);
            }
        }
        None
    }

    #[tokio::test]
    async fn what_waits_for_its_connection_is_written_before_the_deadline() {
        assert_eq!(arrives(SECOND / 2).await.as_deref(), Some("PATCH"));
    }

    #[tokio::test]
    async fn what_waits_for_its_connection_is_not_written_after_the_deadline() {
        assert_eq!(arrives(2 * SECOND).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_led_leads_no_more_after_it_was_closed() {
        let gate = Gate::closed();
        assert!(!gate.is_open() && !gate.is_over());
        gate.open_until(Instant::now() + SECOND);
        assert!(gate.is_open() && !gate.is_over());
        gate.close();
        assert!(!gate.is_open() && gate.is_over());
    }
}
