//! The operator that the chapter "Moving a kube-rs operator over" begins with: what `main.rs` of a plain kube-rs operator
//! holds. It is compiled here, and its CRD is printed.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::StreamExt;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::api::{ObjectMeta, Patch, PatchParams};
use kube::runtime::controller::Action;
use kube::runtime::finalizer::{self, Event, finalizer};
use kube::runtime::{Controller, watcher};
use kube::{Api, Client, CustomResource, Resource, ResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(CustomResource, Serialize, Deserialize, JsonSchema, Clone, Debug)]
#[kube(
    group = "press.example.com",
    version = "v1",
    kind = "Page",
    namespaced,
    status = "PageStatus"
)]
pub struct PageSpec {
    /// What stands at the top.
    pub title: String,
    /// What stands below.
    pub body: Option<String>,
    /// How many columns the body is set in.
    pub columns: Option<u8>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct PageStatus {
    /// The generation that was printed last.
    pub printed: Option<i64>,
}

struct Data {
    client: Client,
    index: Mutex<HashSet<String>>,
}

type FinalizerError = finalizer::Error<kube::Error>;

async fn reconcile(page: Arc<Page>, data: Arc<Data>) -> Result<Action, FinalizerError> {
    let namespace = page.namespace().unwrap_or_default();
    let pages: Api<Page> = Api::namespaced(data.client.clone(), &namespace);
    finalizer(&pages, "press.example.com/index", page, |event| async {
        match event {
            Event::Apply(page) => print(&page, &data).await,
            Event::Cleanup(page) => {
                data.index.lock().unwrap().remove(&page.name_any());
                Ok(Action::await_change())
            }
        }
    })
    .await
}

async fn print(page: &Page, data: &Data) -> Result<Action, kube::Error> {
    let (name, namespace) = (page.name_any(), page.namespace().unwrap_or_default());
    data.index.lock().unwrap().insert(name.clone());
    let printed = ConfigMap {
        metadata: ObjectMeta {
            name: Some(name.clone()),
            owner_references: page.controller_owner_ref(&()).map(|owner| vec![owner]),
            ..Default::default()
        },
        data: Some([("page".to_owned(), page.spec.title.clone())].into()),
        ..Default::default()
    };
    let maps: Api<ConfigMap> = Api::namespaced(data.client.clone(), &namespace);
    maps.patch(
        &name,
        &PatchParams::apply("press").force(),
        &Patch::Apply(&printed),
    )
    .await?;

    let status = json!({ "status": { "printed": page.metadata.generation } });
    let pages: Api<Page> = Api::namespaced(data.client.clone(), &namespace);
    pages
        .patch_status(&name, &PatchParams::default(), &Patch::Merge(&status))
        .await?;
    Ok(Action::requeue(Duration::from_secs(3600)))
}

fn error_policy(_: Arc<Page>, _: &FinalizerError, _: Arc<Data>) -> Action {
    Action::requeue(Duration::from_secs(5))
}

/// The rest of `main`.
pub async fn run(client: Client) {
    let pages: Api<Page> = Api::all(client.clone());
    let maps: Api<ConfigMap> = Api::all(client.clone());
    let index = Mutex::default();
    let data = Arc::new(Data { client, index });
    Controller::new(pages, watcher::Config::default())
        .owns(maps, watcher::Config::default())
        .shutdown_on_signal()
        .run(reconcile, error_policy, data)
        .for_each(|_| async {})
        .await;
}
