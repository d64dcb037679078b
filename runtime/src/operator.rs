use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::future::BoxFuture;
use kopgen_core::Source;
use kopgen_core::names::ProjectName;
use kopgen_core::report::{ControllerReport, KindReport, Problem, TaskReport};
use kube::Client;
use kube::client::ClientBuilder;
use tokio::sync::watch as latest;
use tokio_util::context::TokioContext;

use crate::call::{Call, Reconciling};
use crate::cluster;
use crate::controller::{self, Common, ControllerInfo, ErasedReconciler, Malformed, RawObject};
use crate::declarations::{CleanupFn, Declarations, Declared};
use crate::decode::Unreadable;
use crate::describe::describe;
use crate::election::{Candidate, Gate};
use crate::events::Events;
use crate::metrics::Metrics;
use crate::once;
use crate::running::{Running, Signals};
use crate::supervision::{RECONCILE_TIMEOUT, UserCode};
use crate::task::{self, DeclaredTask};
use crate::threads::{Runtimes, Workers};
use crate::tls::choose_provider;
use crate::{Action, Cleaned, Context, Error, Kind, Reconcile, Result, Settings, Task};

/// The kinds, controllers and tasks of an operator: the one list that both [`run`](Self::run) and
/// [`manifests::main`](crate::manifests::main) work from.
///
/// `State` is the user's own: made once, and given to the `setup` of each [reconciler](Reconcile::setup) and
/// [task](Task::setup).
///
/// It watches the whole cluster, unless [`watch_namespaces`](Self::watch_namespaces) or the environment variable
/// `WATCH_NAMESPACE`, a list separated by commas, narrows it to namespaces.
///
/// The example of [the crate](crate#an-operator) makes one and runs it; a test starts it with a client of its own:
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Service;
/// # use kopgen_runtime::{Action, Context, Reconcile, Reconciler};
/// use kopgen_runtime::{Client, Operator, Result};
///
/// # #[derive(Reconciler)]
/// # #[reconciler(kind = Service)]
/// # struct ServiceReconciler {}
/// # impl Reconcile for ServiceReconciler {
/// #     type State = ();
/// #     async fn setup(_: &()) -> Result<Self> {
/// #         Ok(Self {})
/// #     }
/// #     async fn reconcile(&self, _: Arc<Service>, _: Context<Self>) -> Result<Action> {
/// #         Ok(Action::await_change())
/// #     }
/// # }
/// async fn try_it(client: Client) -> Result<()> {
///     let operator = Operator::new("balancer").controller::<ServiceReconciler>();
///     let operator = operator.watch_namespaces(["test"]);
///     let mut running = operator.start(client, async |_: &Client| Ok(())).await?;
///     running.ready().await?;
///     // Create objects here, and look what becomes of them.
///     running.stop().await
/// }
/// ```
pub struct Operator<State> {
    pub(crate) listed: Listed,
    /// Of each listed controller.
    setups: Vec<SetupFn<State>>,
    /// Of each listed task.
    task_setups: Vec<TaskSetupFn<State>>,
    namespaces: Option<BTreeSet<String>>,
}

/// What an operator is made of, whatever its state: so that what is made of it is compiled here, and not in each project.
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) kinds: Vec<KindEntry>,
    pub(crate) controllers: Vec<Declared>,
    pub(crate) tasks: Vec<DeclaredTask>,
}

/// A kind, and how its CRD is made.
pub(crate) struct KindEntry {
    pub(crate) source: Source,
    pub(crate) report: fn() -> KindReport,
    /// The enums in its types that no CRD can hold.
    pub(crate) clashes: fn() -> Vec<Problem>,
}

type SetupFn<State> = for<'a> fn(&'a State) -> BoxFuture<'a, Result<Arc<dyn ErasedReconciler>>>;

type TaskSetupFn<State> = for<'a> fn(&'a State) -> BoxFuture<'a, Result<task::Run>>;

impl<State: Send + Sync + 'static> Operator<State> {
    /// An operator of this name, which is in the field manager of all that it writes: `<operator>/<controller or task>`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            listed: Listed {
                name: name.into(),
                kinds: Vec::new(),
                controllers: Vec::new(),
                tasks: Vec::new(),
            },
            setups: Vec::new(),
            task_setups: Vec::new(),
            namespaces: None,
        }
    }

    /// Watches these namespaces only, whatever `WATCH_NAMESPACE` says; at least one.
    ///
    /// A project leaves it to `watch-namespaces` in `kopgen.toml`: that list makes the roles, too.
    pub fn watch_namespaces(
        mut self,
        namespaces: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.namespaces = Some(namespaces.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a kind whose CRD the project generates.
    pub fn kind<K: Kind>(mut self) -> Self {
        let report = || KindReport {
            source: K::source(),
            crd: K::definition(),
        };
        self.listed.kinds.push(KindEntry {
            source: K::source(),
            report,
            clashes: kopgen_core::crd::clashes_of::<K>,
        });
        self
    }

    /// Adds a controller.
    pub fn controller<R: Reconcile<State = State>>(mut self) -> Self {
        let declared = Declarations::<R>::of_reconciler().controller;
        self.listed.controllers.push(declared);
        self.setups.push(|state| Box::pin(setup::<R>(state)));
        self
    }

    /// Adds a task, which runs beside the controllers.
    pub fn task<T: Task<State = State>>(mut self) -> Self {
        self.listed.tasks.push(DeclaredTask::of::<T>());
        self.task_setups
            .push(|state| Box::pin(task::setup::<T>(state)));
        self
    }

    /// Runs the operator until SIGTERM or Ctrl-C, or until a part of it has failed, and then until the reconciles under way and
    /// the tasks are finished. A second signal ends it at once.
    ///
    /// The client is that of the kubeconfig, or in a cluster that of the pod's service account. With leader election, every
    /// replica makes its state and fills its caches, and one of them reconciles and runs the tasks, but for those that run
    /// [on every replica](Task::ON_EVERY_REPLICA): the client of the others refuses all that is not a GET.
    ///
    /// Its client encrypts with ring. To have another provider do it, install that as rustls' default before.
    ///
    /// Controllers and tasks run on threads of their own, four or as many as the caller's runtime has; election, probes and
    /// metrics have one beside them, on which no user code runs. The threads that user code blocks are left behind when it returns.
    ///
    /// # Errors
    ///
    /// When the settings contradict each other, when there is no cluster, when an address is taken, when the state, a reconciler
    /// or a task cannot be made, when a controller or a task has failed as a whole, or when this replica leads no more. Let the
    /// process end then: Kubernetes starts it again.
    pub async fn run(
        self,
        settings: Settings,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<()> {
        let mut signals = Signals::listen()?;
        let mut running = tokio::select! {
            running = self.serve(settings, state) => running?,
            () = signals.next() => return Ok(()),
        };
        let failed = tokio::select! {
            failed = running.failed() => failed,
            () = signals.next() => Ok(()),
        };
        match &failed {
            Ok(()) => tracing::info!("stopping: finishing what is under way"),
            Err(error) => {
                let error = describe(error.as_ref());
                tracing::error!(error, "a part has failed: finishing what is under way");
            }
        }
        tokio::select! {
            stopped = running.stop() => failed.and(stopped),
            () = signals.next() => bail!("stopped before what was under way was finished"),
        }
    }

    /// Starts the operator and all that is around it.
    async fn serve(
        self,
        settings: Settings,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<Running> {
        self.listed.check()?;
        let election = settings.leader_election.clone();
        let gate = if election.leader_elect {
            election.check()?;
            Gate::closed()
        } else {
            Gate::always_open()
        };
        choose_provider();
        let name = self.listed.name.clone();
        let config = cluster::config(settings.kubeconfig.as_deref(), &name).await?;
        let metrics = Metrics::new();
        let mut running = Running::new(Runtimes::start()?);
        let timeout = settings.reconcile_timeout;
        // They answer while the state is made, too.
        running
            .serve_probes(
                &settings.health_probe_bind_address,
                metrics.runs.clone(),
                (!timeout.is_zero()).then_some(timeout),
            )
            .await?;
        running.watch(metrics.runs.clone());
        if election.leader_elect {
            metrics.follow_election(&name, gate.clone());
        }
        running
            .serve_metrics(&settings.metrics, metrics.clone(), config.clone())
            .await?;
        let client = {
            let _work = running.runtimes().work.enter();
            let builder = ClientBuilder::try_from((config.clone(), gate.clone()))?;
            // What the gate keeps from being sent is not counted.
            let builder = builder.with_layer(&metrics.requests_to(&config.cluster_url));
            builder.with_layer(&gate).build()
        };
        let launch = Launch {
            client,
            gate: gate.clone(),
            metrics,
            timeout,
        };
        self.launch(&mut running, launch, state).await?;
        if election.leader_elect {
            let candidate = {
                let _serving = running.runtimes().serving.enter();
                Candidate::new(Client::try_from(config)?, &name, election.clone())
            };
            // As long as a candidate waits for a leader that has gone.
            running.elect(candidate, gate, election.lease_duration);
        }
        Ok(running)
    }

    /// Starts the controllers and tasks with this client, as a test does. They run until the handle is stopped or dropped.
    ///
    /// # Errors
    ///
    /// When a declaration is wrong, or when the state, a reconciler or a task cannot be made.
    pub async fn start(
        self,
        client: Client,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<Running> {
        self.listed.check()?;
        let mut running = Running::new(Runtimes::current());
        let launch = Launch {
            client,
            gate: Gate::always_open(),
            metrics: Metrics::new(),
            timeout: RECONCILE_TIMEOUT,
        };
        self.launch(&mut running, launch, state).await?;
        Ok(running)
    }

    /// Makes the state, and adds the controllers and tasks.
    async fn launch(
        self,
        running: &mut Running,
        launch: Launch,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<()> {
        let Launch {
            client,
            gate,
            metrics,
            timeout,
        } = launch;
        let work = running.runtimes().work.clone();
        let namespaces = match self.namespaces {
            Some(namespaces) if namespaces.is_empty() => {
                bail!("`watch_namespaces` names none: leave it out to watch the whole cluster")
            }
            Some(namespaces) => namespaces.into_iter().map(Some).collect(),
            None => watched_namespaces(std::env::var("WATCH_NAMESPACE").ok().as_deref()),
        };
        let client = {
            let _work = work.enter();
            once::client(client)
        };
        // What they spawn and connect is to be where the controllers are.
        let state = TokioContext::new(state(&client), work.clone())
            .await
            .context("cannot make the operator's state")?;
        let events = Arc::new(Events::new(&client));
        let mut controllers = Vec::new();
        for (declared, setup) in self.listed.controllers.into_iter().zip(self.setups) {
            let name = declared.report.name.clone();
            let reconciler = TokioContext::new(setup(&state), work.clone())
                .await
                .with_context(|| format!("cannot set up the controller `{name}`"))?;
            let info = ControllerInfo::new(&self.listed.name, declared, events.clone());
            controllers.push((info, reconciler));
        }
        let mut tasks = Vec::new();
        for (declared, setup) in self.listed.tasks.into_iter().zip(self.task_setups) {
            let name = &declared.report.name;
            let task = TokioContext::new(setup(&state), work.clone())
                .await
                .with_context(|| format!("cannot set up the task `{name}`"))?;
            tasks.push((declared, task));
        }
        let user_code = UserCode::new(Workers::of(&work), metrics.runs.clone(), timeout);
        let common = Common {
            client,
            namespaces: namespaces.into(),
            gate,
            metrics,
            user_code,
            stop: running.stopped(),
        };
        for (info, reconciler) in controllers {
            let (ready, receiver) = latest::channel(false);
            let name = info.declared.report.name.clone();
            let controller = controller::run(common.clone(), Arc::new(info), reconciler, ready);
            running.add_controller(name, receiver, controller);
        }
        for (declared, task) in tasks {
            let name = declared.report.name.clone();
            let operator = self.listed.name.clone();
            running.add_task(&name, task::run(common.clone(), operator, declared, task));
        }
        running.set_up();
        Ok(())
    }
}

/// What an operator is started with.
struct Launch {
    client: Client,
    gate: Gate,
    metrics: Metrics,
    /// For a reconcile; zero is without end.
    timeout: Duration,
}

impl Listed {
    /// # Errors
    ///
    /// When a declaration is wrong.
    fn check(&self) -> Result<()> {
        let problems = self.problems();
        let problems: Vec<_> = problems.iter().map(Problem::to_string).collect();
        if !problems.is_empty() {
            bail!(
                "the operator's declarations are wrong:\n{}",
                problems.join("\n")
            );
        }
        Ok(())
    }

    /// What is wrong with the declarations, taken together.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        // It is in the name that events are reported under, which the API server wants qualified by a DNS name.
        if let Err(problem) = self.name.parse::<ProjectName>() {
            problems.push(Problem::new(format!("the operator's name: {problem}")));
        }
        problems.extend(self.controllers.iter().flat_map(|it| it.problems.clone()));
        problems.extend(self.shared_names());
        let mut sources = BTreeSet::new();
        for KindEntry { source, .. } in &self.kinds {
            if !sources.insert(source) {
                let message = format!("`{}` is listed twice: remove one", source.type_name);
                problems.push(Problem::new(message).source(source.clone()));
            }
        }
        problems
    }
}

impl Listed {
    /// Names of two controllers or tasks, which would write as one field manager.
    fn shared_names(&self) -> Vec<Problem> {
        let controllers = self.controllers.iter().map(|it| {
            let ControllerReport { name, source, .. } = &it.report;
            ("controller", "#[reconciler(name = \"..\")]", name, source)
        });
        let tasks = self.tasks.iter().map(|it| {
            let TaskReport { name, source, .. } = &it.report;
            ("task", "#[permissions(name = \"..\")]", name, source)
        });
        let mut problems = Vec::new();
        let mut names = BTreeMap::new();
        for (what, attribute, name, source) in controllers.chain(tasks) {
            let Some((other, first)) = names.insert(name, (what, source)) else {
                continue;
            };
            let both = if other == what {
                format!("two {what}s are")
            } else {
                format!("a {other} and a {what} are")
            };
            let problem = Problem::new(format!("{both} named `{name}`: the other is {first}"));
            let help = format!("name one of them: `{attribute}`");
            problems.push(problem.source(source.clone()).help(help));
        }
        problems
    }
}

async fn setup<R: Reconcile>(state: &R::State) -> Result<Arc<dyn ErasedReconciler>> {
    let cleanup = Declarations::<R>::of_reconciler().cleanup;
    Ok(Arc::new(Typed {
        reconciler: R::setup(state).await?,
        cleanup,
    }))
}

/// Where an object gets its type.
struct Typed<R: Reconcile> {
    reconciler: R,
    cleanup: Option<CleanupFn<R>>,
}

impl<R: Reconcile> ErasedReconciler for Typed<R> {
    fn check(&self, object: &RawObject) -> Result<()> {
        typed::<R>(object).map(drop)
    }

    fn reconcile(&self, call: Call) -> BoxFuture<'_, Result<Action>> {
        Box::pin(async move {
            self.reconciler
                .reconcile(object::<R>(&call)?, Context::new(call))
                .await
        })
    }

    fn cleanup(&self, call: Call) -> BoxFuture<'_, Result<Cleaned>> {
        Box::pin(async move {
            match self.cleanup {
                Some(cleanup) => {
                    cleanup(&self.reconciler, object::<R>(&call)?, Context::new(call)).await
                }
                None => Ok(Cleaned::Done),
            }
        })
    }
}

/// The object that is reconciled.
fn object<R: Reconcile>(call: &Call) -> Result<Arc<R::Kind>> {
    let Reconciling { object, own, .. } = call.reconciling();
    let (object, unreadable) = typed::<R>(object)?;
    own.progress.status_was_unreadable(unreadable);
    Ok(Arc::new(object))
}

/// The object, and why its status is left out.
fn typed<R: Reconcile>(object: &RawObject) -> Result<(R::Kind, Option<Unreadable>)> {
    crate::decode::read_but_status(&object.json).map_err(|error| Error::new(Malformed(error)))
}

/// The namespaces to watch; `None` is the whole cluster.
fn watched_namespaces(variable: Option<&str>) -> Vec<Option<String>> {
    let names = variable
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let names: BTreeSet<_> = names.collect();
    if names.is_empty() {
        vec![None]
    } else {
        names
            .into_iter()
            .map(|name| Some(name.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn watch_namespace_is_a_list() {
        let check = |variable: Option<&str>, expected: &[Option<&str>]| {
            let namespaces = watched_namespaces(variable);
            assert_eq!(
                namespaces.iter().map(Option::as_deref).collect::<Vec<_>>(),
                expected
            );
        };
        check(None, &[None]);
        check(Some(""), &[None]);
        check(Some("a"), &[Some("a")]);
        check(Some("b, a,,a"), &[Some("a"), Some("b")]);
    }
}
