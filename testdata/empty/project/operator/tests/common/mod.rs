// Copyright The bare authors.
// SPDX-License-Identifier: Apache-2.0

//! What the tests share.

use std::path::Path;

use kopgen_runtime::Result;
use kopgen_runtime::testing::TestEnv;

/// Installs what the operator needs in a cluster: the CRDs of kinds that others define, and its own
/// manifests.
pub async fn install(env: &TestEnv) -> Result<()> {
    let others = Path::new("tests/crds");
    if others.is_dir() {
        env.apply(others).await?;
    }
    env.apply("../config/default").await?;
    Ok(())
}
