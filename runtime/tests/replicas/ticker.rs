//! An operator that never rests: it changes a Secret for each ConfigMap, at every beat of the clock. Beside that, it has a task for
//! the leader, and one for every replica.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use k8s_openapi::jiff::Timestamp;
use kopgen_runtime::{
    Action, Client, Context, Kind, Operator, Permissions, Reconcile, Reconciler, Result, Settings,
    Task,
};
use kube::{CustomResource, KubeSchema, ResourceExt};
use serde::{Deserialize, Serialize};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, name = "ticker", uses(Secret, verbs(create, patch)))]
pub struct Ticker {
    manners: Manners,
}

impl Reconcile for Ticker {
    type State = Flags;

    async fn setup(flags: &Flags) -> Result<Self> {
        Ok(Self {
            manners: flags.manners,
        })
    }

    async fn reconcile(&self, config_map: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        // One behaves whatever the others do.
        if config_map.name_any() != "ticker-0" {
            match self.manners {
                Manners::Good => {}
                Manners::Block => std::thread::sleep(Duration::from_secs(60 * 60)),
                Manners::Hang => std::future::pending().await,
            }
        }
        let mut tick = secret(&config_map.name_any());
        tick.string_data = Some([("tick".to_owned(), Timestamp::now().to_string())].into());
        cx.apply(&tick).await?;
        Ok(Action::requeue(until_beat()))
    }
}

/// How all reconciles but one behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Manners {
    Good,
    /// They block their threads.
    Block,
    /// They await what never comes.
    Hang,
}

/// A kind whose CRD is not there.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Ghost",
    plural = "ghosts",
    namespaced
)]
pub struct GhostSpec {}

#[derive(Reconciler)]
#[reconciler(kind = Ghost)]
pub struct Ghosts {}

impl Reconcile for Ghosts {
    type State = Flags;

    async fn setup(_: &Flags) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _: Arc<Ghost>, _: Context<Self>) -> Result<Action> {
        Ok(Action::await_change())
    }
}

/// The role does not let it.
#[derive(Reconciler)]
#[reconciler(kind = Namespace, name = "trespasser")]
pub struct Trespasser {}

impl Reconcile for Trespasser {
    type State = Flags;

    async fn setup(_: &Flags) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _: Arc<Namespace>, _: Context<Self>) -> Result<Action> {
        Ok(Action::await_change())
    }
}

/// Says good-bye when it is told to stop, while it may still write.
#[derive(Permissions)]
#[permissions(uses(Secret, verbs(create, patch)))]
pub struct Herald {
    is_hoarse: bool,
}

impl Task for Herald {
    type State = Flags;

    async fn setup(flags: &Flags) -> Result<Self> {
        Ok(Self {
            is_hoarse: flags.hoarse,
        })
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        anyhow::ensure!(!self.is_hoarse, "no voice");
        cx.stopped().await;
        let here = cx.in_namespace(cx.client().default_namespace());
        here.apply(&secret("good-bye")).await?;
        eprintln!("good-bye");
        Ok(())
    }
}

/// Tries to write wherever it runs, as soon as it does.
#[derive(Permissions)]
#[permissions(uses(Secret, verbs(create, patch)))]
pub struct Doorman {}

impl Task for Doorman {
    type State = Flags;
    const ON_EVERY_REPLICA: bool = true;

    async fn setup(_: &Flags) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let here = cx.in_namespace(cx.client().default_namespace());
        if let Err(error) = here.apply(&secret("door")).await {
            eprintln!("the door stays shut: {error:#}");
        }
        Ok(())
    }
}

fn secret(name: &str) -> Secret {
    let mut secret = Secret::default();
    secret.metadata.name = Some(name.into());
    secret
}

const BEAT: Duration = Duration::from_millis(500);

/// How long it is until the next change.
pub fn until_beat() -> Duration {
    let now = Timestamp::now().as_duration().unsigned_abs();
    BEAT - Duration::from_nanos((now.as_nanos() % BEAT.as_nanos()) as u64)
}

pub fn operator() -> Operator<Flags> {
    Operator::new("ticker")
        .controller::<Ticker>()
        .task::<Herald>()
        .task::<Doorman>()
}

#[derive(Clone, Parser)]
pub struct Flags {
    #[command(flatten)]
    operator: Settings,
    /// The herald fails.
    #[arg(long)]
    hoarse: bool,
    #[arg(long, value_enum, default_value = "good")]
    manners: Manners,
    /// The state is not made before standard input ends, and its thread is blocked until then.
    #[arg(long)]
    late: bool,
    /// There are controllers whose CRD and whose role are missing.
    #[arg(long)]
    haunted: bool,
}

/// The process of a replica.
pub async fn program(flags: &str) -> ExitCode {
    let arguments = ["ticker"].into_iter().chain(flags.split_whitespace());
    let flags = Flags::parse_from(arguments);
    let settings = flags.operator.clone();
    settings.init_logging().expect("nobody else logs");
    let mut operator = operator();
    if flags.haunted {
        operator = operator.controller::<Ghosts>().controller::<Trespasser>();
    }
    let state = async |_: &Client| {
        if flags.late {
            std::io::copy(&mut std::io::stdin(), &mut std::io::sink())?;
        }
        Ok(flags)
    };
    match operator.run(settings, state).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
