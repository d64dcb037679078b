use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

use crate::state::State;
use bench_api::v1;

/// Keeps a ConfigMap with each Note's text.
#[derive(Reconciler)]
#[reconciler(kind = v1::Note, owns(ConfigMap))]
pub struct NoteReconciler {}

impl Reconcile for NoteReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, note: Arc<v1::Note>, cx: Context<Self>) -> Result<Action> {
        let mut config_map = ConfigMap::default();
        config_map.metadata.name = note.metadata.name.clone();
        config_map.data = Some([("text".to_owned(), note.spec.text.clone())].into());
        cx.apply(&config_map).await?;
        Ok(Action::await_change())
    }
}
