// Copyright The crew authors.
// SPDX-License-Identifier: Apache-2.0

use std::sync::Arc;

use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

use crate::state::State;
use crew_api::v1;

/// Makes the cluster what each Policy asks for.
///
/// The attribute declares what the reconciler may do. Watches and roles are made from it, and a
/// call through the `Context` that it does not cover does not compile.
#[derive(Reconciler)]
#[reconciler(kind = v1::Policy, status)]
pub struct PolicyReconciler {}

impl Reconcile for PolicyReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, object: Arc<v1::Policy>, cx: Context<Self>) -> Result<Action> {
        // TODO(user): apply what `object.spec` asks for. With `owns(ConfigMap)` in the attribute,
        // `cx.apply(&config_map)` makes a ConfigMap what it should be, and watches it from then on.

        // Other fields and conditions, such as those of another controller, stay as they were read.
        // If the status has changed since, `set_status` writes nothing and `?` requeues the object.
        let mut status = object.status.clone().unwrap_or_default();
        cx.set_condition(
            &mut status.conditions,
            "Ready",
            true,
            "Reconciled",
            "The cluster is as the spec says.",
        );
        cx.set_status(&status).await?;
        Ok(Action::await_change())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kopgen_runtime::testing::Mock;

    #[tokio::test]
    async fn ready_is_said_of_the_current_spec() -> Result<()> {
        let spec = v1::PolicySpec { replicas: 1 };
        let object = v1::Policy::new("sample", spec);

        let mock = Mock::new();
        let reconciler = PolicyReconciler {};
        mock.reconcile(&reconciler, &object).await?;

        let object: v1::Policy = mock.get("", "sample")?;
        let ready = &object.status.unwrap().conditions[0];
        assert_eq!(ready.type_, "Ready");
        assert_eq!(ready.status, "True");
        assert_eq!(ready.observed_generation, object.metadata.generation);
        Ok(())
    }
}
