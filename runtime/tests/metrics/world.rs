//! A control plane with the golden project `guestbook` in it: its account and its roles, as a user deploys them.

use std::path::{Path, PathBuf};

use http::Request;
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::{ConfigMap, ServiceAccount};
use k8s_openapi::api::rbac::v1::{ClusterRoleBinding, Role, RoleBinding};
use kopgen_runtime::testing::TestEnv;
use kopgen_runtime::{Client, Object, Result};
use kube::api::{Api, PostParams};
use kube::client::Body;
use kube::core::NamespaceResourceScope;
use kube::{Config, Resource};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

pub struct World {
    pub env: &'static TestEnv,
}

pub const NAMESPACE: &str = "guestbook-system";

/// The operator's account, that of one which may not ask who reads, that of a reader, and that of somebody else.
pub const OPERATOR: &str = "guestbook-controller-manager";
pub const POWERLESS: &str = "powerless";
pub const READER: &str = "reader";
pub const STRANGER: &str = "stranger";

impl World {
    /// `None` where no control plane can be had.
    pub async fn new() -> Result<Option<Self>> {
        static INSTALLED: OnceCell<()> = OnceCell::const_new();
        let Some(env) = TestEnv::shared().await? else {
            return Ok(None);
        };
        let world = Self { env };
        INSTALLED.get_or_try_init(|| world.install()).await?;
        Ok(Some(world))
    }

    async fn install(&self) -> Result<()> {
        self.env
            .apply(golden("guestbook", "config/default"))
            .await?;
        for account in [POWERLESS, READER, STRANGER] {
            self.create::<ServiceAccount>(account, json!({})).await;
        }
        // What the golden project's operator need not do, and this test's does.
        let rule =
            json!({ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "watch"] });
        self.create::<Role>("reconciles", json!({ "rules": [rule] }))
            .await;
        let role = |kind: &str, name: &str| json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name });
        let account =
            |name: &str| json!({ "kind": "ServiceAccount", "name": name, "namespace": NAMESPACE });
        let binding = json!({ "roleRef": role("Role", "reconciles"), "subjects": [account(OPERATOR), account(POWERLESS)] });
        self.create::<RoleBinding>("reconciles", binding).await;
        let reader: ClusterRoleBinding = serde_json::from_value(json!({
            "metadata": { "name": "reader" },
            "roleRef": role("ClusterRole", "guestbook-metrics-reader"),
            "subjects": [account(READER)],
        }))?;
        let bindings = Api::all(self.env.client());
        bindings.create(&PostParams::default(), &reader).await?;
        // One is reconciled well, and one badly.
        for name in ["good", "bad"] {
            self.create::<ConfigMap>(name, json!({})).await;
        }
        Ok(())
    }

    pub async fn token(&self, account: &str) -> Result<String> {
        let accounts: Api<ServiceAccount> = Api::namespaced(self.env.client(), NAMESPACE);
        let (params, request) = (PostParams::default(), TokenRequest::default());
        let made = accounts.create_token_request(account, &params, &request);
        let token = made.await?.status.and_then(|status| status.token);
        Ok(token.expect("it has been made"))
    }

    async fn create<O>(&self, name: &str, mut rest: Value)
    where
        O: Object + Resource<Scope = NamespaceResourceScope>,
    {
        rest["metadata"] = json!({ "name": name });
        let object: O = serde_json::from_value(rest).unwrap();
        let objects = Api::namespaced(self.env.client(), NAMESPACE);
        objects
            .create(&PostParams::default(), &object)
            .await
            .unwrap();
    }
}

/// Somebody who scrapes.
pub struct Scraper {
    pub token: Option<String>,
    /// The certificate that is believed, DER; without it, any is.
    pub trusts: Option<Vec<u8>>,
}

impl Scraper {
    /// The status and the text of the metrics that are served at `address`, such as `127.0.0.1:8443`.
    pub async fn scrape(&self, address: &str) -> Result<(u16, String)> {
        let mut config = Config::new(format!("https://{address}").parse()?);
        config.accept_invalid_certs = self.trusts.is_none();
        config.root_cert = self.trusts.clone().map(|certificate| vec![certificate]);
        config.auth_info = serde_json::from_value(json!({ "token": self.token }))?;
        let request = Request::get("/metrics").body(Body::empty())?;
        let answer = Client::try_from(config)?.send(request).await?;
        let (head, body) = answer.into_parts();
        let text = String::from_utf8(body.collect_bytes().await?.into())?;
        Ok((head.status.as_u16(), text))
    }
}

/// A file of a golden project.
pub fn golden(case: &str, path: &str) -> PathBuf {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    testdata.join(case).join("project").join(path)
}
