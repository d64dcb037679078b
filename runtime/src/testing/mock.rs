use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::{Context as _, bail};
use http::Response;
use kube::client::Body;
use kube::{Client, Resource as _};
use serde_json::Value;
use tower::service_fn;

use super::Guard;
use super::server::{Request, Server, path};
use crate::context::Call;
use crate::controller::{ControllerInfo, RawObject};
use crate::json::{decode, name_of};
use crate::object::resource_of;
use crate::{
    Action, Cleaned, Cleanup, Context, Declarations, Object, Reconcile, Reconciler, Result,
};

/// An API server in memory, for the unit tests of a reconciler.
///
/// It stores what is created, applied, patched, replaced and deleted through its [`client`](Self::client), and records
/// every request. Objects get a uid, a resource version and a generation.
///
/// What the reconciler asks for and has not declared is forbidden, as it is by the operator's role.
///
/// It is simpler than the real one: an apply only adds and changes fields, and a strategic merge patch is a merge patch.
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

    fn call<R: Reconciler>(&self, object: &R::Kind) -> Result<(Arc<R::Kind>, Context<R>)> {
        self.put(object)?;
        let namespace = object.meta().namespace.as_deref();
        let object: R::Kind = self.get(namespace.unwrap_or_default(), name_of(object)?)?;
        let raw =
            RawObject::parse(&serde_json::to_string(&object)?).context("cannot read the object")?;
        let declared = Declarations::<R>::of_reconciler().controller;
        let rules = declared.report.rules.iter();
        let guard = Guard::with(rules.map(|rule| (R::NAME, rule)));
        let call = Call {
            client: guard.client(self.client()),
            controller: Arc::new(ControllerInfo::new(&self.client, "test", declared)),
            namespace: raw.meta.namespace.clone(),
            object: Arc::new(raw),
            // Nothing is watched here, so nothing is remembered from one reconcile to the next.
            applied: Arc::default(),
            status: Arc::default(),
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
