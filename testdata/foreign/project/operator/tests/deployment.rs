// Copyright The labels authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator against a real API server, as in a cluster: installed by config/default, running as
//! its own ServiceAccount with the generated roles.

mod common;

use std::time::Duration;

use k8s_openapi::api::events::v1::Event;
use kopgen_runtime::Result;
use kopgen_runtime::testing::{Guard, TestEnv};
use kube::Client;
use kube::api::{Api, ListParams};
use tokio::time::{sleep, timeout};

use labels_operator::controllers::deployment::DeploymentReconciler;
use labels_operator::operator;
use labels_operator::state::State;

const PATIENCE: Duration = Duration::from_secs(30);
const NAMESPACE: &str = "labels-system";
const ACCOUNT: &str = "labels-controller-manager";
const KIND: &str = "Deployment";
const SAMPLE: &str = "deployment-sample";
const SAMPLE_FILE: &str = "tests/samples/deployment.yaml";
const CONTROLLER: &str = "labels/deployment";

// TODO(user): await what the operator does about the Deployment.
#[tokio::test]
async fn the_operator_sees_the_sample() -> Result<()> {
    // A test that fails shows the operator's log.
    tracing_subscriber::fmt().with_test_writer().init();
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;
    let client = env.service_account(NAMESPACE, ACCOUNT).await?;
    let guard = Guard::of(&operator());
    let mut running = operator().start(guard.client(client), State::new).await?;
    let ready = timeout(PATIENCE, running.ready());
    ready.await.expect("ready in time")?;

    env.apply(SAMPLE_FILE).await?;
    let seen = timeout(PATIENCE, sees(env.client()));
    seen.await.expect("seen in time")?;

    running.stop().await?;
    // `#[reconciler(..)]` declares what it has asked for, and nothing else.
    guard.check::<DeploymentReconciler>()
}

/// Waits for an event by the controller, about the sample.
async fn sees(client: Client) -> Result<()> {
    let events: Api<Event> = Api::all(client);
    let all = ListParams::default();
    while !events.list(&all).await?.iter().any(is_of_it) {
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Whether it is the controller's, about the sample.
fn is_of_it(event: &Event) -> bool {
    let Some(object) = &event.regarding else {
        return false;
    };
    event.reporting_controller.as_deref() == Some(CONTROLLER)
        && object.kind.as_deref() == Some(KIND)
        && object.name.as_deref() == Some(SAMPLE)
        && event.type_.as_deref() == Some("Normal")
}
