// Copyright The crew authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator against a real API server, as in a cluster: installed by config/default, running as
//! its own ServiceAccount with the generated roles.

mod common;

use std::time::Duration;

use kopgen_runtime::Result;
use kopgen_runtime::testing::{Guard, TestEnv};
use kube::Client;
use kube::api::{Api, PostParams};
use kube::runtime::wait::await_condition;
use tokio::time::timeout;

use crew_api::v1beta1;
use crew_operator::controllers::frigate::FrigateReconciler;
use crew_operator::operator;
use crew_operator::state::State;

const PATIENCE: Duration = Duration::from_secs(30);
const NAMESPACE: &str = "crew-system";
const ACCOUNT: &str = "crew-controller-manager";
const SAMPLE: &str = "frigate-sample";
const SAMPLE_FILE: &str = "../config/samples/v1beta1_frigate.yaml";

#[tokio::test]
async fn the_sample_becomes_ready() -> Result<()> {
    // A test that fails shows the operator's log.
    tracing_subscriber::fmt().with_test_writer().init();
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;
    let client = env.service_account(NAMESPACE, ACCOUNT).await?;
    let guard = Guard::of(&operator());
    let mut running = operator().start(guard.client(client), State::new).await?;
    running.ready().await?;

    env.apply(SAMPLE_FILE).await?;
    let ready = await_condition(objects(env.client()), SAMPLE, is_ready);
    timeout(PATIENCE, ready).await.expect("ready in time")?;

    running.stop().await?;
    // `#[reconciler(..)]` declares what it has asked for, and nothing else.
    guard.check::<FrigateReconciler>()
}

#[tokio::test]
async fn a_spec_out_of_bounds_is_refused() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;

    let spec = v1beta1::FrigateSpec { replicas: 0 };
    let object = v1beta1::Frigate::new("out-of-bounds", spec);
    let refused = objects(env.client())
        .create(&PostParams::default(), &object)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("spec.replicas"), "{refused}");
    Ok(())
}

fn objects(client: Client) -> Api<v1beta1::Frigate> {
    Api::default_namespaced(client)
}

/// Whether `Ready` is true, and said of the spec as it is now.
fn is_ready(object: Option<&v1beta1::Frigate>) -> bool {
    object.is_some_and(|object| {
        let mut conditions = object.status.iter().flat_map(|status| &status.conditions);
        conditions.any(|condition| {
            condition.type_ == "Ready"
                && condition.status == "True"
                && condition.observed_generation == object.metadata.generation
        })
    })
}
