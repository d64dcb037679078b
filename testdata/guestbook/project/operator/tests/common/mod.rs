// Copyright The guestbook authors.
// SPDX-License-Identifier: Apache-2.0

//! What the tests share.

use std::path::Path;

use kopgen_runtime::Result;
use kopgen_runtime::testing::TestEnv;

/// Installs what the operator needs in a cluster: the CRDs of kinds that others define, the
/// namespaces that it watches beside its own, and its own manifests.
pub async fn install(env: &TestEnv) -> Result<()> {
    for others in ["tests/crds", "tests/namespaces.yaml"] {
        if Path::new(others).exists() {
            env.apply(others).await?;
        }
    }
    env.apply("../config/default").await?;
    Ok(())
}
