//! What the `manifests` binary of a generated project does: says what the operator's types came to.

use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::thread;

use kopgen_core::report::{KindReport, MARKER, PROTOCOL, Problem, Report, Resource};

use crate::Operator;
use crate::election;
use crate::operator::{KindEntry, Listed};

/// Prints the operator's [`Report`] for `kopgen manifests` on stdout: on one line that starts with [`MARKER`].
///
/// Neither makes a client nor the operator's state. Fails, with the problems in the report, when the CRD of a kind cannot
/// be made or the declarations contradict each other.
///
/// ```no_run
/// use std::process::ExitCode;
///
/// use kopgen_runtime::{Operator, manifests};
///
/// /// The one list that `main.rs` runs, too.
/// fn operator() -> Operator<()> {
///     Operator::new("guestbook")
/// }
///
/// fn main() -> ExitCode {
///     manifests::main(&operator())
/// }
/// ```
pub fn main<State: Send + Sync + 'static>(operator: &Operator<State>) -> ExitCode {
    print(&report(operator))
}

/// The operator's kinds, controllers, tasks and rules.
pub fn report<State: Send + Sync + 'static>(operator: &Operator<State>) -> Report {
    report_of(&operator.listed)
}

fn print(report: &Report) -> ExitCode {
    let line = serde_json::to_string(report).expect("a report is JSON");
    // The user's code may have left a line unfinished.
    if let Err(error) = writeln!(io::stdout().lock(), "\n{MARKER}{line}") {
        eprintln!("error: cannot write the report: {error}");
        return ExitCode::FAILURE;
    }
    if report.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn report_of(operator: &Listed) -> Report {
    let mut problems = operator.problems();
    let mut kinds = Vec::new();
    for report in kind_reports(&operator.kinds) {
        match report {
            Ok(report) => kinds.push(report),
            Err(found) => problems.extend(found),
        }
    }
    for declared in &operator.controllers {
        let without_status = kinds
            .iter()
            .find(|kind| declared.writes_status && is_without_status(kind, &declared.report.kind));
        if let Some(kind) = without_status {
            let message = format!(
                "`status` is declared, but {} has no status",
                declared.report.kind.kind
            );
            let help = format!("add `status = \"..\"` to `#[kube(..)]` on {}", kind.source);
            problems.push(
                Problem::new(message)
                    .source(declared.report.source.clone())
                    .help(help),
            );
        }
    }
    Report {
        protocol: PROTOCOL,
        kopgen: env!("CARGO_PKG_VERSION").into(),
        kube: "5".into(),
        kinds,
        rules: election::rules(&operator.name),
        controllers: operator
            .controllers
            .iter()
            .map(|declared| declared.report.clone())
            .collect(),
        tasks: operator.tasks.iter().map(|it| it.report.clone()).collect(),
        problems,
    }
}

/// Whether the kind is `wanted`, and has no status subresource in its version.
fn is_without_status(kind: &KindReport, wanted: &Resource) -> bool {
    let spec = &kind.crd["spec"];
    let same = spec["group"] == wanted.group && spec["names"]["kind"] == wanted.kind;
    let versions = spec["versions"].as_array().into_iter().flatten();
    same && versions
        .filter(|version| version["name"] == wanted.version)
        .any(|version| version["subresources"]["status"].is_null())
}

/// In bytes: what the main thread has on most systems, for schemas that nest deeply.
const STACK: usize = 8 << 20;

type Reported = Result<KindReport, Vec<Problem>>;

/// The reports in the order of their kinds, made by as many threads as can run at once: a build without optimisation takes
/// milliseconds for a kind.
fn kind_reports(kinds: &[KindEntry]) -> Vec<Reported> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let shares = kinds.chunks(kinds.len().div_ceil(threads).max(1));
    // The hook is the process': another report at the same time would put the usual one back too early.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(|panic| PANIC.set(Some(panic.to_string()))));
    let reports = thread::scope(|scope| {
        let of_share = |share: &[KindEntry]| share.iter().map(kind_report).collect::<Vec<_>>();
        let start = |share| {
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, move || of_share(share))
        };
        let shares: Vec<_> = shares
            .map(|share| start(share).expect("a thread can be started"))
            .collect();
        let reports = shares.into_iter().map(|share| share.join());
        reports
            .flat_map(|reports| reports.expect("panics are caught"))
            .collect()
    });
    panic::set_hook(usual);
    reports
}

/// A panic in a schema is a problem of its kind: `JsonSchema` may be the user's.
fn kind_report(kind: &KindEntry) -> Reported {
    let problem = |message| {
        vec![Problem::new(format!(
            "the schema cannot be made: {message}"
        ))]
    };
    // First of all: kube's rewriter panics at some of these, and loses variants at others.
    let problems = match caught(kind.clashes) {
        Err(panic) => problem(panic),
        Ok(clashes) if !clashes.is_empty() => clashes,
        Ok(_) => match caught(kind.report) {
            Ok(report) => return Ok(report),
            Err(panic) => problem(panic),
        },
    };
    let source = |problem: Problem| problem.source(kind.source.clone());
    Err(problems.into_iter().map(source).collect())
}

thread_local! {
    /// What the last panic of a thread said.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What `call` returns, or what it said when it panicked.
fn caught<T>(call: fn() -> T) -> Result<T, String> {
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    result.map_err(|_| PANIC.take().unwrap_or_default())
}
