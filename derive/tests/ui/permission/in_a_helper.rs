#![allow(unused)]
use std::sync::Arc;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, reads(Secret))]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        helper(&cx).await?;
        Ok(Action::await_change())
    }
}

async fn helper<R: Reconciler>(cx: &Context<R>) -> Result<Secret>
where
    Secret: kopgen_runtime::DeclaredBy<R, kopgen_runtime::verb::Delete>,
{
    cx.delete::<Secret>("password").await?;
    cx.get("password").await
}

fn main() {}
