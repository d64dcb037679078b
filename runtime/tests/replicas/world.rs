//! A control plane with an audit log, and a namespace in it with what the replicas need.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::api::core::v1::{ConfigMap, Namespace, ServiceAccount};
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use k8s_openapi::jiff::Timestamp;
use kopgen_runtime::core::rbac::{PolicyRule, normalize};
use kopgen_runtime::testing::{AuditEvent, TestEnv};
use kopgen_runtime::{Client, Object, Result, manifests};
use kube::api::{ObjectMeta, Patch, PatchParams, PostParams};
use kube::core::NamespaceResourceScope;
use kube::{Api, Resource};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::ticker;

pub struct World {
    pub env: &'static TestEnv,
    pub namespace: &'static str,
}

/// The ServiceAccounts of the replicas.
pub const ACCOUNTS: [&str; 2] = ["first", "second"];

impl World {
    /// With a role for the replicas, and objects to reconcile. `None` where no control plane can be had.
    pub async fn new(namespace: &'static str) -> Result<Option<Self>> {
        static ENV: OnceCell<Option<TestEnv>> = OnceCell::const_new();
        let start = async || {
            let builder = TestEnv::builder().audit_log(true);
            builder.controller_manager(false).start_or_skip().await
        };
        let Some(env) = ENV.get_or_try_init(start).await? else {
            return Ok(None);
        };
        let world = Self { env, namespace };
        let meta = ObjectMeta {
            name: Some(namespace.into()),
            ..Default::default()
        };
        let object = Namespace {
            metadata: meta,
            ..Default::default()
        };
        Api::all(world.admin())
            .create(&PostParams::default(), &object)
            .await?;
        for account in ACCOUNTS {
            world.create::<ServiceAccount>(account, json!({})).await;
        }
        for number in 0..10 {
            world
                .create::<ConfigMap>(&format!("ticker-{number}"), json!({}))
                .await;
        }
        let report = manifests::report(&ticker::operator());
        let declared = report.declarers().flat_map(|it| it.rules);
        let rules = declared.chain(&report.rules);
        let mut rules: Vec<PolicyRule> = rules.map(|rule| rule.rule.clone()).collect();
        rules.push(PolicyRule {
            api_groups: vec!["test.example.com".into()],
            resources: vec!["ghosts".into()],
            verbs: vec!["list".into(), "watch".into()],
            ..Default::default()
        });
        world
            .create::<Role>("operator", json!({ "rules": normalize(rules) }))
            .await;
        Ok(Some(world))
    }

    /// Gives the replicas their role.
    pub async fn bind(&self) {
        let subject =
            |name| json!({ "kind": "ServiceAccount", "name": name, "namespace": self.namespace });
        let binding = json!({
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "operator" },
            "subjects": ACCOUNTS.map(subject),
        });
        self.create::<RoleBinding>("operator", binding).await;
    }

    /// Make one in each test: a client ends with the runtime it was made in.
    pub fn admin(&self) -> Client {
        self.env.client()
    }

    pub fn address(&self) -> SocketAddr {
        let url = self.env.config().cluster_url;
        url.authority().unwrap().as_str().parse().unwrap()
    }

    pub async fn lease(&self) -> LeaseSpec {
        let leases: Api<Lease> = Api::namespaced(self.admin(), self.namespace);
        let lease = leases.get_opt("ticker").await.unwrap();
        lease.and_then(|lease| lease.spec).unwrap_or_default()
    }

    pub async fn leader(&self) -> String {
        self.lease().await.holder_identity.unwrap_or_default()
    }

    /// When the replica changed something, apart from the Lease.
    pub fn mutations(&self, account: &str) -> Result<Vec<Timestamp>> {
        let user = format!("system:serviceaccount:{}:{account}", self.namespace);
        let mutates = |event: &AuditEvent| {
            let lease = event
                .object_ref
                .as_ref()
                .is_some_and(|it| it.resource == "leases");
            event.user.username == user
                && !lease
                && !["get", "list", "watch"].contains(&event.verb.as_str())
        };
        let events = self.env.audit_log()?.into_iter();
        Ok(events
            .filter(mutates)
            .map(|event| event.received.0)
            .collect())
    }

    /// As which programs the replicas have made their requests.
    pub fn user_agents(&self) -> Result<BTreeSet<String>> {
        let account = format!("system:serviceaccount:{}:", self.namespace);
        let events = self.env.audit_log()?.into_iter();
        let own = events.filter(|event| event.user.username.starts_with(&account));
        Ok(own.map(|event| event.user_agent).collect())
    }

    /// Changes the Lease, and not who holds it.
    pub async fn label_lease(&self) {
        let leases: Api<Lease> = Api::namespaced(self.admin(), self.namespace);
        let label = Patch::Merge(json!({ "metadata": { "labels": { "touched": "true" } } }));
        let params = PatchParams::default();
        leases.patch("ticker", &params, &label).await.unwrap();
    }

    /// What the API server has refused the replicas since then, because their role does not allow it.
    pub fn refused_since(&self, since: Timestamp) -> Result<Vec<String>> {
        let account = format!("system:serviceaccount:{}:", self.namespace);
        let refused = |event: &AuditEvent| {
            event.user.username.starts_with(&account)
                && event.received.0 > since
                && event
                    .response_status
                    .as_ref()
                    .is_some_and(|it| it.code == 403)
        };
        let events = self.env.audit_log()?.into_iter().filter(refused);
        Ok(events
            .map(|event| format!("{} {}", event.verb, event.request_uri))
            .collect())
    }

    async fn create<O>(&self, name: &str, mut rest: Value)
    where
        O: Object + Resource<Scope = NamespaceResourceScope>,
    {
        rest["metadata"] = json!({ "name": name });
        let object: O = serde_json::from_value(rest).unwrap();
        Api::namespaced(self.admin(), self.namespace)
            .create(&PostParams::default(), &object)
            .await
            .unwrap();
    }
}

const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `holds`.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let until = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, until).await.is_ok(),
        "not within {PATIENCE:?}: {what}"
    );
}
