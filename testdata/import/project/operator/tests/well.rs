// Copyright The water authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator against a real API server, as in a cluster: installed by config/default, running as
//! its own ServiceAccount with the generated roles.

mod common;

use std::time::Duration;

use kopgen_runtime::Result;
use kopgen_runtime::testing::TestEnv;
use tokio::time::timeout;

use water_operator::operator;
use water_operator::state::State;

const NAMESPACE: &str = "water-system";
const ACCOUNT: &str = "water-controller-manager";

// TODO(user): create a Well, await what the operator does about it, and let
// `kopgen_runtime::testing::Guard` compare that with what it declares.
#[tokio::test]
async fn the_operator_may_list_and_watch() -> Result<()> {
    // A test that fails shows the operator's log.
    tracing_subscriber::fmt().with_test_writer().init();
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    common::install(env).await?;
    let client = env.service_account(NAMESPACE, ACCOUNT).await?;

    let mut running = operator().start(client, State::new).await?;
    let ready = timeout(Duration::from_secs(30), running.ready());
    ready.await.expect("ready in time")?;
    running.stop().await
}
