//! Put among the tests of the golden project `namespaced`: what a scaffolded test shows of one namespace, for two that are
//! watched and one that is not.

mod common;

use std::time::Duration;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Service};
use kopgen_runtime::Result;
use kopgen_runtime::testing::{Guard, TestEnv};
use kube::api::{Api, ListParams, ObjectMeta, PostParams};
use kube::runtime::wait::{await_condition, conditions::is_created};
use tokio::time::{sleep, timeout};

use tenant_api::v1::{Tenant, TenantSpec};
use tenant_operator::operator;
use tenant_operator::state::State;

const PATIENCE: Duration = Duration::from_secs(60);
const NAMESPACE: &str = "tenant-system";
const ACCOUNT: &str = "tenant-controller-manager";
const WATCHED: [&str; 2] = ["blue", "green"];
const OTHER: &str = "red";
const NAME: &str = "acme";

#[tokio::test]
async fn two_namespaces_are_seen_to_and_a_third_is_left_alone() -> Result<()> {
    tracing_subscriber::fmt().with_test_writer().init();
    let builder = TestEnv::builder()
        .audit_log(true)
        .controller_manager(false);
    let Some(env) = builder.start_or_skip().await? else {
        return Ok(());
    };
    common::install(&env).await?;
    let metadata = ObjectMeta {
        name: Some(OTHER.into()),
        ..Default::default()
    };
    let other = Namespace {
        metadata,
        ..Default::default()
    };
    Api::all(env.client())
        .create(&PostParams::default(), &other)
        .await?;

    let account = env.service_account(NAMESPACE, ACCOUNT).await?;
    let guard = Guard::of(&operator());
    let client = guard.client(account.clone());
    let mut running = operator().start(client, State::new).await?;
    timeout(PATIENCE, running.ready()).await.expect("in time")?;

    // The one that is to be left alone comes first: it has had the time of the others, and more.
    for namespace in [OTHER, WATCHED[0], WATCHED[1]] {
        let spec = TenantSpec {
            image: "nginx:1.29".into(),
            port: 8080,
            replicas: 1,
        };
        let tenants: Api<Tenant> = Api::namespaced(env.client(), namespace);
        tenants
            .create(&PostParams::default(), &Tenant::new(NAME, spec))
            .await?;
    }
    for namespace in WATCHED {
        let tenants: Api<Tenant> = Api::namespaced(env.client(), namespace);
        let deployments: Api<Deployment> = Api::namespaced(env.client(), namespace);
        let services: Api<Service> = Api::namespaced(env.client(), namespace);
        let has_status = |it: Option<&Tenant>| it.is_some_and(|it| it.status.is_some());
        let made = async {
            await_condition(deployments, NAME, is_created()).await?;
            await_condition(services, NAME, is_created()).await?;
            await_condition(tenants, NAME, has_status).await
        };
        timeout(PATIENCE, made).await.expect("in time")?;
    }
    running.stop().await?;

    let tenants: Api<Tenant> = Api::namespaced(env.client(), OTHER);
    assert!(tenants.get(NAME).await?.status.is_none());
    let deployments: Api<Deployment> = Api::namespaced(env.client(), OTHER);
    assert!(
        deployments
            .list(&ListParams::default())
            .await?
            .items
            .is_empty()
    );

    // The last request, so that all that the operator did is in the audit log before it.
    let deployments: Api<Deployment> = Api::namespaced(account, OTHER);
    let refused = deployments.list(&ListParams::default()).await.unwrap_err();
    let forbidden = "cannot list resource \"deployments\" in API group \"apps\" in the namespace \"red\"";
    assert!(refused.to_string().contains(forbidden), "{refused}");
    let name = format!("system:serviceaccount:{NAMESPACE}:{ACCOUNT}");
    let audited = async {
        loop {
            let log = env.audit_log()?;
            let of_operator = log.iter().filter(|it| it.user.username == name);
            let refused: Vec<_> = of_operator
                .filter(|it| it.response_status.as_ref().is_some_and(|it| it.code == 403))
                .filter_map(|it| Some(it.object_ref.as_ref()?.namespace.as_str()))
                .collect();
            if !refused.is_empty() {
                assert_eq!(refused, [OTHER]);
                return Result::Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, audited).await.expect("in time")
}
