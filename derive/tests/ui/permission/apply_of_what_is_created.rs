#![allow(unused)]
use std::sync::Arc;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(kind = Secret, owns(ConfigMap, create))]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _: Arc<Secret>, cx: Context<Self>) -> Result<Action> {
        cx.apply(&ConfigMap::default()).await?;
        Ok(Action::await_change())
    }
}

fn main() {}
