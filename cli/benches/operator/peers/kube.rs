//! The same operator on kube-rs alone, as its documentation writes one.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{Patch, PatchParams};
use kube::runtime::controller::{Action, Config, Controller};
use kube::runtime::watcher;
use kube::{Api, Client, CustomResource, Resource, ResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tracing::{debug, info, warn};

#[derive(CustomResource, JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "bench.example.com",
    version = "v1",
    kind = "Note",
    plural = "notes",
    namespaced
)]
pub struct NoteSpec {
    pub text: String,
}

async fn reconcile(note: Arc<Note>, client: Arc<Client>) -> kube::Result<Action> {
    let mut config_map = ConfigMap::default();
    config_map.metadata.name = note.metadata.name.clone();
    config_map.metadata.owner_references = note.controller_owner_ref(&()).map(|owner| vec![owner]);
    config_map.data = Some([("text".to_owned(), note.spec.text.clone())].into());
    let config_maps: Api<ConfigMap> = Api::namespaced(
        Client::clone(&client),
        note.metadata.namespace.as_deref().unwrap_or_default(),
    );
    config_maps
        .patch(
            &note.name_any(),
            &PatchParams::apply("plain").force(),
            &Patch::Apply(&config_map),
        )
        .await?;
    Ok(Action::await_change())
}

fn error_policy(note: Arc<Note>, error: &kube::Error, _: Arc<Client>) -> Action {
    warn!(note = note.name_any(), %error, "the reconcile failed");
    Action::requeue(Duration::from_secs(5))
}

#[tokio::main]
async fn main() -> kube::Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let client = Client::try_default().await?;
    let notes: Api<Note> = Api::all(client.clone());
    let config_maps: Api<ConfigMap> = Api::all(client.clone());
    info!("starting");
    Controller::new(notes, watcher::Config::default())
        .owns(config_maps, watcher::Config::default())
        .with_config(Config::default().concurrency(16))
        .shutdown_on_signal()
        .run(reconcile, error_policy, Arc::new(client))
        .for_each(|result| async move {
            match result {
                Ok((note, _)) => debug!(%note, "reconciled"),
                Err(error) => warn!(%error, "the controller failed"),
            }
        })
        .await;
    Ok(())
}
