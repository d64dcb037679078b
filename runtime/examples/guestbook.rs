//! A whole operator in one file: the kind, the controller, and the program.
//!
//! ```text
//! cargo run --example guestbook -- --manifests    prints what `kopgen manifests` would write CRDs and roles from
//! cargo run --example guestbook                   runs it against the cluster of your kubeconfig; `--help` has its flags
//! ```
//!
//! A project of `kopgen init` has the same parts, each in its file.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::{
    Action, Client, Context, EventType, Kind, Operator, Reconcile, Reconciler, Result, Settings,
    manifests,
};
use kube::{CustomResource, KubeSchema, ResourceExt};
use serde::{Deserialize, Serialize};

/// What a guestbook should be.
#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "example.kopgen.dev",
    version = "v1",
    kind = "Guestbook",
    plural = "guestbooks",
    namespaced,
    status = "GuestbookStatus",
    printcolumn(
        name = "Ready",
        type_ = "string",
        json_path = ".status.conditions[?(@.type==\"Ready\")].status"
    )
)]
pub struct GuestbookSpec {
    /// What is written on the first page.
    #[schemars(length(min = 1))]
    pub motto: String,
}

/// What is known of a guestbook.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default)]
pub struct GuestbookStatus {
    /// Whether it is as it should be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".into()]))]
    pub conditions: Vec<Condition>,
}

/// Keeps the motto of each guestbook in a ConfigMap.
#[derive(Reconciler)]
#[reconciler(kind = Guestbook, owns(ConfigMap), status, events)]
pub struct GuestbookReconciler {}

impl Reconcile for GuestbookReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, guestbook: Arc<Guestbook>, cx: Context<Self>) -> Result<Action> {
        let mut page = ConfigMap::default();
        page.metadata.name = Some(guestbook.name_any());
        page.data = Some([("motto".to_owned(), guestbook.spec.motto.clone())].into());
        cx.apply(&page).await?;

        let mut status = guestbook.status.clone().unwrap_or_default();
        cx.set_condition(
            &mut status.conditions,
            "Ready",
            true,
            "Written",
            "the motto is on the first page",
        );
        cx.set_status(&status).await?;
        cx.event(
            EventType::Normal,
            "Written",
            "the motto is on the first page",
        )
        .await?;
        Ok(Action::await_change())
    }
}

fn operator() -> Operator<()> {
    Operator::new("guestbook")
        .kind::<Guestbook>()
        .controller::<GuestbookReconciler>()
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    operator: Settings,
    /// Print the manifests' report, and do nothing else
    #[arg(long)]
    manifests: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    program(std::env::args()).await
}

/// Prints the manifests' report, or runs the operator.
pub async fn program(arguments: impl IntoIterator<Item = String>) -> ExitCode {
    let flags = Flags::parse_from(arguments);
    if flags.manifests {
        return manifests::main(&operator());
    }
    match run(flags.operator).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: Settings) -> Result<()> {
    settings.init_logging()?;
    operator().run(settings, async |_: &Client| Ok(())).await
}
