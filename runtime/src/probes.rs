//! What the kubelet asks: whether the process is alive, and whether it is ready.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use tokio::sync::watch as latest;

use crate::server::{Answer, Pages, text};
use crate::supervision::Runs;

/// A controller, and whether its caches are synced.
pub(crate) type Ready = (String, latest::Receiver<bool>);

/// `/healthz` and `/readyz`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Probes {
    /// The controllers, once the operator has been set up.
    pub(crate) controllers: Arc<OnceLock<Vec<Ready>>>,
    pub(crate) runs: Runs,
    /// How long a reconcile may block its thread before the process counts as dead; `None` is for ever.
    pub(crate) limit: Option<Duration>,
}

impl Pages for Probes {
    fn get<'a>(&'a self, path: &'a str, _: &'a HeaderMap) -> BoxFuture<'a, Option<Answer>> {
        async move {
            let (status, why) = match path {
                "/healthz" => self.health(),
                "/readyz" => self.readiness(),
                _ => return None,
            };
            Some(text(status, why))
        }
        .boxed()
    }
}

impl Probes {
    /// What blocks its thread cannot be cut off; only a restart gives the object and the thread back.
    fn health(&self) -> (StatusCode, String) {
        let blocked = self.limit.and_then(|limit| self.runs.blocked(limit));
        answer(blocked)
    }

    fn readiness(&self) -> (StatusCode, String) {
        let Some(controllers) = self.controllers.get() else {
            return answer(Some("starting".into()));
        };
        let waiting = unsynced(controllers);
        answer((!waiting.is_empty()).then(|| format!("caches not synced: {}", waiting.join(", "))))
    }
}

/// The controllers that wait for their caches.
pub(crate) fn unsynced(controllers: &[Ready]) -> Vec<&str> {
    let waiting = controllers.iter().filter(|(_, ready)| !*ready.borrow());
    waiting.map(|(name, _)| name.as_str()).collect()
}

fn answer(trouble: Option<String>) -> (StatusCode, String) {
    match trouble {
        None => (StatusCode::OK, "ok".into()),
        Some(trouble) => (StatusCode::SERVICE_UNAVAILABLE, trouble),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_ready_when_all_caches_are_synced() {
        let probes = Probes::default();
        let check = |status: StatusCode, text: &str| {
            assert_eq!(probes.readiness(), (status, text.to_owned()));
        };
        check(StatusCode::SERVICE_UNAVAILABLE, "starting");
        let (first, first_ready) = latest::channel(false);
        let (second, second_ready) = latest::channel(false);
        let controllers = vec![
            ("a".to_owned(), first_ready),
            ("b".to_owned(), second_ready),
        ];
        probes.controllers.set(controllers).unwrap();
        check(StatusCode::SERVICE_UNAVAILABLE, "caches not synced: a, b");
        first.send_replace(true);
        check(StatusCode::SERVICE_UNAVAILABLE, "caches not synced: b");
        second.send_replace(true);
        check(StatusCode::OK, "ok");

        let without_controllers = Probes::default();
        without_controllers.controllers.set(Vec::new()).unwrap();
        assert_eq!(without_controllers.readiness().0, StatusCode::OK);
    }
}
