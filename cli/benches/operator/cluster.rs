//! The control plane, the objects and their children.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_envtest::TestEnv;
use kube::api::{Api, DeleteParams, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::runtime::WatchStreamExt;
use kube::runtime::watcher::{self, Event, watcher};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// A control plane with so many objects.
pub struct Cluster {
    env: TestEnv,
    notes: Api<DynamicObject>,
    config_maps: Api<ConfigMap>,
    size: usize,
    /// How often the objects were changed.
    revision: AtomicUsize,
    children: watch::Receiver<Children>,
    /// What keeps `children` current.
    _tasks: JoinSet<()>,
}

/// The children as the API server has them.
#[derive(Default)]
struct Children {
    texts: HashMap<String, String>,
    /// How many have a text.
    counts: HashMap<String, usize>,
}

/// How many requests of the benchmark's own are under way at a time.
const CONCURRENCY: usize = 16;

impl Cluster {
    pub async fn start(size: usize) -> Self {
        let env = TestEnv::builder()
            // Nothing is left to garbage, and what another process does is noise.
            .controller_manager(false)
            .api_server_flag(format!("--delete-collection-workers={CONCURRENCY}"))
            .start()
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        let crd = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/operator/peers/crd.yaml");
        env.apply(crd).await.expect("the CRD");
        let note = GroupVersionKind::gvk("bench.example.com", "v1", "Note");
        let note = ApiResource::from_gvk_with_plural(&note, "notes");
        let config_maps: Api<ConfigMap> = Api::default_namespaced(env.client());
        let (sender, children) = watch::channel(Children::default());
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(config_maps.clone(), sender));
        let cluster = Self {
            notes: Api::default_namespaced_with(env.client(), &note),
            env,
            config_maps,
            size,
            revision: AtomicUsize::new(0),
            children,
            _tasks: tasks,
        };
        let text = cluster.text();
        let create = |name: String| {
            let mut object = DynamicObject::new(&name, &note);
            object.data = json!({ "spec": { "text": text } });
            let notes = &cluster.notes;
            async move { notes.create(&PostParams::default(), &object).await }
        };
        cluster.each(create).await;
        cluster
    }

    pub fn kubeconfig(&self) -> PathBuf {
        self.env.kubeconfig()
    }

    /// Deletes all children.
    pub async fn clear(&self) {
        let (params, all) = (DeleteParams::default(), ListParams::default());
        let delete = self.config_maps.delete_collection(&params, &all);
        delete.await.expect("a deletion");
        self.until(|children| children.texts.is_empty()).await;
    }

    /// Changes each object.
    pub async fn change(&self) {
        self.revision.fetch_add(1, Ordering::Relaxed);
        let patch = json!({ "spec": { "text": self.text() } });
        let change = |name: String| {
            let patch = Patch::Merge(&patch);
            async move {
                self.notes
                    .patch(&name, &PatchParams::default(), &patch)
                    .await
            }
        };
        self.each(change).await;
    }

    /// Returns when each object has its child with its text.
    pub async fn until_converged(&self) {
        let text = self.text();
        self.until(|children| children.counts.get(&text) == Some(&self.size))
            .await;
    }

    async fn until(&self, reached: impl FnMut(&Children) -> bool) {
        let mut children = self.children.clone();
        let waited = tokio::time::timeout(600 * crate::SECOND, children.wait_for(reached)).await;
        drop(waited.expect("within ten minutes").expect("a watch"));
    }

    fn text(&self) -> String {
        format!(
            "The text of revision {}.",
            self.revision.load(Ordering::Relaxed)
        )
    }

    async fn each<F>(&self, request: impl Fn(String) -> F)
    where
        F: Future<Output = kube::Result<DynamicObject>>,
    {
        let names = (0..self.size).map(|number| format!("note-{number:05}"));
        let requests = stream::iter(names.map(request)).buffer_unordered(CONCURRENCY);
        let requests = requests.try_for_each(async |_| Ok(()));
        requests.await.expect("the API server takes it");
    }
}

async fn follow(config_maps: Api<ConfigMap>, children: watch::Sender<Children>) {
    let events = watcher(config_maps, watcher::Config::default()).default_backoff();
    let mut events = pin!(events);
    while let Some(event) = events.next().await {
        children.send_modify(|children| match event {
            Ok(Event::Init) => *children = Children::default(),
            Ok(Event::InitApply(child) | Event::Apply(child)) => children.set(child, true),
            Ok(Event::Delete(child)) => children.set(child, false),
            Ok(Event::InitDone) => {}
            Err(error) => eprintln!("the watch was interrupted: {error}"),
        });
    }
}

impl Children {
    fn set(&mut self, child: ConfigMap, exists: bool) {
        let name = child.metadata.name.unwrap_or_default();
        let text = child.data.and_then(|mut data| data.remove("text"));
        let before = if exists {
            let text = text.unwrap_or_default();
            *self.counts.entry(text.clone()).or_default() += 1;
            self.texts.insert(name, text)
        } else {
            self.texts.remove(&name)
        };
        if let Some(count) = before.and_then(|before| self.counts.get_mut(&before)) {
            *count -= 1;
        }
    }
}
