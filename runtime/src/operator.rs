use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use futures::FutureExt;
use futures::future::BoxFuture;
use kopgen_core::Source;
use kopgen_core::names::ProjectName;
use kopgen_core::report::{KindReport, Problem};
use kube::Client;
use kube::client::ClientBuilder;
use tokio::sync::watch as latest;

use crate::context::Call;
use crate::controller::{self, Common, ControllerInfo, ErasedReconciler, Malformed, RawObject};
use crate::declarations::{CleanupFn, Declarations, Declared};
use crate::election::{Candidate, Gate};
use crate::metrics::Metrics;
use crate::running::{Running, Signals};
use crate::{Action, Cleaned, Context, Error, Kind, Reconcile, Result, Settings};

/// The kinds and controllers of an operator: the one list that both [`run`](Self::run) and
/// [`manifests::main`](crate::manifests::main) work from.
///
/// `State` is the user's own: made once, and given to each reconciler's [`setup`](Reconcile::setup).
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
    namespaces: Option<Vec<String>>,
}

/// What an operator is made of, whatever its state: so that what is made of it is compiled here, and not in each project.
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) kinds: Vec<KindEntry>,
    pub(crate) controllers: Vec<Declared>,
}

/// A kind, and how its CRD is made.
pub(crate) struct KindEntry {
    pub(crate) source: Source,
    pub(crate) report: fn() -> KindReport,
    /// Why `report` panics, where its types are to blame.
    pub(crate) clashes: fn() -> Vec<Problem>,
}

type SetupFn<State> = for<'a> fn(&'a State) -> BoxFuture<'a, Result<Arc<dyn ErasedReconciler>>>;

impl<State: Send + Sync + 'static> Operator<State> {
    /// An operator of this name, which is in the field manager of all that it writes: `<operator>/<controller>`.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            listed: Listed {
                name: name.into(),
                kinds: Vec::new(),
                controllers: Vec::new(),
            },
            setups: Vec::new(),
            namespaces: None,
        }
    }

    /// Watches these namespaces only, whatever `WATCH_NAMESPACE` says.
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
        self.setups.push(|state| setup::<R>(state).boxed());
        self
    }

    /// Runs the operator until SIGTERM or Ctrl-C, and then until the reconciles under way are finished. A second signal
    /// ends it at once.
    ///
    /// The client is that of the kubeconfig, or in a cluster that of the pod's service account. With leader election, every
    /// replica makes its state and fills its caches, and one of them reconciles: the client of the others refuses all that
    /// is not a GET.
    ///
    /// # Errors
    ///
    /// When the settings contradict each other, when there is no cluster, when an address is taken, when the state or a
    /// reconciler cannot be made, when a controller has failed as a whole, or when this replica leads no more. Let the
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
        tokio::select! {
            result = running.failed() => return result,
            () = signals.next() => tracing::info!("stopping: finishing the reconciles under way"),
        }
        tokio::select! {
            result = running.stop() => result,
            () = signals.next() => bail!("stopped before the reconciles under way were finished"),
        }
    }

    /// Starts the operator and all that is around it.
    async fn serve(
        self,
        settings: Settings,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<Running> {
        let election = settings.leader_election.clone();
        let gate = if election.leader_elect {
            election.check()?;
            Gate::closed()
        } else {
            Gate::always_open()
        };
        let config = settings.config().await?;
        let builder = ClientBuilder::try_from((config.clone(), gate.clone()))?;
        let metrics = Metrics::new();
        // What the gate keeps from being sent is not counted.
        let builder = builder.with_layer(&metrics).with_layer(&gate);
        let name = self.listed.name.clone();
        let mut running = self
            .launch(builder.build(), gate.clone(), metrics.clone(), state)
            .await?;
        running
            .serve_probes(&settings.health_probe_bind_address)
            .await?;
        if election.leader_elect {
            metrics.follow_election(&name, gate.clone());
        }
        running
            .serve_metrics(&settings.metrics, metrics, config.clone())
            .await?;
        if election.leader_elect {
            let candidate = Candidate::new(Client::try_from(config)?, &name, election);
            running.elect(candidate, gate);
        }
        Ok(running)
    }

    /// Starts the controllers with this client, as a test does. They run until the handle is stopped or dropped.
    ///
    /// # Errors
    ///
    /// When a declaration is wrong, or when the state or a reconciler cannot be made.
    pub async fn start(
        self,
        client: Client,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<Running> {
        self.launch(client, Gate::always_open(), Metrics::new(), state)
            .await
    }

    async fn launch(
        self,
        client: Client,
        gate: Gate,
        metrics: Metrics,
        state: impl AsyncFnOnce(&Client) -> Result<State>,
    ) -> Result<Running> {
        let problems = self.listed.problems();
        if !problems.is_empty() {
            let problems = problems.iter().map(Problem::to_string).collect::<Vec<_>>();
            bail!(
                "the operator's declarations are wrong:\n{}",
                problems.join("\n")
            );
        }
        let namespaces = match self.namespaces {
            Some(namespaces) => namespaces.into_iter().map(Some).collect(),
            None => watched_namespaces(std::env::var("WATCH_NAMESPACE").ok().as_deref()),
        };
        let state = state(&client)
            .await
            .context("cannot make the operator's state")?;
        let mut controllers = Vec::new();
        for (declared, setup) in self.listed.controllers.into_iter().zip(self.setups) {
            let name = declared.report.name.clone();
            let reconciler = setup(&state)
                .await
                .with_context(|| format!("cannot set up the controller `{name}`"))?;
            controllers.push((
                ControllerInfo::new(&client, &self.listed.name, declared),
                reconciler,
            ));
        }
        let mut running = Running::default();
        let common = Common {
            client,
            namespaces,
            gate,
            metrics,
            stop: running.stopped(),
        };
        for (info, reconciler) in controllers {
            let (ready, receiver) = latest::channel(false);
            let name = info.declared.report.name.clone();
            let controller = controller::run(common.clone(), Arc::new(info), reconciler, ready);
            running.add_controller(name, receiver, controller);
        }
        Ok(running)
    }
}

impl Listed {
    /// What is wrong with the declarations, taken together.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        // It is in the name that events are reported under, which the API server wants qualified by a DNS name.
        if let Err(problem) = self.name.parse::<ProjectName>() {
            problems.push(Problem::new(format!("the operator's name: {problem}")));
        }
        let mut names = BTreeMap::new();
        for declared in &self.controllers {
            problems.extend(declared.problems.iter().cloned());
            let report = &declared.report;
            if let Some(first) = names.insert(report.name.clone(), report.source.clone()) {
                let message = format!(
                    "two controllers are named `{}`: the other is {first}",
                    report.name
                );
                let help = "name one of them: `#[reconciler(name = \"..\")]`";
                problems.push(
                    Problem::new(message)
                        .source(report.source.clone())
                        .help(help),
                );
            }
        }
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
        async move {
            self.reconciler
                .reconcile(typed::<R>(&call.object)?, Context::new(call))
                .await
        }
        .boxed()
    }

    fn cleanup(&self, call: Call) -> BoxFuture<'_, Result<Cleaned>> {
        async move {
            match self.cleanup {
                Some(cleanup) => {
                    cleanup(
                        &self.reconciler,
                        typed::<R>(&call.object)?,
                        Context::new(call),
                    )
                    .await
                }
                None => Ok(Cleaned::Done),
            }
        }
        .boxed()
    }
}

fn typed<R: Reconcile>(object: &RawObject) -> Result<Arc<R::Kind>> {
    crate::decode::read(&object.json)
        .map(Arc::new)
        .map_err(|error| Error::new(Malformed(error)))
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
