//! An operator that never rests: it changes a Secret for each ConfigMap, at every beat of the clock.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::jiff::Timestamp;
use kopgen_runtime::{Action, Client, Context, Operator, Reconcile, Reconciler, Result, Settings};
use kube::ResourceExt;

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, name = "ticker", uses(Secret, verbs(create, patch)))]
pub struct Ticker {}

impl Reconcile for Ticker {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, config_map: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        let mut tick = Secret::default();
        tick.metadata.name = Some(config_map.name_any());
        tick.string_data = Some([("tick".to_owned(), Timestamp::now().to_string())].into());
        cx.apply(&tick).await?;
        Ok(Action::requeue(until_beat()))
    }
}

const BEAT: Duration = Duration::from_millis(500);

/// How long it is until the next change.
pub fn until_beat() -> Duration {
    let now = Timestamp::now().as_duration().unsigned_abs();
    BEAT - Duration::from_nanos((now.as_nanos() % BEAT.as_nanos()) as u64)
}

pub fn operator() -> Operator<()> {
    Operator::new("ticker").controller::<Ticker>()
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    operator: Settings,
}

/// The process of a replica.
pub async fn program(flags: &str) -> ExitCode {
    let arguments = ["ticker"].into_iter().chain(flags.split_whitespace());
    let settings = Flags::parse_from(arguments).operator;
    settings.init_logging().expect("nobody else logs");
    match operator().run(settings, async |_: &Client| Ok(())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
