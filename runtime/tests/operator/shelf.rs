//! A namespaced kind whose objects say how its reconciler is to behave.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, EventType, Kind, ObjectRef, Reconcile, Reconciler, Result,
};
use kube::{Api, CustomResource, KubeSchema, ResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::world::Journal;

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Shelf",
    plural = "shelves",
    namespaced,
    status = "ShelfStatus"
)]
pub struct ShelfSpec {
    pub motto: String,
    #[serde(default)]
    pub behaviour: Behaviour,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, Default, PartialEq)]
pub enum Behaviour {
    #[default]
    Behave,
    Fail,
    Panic,
    /// Gets an object that no declaration allows.
    Overstep,
    /// Takes its time.
    Dawdle,
    /// Applies the object of the narrowed grant.
    Tune,
    /// Publishes an event when it is cleaned up.
    TakeLeave,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct ShelfStatus {
    pub conditions: Vec<Condition>,
    /// Absent, and not `null`, in what the API server gets.
    pub note: Option<String>,
}

#[derive(Reconciler)]
#[reconciler(
    kind = Shelf,
    owns(ConfigMap),
    watches(Secret, map = by_label, labels = "shelf"),
    uses(Secret, verbs(get, create, patch), names("tuning"), handle = Tuning),
    finalizer,
    status,
    events,
)]
pub struct ShelfReconciler {
    journal: Journal,
}

/// The Secrets that the mapper got.
pub static MAPPED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn by_label(secret: &Secret) -> Option<ObjectRef<Shelf>> {
    MAPPED.lock().unwrap().push(secret.name_any());
    let name = secret.labels().get("shelf")?;
    Some(ObjectRef::new(name).within(&secret.namespace()?))
}

impl Reconcile for ShelfReconciler {
    type State = Journal;

    async fn setup(journal: &Journal) -> Result<Self> {
        Ok(Self {
            journal: journal.clone(),
        })
    }

    async fn reconcile(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        let name = shelf.name_any();
        self.journal.write(format!("reconcile {name}"));
        match shelf.spec.behaviour {
            Behaviour::Behave | Behaviour::TakeLeave => {}
            Behaviour::Fail => anyhow::bail!("{name} fails"),
            Behaviour::Panic => panic!("{name} panics"),
            Behaviour::Overstep => {
                let maps: Api<ConfigMap> =
                    Api::namespaced(cx.client(), &shelf.namespace().unwrap_or_default());
                if let Err(error) = maps.get(&name).await {
                    self.journal.write(format!("overstep {name}: {error}"));
                }
            }
            Behaviour::Dawdle => {
                self.journal.write(format!("dawdle {name}: begun"));
                tokio::time::sleep(Duration::from_millis(700)).await;
                self.journal.write(format!("dawdle {name}: finished"));
            }
            Behaviour::Tune => {
                cx.using(Tuning)?.apply(&Secret::default()).await?;
            }
        }
        let mut child = ConfigMap::default();
        child.metadata.name = Some(name.clone());
        child.data = Some([("motto".to_owned(), shelf.spec.motto.clone())].into());
        cx.apply(&child).await?;

        let mut status = shelf.status.clone().unwrap_or_default();
        cx.set_condition(
            &mut status.conditions,
            "Ready",
            true,
            "Reconciled",
            "it is on the shelf",
        );
        cx.set_status(&status).await?;
        cx.event(
            EventType::Normal,
            "Reconciled",
            format!("{name} is on the shelf"),
        )
        .await?;
        Ok(Action::await_change())
    }
}

impl Cleanup for ShelfReconciler {
    async fn cleanup(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Cleaned> {
        let name = shelf.name_any();
        if self.journal.count(&format!("clean up {name}: not yet")) == 0 {
            self.journal.write(format!("clean up {name}: not yet"));
            return Ok(Cleaned::NotYet(Duration::from_millis(100)));
        }
        if shelf.spec.behaviour == Behaviour::TakeLeave {
            cx.event(EventType::Normal, "Left", "farewell").await?;
        }
        self.journal.write(format!("clean up {name}: done"));
        Ok(Cleaned::Done)
    }
}
