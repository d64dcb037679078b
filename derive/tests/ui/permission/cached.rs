use std::sync::Arc;

use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service};
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, owns(Secret), owns(Service, cached))]
struct TestReconciler {}

impl Reconcile for TestReconciler {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<ConfigMap>, cx: Context<Self>) -> Result<Action> {
        let _: Option<Service> = cx.cached("a")?;
        let _: Vec<Service> = cx.owned()?;
        let _: Option<ConfigMap> = cx.cached("a")?;
        let _: Option<Secret> = cx.cached("a")?;
        Ok(Action::await_change())
    }
}

fn main() {}
