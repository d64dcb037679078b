//! The operator against a real API server, as in a cluster: installed by config/default, running as
//! its own ServiceAccount with the generated roles.

mod common;

use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStatus};
use k8s_openapi::api::core::v1::{Container, PodSpec};
use kopgen_runtime::Result;
use kopgen_runtime::testing::{Guard, TestEnv};
use kube::Client;
use kube::api::{Api, ObjectMeta, PostParams};
use kube::runtime::wait::{await_condition, conditions::is_created};
use tokio::time::timeout;

use shop_api::v1alpha1;
use shop_operator::controllers::web_service::WebServiceReconciler;
use shop_operator::operator;
use shop_operator::state::State;

const PATIENCE: Duration = Duration::from_secs(30);
const NAMESPACE: &str = "shop-system";
const ACCOUNT: &str = "shop-controller-manager";
const SAMPLE: &str = "webservice-sample";
const SAMPLE_FILE: &str = "../config/samples/v1alpha1_webservice.yaml";

#[tokio::test]
async fn the_sample_becomes_ready() -> Result<()> {
    // A test that fails shows the operator's log.
    tracing_subscriber::fmt().with_test_writer().init();
    // No pods run here. Without Kubernetes' own controllers, the test alone sets the Deployment's status.
    let builder = TestEnv::builder().controller_manager(false);
    let Some(env) = builder.start_or_skip().await? else {
        return Ok(());
    };
    common::install(&env).await?;
    let client = env.service_account(NAMESPACE, ACCOUNT).await?;
    let guard = Guard::of(&operator());
    let mut running = operator().start(guard.client(client), State::new).await?;
    running.ready().await?;

    env.apply(SAMPLE_FILE).await?;
    roll_out(env.client()).await?;
    let ready = await_condition(objects(env.client()), SAMPLE, is_ready);
    timeout(PATIENCE, ready).await.expect("ready in time")?;

    running.stop().await?;
    // `#[reconciler(..)]` declares what it has asked for, and nothing else.
    guard.check::<WebServiceReconciler>()
}

#[tokio::test]
async fn a_spec_out_of_bounds_is_refused() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;

    let object = object("out-of-bounds", "example.com/image:1", 0);
    let refused = objects(env.client())
        .create(&PostParams::default(), &object)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("spec.replicas"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_name_that_no_service_can_have_is_refused() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;

    for name in ["my.app", "1st", &"x".repeat(64)] {
        let object = object(name, "example.com/image:1", 1);
        let refused = objects(env.client())
            .create(&PostParams::default(), &object)
            .await
            .unwrap_err();
        assert!(refused.to_string().contains("metadata.name"), "{refused}");
    }
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_applied_shows_in_the_status() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;
    let client = env.service_account(NAMESPACE, ACCOUNT).await?;
    let mut running = operator().start(client, State::new).await?;
    running.ready().await?;

    // Its name is taken by a Deployment with another selector, which cannot be changed.
    deployments(env.client())
        .create(&PostParams::default(), &other_deployment("taken"))
        .await?;
    let object = object("taken", "example.com/image:1", 1);
    objects(env.client())
        .create(&PostParams::default(), &object)
        .await?;
    let failed = await_condition(objects(env.client()), "taken", says_why);
    timeout(PATIENCE, failed).await.expect("said in time")?;
    running.stop().await
}

fn other_deployment(name: &str) -> Deployment {
    let labels = Some([("app".to_owned(), "other".to_owned())].into());
    let mut deployment = Deployment::default();
    deployment.metadata.name = Some(name.into());
    deployment.spec.selector.match_labels = labels.clone();
    deployment.spec.template.metadata = Some(ObjectMeta {
        labels,
        ..Default::default()
    });
    deployment.spec.template.spec = Some(PodSpec {
        containers: vec![Container {
            name: "other".into(),
            image: Some("example.com/other:1".into()),
            ..Default::default()
        }],
        ..Default::default()
    });
    deployment
}

fn object(name: &str, image: &str, replicas: i32) -> v1alpha1::WebService {
    let spec = v1alpha1::WebServiceSpec {
        image: image.into(),
        port: 8080,
        replicas,
    };
    v1alpha1::WebService::new(name, spec)
}

fn objects(client: Client) -> Api<v1alpha1::WebService> {
    Api::default_namespaced(client)
}

fn deployments(client: Client) -> Api<Deployment> {
    Api::default_namespaced(client)
}

/// Whether `Ready` is true, and said of the spec as it is now.
fn is_ready(object: Option<&v1alpha1::WebService>) -> bool {
    object.is_some_and(|object| {
        let mut conditions = object.status.iter().flat_map(|status| &status.conditions);
        conditions.any(|condition| {
            condition.type_ == "Ready"
                && condition.status == "True"
                && condition.observed_generation == object.metadata.generation
        })
    })
}

/// Whether `Ready` is false because of the Deployment.
fn says_why(object: Option<&v1alpha1::WebService>) -> bool {
    object.is_some_and(|object| {
        let mut conditions = object.status.iter().flat_map(|status| &status.conditions);
        conditions.any(|condition| {
            condition.type_ == "Ready"
                && condition.status == "False"
                && condition.reason == "ApplyFailed"
                && condition.message.contains("taken")
        })
    })
}

/// Plays Kubernetes' part: once there is a Deployment, says that its pods are up.
async fn roll_out(client: Client) -> Result<()> {
    let deployments = deployments(client);
    let created = await_condition(deployments.clone(), SAMPLE, is_created());
    let mut deployment = timeout(PATIENCE, created).await??.unwrap();
    deployment.status = Some(DeploymentStatus {
        observed_generation: deployment.metadata.generation,
        replicas: Some(1),
        updated_replicas: Some(1),
        ready_replicas: Some(1),
        available_replicas: Some(1),
        ..Default::default()
    });
    deployments
        .replace_status(SAMPLE, &PostParams::default(), &deployment)
        .await?;
    Ok(())
}
