//! What the reconcilers share.

use kopgen_runtime::{Client, Result};

/// Settings, connections to other services, …
#[derive(Clone, Debug)]
pub struct State {}

impl State {
    /// Runs once, before the first reconcile.
    pub async fn new(_client: &Client) -> Result<Self> {
        Ok(Self {})
    }
}
