//! What the kubelet asks: whether the process is alive, and whether it is ready.

use std::net::SocketAddr;

use anyhow::Context as _;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use axum::serve::Listener;
use tokio::sync::watch as latest;

use crate::Result;

/// A controller, and whether its caches are filled.
pub(crate) type Ready = (String, latest::Receiver<bool>);

/// `/healthz` and `/readyz`.
pub(crate) fn router(controllers: Vec<Ready>) -> Router {
    Router::new().route("/healthz", get("ok")).route(
        "/readyz",
        get(move || async move { readiness(&controllers) }),
    )
}

/// Serves until it is dropped.
pub(crate) async fn serve(
    listener: impl Listener<Addr = SocketAddr>,
    what: &'static str,
    router: Router,
) -> Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "serving {what}");
    axum::serve(listener, router)
        .await
        .with_context(|| format!("cannot serve {what} any more"))
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
