#![allow(unused)]
use std::sync::Arc;

use kopgen_runtime::{Action, Context, Kind, Reconcile, Reconciler, Result};
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(group = "test.example.com", version = "v1", kind = "Shelf", plural = "shelves", namespaced, status = "ShelfStatus")]
struct ShelfSpec {}

#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default)]
struct ShelfStatus {}

#[derive(Reconciler)]
#[reconciler(kind = Shelf)]
struct ShelfReconciler {}

impl Reconcile for ShelfReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _shelf: Arc<Shelf>, cx: Context<Self>) -> Result<Action> {
        cx.set_status(&ShelfStatus {}).await?;
        Ok(Action::await_change())
    }
}

fn main() {}
