//! Whether a watch is alive.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use kube::Client;
use kube::client::Body;
use tokio::time::Instant;
use tower::service_fn;

/// For how long after its last sign of life a watch is believed to show all changes.
pub(super) const TRUST: Duration = Duration::from_secs(10);

/// When a watch was last heard of: by an event, a bookmark or an answer. Nothing of it is known after an error and after its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pulse(Arc<Mutex<Option<Instant>>>);

impl Pulse {
    pub(crate) fn is_alive(&self) -> bool {
        self.get().is_some_and(|heard| heard.elapsed() < TRUST)
    }

    pub(crate) fn beat(&self) {
        self.set(Some(Instant::now()));
    }

    pub(crate) fn stop(&self) {
        self.set(None);
    }

    fn get(&self) -> Option<Instant> {
        *self.0.lock().expect("nothing panics under this lock")
    }

    fn set(&self, heard: Option<Instant>) {
        *self.0.lock().expect("nothing panics under this lock") = heard;
    }

    /// A client for the requests of one watch, its lists included.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub(super) fn client(&self, inner: &Client) -> Client {
        let namespace = inner.default_namespace().to_owned();
        let (pulse, inner) = (self.clone(), inner.clone());
        let service = service_fn(move |request: Request<Body>| {
            let (pulse, inner) = (pulse.clone(), inner.clone());
            async move {
                let query = request.uri().query().unwrap_or_default();
                let watches = query.split('&').any(|it| it == "watch=true");
                let answer = inner.send(request).await.inspect_err(|_| pulse.stop())?;
                if answer.status().is_success() {
                    pulse.beat();
                } else {
                    pulse.stop();
                }
                Ok::<_, kube::Error>(answer.map(|body| Heard {
                    body,
                    pulse,
                    watches,
                }))
            }
        });
        Client::new(service, namespace)
    }
}

/// What is heard of a watch.
struct Heard {
    body: Body,
    pulse: Pulse,
    watches: bool,
}

impl HttpBody for Heard {
    type Data = Bytes;
    type Error = kube::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, kube::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if self.watches {
            match &frame {
                Poll::Ready(Some(Ok(_))) => self.pulse.beat(),
                Poll::Ready(_) => self.pulse.stop(),
                Poll::Pending => {}
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http::Response;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_watch_is_alive_until_it_is_silent_or_ends() {
        let pulse = Pulse::default();
        assert!(!pulse.is_alive());
        pulse.beat();
        assert!(pulse.is_alive());
        tokio::time::advance(TRUST).await;
        assert!(!pulse.is_alive());
        pulse.beat();
        pulse.stop();
        assert!(!pulse.is_alive());
    }

    #[tokio::test]
    async fn it_is_heard_in_answers_and_not_in_errors() {
        let check = async |uri: &str, status: u16, after_head: bool, after_end: bool| {
            let server = service_fn(move |_: Request<Body>| async move {
                let answer = Response::builder().status(status);
                answer.body(Body::from(b"{}".to_vec()))
            });
            let pulse = Pulse::default();
            let client = pulse.client(&Client::new(server, "default"));
            let request = Request::get(uri).body(Body::empty()).unwrap();
            let answer = client.send(request).await.unwrap();
            assert_eq!(pulse.is_alive(), after_head, "{uri} {status}");
            answer.into_body().collect_bytes().await.unwrap();
            assert_eq!(pulse.is_alive(), after_end, "{uri} {status}");
        };
        check("/?&limit=500", 200, true, true).await;
        check("/?&limit=500", 403, false, false).await;
        check("/?&watch=true&x=y", 200, true, false).await;
        check("/?&watch=true&x=y", 403, false, false).await;
    }
}
