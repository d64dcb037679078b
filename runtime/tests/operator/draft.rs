//! A namespaced kind whose controllers write its status.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::bail;
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, Kind, Operator, Reconcile, Reconciler, Result,
};
use kube::api::Patch;
use kube::{CustomResource, KubeSchema, ResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::world::Journal;

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Draft",
    plural = "drafts",
    namespaced,
    status = "DraftStatus"
)]
pub struct DraftSpec {
    pub behaviour: Behaviour,
    /// Null in what serde writes of it.
    pub title: Option<String>,
    #[serde(default)]
    pub pages: Vec<Page>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct Page {
    pub footnote: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, Default, PartialEq)]
pub enum Behaviour {
    #[default]
    Plain,
    /// Does once what it does as long as the status does not say that it was done.
    Provision,
    /// Fails, with another message in the status each time.
    FailAnew,
    /// Says another thing in the status each time.
    Tick,
    /// Waits before it writes the status.
    Wait,
    /// Waits before it patches, applies and deletes itself.
    WaitAndWrite,
    /// Applies a draft of its own.
    Copy,
    /// Changes its own annotation before it writes the status.
    Annotate,
    /// Writes the status when it is cleaned up.
    CountCleanups,
    /// Takes its time for the cleanup.
    CleanUpSlowly,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct DraftStatus {
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Anything in the cluster.
    pub phase: Option<Phase>,
    pub note: Option<String>,
    pub ratio: Option<f64>,
    pub cleanups: Option<u32>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    Provisioned,
}

/// Knows what the status is to be, whatever others wrote there.
#[derive(Reconciler)]
#[reconciler(
    kind = Draft,
    name = "author",
    uses(ConfigMap, verbs(create)),
    uses(Draft, verbs(create, delete)),
    finalizer,
    status,
    events,
)]
pub struct Author {
    journal: Journal,
    count: AtomicUsize,
}

pub fn operator() -> Operator<Journal> {
    Operator::new("drafts")
        .kind::<Draft>()
        .controller::<Author>()
}

impl Reconcile for Author {
    type State = Journal;

    async fn setup(journal: &Journal) -> Result<Self> {
        Ok(Self {
            journal: journal.clone(),
            count: AtomicUsize::default(),
        })
    }

    async fn reconcile(&self, draft: Arc<Draft>, cx: Context<Self>) -> Result<Action> {
        let name = draft.name_any();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        self.journal.write(format!("reconcile {name}"));
        let mut status = draft.status.clone().unwrap_or_default();
        status.conditions.retain(|it| it.type_ == "Ready");
        status.note = None;
        // The API server writes it as `1`.
        status.ratio = Some(1.0);
        let behaviour = draft.spec.behaviour;
        match behaviour {
            Behaviour::Plain | Behaviour::CountCleanups | Behaviour::CleanUpSlowly => {}
            Behaviour::Provision if status.phase.is_none() => {
                self.journal.write(format!("provision {name}"));
                let mut child = ConfigMap::default();
                child.metadata.generate_name = Some(format!("{name}-"));
                cx.create(&child).await?;
                status.phase = Some(Phase::Provisioned);
            }
            Behaviour::Provision => {}
            Behaviour::FailAnew | Behaviour::Tick => status.note = Some(format!("call {count}")),
            Behaviour::Wait => {
                self.wait(&name).await;
                status.note = draft.metadata.uid.clone();
            }
            Behaviour::WaitAndWrite => {
                self.wait(&name).await;
                let note =
                    serde_json::json!({ "metadata": { "annotations": { "note": draft.uid() } } });
                let patched = cx.patch::<Draft, _>(&name, &Patch::Merge(&note)).await;
                let mut itself = Draft::new(&name, draft.spec.clone());
                itself
                    .annotations_mut()
                    .extend(draft.uid().map(|uid| ("applied".to_owned(), uid)));
                let applied = cx.apply(&itself).await;
                let deleted = cx.delete::<Draft>(&name).await;
                let done = [patched.is_ok(), applied.is_ok(), deleted.is_ok()];
                self.journal.write(format!("wrote {name}: {done:?}"));
                patched.and(applied)?;
            }
            Behaviour::Copy => {
                let mut spec = draft.spec.clone();
                spec.behaviour = Behaviour::Plain;
                spec.pages.push(Page { footnote: None });
                cx.apply(&Draft::new(&format!("{name}-copy"), spec)).await?;
            }
            Behaviour::Annotate => {
                let note = serde_json::json!({ "metadata": { "annotations": { "count": count.to_string() } } });
                let _: Draft = cx.patch(&name, &Patch::Merge(note)).await?;
                let known: Option<Draft> = cx.cached(&name)?;
                let known = known.and_then(|known| known.annotations().get("count").cloned());
                assert_eq!(known, Some(count.to_string()));
            }
        }
        cx.set_condition(&mut status.conditions, "Ready", true, "Written", "");
        cx.set_status(&status).await?;
        if behaviour == Behaviour::FailAnew {
            bail!("{name} fails");
        }
        Ok(Action::await_change())
    }
}

impl Author {
    async fn wait(&self, name: &str) {
        self.journal.write(format!("wait {name}"));
        while self.journal.count(&format!("go on {name}")) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Cleanup for Author {
    async fn cleanup(&self, draft: Arc<Draft>, cx: Context<Self>) -> Result<Cleaned> {
        let name = draft.name_any();
        self.journal.write(format!("clean up {name}"));
        match draft.spec.behaviour {
            Behaviour::CountCleanups => {
                let mut status = draft.status.clone().unwrap_or_default();
                status.cleanups = Some(status.cleanups.unwrap_or_default() + 1);
                cx.set_status(&status).await?;
            }
            Behaviour::CleanUpSlowly => tokio::time::sleep(Duration::from_millis(700)).await,
            _ => {}
        }
        Ok(Cleaned::Done)
    }
}

/// A controller as it is scaffolded, with a condition of its own beside those of others.
#[derive(Reconciler)]
#[reconciler(kind = Draft, name = "printer", status)]
pub struct Printer {}

#[derive(Reconciler)]
#[reconciler(kind = Draft, name = "binder", status)]
pub struct Binder {}

pub fn press() -> Operator<Journal> {
    Operator::new("press")
        .kind::<Draft>()
        .controller::<Printer>()
        .controller::<Binder>()
}

macro_rules! say {
    ($reconciler:ident, $condition:literal) => {
        impl Reconcile for $reconciler {
            type State = Journal;

            async fn setup(_: &Journal) -> Result<Self> {
                Ok(Self {})
            }

            async fn reconcile(&self, draft: Arc<Draft>, cx: Context<Self>) -> Result<Action> {
                let mut status = draft.status.clone().unwrap_or_default();
                cx.set_condition(&mut status.conditions, $condition, true, "Done", "");
                cx.set_status(&status).await?;
                Ok(Action::await_change())
            }
        }
    };
}

say!(Printer, "Printed");
say!(Binder, "Bound");
