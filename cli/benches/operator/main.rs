//! The operators' figures of `docs/benchmarks.md`: `cargo bench -p kopgen --bench operator`.
//!
//! Prints a Markdown table of medians. An operator of a project that kopgen generates, one on kube-rs alone and, where the
//! environment variable `KUBEBUILDER_OPERATOR` names its binary, one of KubeBuilder do the same work in turns, each as a
//! process of its own on the same control plane. With `-- 1000` only so many objects are worked on, and with `-- kopgen`
//! by so named operators only. It reads `/proc`, and so needs Linux.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a benchmark makes its own projects and prints"
)]

mod cluster;
mod peers;
mod process;

use std::time::{Duration, Instant};

use cluster::Cluster;
use peers::Peer;
use process::Process;

/// The numbers of objects.
const SIZES: [usize; 2] = [1_000, 10_000];

/// Odd, so that there is a median that was measured.
const ROUNDS: usize = 3;

/// How long an operator that has nothing to do is looked at.
const IDLE: Duration = Duration::from_secs(5);

const SECOND: Duration = Duration::from_secs(1);

/// What one operator took in one round.
struct Figures {
    /// From the start of the process until all children were there.
    converged: Duration,
    /// From the start until nothing was left to do.
    start: Duration,
    /// For one change of each object.
    change: Duration,
    idle: Duration,
    /// In KiB, when nothing was left to do after the start.
    resident: u64,
    /// In KiB.
    peak: u64,
}

#[tokio::main]
async fn main() {
    // Cargo adds flags of its own.
    let arguments = std::env::args().skip(1).filter(|it| !it.starts_with('-'));
    let (sizes, names): (Vec<_>, Vec<_>) = arguments.partition(|it| it.parse::<usize>().is_ok());
    let mut sizes: Vec<usize> = sizes.iter().flat_map(|size| size.parse()).collect();
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    let peers = peers::build(|name| names.is_empty() || names.iter().any(|it| it == name));
    let headings = peers.iter().map(|peer| format!(" {} | ratio |", peer.name));
    println!(
        "| objects | figure |{}\n|---|---|{}",
        headings.collect::<String>().replacen(" ratio |", "", 1),
        "---|---|".repeat(peers.len()).replacen("---|", "", 1)
    );
    let sizes_of_binaries = peers.iter().map(|peer| vec![peer.size() as f64 / 1e6]);
    row("", "binary, MB", &sizes_of_binaries.collect::<Vec<_>>());
    for size in sizes {
        measure(size, &peers).await;
    }
}

async fn measure(size: usize, peers: &[Peer]) {
    let cluster = Cluster::start(size).await;
    let mut figures: Vec<Vec<Figures>> = peers.iter().map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        let mut order: Vec<_> = (0..peers.len()).collect();
        if round % 2 == 1 {
            order.reverse();
        }
        for peer in order {
            cluster.clear().await;
            figures[peer].push(run(&peers[peer], &cluster).await);
        }
    }
    let objects = size.to_string();
    let print = |figure: &str, value: &dyn Fn(&Figures) -> f64| {
        let values = figures
            .iter()
            .map(|rounds| rounds.iter().map(value).collect());
        row(&objects, figure, &values.collect::<Vec<_>>());
    };
    print("objects/s", &|it| size as f64 / it.converged.as_secs_f64());
    print("CPU to begin, s", &|it| it.start.as_secs_f64());
    print("CPU of a change each, s", &|it| it.change.as_secs_f64());
    print("CPU of 5 s at rest, s", &|it| it.idle.as_secs_f64());
    print("resident, MB", &|it| it.resident as f64 * 1_024.0 / 1e6);
    print("resident at most, MB", &|it| it.peak as f64 * 1_024.0 / 1e6);
}

async fn run(peer: &Peer, cluster: &Cluster) -> Figures {
    let operator = Process::start(peer, &cluster.kubeconfig());
    let began = Instant::now();
    cluster.until_converged().await;
    let converged = began.elapsed();
    operator.until_at_rest().await;
    let (start, resident) = (operator.cpu(), operator.resident());
    tokio::time::sleep(IDLE).await;
    let idle = operator.cpu();
    cluster.change().await;
    cluster.until_converged().await;
    operator.until_at_rest().await;
    Figures {
        converged,
        start,
        change: operator.cpu() - idle,
        idle: idle - start,
        resident,
        peak: operator.peak(),
    }
}

/// A row of medians, those of each peer beside the first's.
fn row(objects: &str, figure: &str, peers: &[Vec<f64>]) {
    let medians: Vec<_> = peers.iter().map(|values| median(values)).collect();
    let cells = medians.iter().enumerate().map(|(peer, median)| {
        let digits = if *median < 10.0 { 2 } else { 0 };
        match peer {
            0 => format!(" {median:.digits$} |"),
            _ if *median == 0.0 => format!(" {median:.digits$} | – |"),
            _ => format!(" {median:.digits$} | {:.2} |", medians[0] / median),
        }
    });
    println!("| {objects} | {figure} |{}", cells.collect::<String>());
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
