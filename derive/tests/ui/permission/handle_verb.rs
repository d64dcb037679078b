#![allow(unused)]
use std::sync::Arc;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(
    kind = ConfigMap,
    uses(Secret, verbs(get), names("password"), handle = Password),
    uses(Secret, verbs(get), namespace = "kube-system", handle = System),
)]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        cx.using(Password)?.get().await?;
        cx.using(Password)?.delete().await?;
        cx.using(System)?.list(&Default::default()).await?;
        Ok(Action::await_change())
    }
}

fn main() {}
