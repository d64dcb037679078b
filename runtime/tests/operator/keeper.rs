//! A reconciler whose work goes beyond what its objects own: for each shelf an entry that only the cleanup takes away.

use std::sync::Arc;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Action, Cleaned, Cleanup, Context, Operator, Reconcile, Reconciler, Result};
use kube::ResourceExt;

use crate::shelf::Shelf;
use crate::world::Journal;

#[derive(Reconciler)]
#[reconciler(
    kind = Shelf,
    name = "keeper",
    owns(ConfigMap),
    uses(Secret, verbs(get, create, patch, delete)),
    finalizer,
    status,
)]
pub struct Keeper {
    journal: Journal,
}

pub fn operator() -> Operator<Journal> {
    Operator::new("keeper")
        .kind::<Shelf>()
        .controller::<Keeper>()
}

/// What is written in an entry.
pub fn motto(entry: &Secret) -> Option<&[u8]> {
    Some(&entry.data.as_ref()?.get("motto")?.0)
}

impl Reconcile for Keeper {
    type State = Journal;

    async fn setup(journal: &Journal) -> Result<Self> {
        let journal = journal.clone();
        Ok(Self { journal })
    }

    async fn reconcile(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        let name = shelf.name_any();
        self.journal.write(format!("reconcile {name}"));
        let spec = &shelf.spec.motto;
        let mut child = ConfigMap::default();
        child.metadata.name = Some(name.clone());
        child.data = Some([("motto".to_owned(), spec.clone())].into());
        cx.apply(&child).await?;

        let entry = cx.find::<Secret>(&name).await?;
        if entry.as_ref().and_then(motto) != Some(spec.as_bytes()) {
            let mut entry = Secret::default();
            entry.metadata.name = Some(name);
            entry.data = Some([("motto".to_owned(), ByteString(spec.clone().into()))].into());
            cx.apply(&entry).await?;
        }

        let mut status = shelf.status.clone().unwrap_or_default();
        cx.set_condition(&mut status.conditions, "Ready", true, "Kept", spec);
        cx.set_status(&status).await?;
        Ok(Action::await_change())
    }
}

impl Cleanup for Keeper {
    async fn cleanup(&self, shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Cleaned> {
        cx.delete::<Secret>(&shelf.name_any()).await?;
        Ok(Cleaned::Done)
    }
}
