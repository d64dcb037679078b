use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use kopgen_core::report::TaskReport;
use tokio::task::JoinSet;
use tracing::Instrument;

use crate::call::{Call, Caller};
use crate::controller::{Common, GRACE, manager, panic_error};
use crate::rules::rules_of;
use crate::{Context, Permissions, Result};

/// What an operator does beside reconciling: sweep up once an hour, call a service, serve a webhook.
///
/// A task declares what it may do with [`Permissions`](macro@Permissions), as a reconciler does: it goes into the operator's
/// role, and no other call compiles. [`Operator::task`](crate::Operator::task) adds it. In a cluster with several replicas it
/// runs on the one that leads.
///
/// A task that returns `Ok` is done, and the operator goes on without it. An error or a panic ends the operator with an error
/// that names the task, and Kubernetes starts it again: what may fail now and then, the task tries again by itself.
///
/// ```
/// use std::time::Duration;
///
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use kopgen_runtime::{Context, Operator, Permissions, Result, Task};
/// use kube::ResourceExt;
/// use kube::api::ListParams;
///
/// /// Deletes last year's reports.
/// #[derive(Permissions)]
/// #[permissions(uses(ConfigMap, verbs(list, delete)))]
/// pub struct Sweeper {
///     pause: Duration,
/// }
///
/// impl Task for Sweeper {
///     type State = ();
///
///     async fn setup(_: &()) -> Result<Self> {
///         Ok(Self { pause: Duration::from_secs(60 * 60) })
///     }
///
///     async fn run(&self, cx: Context<Self>) -> Result<()> {
///         loop {
///             self.sweep(&cx).await?;
///             tokio::select! {
///                 () = cx.stopped() => return Ok(()),
///                 () = tokio::time::sleep(self.pause) => {}
///             }
///         }
///     }
/// }
///
/// impl Sweeper {
///     async fn sweep(&self, cx: &Context<Self>) -> Result<()> {
///         let old = ListParams::default().labels("report=last-year");
///         // A task is in no namespace: it lists those of all that the operator watches.
///         for report in cx.list::<ConfigMap>(&old).await? {
///             let namespace = report.namespace().unwrap_or_default();
///             cx.in_namespace(&namespace).delete::<ConfigMap>(&report.name_any()).await?;
///         }
///         Ok(())
///     }
/// }
///
/// pub fn operator() -> Operator<()> {
///     Operator::new("guestbook").task::<Sweeper>()
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no task",
    label = "the trait `Task` is not implemented for `{Self}`",
    note = "implement it: `impl kopgen_runtime::Task for {Self} {{ type State = ..; async fn setup(..) -> Result<Self> {{ .. }} async fn run(..) -> Result<()> {{ .. }} }}`"
)]
pub trait Task: Permissions<Kind = ()> {
    /// What the user makes once at the start, for all controllers and tasks.
    type State: Send + Sync + 'static;

    /// Whether it runs on every replica, from the start, and not on the one that leads alone: for what answers requests, such as
    /// a webhook. A replica that does not lead can read, and not write: its client refuses all that is not a GET.
    const ON_EVERY_REPLICA: bool = false;

    /// Makes the task, once, on every replica, before any runs.
    fn setup(state: &Self::State) -> impl Future<Output = Result<Self>> + Send;

    /// Does it. [`Context::stopped`] tells when to end: after that it has 25 seconds, and is cut off then.
    fn run(&self, cx: Context<Self>) -> impl Future<Output = Result<()>> + Send;
}

/// What is known of a task before it is made.
pub(crate) struct DeclaredTask {
    pub(crate) report: TaskReport,
    on_every_replica: bool,
}

/// A task without its type.
pub(crate) type Run = Box<dyn FnOnce(Call) -> BoxFuture<'static, Result<()>> + Send>;

impl DeclaredTask {
    pub(crate) fn of<T: Task>() -> Self {
        Self {
            report: TaskReport {
                source: T::source(),
                name: T::NAME.into(),
                rules: rules_of::<T>(),
            },
            on_every_replica: T::ON_EVERY_REPLICA,
        }
    }
}

pub(crate) async fn setup<T: Task>(state: &T::State) -> Result<Run> {
    let task = T::setup(state).await?;
    Ok(Box::new(|call| {
        async move { task.run(Context::new(call)).await }.boxed()
    }))
}

/// Runs a task, as soon as this replica is the one to do it, until it is done.
pub(crate) async fn run(
    common: Common,
    operator: String,
    declared: DeclaredTask,
    task: Run,
) -> Result<()> {
    let Common {
        client,
        namespaces,
        gate,
        stop,
        user_code,
        ..
    } = common;
    let DeclaredTask {
        report,
        on_every_replica,
    } = declared;
    let name = report.name;
    if !on_every_replica {
        tokio::select! {
            () = stop.cancelled() => return Ok(()),
            () = gate.until_open() => {}
        }
    }
    let call = Call {
        client,
        manager: manager(&operator, &name),
        namespace: None,
        namespaces,
        // Nothing is watched, so nothing is known of what becomes of it.
        applied: Arc::default(),
        caller: Caller::Task(stop.clone()),
    };
    tracing::info!(task = name, "running");
    // Of this level so that it is there at every one.
    let span = tracing::error_span!("task", name);
    let (supervisor, task) = (user_code.supervisor(&name), task(call));
    // A tokio task of its own: nobody waits for one that blocks its thread when it is cut off.
    let mut work = JoinSet::new();
    work.spawn(async move { supervisor.task(task.instrument(span)).await });
    let ended = tokio::select! {
        ended = work.join_next() => Ok(ended),
        () = stop.cancelled() => tokio::time::timeout(GRACE, work.join_next()).await,
    };
    match ended {
        Ok(Some(Ok(result))) => {
            if result.is_ok() {
                tracing::info!(task = name, "done");
            }
            result
        }
        Ok(Some(Err(error))) if error.is_panic() => Err(panic_error(&*error.into_panic())),
        // Nobody aborts it but who has stopped waiting for it.
        Ok(Some(Err(_)) | None) => Ok(()),
        Err(_) => {
            let grace = GRACE.as_secs();
            tracing::warn!(
                task = name,
                "cut off, as it took more than {grace} s to end"
            );
            Ok(())
        }
    }
}
