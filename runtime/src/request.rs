//! Requests about objects whose type is only known as data: compiled once, whatever the number of types.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use http::Method;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kopgen_core::names::check_segment;
use kopgen_core::report::Resource;
use kube::Client;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams, Preconditions};
use kube::core::Request;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::Result;
use crate::controller::{Applied, Apply, Key, Own, RawObject};
use crate::json::metadata;
use crate::object::{api_version, qualified};
use crate::ownership::{Owner, Shapes};

/// The objects of one type in one namespace, or in the cluster.
#[derive(Clone)]
pub(crate) struct Collection {
    pub(crate) client: Client,
    pub(crate) applied: Arc<Applied>,
    /// Of a reconcile: what it has applied so far.
    pub(crate) shapes: Option<Arc<Shapes>>,
    /// Where they are of the kind that is reconciled.
    pub(crate) own: Option<Own>,
    pub(crate) resource: Resource,
    pub(crate) namespace: Option<String>,
}

/// How many objects one page of a list holds: what client-go asks for.
const PAGE: u32 = 500;

/// How long an answer is waited for, kube's repetitions included: as long as an API server works on a request unless told otherwise
/// (`--request-timeout`). kube sets no limit.
const PATIENCE: Duration = Duration::from_secs(60);

impl Collection {
    pub(crate) async fn get(&self, name: &str) -> Result<String> {
        self.send("get", name, self.request().get(name, &Default::default()))
            .await
    }

    /// `None` where there is no such object.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<String>> {
        absent(self.get(name).await)
    }

    /// The same by the verb `list`, which a controller has for its own kind and for the types that it owns.
    pub(crate) async fn look(&self, name: &str) -> Result<Option<String>> {
        self.check("get", name)?;
        let found = self.list(&named(name)).await?;
        Ok(found.first().map(|object| object.get().to_owned()))
    }

    /// The JSON of each object, of all pages.
    pub(crate) async fn list(&self, params: &ListParams) -> Result<Vec<Box<RawValue>>> {
        let mut params = ListParams {
            limit: Some(params.limit.unwrap_or(PAGE)),
            ..params.clone()
        };
        let mut objects = Vec::new();
        loop {
            let page = self.send("list", "", self.request().list(&params)).await?;
            let page: Page = serde_json::from_str(&page).with_context(|| self.doing("list", ""))?;
            objects.extend(page.items.unwrap_or_default());
            match page.metadata.continue_ {
                Some(token) if !token.is_empty() => params.continue_token = Some(token),
                _ => return Ok(objects),
            }
        }
    }

    pub(crate) async fn create(&self, manager: &str, name: &str, object: &Value) -> Result<String> {
        let params = PostParams {
            field_manager: Some(manager.into()),
            ..Default::default()
        };
        self.forget(name);
        self.send(
            "create",
            name,
            self.request()
                .create(&params, object.to_string().into_bytes()),
        )
        .await
    }

    /// Applies an object that is to belong to `owner`, where there is one. Sends nothing, and gives nothing, where it is known
    /// that nothing would change.
    ///
    /// # Errors
    ///
    /// With an [`OwnershipError`](crate::OwnershipError) where the object is not the owner's, and where this reconcile has
    /// applied it with other fields.
    pub(crate) async fn apply(
        &self,
        manager: &str,
        name: &str,
        object: &Value,
        owner: Option<&Owner>,
    ) -> Result<Option<Arc<str>>> {
        self.check("apply", name)?;
        self.is_applied(name, object)?;
        let Some(owner) = owner else {
            self.forget(name);
            let answer = self.send_apply(manager, name, object).await?;
            return Ok(Some(answer.json));
        };
        let namespace = self.namespace.as_deref();
        let resource = &self.resource;
        let mut apply = self
            .applied
            .apply(resource, namespace, name, &owner.key, object);
        if let Apply::Ask(asking) = apply {
            let found = self.meta(name).await?;
            if let Some(found) = &found {
                owner
                    .may_apply(self.child(name), found, manager)
                    .with_context(|| self.doing("apply", name))?;
            }
            apply = asking.found(found.as_ref());
        }
        let sending = match apply {
            Apply::Send(sending) => sending,
            Apply::InForce => return Ok(None),
            Apply::Owned(other) => {
                let taken = owner.taken(self.child(name), other);
                return Err(taken).with_context(|| self.doing("apply", name));
            }
            Apply::Ask(_) => unreachable!("the API server was asked"),
        };
        match self.send_apply(manager, name, object).await {
            Ok(answer) => {
                sending.answered(&answer);
                Ok(Some(answer.json))
            }
            Err(error) => {
                // The API server refuses a second controlling owner. The watch has not shown the first one yet.
                if is_invalid(&error)
                    && let Ok(Some(found)) = self.meta(name).await
                {
                    owner
                        .may_apply(self.child(name), &found, manager)
                        .with_context(|| self.doing("apply", name))?;
                }
                Err(error)
            }
        }
    }

    async fn send_apply(&self, manager: &str, name: &str, object: &Value) -> Result<RawObject> {
        let params = PatchParams::apply(manager).force();
        let patch = self.bound(name, &Patch::Apply(object.clone()))?;
        let request = self.request().patch(name, &params, &patch);
        let json = self.send("apply", name, request).await?;
        RawObject::parse(&json).with_context(|| self.doing("apply", name))
    }

    /// Its metadata, likewise.
    async fn meta(&self, name: &str) -> Result<Option<ObjectMeta>> {
        let request = self.request().list_metadata(&named(name));
        let list = self.send("list", "", request).await?;
        let list: MetaPage = serde_json::from_str(&list).with_context(|| self.doing("list", ""))?;
        Ok(list
            .items
            .into_iter()
            .flatten()
            .next()
            .map(|it| it.metadata))
    }

    /// Before an object is applied in a reconcile.
    fn is_applied(&self, name: &str, object: &Value) -> Result<()> {
        match &self.shapes {
            Some(shapes) => shapes
                .add(&self.child(name), object)
                .with_context(|| self.doing("apply", name)),
            None => Ok(()),
        }
    }

    pub(crate) async fn patch(
        &self,
        manager: &str,
        name: &str,
        patch: &Patch<Value>,
    ) -> Result<String> {
        let params = PatchParams {
            field_manager: Some(manager.into()),
            ..Default::default()
        };
        if matches!(patch, Patch::Apply(_)) {
            bail!(
                "{}: a patch of the type `Apply` creates the object where it does not exist, which the verb `patch` does not \
                 allow: declare `create` and `patch`, and call `apply`",
                self.doing("patch", name)
            );
        }
        self.forget(name);
        let patch = self.bound(name, patch)?;
        self.send("patch", name, self.request().patch(name, &params, &patch))
            .await
    }

    /// The patch, which is refused where the object that is reconciled has gone and another one has its name.
    fn bound(&self, name: &str, patch: &Patch<Value>) -> Result<Patch<Value>> {
        let own = self.own.as_ref();
        let Some(uid) = own.and_then(|own| own.uid_of(self.namespace.as_deref(), name)) else {
            return Ok(patch.clone());
        };
        let mut patch = patch.clone();
        match &mut patch {
            Patch::Apply(content) | Patch::Merge(content) | Patch::Strategic(content) => {
                metadata(content).insert("uid".into(), uid.into());
            }
            Patch::Json(operations) => {
                let mut operations = serde_json::to_value(operations)?;
                let test = json!({ "op": "test", "path": "/metadata/uid", "value": uid });
                if let Some(operations) = operations.as_array_mut() {
                    operations.insert(0, test);
                }
                patch = json_patch(operations)?;
            }
            _ => {}
        }
        Ok(patch)
    }

    /// Replaces the status of an object that was read as `read`. Another version of it is a conflict, and another object of its
    /// name, which has another uid, is refused.
    pub(crate) async fn set_status(
        &self,
        manager: &str,
        read: &ObjectMeta,
        status: &Value,
    ) -> Result<String> {
        let patch = json_patch(json!([
            { "op": "test", "path": "/metadata/uid", "value": read.uid },
            { "op": "add", "path": "/metadata/resourceVersion", "value": read.resource_version },
            { "op": "add", "path": "/status", "value": status },
        ]))?;
        let params = PatchParams {
            field_manager: Some(manager.into()),
            ..Default::default()
        };
        let name = read.name.as_deref().unwrap_or_default();
        let request = self
            .request()
            .patch_subresource("status", name, &params, &patch);
        self.send("patch the status of", name, request).await
    }

    pub(crate) async fn replace(
        &self,
        manager: &str,
        name: &str,
        object: &Value,
    ) -> Result<String> {
        let params = PostParams {
            field_manager: Some(manager.into()),
            ..Default::default()
        };
        self.forget(name);
        self.send(
            "update",
            name,
            self.request()
                .replace(name, &params, object.to_string().into_bytes()),
        )
        .await
    }

    /// Deletes it, unless it is not there.
    pub(crate) async fn delete(&self, name: &str) -> Result<()> {
        self.forget(name);
        if let Some(shapes) = &self.shapes {
            shapes.remove(&self.child(name));
        }
        let own = self.own.as_ref();
        let uid = own.and_then(|own| own.uid_of(self.namespace.as_deref(), name));
        let params = DeleteParams {
            preconditions: uid.map(|uid| Preconditions {
                uid: Some(uid),
                resource_version: None,
            }),
            ..DeleteParams::background()
        };
        let request = self.request().delete(name, &params);
        absent(self.send("delete", name, request).await).map(drop)
    }

    pub(crate) async fn delete_collection(&self, params: &ListParams) -> Result<()> {
        self.applied.forget_all(&self.resource);
        let request = self
            .request()
            .delete_collection(&DeleteParams::background(), params);
        self.send("delete the collection of", "", request)
            .await
            .map(drop)
    }

    /// What is done to the object may undo what was applied.
    fn forget(&self, name: &str) {
        let namespace = self.namespace.as_deref();
        let key = Key::new(self.resource.namespaced, namespace, name);
        self.applied.forget(&self.resource, &key);
    }

    fn request(&self) -> Request {
        let Resource { group, plural, .. } = &self.resource;
        let root = if group.is_empty() { "api" } else { "apis" };
        let namespaces = self
            .namespace
            .iter()
            .map(|namespace| format!("namespaces/{namespace}/"))
            .collect::<String>();
        Request::new(format!(
            "/{root}/{}/{namespaces}{plural}",
            api_version(&self.resource)
        ))
    }

    async fn send(
        &self,
        verb: &str,
        name: &str,
        request: Result<http::Request<Vec<u8>>, kube::core::request::Error>,
    ) -> Result<String> {
        self.check(verb, name)?;
        let request = request
            .map_err(kube::Error::BuildRequest)
            .with_context(|| self.doing(verb, name))?;
        let is_watched = |own: &&Own| own.caches.reach(self.namespace.as_deref());
        let own = self.own.as_ref().filter(is_watched);
        let write = (request.method() != Method::GET)
            .then(|| own.map(|own| own.begin(self.namespace.as_deref(), name)));
        let answer = in_time(self.client.request_text(request)).await;
        if let Some(write) = write.flatten() {
            write.end(&answer);
        }
        answer
            .map_err(|error| match hint(&error) {
                Some(hint) => error.context(hint),
                None => error,
            })
            .with_context(|| self.doing(verb, name))
    }

    /// Whether the names are segments of a path, so that the request is about what it seems to be about.
    fn check(&self, verb: &str, name: &str) -> Result<()> {
        let check = || {
            if let Some(namespace) = &self.namespace {
                check_segment("namespace", namespace)?;
            }
            match verb {
                "list" | "create" | "delete the collection of" if name.is_empty() => Ok(()),
                _ => check_segment("name of an object", name),
            }
        };
        check()
            .map_err(|problem| anyhow!("{problem}"))
            .with_context(|| self.doing(verb, name))
    }

    /// `Deployment default/web`
    pub(crate) fn child(&self, name: &str) -> String {
        let key = Key::new(self.resource.namespaced, self.namespace.as_deref(), name);
        format!("{} {key}", self.resource.kind)
    }

    /// `cannot get deployments.apps default/web`
    fn doing(&self, verb: &str, name: &str) -> String {
        let mut text = format!("cannot {verb} {}", qualified(&self.resource));
        match (&self.namespace, name) {
            (None, "") => {}
            (None, name) => text += &format!(" {name}"),
            (Some(namespace), "") => text += &format!(" in {namespace}"),
            (Some(namespace), name) => text += &format!(" {namespace}/{name}"),
        }
        text
    }
}

/// A JSON patch (RFC 6902) of these operations.
pub(crate) fn json_patch(operations: Value) -> Result<Patch<Value>> {
    let operations = serde_json::from_value(operations).context("cannot write a patch as JSON")?;
    Ok(Patch::Json(operations))
}

/// What the API server answers, unless it takes too long.
pub(crate) async fn in_time<T>(answer: impl Future<Output = Result<T, kube::Error>>) -> Result<T> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(anyhow!("no answer within {PATIENCE:?}")),
    }
}

/// Where to look when the API server forbids something.
fn hint(error: &anyhow::Error) -> Option<&'static str> {
    let Some(kube::Error::Api(status)) = error.downcast_ref() else {
        return None;
    };
    if !status.is_forbidden() {
        return None;
    }
    let message = &status.message;
    Some(if is_rbacs(message) {
        "the role does not allow it: is `config/rbac` as `kopgen manifests` writes it, and applied?"
    } else if message.contains("cannot set an ownerRef on a resource you can't delete") {
        "the admission plugin OwnerReferencesPermissionEnforcement lets only those who may delete an object change its owners: \
         declare `owns(.., delete)`, and run `kopgen manifests`"
    } else if message.contains("cannot set blockOwnerDeletion") {
        "the admission plugin OwnerReferencesPermissionEnforcement asks for `update` on the owner's subresource `finalizers`: is \
         `config/rbac` as `kopgen manifests` writes it, and applied?"
    } else {
        "it is forbidden, which a quota, an admission webhook and a namespace that is being deleted do, too"
    })
}

/// Whether it is the refusal of an authorizer: `.. is forbidden: User ".." cannot <verb> resource ".." ..`, in the words of the
/// API server's `ForbiddenMessage`. Admission has others.
fn is_rbacs(message: &str) -> bool {
    let verb = message.split_once(" cannot ").map(|(_, verb)| verb);
    let resource = verb.and_then(|verb| verb.split_once(' '));
    resource.is_some_and(|(_, resource)| resource.starts_with("resource \""))
}

/// Turns "not found" into `None`.
fn absent<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if is_not_found(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn is_not_found(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(kube::Error::Api(status)) if status.is_not_found())
}

pub(crate) fn is_conflict(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(kube::Error::Api(status)) if status.is_conflict())
}

pub(crate) fn is_invalid(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(kube::Error::Api(status)) if status.code == 422)
}

/// What selects the object of this name.
fn named(name: &str) -> ListParams {
    let escaped = name
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace('=', "\\=");
    ListParams::default().fields(&format!("metadata.name={escaped}"))
}

/// Objects of which the metadata alone is read.
#[derive(Deserialize)]
struct MetaPage {
    items: Option<Vec<MetaItem>>,
}

#[derive(Deserialize)]
struct MetaItem {
    #[serde(default)]
    metadata: ObjectMeta,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    metadata: PageMeta,
    items: Option<Vec<Box<RawValue>>>,
}

#[derive(Default, Deserialize)]
struct PageMeta {
    #[serde(rename = "continue")]
    continue_: Option<String>,
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use kube::client::Body;
    use kube::core::Status;
    use tower::{BoxError, service_fn};

    use super::*;

    fn collection(client: Client) -> Collection {
        Collection {
            client,
            applied: Arc::default(),
            shapes: None,
            own: None,
            resource: Resource {
                group: "apps".into(),
                version: "v1".into(),
                kind: "Deployment".into(),
                plural: "deployments".into(),
                namespaced: true,
            },
            namespace: Some("default".into()),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_nobody_answers_ends_and_is_named() {
        let silent = service_fn(|_: Request<Body>| {
            std::future::pending::<Result<Response<Body>, BoxError>>()
        });
        let deployments = collection(Client::new(silent, "default"));
        let an_hour = Duration::from_secs(60 * 60);
        let answer = timeout(an_hour, deployments.get("web")).await;
        let error = answer.expect("it is given up").unwrap_err();
        let expected = "cannot get deployments.apps default/web: no answer within 60s";
        assert_eq!(format!("{error:#}"), expected);
    }

    #[tokio::test]
    async fn the_role_is_named_where_it_is_the_reason() {
        let check = async |message: &'static str, expected: &str| {
            let refusing = service_fn(move |_: Request<Body>| async move {
                let status = Status::failure(message, "Forbidden").with_code(403);
                let answer = Response::builder().status(403);
                answer.body(Body::from(serde_json::to_vec(&status).unwrap()))
            });
            let deployments = collection(Client::new(refusing, "default"));
            let error = deployments.delete("web").await.unwrap_err();
            let error = crate::describe::describe(error.as_ref());
            let expected =
                format!("cannot delete deployments.apps default/web: {expected}: {message}");
            assert_eq!(error, expected);
        };
        let role = "the role does not allow it: is `config/rbac` as `kopgen manifests` writes it, and applied?";
        check(
            "deployments.apps \"web\" is forbidden: User \"system:serviceaccount:a:b\" cannot delete resource \
             \"deployments\" in API group \"apps\" in the namespace \"default\"",
            role,
        )
        .await;
        check(
            "deployments.apps is forbidden: User \"a\" cannot create resource \"deployments/scale\" in API group \"apps\" \
             at the cluster scope: RBAC: role.rbac.authorization.k8s.io \"b\" not found",
            role,
        )
        .await;
        let others = "it is forbidden, which a quota, an admission webhook and a namespace that is being deleted do, too";
        for message in [
            "pods \"a\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2",
            "admission webhook \"guard.example.com\" denied the request: you cannot delete this",
            "configmaps \"a\" is forbidden: unable to create new content in namespace b because it is being terminated",
        ] {
            check(message, others).await;
        }
    }
}
