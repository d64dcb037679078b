// Copyright The bare authors.
// SPDX-License-Identifier: Apache-2.0

use kopgen_runtime::{Client, Result};

/// What the reconcilers share: settings, connections to other services, …
#[derive(Clone, Debug)]
pub struct State {}

impl State {
    /// Runs once, before the first reconcile.
    pub async fn new(_client: &Client) -> Result<Self> {
        Ok(Self {})
    }
}
