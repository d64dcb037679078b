//! Requests that are not idempotent are sent once.
//!
//! kube's client sends a request again after 429, 503 and 504. Behind 503 and 504 the API server may have done it: a second
//! `create` with `generateName` makes a second object, and a second JSON patch adds a second item.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use kube::Client;
use kube::client::Body;
use tokio::time::sleep;
use tower::service_fn;

/// How often a request is repeated that the API server had no time for: client-go's number.
const REPETITIONS: usize = 10;

/// A client that sends what is not idempotent once, whatever the one inside repeats. What the API server answers with 429 and
/// the time after which to try again, it has not begun: that is repeated, as client-go does.
///
/// # Panics
///
/// Outside of a tokio runtime.
pub(crate) fn client(inner: Client) -> Client {
    let namespace = inner.default_namespace().to_owned();
    // kube repeats what it can copy, and of all bodies it cannot copy that of an answer.
    let echo = Client::new(
        service_fn(async |request: Request<Body>| {
            Ok::<_, kube::Error>(Response::new(request.into_body()))
        }),
        "",
    );
    let service = service_fn(move |request: Request<Body>| {
        let (inner, echo) = (inner.clone(), echo.clone());
        async move {
            if is_idempotent(request.method(), request.headers()) {
                return inner.send(request).await;
            }
            let (head, body) = request.into_parts();
            let body = body.collect_bytes().await?;
            let mut left = REPETITIONS;
            loop {
                let once = echo.send(Request::new(Body::from(body.clone()))).await?;
                let request = Request::from_parts(head.clone(), once.into_body());
                let answer = inner.send(request).await?;
                match not_begun(&answer) {
                    Some(after) if left > 0 => sleep(after).await,
                    _ => return Ok(answer),
                }
                left -= 1;
            }
        }
    });
    Client::new(service, namespace)
}

/// Whether doing it twice comes to the same as doing it once.
fn is_idempotent(method: &Method, headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let is_json_patch =
        content_type.is_some_and(|it| it.as_bytes().starts_with(b"application/json-patch"));
    match *method {
        Method::GET | Method::HEAD | Method::OPTIONS | Method::PUT | Method::DELETE => true,
        Method::PATCH => !is_json_patch,
        _ => false,
    }
}

/// The time after which to try again what the API server has refused to begin.
fn not_begun<B>(answer: &Response<B>) -> Option<Duration> {
    let after = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let is_refused = answer.status() == StatusCode::TOO_MANY_REQUESTS;
    is_refused.then(|| after.parse().ok().map(Duration::from_secs))?
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use kube::client::retry::RetryPolicy;
    use tower::retry::RetryLayer;
    use tower::{BoxError, ServiceBuilder, ServiceExt};

    use super::*;

    /// How often a request arrives that is answered with this, by kube's own client with its policy.
    async fn arrivals(method: &str, content_type: &str, status: u16, retry_after: bool) -> usize {
        let arrived = Arc::new(AtomicUsize::new(0));
        let server = {
            let arrived = arrived.clone();
            service_fn(move |request: Request<Body>| {
                let arrived = arrived.clone();
                async move {
                    assert_eq!(request.into_body().collect_bytes().await?, "[]");
                    let number = arrived.fetch_add(1, Ordering::Relaxed);
                    let status = if number < 2 { status } else { 200 };
                    let mut answer = Response::new(Body::empty());
                    *answer.status_mut() = status.try_into()?;
                    if retry_after {
                        answer.headers_mut().insert(RETRY_AFTER, 1.into());
                    }
                    Ok::<_, BoxError>(answer)
                }
            })
        };
        let policy = RetryLayer::new(RetryPolicy::server_retry());
        let server = ServiceBuilder::new().layer(policy).service(server);
        let client = client(Client::new(server.boxed_clone(), "default"));
        let request = Request::builder().method(method).uri("/");
        let request = request.header(header::CONTENT_TYPE, content_type);
        let request = request.body(Body::from(b"[]".to_vec())).unwrap();
        client.send(request).await.unwrap();
        arrived.load(Ordering::Relaxed)
    }

    #[tokio::test(start_paused = true)]
    async fn only_idempotent_requests_are_repeated_after_a_timeout() {
        let json = "application/json";
        for status in [503, 504] {
            for retry_after in [false, true] {
                assert_eq!(arrivals("POST", json, status, retry_after).await, 1);
                let patch = "application/json-patch+json";
                assert_eq!(arrivals("PATCH", patch, status, retry_after).await, 1);
                let apply = "application/apply-patch+yaml";
                assert_eq!(arrivals("PATCH", apply, status, retry_after).await, 3);
                assert_eq!(arrivals("GET", json, status, retry_after).await, 3);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_api_server_has_not_begun_is_repeated_when_it_says_so() {
        assert_eq!(arrivals("POST", "application/json", 429, true).await, 3);
        assert_eq!(arrivals("POST", "application/json", 429, false).await, 1);
    }
}
