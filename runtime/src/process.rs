//! What this process uses: the metrics of client_golang's process collector, with its names. They are Linux's to tell.

use prometheus::core::{AtomicF64, GenericCounter};
use prometheus::{Gauge, Registry};

use crate::metrics::register;

/// The metrics; without any where nobody tells them.
#[derive(Clone)]
pub(crate) struct Process(Option<Metrics>);

#[derive(Clone)]
struct Metrics {
    cpu: GenericCounter<AtomicF64>,
    resident: Gauge,
    virtual_: Gauge,
    virtual_limit: Gauge,
    files: Gauge,
    files_limit: Gauge,
    started: Gauge,
}

/// What a process has used, in seconds and bytes.
#[derive(Debug, Default, PartialEq)]
struct Usage {
    cpu: f64,
    /// Since the Unix epoch.
    started: f64,
    resident: f64,
    virtual_: f64,
    virtual_limit: f64,
    files: f64,
    files_limit: f64,
}

impl Process {
    pub(crate) fn register(registry: &Registry) -> Self {
        if read().is_none() {
            return Self(None);
        }
        let gauge = |name, help| register(registry, Gauge::new(name, help));
        let cpu = GenericCounter::new(
            "process_cpu_seconds_total",
            "Time of the processor that was used, in user and system mode.",
        );
        Self(Some(Metrics {
            cpu: register(registry, cpu),
            resident: gauge("process_resident_memory_bytes", "Memory that is resident."),
            virtual_: gauge("process_virtual_memory_bytes", "Address space."),
            virtual_limit: gauge(
                "process_virtual_memory_max_bytes",
                "Most address space that there may be.",
            ),
            files: gauge("process_open_fds", "Open file descriptors."),
            files_limit: gauge(
                "process_max_fds",
                "Most file descriptors that there may be.",
            ),
            started: gauge(
                "process_start_time_seconds",
                "When the process was started, since the Unix epoch.",
            ),
        }))
    }

    /// Takes the metrics up to date.
    pub(crate) fn measure(&self) {
        let (Some(metrics), Some(usage)) = (&self.0, read()) else {
            return;
        };
        // Two scrapes at a time may both have read before.
        let more = usage.cpu - metrics.cpu.get();
        metrics.cpu.inc_by(more.max(0.0));
        metrics.resident.set(usage.resident);
        metrics.virtual_.set(usage.virtual_);
        metrics.virtual_limit.set(usage.virtual_limit);
        metrics.files.set(usage.files);
        metrics.files_limit.set(usage.files_limit);
        metrics.started.set(usage.started);
    }
}

/// What the kernel says of this process; `None` where it is not Linux.
fn read() -> Option<Usage> {
    let file = |path: &str| std::fs::read_to_string(path).ok();
    let mut usage = parse(
        &file("/proc/self/stat")?,
        &file("/proc/self/status")?,
        &file("/proc/self/limits")?,
        &file("/proc/stat")?,
    )?;
    usage.files = std::fs::read_dir("/proc/self/fd").ok()?.count() as f64;
    Some(usage)
}

/// In these, the kernel counts time for programs: `USER_HZ`, 100 on all that Rust and Kubernetes run on.
const TICKS: f64 = 100.0;

/// The formats are those of proc(5).
fn parse(stat: &str, status: &str, limits: &str, system: &str) -> Option<Usage> {
    // The name, in parentheses, may have anything in it.
    let (_, fields) = stat.rsplit_once(')')?;
    // The third field is the first after it.
    let ticks = |number: usize| -> Option<f64> {
        let field = fields.split_whitespace().nth(number - 3)?;
        Some(field.parse::<f64>().ok()? / TICKS)
    };
    let memory = |name: &str| -> Option<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes = line.trim().strip_suffix("kB")?.trim();
        Some(kibibytes.parse::<f64>().ok()? * 1024.0)
    };
    let limit = |name: &str| -> Option<f64> {
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        match line.split_whitespace().next()? {
            // As client_golang has it.
            "unlimited" => Some(u64::MAX as f64),
            limit => limit.parse().ok(),
        }
    };
    let booted = system.lines().find_map(|line| line.strip_prefix("btime "));
    Some(Usage {
        cpu: ticks(14)? + ticks(15)?,
        started: booted?.trim().parse::<f64>().ok()? + ticks(22)?,
        resident: memory("VmRSS:")?,
        virtual_: memory("VmSize:")?,
        virtual_limit: limit("Max address space")?,
        files: 0.0,
        files_limit: limit("Max open files")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_files_are_read() {
        let stat =
            "4711 (a )(b) S 1 4711 4711 0 -1 4194560 900 0 12 0 250 75 0 0 20 0 9 0 12345 1 2 3";
        let status = "Name:\ta\nVmSize:\t  2048 kB\nVmRSS:\t   512 kB\n";
        let limits = "Limit                     Soft Limit           Hard Limit           Units\n\
                      Max open files            1024                 4096                 files\n\
                      Max address space         unlimited            unlimited            bytes\n";
        let system = "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n";
        let expected = Usage {
            cpu: 3.25,
            started: 1_700_000_123.45,
            resident: 512.0 * 1024.0,
            virtual_: 2048.0 * 1024.0,
            virtual_limit: u64::MAX as f64,
            files: 0.0,
            files_limit: 1024.0,
        };
        assert_eq!(parse(stat, status, limits, system), Some(expected));
        assert_eq!(parse("", status, limits, system), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_is_measured() {
        let registry = Registry::new();
        let process = Process::register(&registry);
        process.measure();
        let metrics = process.0.as_ref().expect("there is a /proc");
        let before = metrics.cpu.get();
        // A tick of the kernel's clock is worked away.
        while metrics.cpu.get() == before {
            process.measure();
        }
        assert!(metrics.resident.get() > 100_000.0);
        assert!(metrics.resident.get() < metrics.virtual_.get());
        assert!(metrics.files.get() >= 3.0);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let age = now.unwrap().as_secs_f64() - metrics.started.get();
        assert!((-60.0..60.0 * 60.0).contains(&age), "{age}");
    }
}
