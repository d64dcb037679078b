use std::sync::Arc;

use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service};
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, owns(Secret), owns(Service, cached), uses(ConfigMap, verbs(create, patch)))]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        let _: Vec<Service> = cx.owned()?;
        let _: Vec<Secret> = cx.owned()?;
        let _: Vec<ConfigMap> = cx.owned()?;
        Ok(Action::await_change())
    }
}

fn main() {}
