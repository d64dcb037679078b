// Copyright The fleet authors.
// SPDX-License-Identifier: Apache-2.0

use std::sync::Arc;

use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};

use crate::state::State;
use fleet_api_crew::v1;

/// Makes the cluster what each Crew asks for.
///
/// The attribute declares what the reconciler may do. Watches and roles are made from it, and a
/// call through the `Context` that it does not cover does not compile.
#[derive(Reconciler)]
#[reconciler(kind = v1::Crew, name = "crew-crew", status)]
pub struct CrewReconciler {}

impl Reconcile for CrewReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, object: Arc<v1::Crew>, cx: Context<Self>) -> Result<Action> {
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
        let spec = v1::CrewSpec { replicas: 1 };
        let mut object = v1::Crew::new("sample", spec);
        object.metadata.namespace = Some("default".into());

        let mock = Mock::new();
        let reconciler = CrewReconciler {};
        mock.reconcile(&reconciler, &object).await?;

        let object: v1::Crew = mock.get("default", "sample")?;
        let ready = &object.status.unwrap().conditions[0];
        assert_eq!(ready.type_, "Ready");
        assert_eq!(ready.status, "True");
        assert_eq!(ready.observed_generation, object.metadata.generation);
        Ok(())
    }
}
