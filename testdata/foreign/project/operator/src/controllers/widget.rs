// Copyright The labels authors.
// SPDX-License-Identifier: Apache-2.0

//! The controller of Widget.

use std::sync::Arc;

use kopgen_runtime::{Action, Context, EventType, Reconcile, Reconciler, Result};

use crate::state::State;
use acme_widgets::v1;

/// Sees to each Widget, a kind that others define.
///
/// The attribute declares what the reconciler may do. Watches and roles are made from it, and a
/// call through the `Context` that it does not cover does not compile.
#[derive(Reconciler)]
#[reconciler(kind = v1::Widget, events)]
pub struct WidgetReconciler {}

impl Reconcile for WidgetReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(&self, _object: Arc<v1::Widget>, cx: Context<Self>) -> Result<Action> {
        // TODO(user): do what `_object` calls for. With `owns(ConfigMap)` in the attribute,
        // `cx.apply(&config_map)` makes a ConfigMap what it should be, and watches it from then on.

        let note = "The operator has seen this object.";
        cx.event(EventType::Normal, "Seen", note).await?;
        Ok(Action::await_change())
    }
}
