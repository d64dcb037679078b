//! A cluster-scoped kind.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Action, Context, Kind, Reconcile, Reconciler, Result};
use kube::{CustomResource, KubeSchema};
use serde::{Deserialize, Serialize};

use crate::world::Journal;

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Library",
    plural = "libraries"
)]
pub struct LibrarySpec {
    /// Where the catalogue is kept.
    pub namespace: String,
}

#[derive(Reconciler)]
#[reconciler(kind = Library, owns(ConfigMap))]
pub struct LibraryReconciler {}

impl Reconcile for LibraryReconciler {
    type State = Journal;

    async fn setup(_: &Journal) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, library: Arc<Library>, cx: Context<Self>) -> Result<Action> {
        let mut catalogue = ConfigMap::default();
        catalogue.metadata.name = Some("catalogue".into());
        let nowhere = cx.apply(&catalogue).await.unwrap_err().to_string();
        anyhow::ensure!(nowhere.starts_with("which namespace?"), "{nowhere}");
        cx.in_namespace(&library.spec.namespace)
            .apply(&catalogue)
            .await?;
        Ok(Action::await_change())
    }
}
