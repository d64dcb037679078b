//! A namespace with a ServiceAccount, and what the operator's declarations allow it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_openapi::jiff::Timestamp;
use kopgen_runtime::core::rbac::{ScopedRule, normalize};
use kopgen_runtime::core::report::Report;
use kopgen_runtime::testing::{AuditEvent, TestEnv};
use kopgen_runtime::{Client, Object, Operator, Result, Running, manifests};
use kube::Api;
use kube::api::{Patch, PatchParams, PostParams};
use kube::core::NamespaceResourceScope;
use kube::runtime::wait::{await_condition, conditions};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::proxy::Proxy;
use crate::shelf::Shelf;

/// What the reconcilers did, in order.
#[derive(Clone, Debug, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    pub fn write(&self, entry: String) {
        self.0.lock().unwrap().push(entry);
    }

    pub fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    pub fn count(&self, start: &str) -> usize {
        self.entries()
            .iter()
            .filter(|entry| entry.starts_with(start))
            .count()
    }
}

pub struct World {
    env: &'static TestEnv,
    pub admin: Client,
    pub namespace: String,
    pub journal: Journal,
    /// Since when the operator is ready.
    ready: Mutex<Option<Timestamp>>,
    /// When the API server was not ready itself.
    outages: Mutex<Vec<Range<Timestamp>>>,
}

const ACCOUNT: &str = "operator";

impl World {
    /// `None` where no control plane can be had.
    pub async fn new(test: &str) -> Result<Option<Self>> {
        static ENV: OnceCell<Option<TestEnv>> = OnceCell::const_new();
        let start = async || TestEnv::builder().audit_log(true).start_or_skip().await;
        let Some(env) = ENV.get_or_try_init(start).await? else {
            return Ok(None);
        };
        Self::on(env, test).await.map(Some)
    }

    /// On a control plane of the test's own, which is to keep an audit log.
    pub async fn on(env: &'static TestEnv, test: &str) -> Result<Self> {
        let (admin, namespace) = (env.client(), format!("operator-{test}"));
        let world = Self {
            env,
            admin,
            namespace,
            journal: Journal::default(),
            ready: Mutex::default(),
            outages: Mutex::default(),
        };
        let namespace: Namespace = named(&world.namespace, json!({}));
        Api::all(world.admin.clone())
            .create(&PostParams::default(), &namespace)
            .await?;
        world
            .create(&named::<ServiceAccount>(ACCOUNT, json!({})))
            .await;
        Ok(world)
    }

    /// Installs the operator, with the CRDs and the roles that it reports, starts it as its ServiceAccount, and waits until it
    /// is ready.
    pub async fn start(&self, operator: Operator<Journal>) -> Result<Running> {
        let client = self.client_of_operator().await;
        self.start_with(client, operator).await
    }

    /// The same, with a proxy between it and the API server.
    pub async fn start_behind(
        &self,
        proxy: &Proxy,
        operator: Operator<Journal>,
    ) -> Result<Running> {
        let client = self.client_of_operator_by(proxy).await?;
        self.start_with(client, operator).await
    }

    /// The same, with another client.
    pub async fn start_with(&self, client: Client, operator: Operator<Journal>) -> Result<Running> {
        let mut running = self.begin(client, operator).await?;
        self.ready(&mut running).await?;
        Ok(running)
    }

    /// Starts an operator that was started before, or may be started again.
    pub async fn start_again(&self, operator: Operator<Journal>) -> Result<Running> {
        if self.ready.lock().unwrap().is_none() {
            return self.start(operator).await;
        }
        let journal = self.journal.clone();
        let operator = operator.watch_namespaces([&self.namespace]);
        let client = self.client_of_operator().await;
        let mut running = operator
            .start(client, async move |_: &Client| Ok(journal))
            .await?;
        self.ready(&mut running).await?;
        Ok(running)
    }

    /// Waits for what `/readyz` waits for.
    pub async fn ready(&self, running: &mut Running) -> Result<()> {
        tokio::time::timeout(PATIENCE, running.ready()).await??;
        *self.ready.lock().unwrap() = Some(Timestamp::now());
        Ok(())
    }

    /// The same, without the wait.
    pub async fn begin(&self, client: Client, operator: Operator<Journal>) -> Result<Running> {
        let report = manifests::report(&operator);
        assert_eq!(report.problems, []);
        install_crds(&self.admin, &report).await?;
        self.install_roles(&report).await?;
        let journal = self.journal.clone();
        let operator = operator.watch_namespaces([&self.namespace]);
        operator
            .start(client, async move |_: &Client| Ok(journal))
            .await
    }

    /// Ends the API server, and starts it again.
    pub async fn crash_api_server(&self) -> Result<()> {
        let began = Timestamp::now();
        self.env.restart_api_server().await?;
        let outage = began..Timestamp::now();
        self.outages.lock().unwrap().push(outage);
        Ok(())
    }

    /// Stops the operator. Its role has allowed all that it has asked for since it was ready, but for what is given as
    /// `<verb> <resource> <name>`.
    pub async fn stop(&self, running: Running, refused: &[&str]) -> Result<()> {
        running.stop().await?;
        self.is_audited().await;
        let ready = self.ready.lock().unwrap().expect("it was started");
        let account = format!("system:serviceaccount:{}:{ACCOUNT}", self.namespace);
        let log = self.env.audit_log()?.into_iter();
        let log: Vec<_> = log.filter(|it| it.user.username == account).collect();
        assert!(!log.is_empty(), "its requests are in the audit log");
        let forbidden =
            |it: &AuditEvent| it.response_status.as_ref().is_some_and(|it| it.code == 403);
        // An API server that has just been started answers before it knows the roles.
        let outages = self.outages.lock().unwrap().clone();
        let told = |it: &AuditEvent| {
            it.received.0 > ready && !outages.iter().any(|outage| outage.contains(&it.received.0))
        };
        let late = log.into_iter().filter(told);
        let found: BTreeSet<_> = late.filter(forbidden).map(|it| said(&it)).collect();
        assert_eq!(found, refused.iter().map(ToString::to_string).collect());
        Ok(())
    }

    /// How many writes of this resource the operator has made.
    pub async fn writes(&self, resource: &str) -> Result<usize> {
        self.is_audited().await;
        let account = format!("system:serviceaccount:{}:{ACCOUNT}", self.namespace);
        let written = |event: &AuditEvent| {
            let object = event.object_ref.as_ref();
            event.user.username == account
                && object.is_some_and(|object| object.resource == resource)
                && ["create", "update", "patch"].contains(&event.verb.as_str())
        };
        Ok(self.env.audit_log()?.into_iter().filter(written).count())
    }

    /// Waits until all that was answered so far is in the audit log.
    async fn is_audited(&self) {
        let path = format!("/livez?after={}", self.namespace);
        let request = http::Request::get(&path).body(Vec::new()).unwrap();
        self.admin.request_text(request).await.unwrap();
        eventually("it is in the audit log", async || {
            let log = self.env.audit_log().unwrap();
            log.iter().any(|it| it.request_uri == path)
        })
        .await;
    }

    /// The client of the operator's account by way of a proxy.
    pub async fn client_of_operator_by(&self, proxy: &Proxy) -> Result<Client> {
        let config = self.env.service_account_config(&self.namespace, ACCOUNT);
        Ok(Client::try_from(proxy.config(&config.await?))?)
    }

    pub async fn client_of_operator(&self) -> Client {
        self.env
            .service_account(&self.namespace, ACCOUNT)
            .await
            .unwrap()
    }

    /// The admin's.
    pub fn config(&self) -> kube::Config {
        self.env.config()
    }

    pub fn objects<O: Object + kube::Resource<Scope = NamespaceResourceScope>>(&self) -> Api<O> {
        Api::namespaced(self.admin.clone(), &self.namespace)
    }

    pub async fn create<O: Object + kube::Resource<Scope = NamespaceResourceScope>>(
        &self,
        object: &O,
    ) {
        self.objects()
            .create(&PostParams::default(), object)
            .await
            .unwrap();
    }

    /// Whether the shelf is ready, and said so of this generation.
    pub async fn is_ready(&self, name: &str, generation: i64) -> bool {
        let shelf = self.objects::<Shelf>().get_opt(name).await.unwrap();
        let conditions = shelf
            .and_then(|shelf| shelf.status)
            .unwrap_or_default()
            .conditions;
        conditions.iter().any(|condition| {
            condition.type_ == "Ready"
                && condition.status == "True"
                && condition.observed_generation == Some(generation)
        })
    }

    async fn install_roles(&self, report: &Report) -> Result<()> {
        let rules = report.declarers().flat_map(|it| it.rules.to_vec());
        let (cluster, own): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.cluster_scoped);
        let subject =
            json!({ "kind": "ServiceAccount", "name": ACCOUNT, "namespace": self.namespace });
        let reference = |kind: &str, name: &str| json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name });

        self.create(&named::<Role>(ACCOUNT, json!({ "rules": policy(own) })))
            .await;
        let binding = json!({ "roleRef": reference("Role", ACCOUNT), "subjects": [subject] });
        self.create(&named::<RoleBinding>(ACCOUNT, binding)).await;
        if !cluster.is_empty() {
            let role: ClusterRole = named(&self.namespace, json!({ "rules": policy(cluster) }));
            Api::all(self.admin.clone())
                .create(&PostParams::default(), &role)
                .await?;
            let binding = json!({ "roleRef": reference("ClusterRole", &self.namespace), "subjects": [subject] });
            let binding: ClusterRoleBinding = named(&self.namespace, binding);
            Api::all(self.admin.clone())
                .create(&PostParams::default(), &binding)
                .await?;
        }
        Ok(())
    }
}

/// `patch shelves/status a`
fn said(event: &AuditEvent) -> String {
    let object = event.object_ref.clone().unwrap_or_default();
    let slash = if object.subresource.is_empty() {
        ""
    } else {
        "/"
    };
    format!(
        "{} {}{slash}{} {}",
        event.verb, object.resource, object.subresource, object.name
    )
}

/// The CRDs of the report, once for all tests. A shelf's motto and a draft's phase are looser in the cluster than they are in Rust.
async fn install_crds(admin: &Client, report: &Report) -> Result<()> {
    static INSTALLING: OnceCell<tokio::sync::Mutex<()>> = OnceCell::const_new();
    let _one_at_a_time = INSTALLING
        .get_or_init(async || Default::default())
        .await
        .lock()
        .await;
    let crds: Api<CustomResourceDefinition> = Api::all(admin.clone());
    for kind in &report.kinds {
        let mut crd = kind.crd.clone();
        let name = crd["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if name.starts_with("shelves") {
            let properties =
                &mut crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
            properties["spec"]["properties"]["motto"] =
                json!({ "x-kubernetes-preserve-unknown-fields": true });
        } else if name.starts_with("drafts") {
            let properties =
                &mut crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"];
            properties["status"]["properties"]["phase"] =
                json!({ "x-kubernetes-preserve-unknown-fields": true });
        }
        crds.patch(
            &name,
            &PatchParams::apply("test").force(),
            &Patch::Apply(crd),
        )
        .await?;
        let established = await_condition(crds.clone(), &name, conditions::is_crd_established());
        tokio::time::timeout(PATIENCE, established).await??;
    }
    Ok(())
}

fn policy(rules: Vec<ScopedRule>) -> Vec<PolicyRule> {
    let rules = normalize(rules.into_iter().map(|rule| rule.rule).collect());
    serde_json::from_value(serde_json::to_value(rules).unwrap()).unwrap()
}

pub fn named<O: Object>(name: &str, mut rest: Value) -> O {
    rest["metadata"] = json!({ "name": name });
    serde_json::from_value(rest).unwrap()
}

const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `holds`.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    eventually_within(PATIENCE, what, holds).await;
}

pub async fn eventually_within(patience: Duration, what: &str, holds: impl AsyncFn() -> bool) {
    let until = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(
        tokio::time::timeout(patience, until).await.is_ok(),
        "not within {patience:?}: {what}"
    );
}

/// Looks for a time that `holds` does not.
pub async fn never(what: &str, time: Duration, holds: impl AsyncFn() -> bool) {
    let began = tokio::time::Instant::now();
    while began.elapsed() < time {
        assert!(!holds().await, "but {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
