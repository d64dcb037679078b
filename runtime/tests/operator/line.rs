//! The line from an operator to the API server: what went over it, and answers that are not the API server's.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, Once};

use http::{Method, Request, Response};
use kopgen_runtime::Client;
use kube::client::Body;
use kube::core::Status;
use tower::service_fn;

/// A request, and the status that it was answered with.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: Method,
    pub path: String,
    pub manager: String,
    pub code: u16,
}

#[derive(Clone, Default)]
pub struct Line(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    sent: Vec<Sent>,
    /// Method, the end of the path, the code, and how often it is to be the answer.
    refusals: Vec<(Method, String, u16, usize)>,
}

impl Line {
    /// A client at the other end.
    pub fn client(&self, inner: Client) -> Client {
        let namespace = inner.default_namespace().to_owned();
        let line = self.clone();
        let service = service_fn(move |request: Request<Body>| {
            let (inner, line) = (inner.clone(), line.clone());
            async move {
                let (method, uri) = (request.method().clone(), request.uri().clone());
                let query = uri.query().unwrap_or_default().split('&');
                let mut managers = query.filter_map(|it| it.strip_prefix("fieldManager="));
                let manager = managers.next().unwrap_or_default().to_owned();
                let answer = match line.refusal(&method, uri.path()) {
                    Some(code) => {
                        let status = Status::failure("as the test wants it", "Conflict");
                        let status = serde_json::to_vec(&status.with_code(code)).unwrap();
                        let answer = Response::builder().status(code);
                        answer.body(Body::from(status)).unwrap()
                    }
                    None => inner.send(request).await?,
                };
                let sent = Sent {
                    method,
                    path: uri.path().to_owned(),
                    manager,
                    code: answer.status().as_u16(),
                };
                line.lock().sent.push(sent);
                Ok::<_, kube::Error>(answer)
            }
        });
        Client::new(service, namespace)
    }

    /// Answers so many requests of this method to a path with this end with `code`.
    pub fn refuse(&self, method: Method, end: &str, code: u16, times: usize) {
        let refusal = (method, end.to_owned(), code, times);
        self.lock().refusals.push(refusal);
    }

    /// The patches of the status so far.
    pub fn status_patches(&self) -> Vec<Sent> {
        let is_one = |it: &Sent| it.method == Method::PATCH && it.path.ends_with("/status");
        self.sent().into_iter().filter(is_one).collect()
    }

    /// The requests that could change something.
    pub fn writes(&self) -> usize {
        let sent = self.sent().into_iter();
        sent.filter(|it| it.method != Method::GET).count()
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.lock().sent.clone()
    }

    fn refusal(&self, method: &Method, path: &str) -> Option<u16> {
        let refusals = &mut self.lock().refusals;
        let (_, _, code, times) = refusals
            .iter_mut()
            .find(|it| it.0 == *method && path.ends_with(&it.1) && it.3 > 0)?;
        *times -= 1;
        Some(*code)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

/// What is logged on this thread, on which such a test has all its tasks.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

thread_local! {
    static LOG: RefCell<Option<Log>> = const { RefCell::new(None) };
}

impl Log {
    /// A log from now on.
    pub fn new() -> Self {
        // One subscriber for all threads: of those that come and go, tracing misses an event now and then.
        static SUBSCRIBER: Once = Once::new();
        SUBSCRIBER.call_once(|| {
            tracing_subscriber::fmt()
                .with_ansi(false)
                .with_writer(|| LOG.with_borrow(|log| log.clone().unwrap_or_default()))
                .init();
        });
        let log = Self::default();
        LOG.set(Some(log.clone()));
        log
    }

    /// The lines of this level that contain `text`.
    pub fn lines(&self, level: &str, text: &str) -> Vec<String> {
        let log = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        let lines = log.lines().filter(|line| line.contains(text));
        let lines = lines.filter(|line| line.contains(level));
        lines.map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
