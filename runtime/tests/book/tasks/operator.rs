//! As kopgen writes it.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use kopgen_runtime::{Action, Context, Operator, Reconcile, Reconciler, Result};

use crate::state::State;

pub fn listed() -> Operator<State> {
    Operator::new("guestbook").controller::<PodReconciler>()
}

#[derive(Reconciler)]
#[reconciler(kind = Pod)]
pub struct PodReconciler {}

impl Reconcile for PodReconciler {
    type State = State;

    async fn setup(_: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _: Arc<Pod>, _: Context<Self>) -> Result<Action> {
        Ok(Action::await_change())
    }
}
