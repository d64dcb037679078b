//! Requests about objects whose type is only known as data: compiled once, whatever the number of types.

use std::sync::Arc;

use anyhow::Context as _;
use kopgen_core::report::Resource;
use kube::Client;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::core::Request;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Result;
use crate::controller::{Applied, Apply, Key, RawObject};
use crate::object::{api_version, qualified};

/// The objects of one type in one namespace, or in the cluster.
#[derive(Clone)]
pub(crate) struct Collection {
    pub(crate) client: Client,
    pub(crate) applied: Arc<Applied>,
    pub(crate) resource: Resource,
    pub(crate) namespace: Option<String>,
}

/// How many objects one page of a list holds: what client-go asks for.
const PAGE: u32 = 500;

impl Collection {
    pub(crate) async fn get(&self, name: &str) -> Result<String> {
        self.send("get", name, self.request().get(name, &Default::default()))
            .await
    }

    /// `None` where there is no such object.
    pub(crate) async fn find(&self, name: &str) -> Result<Option<String>> {
        absent(self.get(name).await)
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

    /// Sends nothing where it is known that nothing would change.
    pub(crate) async fn apply(
        &self,
        manager: &str,
        name: &str,
        object: &Value,
    ) -> Result<Arc<str>> {
        let namespace = self.namespace.as_deref();
        let sending = match self.applied.apply(&self.resource, namespace, name, object) {
            Apply::InForce(json) => return Ok(json),
            Apply::Send(sending) => sending,
        };
        let params = PatchParams::apply(manager).force();
        let request = self.request().patch(name, &params, &Patch::Apply(object));
        let json = self.send("apply", name, request).await?;
        let answer = RawObject::parse(&json).with_context(|| self.doing("apply", name))?;
        sending.answered(&answer);
        Ok(answer.json)
    }

    pub(crate) async fn patch(
        &self,
        manager: &str,
        name: &str,
        patch: &Patch<Value>,
    ) -> Result<String> {
        let params = PatchParams {
            field_manager: Some(manager.into()),
            force: matches!(patch, Patch::Apply(_)),
            ..Default::default()
        };
        self.forget(name);
        self.send("patch", name, self.request().patch(name, &params, patch))
            .await
    }

    pub(crate) async fn apply_status(
        &self,
        manager: &str,
        name: &str,
        status: &Value,
    ) -> Result<String> {
        let body = serde_json::json!({
            "apiVersion": api_version(&self.resource),
            "kind": self.resource.kind,
            "metadata": { "name": name },
            "status": status,
        });
        let params = PatchParams::apply(manager).force();
        let request =
            self.request()
                .patch_subresource("status", name, &params, &Patch::Apply(body));
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
        absent(
            self.send(
                "delete",
                name,
                self.request().delete(name, &DeleteParams::background()),
            )
            .await,
        )
        .map(drop)
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
        let request = request
            .map_err(kube::Error::BuildRequest)
            .with_context(|| self.doing(verb, name))?;
        self.client.request_text(request).await.map_err(|error| {
            let forbidden = matches!(&error, kube::Error::Api(status) if status.is_forbidden());
            let error = anyhow::Error::new(error);
            let error = if forbidden {
                error.context("the role does not allow it: is `config/rbac` as `kopgen manifests` writes it, and applied?")
            } else {
                error
            };
            error.context(self.doing(verb, name))
        })
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
