//! What the kubelet asks: whether the process is alive, and whether it is ready.

use futures::FutureExt;
use futures::future::BoxFuture;
use http::{HeaderMap, StatusCode};
use tokio::sync::watch as latest;

use crate::server::{Answer, Pages, text};

/// A controller, and whether its caches are filled.
pub(crate) type Ready = (String, latest::Receiver<bool>);

/// `/healthz` and `/readyz`.
pub(crate) struct Probes(pub(crate) Vec<Ready>);

impl Pages for Probes {
    fn get<'a>(&'a self, path: &'a str, _: &'a HeaderMap) -> BoxFuture<'a, Option<Answer>> {
        async move {
            match path {
                "/healthz" => Some(text(StatusCode::OK, "ok")),
                "/readyz" => {
                    let (status, why) = readiness(&self.0);
                    Some(text(status, why))
                }
                _ => None,
            }
        }
        .boxed()
    }
}

fn readiness(controllers: &[Ready]) -> (StatusCode, String) {
    let waiting: Vec<_> = controllers
        .iter()
        .filter(|(_, ready)| !*ready.borrow())
        .map(|(name, _)| name.as_str())
        .collect();
    if waiting.is_empty() {
        (StatusCode::OK, "ok".to_owned())
    } else {
        let text = format!("the caches are not filled of: {}", waiting.join(", "));
        (StatusCode::SERVICE_UNAVAILABLE, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_when_all_caches_are_filled() {
        let (first, first_ready) = latest::channel(false);
        let (second, second_ready) = latest::channel(false);
        let controllers = [
            ("a".to_owned(), first_ready),
            ("b".to_owned(), second_ready),
        ];
        let check = |status: StatusCode, text: &str| {
            assert_eq!(readiness(&controllers), (status, text.to_owned()));
        };
        check(
            StatusCode::SERVICE_UNAVAILABLE,
            "the caches are not filled of: a, b",
        );
        first.send_replace(true);
        check(
            StatusCode::SERVICE_UNAVAILABLE,
            "the caches are not filled of: b",
        );
        second.send_replace(true);
        check(StatusCode::OK, "ok");
        assert_eq!(readiness(&[]).0, StatusCode::OK, "nothing to wait for");
    }
}
