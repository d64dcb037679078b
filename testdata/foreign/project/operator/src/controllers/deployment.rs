// Copyright The labels authors.
// SPDX-License-Identifier: Apache-2.0

//! The controller of Deployment.

use std::sync::Arc;

use kopgen_runtime::{Action, Context, EventType, Reconcile, Reconciler, Result};

use crate::state::State;
use k8s_openapi::api::apps::v1;

/// Sees to each Deployment, a kind that others define.
///
/// The attribute declares what the reconciler may do. Watches and roles are made from it, and a
/// call through the `Context` that it does not cover does not compile.
#[derive(Reconciler)]
#[reconciler(kind = v1::Deployment, events)]
pub struct DeploymentReconciler {}

impl Reconcile for DeploymentReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<v1::Deployment>, cx: Context<Self>) -> Result<Action> {
        // TODO(user): do what `_object` calls for. With `owns(ConfigMap)` in the attribute,
        // `cx.apply(&config_map)` makes a ConfigMap what it should be, and watches it from then on.

        let note = "The operator has seen this object.";
        cx.event(EventType::Normal, "Seen", note).await?;
        Ok(Action::await_change())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kopgen_runtime::testing::Mock;

    #[tokio::test]
    async fn an_object_that_is_seen_gets_an_event() -> Result<()> {
        let mut object = v1::Deployment::default();
        object.metadata.name = Some("sample".into());
        object.metadata.namespace = Some("default".into());

        let mock = Mock::new();
        let reconciler = DeploymentReconciler {};
        mock.reconcile(&reconciler, &object).await?;

        let requests = mock.requests();
        let event = requests.last().unwrap();
        assert!(event.path.contains("/events"), "{event:?}");
        assert_eq!(event.body["reason"], "Seen");
        assert_eq!(event.body["regarding"]["name"], "sample");
        Ok(())
    }
}
