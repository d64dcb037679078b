#![allow(unused)]
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap)]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        cx.stopped().await;
        Ok(Action::await_change())
    }
}

fn main() {}
