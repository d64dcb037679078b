//! What Prometheus is told.
//!
//! The names and labels are those of controller-runtime and client-go (`pkg/internal/controller/metrics`,
//! `pkg/internal/metrics/workqueue.go`, `pkg/metrics`), so that dashboards and alerts for KubeBuilder's operators work here, too.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use anyhow::Context as _;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri, header};
use kube::client::Body;
use prometheus::core::Collector;
use prometheus::{
    GaugeVec, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge,
    IntGaugeVec, Opts, Registry, TEXT_FORMAT, TextEncoder,
};
use tower::{Layer, Service};

use crate::election::Gate;
use crate::process::Process;
use crate::readers::Readers;
use crate::server::{self, Answer, Pages};
use crate::supervision::Runs;
use crate::{Action, Result};

/// The metrics of an operator.
#[derive(Clone)]
pub(crate) struct Metrics {
    registry: Registry,
    reconciles: IntCounterVec,
    errors: IntCounterVec,
    terminal_errors: IntCounterVec,
    panics: IntCounterVec,
    timeouts: IntCounterVec,
    conflicts: IntCounterVec,
    limited: IntCounterVec,
    durations: HistogramVec,
    limits: IntGaugeVec,
    active: IntGaugeVec,
    depth: IntGaugeVec,
    adds: IntCounterVec,
    waits: HistogramVec,
    work: HistogramVec,
    unfinished: GaugeVec,
    longest: GaugeVec,
    retries: IntCounterVec,
    requests: IntCounterVec,
    process: Process,
    /// The reconciles under way.
    pub(crate) runs: Runs,
    /// The controllers that there are.
    names: Arc<Mutex<BTreeSet<String>>>,
    leader: Arc<OnceLock<(IntGauge, Gate)>>,
}

/// The metrics of one controller.
pub(crate) struct ControllerMetrics {
    name: String,
    all: Metrics,
    duration: Histogram,
    active: IntGauge,
}

/// The metrics of one queue.
#[derive(Clone)]
pub(crate) struct QueueMetrics {
    pub(crate) depth: IntGauge,
    pub(crate) adds: IntCounter,
    /// In seconds, as is `work`.
    pub(crate) waits: Histogram,
    pub(crate) work: Histogram,
    pub(crate) retries: IntCounter,
    pub(crate) limited: IntCounter,
}

/// How a reconcile ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reconciled {
    Done(Action),
    Failed,
    /// Too late: somebody else had changed the object.
    Conflict,
    /// With an error that no retry helps against.
    Rejected,
}

/// In seconds: from a cache's answer to that of a slow cloud.
const BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0,
];

/// In seconds: client-go's, without those below what a clock tells well.
const WAITS: [f64; 9] = [1e-5, 1e-4, 1e-3, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0];

impl Metrics {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let counter = |name, help, labels: &[&str]| {
            register(&registry, IntCounterVec::new(Opts::new(name, help), labels))
        };
        let gauge = |name, help, labels: &[&str]| {
            register(&registry, IntGaugeVec::new(Opts::new(name, help), labels))
        };
        let seconds = |name, help, labels: &[&str]| {
            register(&registry, GaugeVec::new(Opts::new(name, help), labels))
        };
        let histogram = |name, help, buckets: &[f64], labels: &[&str]| {
            let opts = HistogramOpts::new(name, help).buckets(buckets.into());
            register(&registry, HistogramVec::new(opts, labels))
        };
        let build = gauge(
            "kopgen_build_info",
            "Always 1; the label has the version of kopgen's runtime.",
            &["version"],
        );
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
        Self {
            reconciles: counter(
                "controller_runtime_reconcile_total",
                "Reconciles by their result: success, requeue_after, requeue (after a conflict) or error.",
                &["controller", "result"],
            ),
            errors: counter(
                "controller_runtime_reconcile_errors_total",
                "Reconciles that failed.",
                &["controller"],
            ),
            terminal_errors: counter(
                "controller_runtime_terminal_reconcile_errors_total",
                "Reconciles of objects that do not fit their type, which are not tried again.",
                &["controller"],
            ),
            panics: counter(
                "controller_runtime_reconcile_panics_total",
                "Reconciles that panicked.",
                &["controller"],
            ),
            timeouts: counter(
                "controller_runtime_reconcile_timeouts_total",
                "Reconciles that were cut off because they took too long.",
                &["controller"],
            ),
            conflicts: counter(
                "kopgen_reconcile_conflicts_total",
                "Reconciles that are repeated because somebody else changed the object before its status was written.",
                &["controller"],
            ),
            limited: counter(
                "kopgen_reconciles_limited_total",
                "How often an object was held back because it had been reconciled too often.",
                &["controller"],
            ),
            durations: histogram(
                "controller_runtime_reconcile_time_seconds",
                "How long reconciles took.",
                &BUCKETS,
                &["controller"],
            ),
            limits: gauge(
                "controller_runtime_max_concurrent_reconciles",
                "How many reconciles may be under way.",
                &["controller"],
            ),
            active: gauge(
                "controller_runtime_active_workers",
                "Reconciles under way.",
                &["controller"],
            ),
            depth: gauge(
                "workqueue_depth",
                "Objects that wait for a reconcile, by priority.",
                &["name", "controller", "priority"],
            ),
            adds: counter(
                "workqueue_adds_total",
                "Objects that were queued; one that waits already is not queued again.",
                &QUEUE,
            ),
            waits: histogram(
                "workqueue_queue_duration_seconds",
                "How long objects waited from when they were queued until their reconcile began.",
                &WAITS,
                &QUEUE,
            ),
            work: histogram(
                "workqueue_work_duration_seconds",
                "How long objects were worked on, from when their reconcile began until they were done with.",
                &WAITS,
                &QUEUE,
            ),
            unfinished: seconds(
                "workqueue_unfinished_work_seconds",
                "How long the reconciles under way have taken so far, all together.",
                &QUEUE,
            ),
            longest: seconds(
                "workqueue_longest_running_processor_seconds",
                "How long the longest of the reconciles under way has taken so far.",
                &QUEUE,
            ),
            retries: counter(
                "workqueue_retries_total",
                "Objects that were queued again after a failure.",
                &QUEUE,
            ),
            requests: counter(
                "rest_client_requests_total",
                "Requests to the API server, by HTTP method, host and last status; `<error>` where no answer came.",
                &["code", "method", "host"],
            ),
            process: Process::register(&registry),
            runs: Runs::default(),
            names: Arc::default(),
            leader: Arc::default(),
            registry,
        }
    }

    pub(crate) fn controller(&self, name: &str) -> ControllerMetrics {
        // What has not happened yet is 0, and not absent: a rate needs a beginning.
        for result in ["success", "requeue_after", "requeue", "error"] {
            self.reconciles.with_label_values(&[name, result]);
        }
        self.errors.with_label_values(&[name]);
        self.terminal_errors.with_label_values(&[name]);
        self.panics.with_label_values(&[name]);
        self.timeouts.with_label_values(&[name]);
        lock(&self.names).insert(name.to_owned());
        self.conflicts.with_label_values(&[name]);
        ControllerMetrics {
            name: name.to_owned(),
            all: self.clone(),
            duration: self.durations.with_label_values(&[name]),
            active: self.active.with_label_values(&[name]),
        }
    }

    /// Tells from now on whether this replica leads, too.
    pub(crate) fn follow_election(&self, lease: &str, gate: Gate) {
        let opts = Opts::new(
            "leader_election_master_status",
            "Whether this replica leads: 1 or 0.",
        );
        let status = register(&self.registry, IntGaugeVec::new(opts, &["name"]));
        let status = status.with_label_values(&[lease]);
        self.leader.get_or_init(|| (status, gate));
    }

    /// A layer that counts what a client sends to this server.
    pub(crate) fn requests_to(&self, server: &Uri) -> Requests {
        let host = server
            .authority()
            .map_or("", |authority| authority.as_str());
        Requests {
            requests: self.requests.clone(),
            host: host.into(),
        }
    }

    fn text(&self) -> Result<String> {
        if let Some((status, gate)) = self.leader.get() {
            status.set(gate.is_open().into());
        }
        self.measure_unfinished();
        self.process.measure();
        let families = self.registry.gather();
        TextEncoder::new()
            .encode_to_string(&families)
            .context("cannot write the metrics")
    }

    fn measure_unfinished(&self) {
        let reconciles = self.runs.reconciles();
        for name in &*lock(&self.names) {
            let own = reconciles
                .iter()
                .filter(|(controller, _)| **controller == **name);
            let (mut sum, mut longest) = (0.0, 0.0_f64);
            for (_, age) in own {
                sum += age.as_secs_f64();
                longest = longest.max(age.as_secs_f64());
            }
            let labels = [name.as_str(); 2];
            self.unfinished.with_label_values(&labels).set(sum);
            self.longest.with_label_values(&labels).set(longest);
        }
    }
}

/// What queues are told by: client-go has the first, controller-runtime adds the second. They are the same.
const QUEUE: [&str; 2] = ["name", "controller"];

/// The priority that controller-runtime's queue gives an object unless told otherwise. Here it is that of all.
const PRIORITY: &str = "0";

/// `/metrics`, in Prometheus' text format.
pub(crate) struct Scrapes {
    pub(crate) metrics: Metrics,
    /// Without them it is for everybody.
    pub(crate) readers: Option<Readers>,
}

impl Pages for Scrapes {
    fn get<'a>(&'a self, path: &'a str, headers: &'a HeaderMap) -> BoxFuture<'a, Option<Answer>> {
        async move {
            if path != "/metrics" {
                return None;
            }
            if let Some(readers) = &self.readers
                && let Err(refusal) = readers.admit(headers).await
            {
                return Some(refusal.answer());
            }
            Some(match self.metrics.text() {
                Ok(text) => {
                    let mut answer = server::text(StatusCode::OK, text);
                    let format = HeaderValue::from_static(TEXT_FORMAT);
                    answer.headers_mut().insert(header::CONTENT_TYPE, format);
                    answer
                }
                Err(error) => server::text(StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")),
            })
        }
        .boxed()
    }
}

impl ControllerMetrics {
    pub(crate) fn queue(&self) -> QueueMetrics {
        let name = self.name.as_str();
        let labels = [name; 2];
        QueueMetrics {
            depth: self.all.depth.with_label_values(&[name, name, PRIORITY]),
            adds: self.all.adds.with_label_values(&labels),
            waits: self.all.waits.with_label_values(&labels),
            work: self.all.work.with_label_values(&labels),
            retries: self.all.retries.with_label_values(&labels),
            limited: self.all.limited.with_label_values(&[name]),
        }
    }

    /// Says how many reconciles may be under way.
    pub(crate) fn limit(&self, concurrency: usize) {
        let limit = self.all.limits.with_label_values(&[&self.name]);
        limit.set(concurrency.try_into().unwrap_or(i64::MAX));
    }

    pub(crate) fn panicked(&self) {
        self.all.panics.with_label_values(&[&self.name]).inc();
    }

    pub(crate) fn timed_out(&self) {
        self.all.timeouts.with_label_values(&[&self.name]).inc();
    }

    pub(crate) fn begin(&self) {
        self.active.inc();
    }

    pub(crate) fn end(&self, reconciled: Reconciled, took: Duration) {
        self.active.dec();
        self.duration.observe(took.as_secs_f64());
        let name = self.name.as_str();
        let result = match reconciled {
            Reconciled::Done(action) if action.requeue_after.is_some() => "requeue_after",
            Reconciled::Done(_) => "success",
            Reconciled::Failed => "error",
            Reconciled::Conflict => {
                self.all.conflicts.with_label_values(&[name]).inc();
                "requeue"
            }
            Reconciled::Rejected => {
                self.all.terminal_errors.with_label_values(&[name]).inc();
                "error"
            }
        };
        self.all.reconciles.with_label_values(&[name, result]).inc();
        if result == "error" {
            self.all.errors.with_label_values(&[name]).inc();
        }
    }
}

/// Counts what a client sends to one server.
#[derive(Clone)]
pub(crate) struct Requests {
    requests: IntCounterVec,
    /// With the port, as Go's `URL.Host` has it.
    host: Arc<str>,
}

impl<S> Layer<S> for Requests {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted {
            counts: self.clone(),
            inner,
        }
    }
}

/// A client's service whose requests are counted.
pub(crate) struct Counted<S> {
    counts: Requests,
    inner: S,
}

impl<S, B> Service<Request<Body>> for Counted<S>
where
    S: Service<Request<Body>, Response = Response<B>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let method = request.method().clone();
        let Requests { requests, host } = self.counts.clone();
        let answer = self.inner.call(request);
        async move {
            let answer = answer.await;
            let code = answer.as_ref().map(|answer| answer.status());
            let code = code.as_ref().map_or("<error>", |code| code.as_str());
            let labels = [code, method.as_str(), &host];
            requests.with_label_values(&labels).inc();
            answer
        }
        .boxed()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics under this lock")
}

/// The names are constants: what is wrong with one is wrong for everybody, and at once.
pub(crate) fn register<C: Collector + Clone + 'static>(
    registry: &Registry,
    metric: prometheus::Result<C>,
) -> C {
    let metric = metric.expect("a valid name");
    let registered = registry.register(Box::new(metric.clone()));
    registered.expect("registered once");
    metric
}

#[cfg(test)]
mod tests {
    use http::Method;
    use tower::{BoxError, service_fn};

    use super::*;
    use crate::controller::Key;
    use crate::supervision::UserCode;
    use crate::threads::Workers;

    /// The value of a sample, named with its labels.
    fn check(metrics: &Metrics, sample: &str, expected: &str) {
        let text = metrics.text().unwrap();
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
        assert_eq!(value, Some(expected), "{sample} in\n{text}");
    }

    #[test]
    fn reconciles_are_counted_by_their_result() {
        let metrics = Metrics::new();
        let controller = metrics.controller("guestbook");
        let total = |result: &str| {
            format!(
                "controller_runtime_reconcile_total{{controller=\"guestbook\",result=\"{result}\"}}"
            )
        };
        check(&metrics, &total("error"), "0");
        let done = Reconciled::Done(Action::await_change());
        let again = Reconciled::Done(Action::requeue(Duration::from_secs(1)));
        for reconciled in [
            done,
            done,
            again,
            Reconciled::Failed,
            Reconciled::Failed,
            Reconciled::Rejected,
            Reconciled::Conflict,
        ] {
            controller.begin();
            controller.end(reconciled, Duration::from_millis(30));
        }
        check(&metrics, &total("success"), "2");
        check(&metrics, &total("requeue_after"), "1");
        check(&metrics, &total("error"), "3");
        check(&metrics, &total("requeue"), "1");
        let conflicts = "kopgen_reconcile_conflicts_total{controller=\"guestbook\"}";
        check(&metrics, conflicts, "1");
        let of = |name: &str| format!("controller_runtime_{name}{{controller=\"guestbook\"}}");
        check(&metrics, &of("reconcile_errors_total"), "3");
        check(&metrics, &of("terminal_reconcile_errors_total"), "1");
        check(&metrics, &of("active_workers"), "0");
        check(&metrics, &of("reconcile_panics_total"), "0");
        controller.panicked();
        check(&metrics, &of("reconcile_panics_total"), "1");
        check(&metrics, &of("reconcile_timeouts_total"), "0");
        controller.timed_out();
        check(&metrics, &of("reconcile_timeouts_total"), "1");
        controller.limit(16);
        check(&metrics, &of("max_concurrent_reconciles"), "16");
        check(&metrics, &of("reconcile_time_seconds_count"), "7");
        let bucket = |le: &str| {
            format!(
                "controller_runtime_reconcile_time_seconds_bucket{{controller=\"guestbook\",le=\"{le}\"}}"
            )
        };
        check(&metrics, &bucket("0.025"), "0");
        check(&metrics, &bucket("0.05"), "7");
    }

    #[tokio::test(start_paused = true)]
    async fn reconciles_under_way_are_unfinished_work() {
        let metrics = Metrics::new();
        metrics.controller("shelf");
        let workers = Workers::of(&tokio::runtime::Handle::current());
        let code = UserCode::new(workers, metrics.runs.clone(), Duration::ZERO);
        let supervisor = code.supervisor("shelf");
        let of = |name: &str| format!("workqueue_{name}{{controller=\"shelf\",name=\"shelf\"}}");
        check(&metrics, &of("unfinished_work_seconds"), "0");

        let key = Key::new(false, None, "a");
        let long = || supervisor.reconcile(&key, std::future::pending::<()>());
        let (mut first, mut second) = (Box::pin(long()), Box::pin(long()));
        assert!(futures::poll!(&mut first).is_pending());
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(futures::poll!(&mut second).is_pending());
        tokio::time::advance(Duration::from_secs(5)).await;
        check(&metrics, &of("unfinished_work_seconds"), "30");
        check(&metrics, &of("longest_running_processor_seconds"), "25");
        drop((first, second));
        check(&metrics, &of("unfinished_work_seconds"), "0");
        check(&metrics, &of("longest_running_processor_seconds"), "0");
    }

    #[tokio::test]
    async fn requests_are_counted_by_method_and_status() {
        let metrics = Metrics::new();
        let requests = metrics.requests_to(&"https://10.0.0.1:443/".parse().unwrap());
        let mut service = requests.layer(service_fn(async |request: Request<Body>| {
            if request.method() == Method::DELETE {
                return Err(BoxError::from("cut"));
            }
            Ok(Response::builder().status(409).body(()).unwrap())
        }));
        for method in [Method::PUT, Method::PUT, Method::DELETE] {
            let request = Request::builder().method(method).body(Body::empty());
            let _ = service.call(request.unwrap()).await;
        }
        let requests = |code: &str, method: &str| {
            format!(
                "rest_client_requests_total{{code=\"{code}\",host=\"10.0.0.1:443\",method=\"{method}\"}}"
            )
        };
        check(&metrics, &requests("409", "PUT"), "2");
        check(&metrics, &requests("<error>", "DELETE"), "1");
    }

    #[tokio::test]
    async fn a_replica_says_whether_it_leads() {
        for (gate, expected) in [(Gate::closed(), "0"), (Gate::always_open(), "1")] {
            let metrics = Metrics::new();
            metrics.follow_election("guestbook", gate);
            let sample = "leader_election_master_status{name=\"guestbook\"}";
            check(&metrics, sample, expected);
        }
    }

    /// The rules of `promtool check metrics`, as far as names and help go.
    #[test]
    fn every_metric_has_a_help_and_counters_end_in_total() {
        let metrics = Metrics::new();
        let controller = metrics.controller("guestbook");
        controller.queue();
        controller.limit(16);
        metrics.requests.with_label_values(&["200", "GET", "host"]);
        let text = metrics.text().unwrap();
        let of = |start: &str| -> Vec<(String, String)> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(start));
            let parts = lines.filter_map(|line| line.split_once(' '));
            parts
                .map(|(name, rest)| (name.to_owned(), rest.to_owned()))
                .collect()
        };
        let (types, helps) = (of("# TYPE "), of("# HELP "));
        let of_the_process = if cfg!(target_os = "linux") { 7 } else { 0 };
        assert_eq!(types.len(), 19 + of_the_process, "{text}");
        for ((name, kind), (of, help)) in types.iter().zip(&helps) {
            assert_eq!(name, of);
            assert!(!help.is_empty(), "{name}");
            assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
        }
    }
}
