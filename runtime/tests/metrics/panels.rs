//! KubeBuilder's two Grafana boards (plugin `grafana/v1alpha`: `controller-runtime-metrics.json` and
//! `controller-resources-metrics.json`): what their panels read, by their expressions.

use std::collections::BTreeMap;

/// What one expression of a panel reads.
struct Panel {
    title: &'static str,
    metric: &'static str,
    /// The labels that it sums by or writes into its legend, other than those that Prometheus adds to all that it scrapes:
    /// `job`, `namespace`, `pod`, `instance` and `container`.
    labels: &'static [&'static str],
}

const fn panel(
    title: &'static str,
    metric: &'static str,
    labels: &'static [&'static str],
) -> Panel {
    Panel {
        title,
        metric,
        labels,
    }
}

const PANELS: [Panel; 11] = [
    panel(
        "Number of workers in use",
        "controller_runtime_active_workers",
        &["controller"],
    ),
    panel(
        "Total Reconciliation Count Per Controller",
        "controller_runtime_reconcile_total",
        &[],
    ),
    panel(
        "Reconciliation Error Count Per Controller",
        "controller_runtime_reconcile_errors_total",
        &[],
    ),
    panel("WorkQueue Depth", "workqueue_depth", &["name"]),
    panel(
        "Seconds For Items Stay In Queue (before being requested) (P50, P90, P99)",
        "workqueue_queue_duration_seconds_bucket",
        &["name", "le"],
    ),
    panel("Work Queue Add Rate", "workqueue_adds_total", &["name"]),
    panel(
        "Unfinished Seconds",
        "workqueue_unfinished_work_seconds",
        &["name"],
    ),
    panel(
        "Seconds Processing Items From WorkQueue (P50, P90, P99)",
        "workqueue_work_duration_seconds_bucket",
        &["name", "le"],
    ),
    panel(
        "Work Queue Retries Rate",
        "workqueue_retries_total",
        &["name"],
    ),
    panel("Controller CPU Usage", "process_cpu_seconds_total", &[]),
    panel(
        "Controller Memory Usage",
        "process_resident_memory_bytes",
        &[],
    ),
];

/// What controller-runtime has besides, with its labels; of the metrics that dashboards of their own read.
const OTHERS: [Panel; 12] = [
    panel(
        "",
        "controller_runtime_max_concurrent_reconciles",
        &["controller"],
    ),
    panel(
        "",
        "controller_runtime_reconcile_panics_total",
        &["controller"],
    ),
    panel(
        "",
        "controller_runtime_reconcile_timeouts_total",
        &["controller"],
    ),
    panel(
        "",
        "controller_runtime_terminal_reconcile_errors_total",
        &["controller"],
    ),
    panel(
        "",
        "controller_runtime_reconcile_total",
        &["controller", "result"],
    ),
    panel("", "workqueue_depth", &["name", "controller", "priority"]),
    panel(
        "",
        "workqueue_longest_running_processor_seconds",
        &["name", "controller"],
    ),
    panel(
        "",
        "workqueue_unfinished_work_seconds",
        &["name", "controller"],
    ),
    panel(
        "",
        "rest_client_requests_total",
        &["code", "method", "host"],
    ),
    panel("", "process_open_fds", &[]),
    panel("", "process_max_fds", &[]),
    panel("", "process_start_time_seconds", &[]),
];

/// Fails where a panel would be empty, or its labels.
pub fn are_filled(metrics: &str) {
    for Panel {
        title,
        metric,
        labels,
    } in PANELS.iter().chain(&OTHERS)
    {
        let samples: Vec<_> = metrics
            .lines()
            .filter_map(|line| sample(line, metric))
            .collect();
        assert!(!samples.is_empty(), "{metric} of {title:?} in\n{metrics}");
        for (sample, value) in samples {
            for label in *labels {
                let is_there = sample.get(label).is_some_and(|value| !value.is_empty());
                assert!(is_there, "{label} of {metric} of {title:?}: {sample:?}");
            }
            assert!(value.is_finite() && value >= 0.0, "{metric}: {value}");
        }
    }
    // These tell something of any process that runs.
    for metric in ["process_cpu_seconds_total", "process_resident_memory_bytes"] {
        let mut samples = metrics.lines().filter_map(|line| sample(line, metric));
        assert!(samples.any(|(_, value)| value > 0.0), "{metric}");
    }
}

/// The labels and the value of a line, if it is a sample of this metric.
fn sample<'a>(line: &'a str, metric: &str) -> Option<(BTreeMap<&'a str, &'a str>, f64)> {
    let rest = line.strip_prefix(metric)?;
    let (labels, value) = match rest.strip_prefix('{') {
        Some(rest) => rest.rsplit_once("} ")?,
        None => ("", rest.strip_prefix(' ')?),
    };
    let labels = labels.split_terminator("\",");
    let labels = labels.map(|label| label.split_once("=\"").expect("it is a label"));
    let labels = labels.map(|(name, value)| (name, value.trim_end_matches('"')));
    Some((labels.collect(), value.parse().expect("it is a number")))
}
