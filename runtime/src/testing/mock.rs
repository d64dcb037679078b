use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context as _, bail};
use http::Response;
use kopgen_core::rbac::ScopedRule;
use kube::client::Body;
use kube::{Client, Resource as _};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::service_fn;

use super::Guard;
use super::server::{Request, Server, path};
use crate::call::{Call, Caller, Reconciling};
use crate::controller::{
    Applied, Caches, ControllerInfo, Own, Progress, Queue, RawObject, key_of, manager,
};
use crate::declarations::{Mapper, Watch};
use crate::events::Events;
use crate::json::{decode, name_of};
use crate::metrics::Metrics;
use crate::object::resource_of;
use crate::rules::rules_of;
use crate::{
    Action, Cleaned, Cleanup, Context, Declarations, Object, Permissions, Reconcile, Reconciler,
    Result, Task,
};

/// An API server in memory, for the unit tests of a reconciler or a task.
///
/// It stores what is created, applied, patched, replaced and deleted through its [`client`](Self::client), and records
/// every request. Objects get a uid, a resource version and a generation.
///
/// What they ask for and have not declared is forbidden, as it is by the operator's role.
///
/// What a reconciler reads from memory is as it was when the reconcile began, and of its own kind as it has written it since. Nothing is
/// remembered from one reconcile to the next.
///
/// It is simpler than the real one: an apply only adds and changes fields, but for owner references, which it merges by their uid, and
/// a strategic merge patch is a merge patch. It knows no schema, and takes every field of a custom resource for one that may not be
/// null: it drops the nulls in what is created, replaced and patched, and refuses those in what is applied.
///
/// ```
/// use std::sync::Arc;
///
/// use k8s_openapi::api::core::v1::{ConfigMap, Namespace};
/// use kopgen_runtime::testing::Mock;
/// use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};
///
/// #[derive(Reconciler)]
/// #[reconciler(kind = Namespace, owns(ConfigMap))]
/// struct MottoReconciler {}
///
/// impl Reconcile for MottoReconciler {
///     type State = ();
///
///     async fn setup(_: &()) -> Result<Self> {
///         Ok(Self {})
///     }
///
///     async fn reconcile(&self, namespace: Arc<Namespace>, cx: Context<Self>) -> Result<Action> {
///         let mut motto = ConfigMap::default();
///         motto.metadata.name = Some("motto".into());
///         motto.metadata.namespace = namespace.metadata.name.clone();
///         cx.apply(&motto).await?;
///         Ok(Action::await_change())
///     }
/// }
///
/// # #[tokio::main] async fn main() -> Result<()> {
/// let mock = Mock::new();
/// let mut namespace = Namespace::default();
/// namespace.metadata.name = Some("lounge".into());
///
/// mock.reconcile(&MottoReconciler {}, &namespace).await?;
///
/// let motto: ConfigMap = mock.get("lounge", "motto")?;
/// assert_eq!(motto.metadata.owner_references.unwrap()[0].name, "lounge");
/// assert_eq!(mock.requests()[0].path, "/api/v1/namespaces/lounge/configmaps/motto");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Mock {
    server: Arc<Mutex<Server>>,
    client: Client,
}

impl Mock {
    /// One with no objects in it.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn new() -> Self {
        let server = Arc::new(Mutex::new(Server::default()));
        let service = {
            let server = server.clone();
            service_fn(move |request| answer(server.clone(), request))
        };
        Self {
            server,
            client: Client::new(service, "default"),
        }
    }

    /// A client of it, for a reconciler's state.
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Puts an object in, as if it had been there before. Of one that is there already, it changes the fields that `object`
    /// has, so that a status stays.
    pub fn put<O: Object>(&self, object: &O) -> Result<()> {
        let (name, value) = (name_of(object)?, serde_json::to_value(object)?);
        let path = path(
            &resource_of::<O>(),
            object.meta().namespace.as_deref(),
            name,
        );
        self.lock().put(&path, value);
        Ok(())
    }

    /// The object as it is now. `namespace` is empty for a type that lives in none.
    ///
    /// # Errors
    ///
    /// When it is not there, with what is; when it does not fit its type.
    pub fn get<O: Object>(&self, namespace: &str, name: &str) -> Result<O> {
        let path = path(
            &resource_of::<O>(),
            Some(namespace).filter(|namespace| !namespace.is_empty()),
            name,
        );
        let server = self.lock();
        match server.object(&path) {
            Some(object) => decode(&object.to_string()),
            None => bail!(
                "there is no {path}; there are: {}",
                server.paths().collect::<Vec<_>>().join(", ")
            ),
        }
    }

    /// The requests since the last call of this, in their order.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.lock().requests)
    }

    /// From now on, answers requests of this method whose path contains `path` with an error of this HTTP status.
    pub fn fail(&self, method: &str, path: &str, status: u16) {
        self.lock()
            .failures
            .push((method.to_owned(), path.to_owned(), status));
    }

    /// Puts `object` in, and reconciles it once.
    pub async fn reconcile<R: Reconcile>(
        &self,
        reconciler: &R,
        object: &R::Kind,
    ) -> Result<Action> {
        let (object, cx) = self.call::<R>(object)?;
        reconciler.reconcile(object, cx).await
    }

    /// Puts `object` in, and cleans up after it once.
    pub async fn cleanup<R: Cleanup>(&self, reconciler: &R, object: &R::Kind) -> Result<Cleaned> {
        let (object, cx) = self.call::<R>(object)?;
        reconciler.cleanup(object, cx).await
    }

    /// What a task gets: for its `run`, or for a part of it. It is never told to stop.
    ///
    /// ```
    /// use k8s_openapi::api::core::v1::ConfigMap;
    /// use kopgen_runtime::testing::Mock;
    /// use kopgen_runtime::{Context, Permissions, Result, Task};
    ///
    /// #[derive(Permissions)]
    /// #[permissions(uses(ConfigMap, verbs(create, patch)))]
    /// struct Banner {}
    ///
    /// impl Task for Banner {
    ///     type State = ();
    ///
    ///     async fn setup(_: &()) -> Result<Self> {
    ///         Ok(Self {})
    ///     }
    ///
    ///     async fn run(&self, cx: Context<Self>) -> Result<()> {
    ///         let mut banner = ConfigMap::default();
    ///         banner.metadata.name = Some("banner".into());
    ///         cx.in_namespace("lounge").apply(&banner).await?;
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # #[tokio::main] async fn main() -> Result<()> {
    /// let mock = Mock::new();
    /// Banner {}.run(mock.context()).await?;
    /// let _: ConfigMap = mock.get("lounge", "banner")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn context<T: Task>(&self) -> Context<T> {
        let rules = rules_of::<T>();
        Context::new(self.call_of::<T>(&rules, Caller::Task(CancellationToken::new())))
    }

    fn call_of<P: Permissions>(&self, rules: &[ScopedRule], caller: Caller) -> Call {
        let guard = Guard::with(rules.iter().map(|rule| (P::NAME, rule)));
        Call {
            client: guard.client(self.client()),
            manager: manager("test", P::NAME),
            namespace: None,
            namespaces: [None].into(),
            applied: Arc::default(),
            caller,
        }
    }

    fn call<R: Reconciler>(&self, object: &R::Kind) -> Result<(Arc<R::Kind>, Context<R>)> {
        self.put(object)?;
        let namespace = object.meta().namespace.as_deref();
        let object: R::Kind = self.get(namespace.unwrap_or_default(), name_of(object)?)?;
        let raw =
            RawObject::parse(&serde_json::to_string(&object)?).context("cannot read the object")?;
        let declared = Declarations::<R>::of_reconciler().controller;
        // What a watch of all that is there would have shown.
        let caches = Caches::new(&declared, &[None]);
        for resource in caches.kept() {
            for object in self.lock().objects(resource) {
                let object = RawObject::parse(&object.to_string());
                caches.insert(resource, object.context("cannot read an object")?);
            }
        }
        let applied = Applied::new(&declared.owned, &[None]);
        let owning = |watch: &&Watch| matches!(watch.mapper, Mapper::Owner | Mapper::CachedOwner);
        for watch in declared.watches.iter().filter(owning) {
            let mut metas = Vec::new();
            for object in self.lock().objects(&watch.resource) {
                if !watch.selects(object) {
                    continue;
                }
                let object = RawObject::parse(&object.to_string());
                metas.push(object.context("cannot read an object")?.meta);
            }
            applied.list(&declared.report.kind, watch, metas.iter());
        }
        let rules = declared.report.rules.clone();
        let namespace = raw.meta.namespace.clone();
        let raw = Arc::new(raw);
        let events = Arc::new(Events::new(&self.client));
        // It is closed: nothing is reconciled again by itself here.
        let queue = Queue::new(Metrics::new().controller(R::NAME).queue());
        let own = Own {
            kind: declared.report.kind.clone(),
            caches: Arc::new(caches),
            queue: Arc::new(queue),
            key: key_of(&declared.report.kind, &raw.meta),
            progress: Arc::new(Progress::new(raw.clone())),
            is_quiet: false,
        };
        let caller = Caller::Reconciler(Reconciling {
            controller: Arc::new(ControllerInfo::new("test", declared, events)),
            object: raw,
            own,
            shapes: Arc::default(),
        });
        let call = Call {
            namespace,
            applied: Arc::new(applied),
            ..self.call_of::<R>(&rules, caller)
        };
        Ok((Arc::new(object), Context::new(call)))
    }

    fn lock(&self) -> MutexGuard<'_, Server> {
        self.server.lock().expect("nothing panics under this lock")
    }
}

impl Default for Mock {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Mock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mock")
            .field("objects", &self.lock().paths().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

async fn answer(
    server: Arc<Mutex<Server>>,
    request: http::Request<Body>,
) -> Result<Response<Body>, kube::Error> {
    let (parts, body) = request.into_parts();
    let body = body.collect_bytes().await?;
    let content_type = parts
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let request = Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts
            .uri
            .query()
            .unwrap_or_default()
            .trim_start_matches('&')
            .to_owned(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: if body.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&body).map_err(kube::Error::SerdeError)?
        },
    };
    let (status, answer) = server
        .lock()
        .expect("nothing panics under this lock")
        .answer(request);
    let response = Response::builder()
        .status(status)
        .body(Body::from(answer.to_string().into_bytes()));
    response.map_err(kube::Error::HttpError)
}
