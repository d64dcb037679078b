//! Events: what `kubectl describe` shows of what happened to an object.

use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::Context as _;
use k8s_openapi::api::core::v1::ObjectReference;
use kube::Client;
use kube::runtime::events::{Event, EventType, Recorder, Reporter};

use crate::Result;
use crate::controller::Key;
use crate::describe::describe;
use crate::request::in_time;

/// Publishes the events of a controller.
pub(crate) struct Events {
    client: Client,
    reporter: Reporter,
    /// It remembers what it has published, and counts what comes again.
    recorder: Mutex<Arc<Recorder>>,
}

/// The longest note that the API server takes, in bytes.
const NOTE: usize = 1024;

impl Events {
    /// `controller` is the name that they are reported under.
    pub(crate) fn new(client: &Client, controller: &str) -> Self {
        let reporter = Reporter::from(controller);
        let recorder = Recorder::new(client.clone(), reporter.clone());
        Self {
            client: client.clone(),
            reporter,
            recorder: Mutex::new(Arc::new(recorder)),
        }
    }

    /// Publishes one about this object. As with client-go, what the API server refuses is lost: the log says so, and whoever
    /// published it goes on. In a namespace that is being deleted, which takes no events, a cleanup would never end otherwise.
    ///
    /// # Errors
    ///
    /// When the API server does not answer.
    pub(crate) async fn publish(
        &self,
        regarding: &ObjectReference,
        type_: EventType,
        reason: &str,
        note: &str,
    ) -> Result<()> {
        let fits = |length: &mut usize, c: char| {
            *length += c.len_utf8();
            (*length <= NOTE).then_some(c)
        };
        let event = Event {
            type_,
            reason: reason.into(),
            note: Some(note.chars().scan(0, fits).collect()),
            // Required by the API server; `kubectl` does not show it.
            action: "Reconcile".into(),
            secondary: None,
        };
        let published = in_time(self.record(&event, regarding)).await;
        let Err(error) = published else {
            return Ok(());
        };
        if matches!(error.downcast_ref(), Some(kube::Error::Api(_))) {
            let name = regarding.name.as_deref().unwrap_or_default();
            let object = Key::new(true, regarding.namespace.as_deref(), name);
            let error = describe(error.as_ref());
            tracing::warn!(%object, reason, error, "an event is lost");
            return Ok(());
        }
        Err(error).with_context(|| format!("cannot publish the event `{reason}`"))
    }

    async fn record(&self, event: &Event, regarding: &ObjectReference) -> Result<(), kube::Error> {
        let recorder = self.recorder().clone();
        match recorder.publish(event, regarding).await {
            // One that comes again is patched, for six minutes, whether or not somebody has deleted it.
            Err(kube::Error::Api(status)) if status.is_not_found() => {
                let anew = self.renewed(&recorder);
                anew.publish(event, regarding).await
            }
            published => published,
        }
    }

    /// One that remembers nothing of what this one does.
    fn renewed(&self, old: &Arc<Recorder>) -> Arc<Recorder> {
        let mut recorder = self.recorder();
        if Arc::ptr_eq(&recorder, old) {
            *recorder = Arc::new(Recorder::new(self.client.clone(), self.reporter.clone()));
        }
        recorder.clone()
    }

    fn recorder(&self) -> MutexGuard<'_, Arc<Recorder>> {
        self.recorder
            .lock()
            .expect("nothing panics under this lock")
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Response};
    use k8s_openapi::api::events;
    use kube::Api;
    use kube::api::{DeleteParams, ListParams};
    use kube::client::Body;
    use tower::{BoxError, service_fn};

    use super::*;
    use crate::testing::Mock;

    fn object() -> ObjectReference {
        ObjectReference {
            api_version: Some("v1".into()),
            kind: Some("ConfigMap".into()),
            namespace: Some("default".into()),
            name: Some("a".into()),
            ..Default::default()
        }
    }

    async fn publish(events: &Events, note: &str) -> Result<()> {
        events
            .publish(&object(), EventType::Normal, "Done", note)
            .await
    }

    /// The methods of the requests since the last call, and what the last one counted.
    fn sent(mock: &Mock) -> (Vec<String>, Option<i64>) {
        let requests = mock.requests();
        let count = requests
            .last()
            .and_then(|it| it.body["series"]["count"].as_i64());
        (requests.into_iter().map(|it| it.method).collect(), count)
    }

    fn methods(methods: &[&str], count: Option<i64>) -> (Vec<String>, Option<i64>) {
        (methods.iter().map(ToString::to_string).collect(), count)
    }

    #[tokio::test]
    async fn one_that_was_deleted_is_published_anew_and_counted_from_there() {
        let mock = Mock::new();
        let events = Events::new(&mock.client(), "test/shelf");
        for _ in 0..3 {
            publish(&events, "note").await.unwrap();
        }
        assert_eq!(sent(&mock), methods(&["POST", "PATCH", "PATCH"], Some(3)));

        let stored: Api<events::v1::Event> = Api::namespaced(mock.client(), "default");
        let all = (DeleteParams::default(), ListParams::default());
        stored.delete_collection(&all.0, &all.1).await.unwrap();
        mock.requests();
        publish(&events, "note").await.unwrap();
        assert_eq!(sent(&mock), methods(&["PATCH", "POST"], None));
        publish(&events, "note").await.unwrap();
        assert_eq!(sent(&mock), methods(&["PATCH"], Some(2)));
    }

    #[tokio::test]
    async fn one_that_is_refused_is_lost_and_logged() {
        for status in [403, 404, 422, 500] {
            let mock = Mock::new();
            mock.fail("POST", "/events", status);
            let log = Log::default();
            {
                let _guard = tracing::subscriber::set_default(log.subscriber());
                let events = Events::new(&mock.client(), "test/shelf");
                publish(&events, "note").await.unwrap();
            }
            let expected = "WARN an event is lost object=default/a reason=\"Done\" \
                            error=\"the test asked for this error\"";
            assert_eq!(log.text().trim(), expected, "{status}");
        }
    }

    #[tokio::test]
    async fn without_an_answer_it_fails() {
        let cut = service_fn(async |_: Request<Body>| {
            Err::<Response<Body>, _>(BoxError::from("the line is cut"))
        });
        let events = Events::new(&Client::new(cut, "default"), "test/shelf");
        let error = publish(&events, "note").await.unwrap_err();
        let error = describe(error.as_ref());
        assert!(
            error.starts_with("cannot publish the event `Done`: ")
                && error.ends_with("the line is cut"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_note_is_cut_off_between_two_characters() {
        for start in ["", "a"] {
            let mock = Mock::new();
            let events = Events::new(&mock.client(), "test/shelf");
            let note = |twos: usize| start.to_owned() + &"ä".repeat(twos);
            publish(&events, &note(NOTE)).await.unwrap();
            let fits = note((NOTE - start.len()) / 2);
            assert_eq!(mock.requests()[0].body["note"], fits);
        }
    }

    /// What is logged.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Log {
        fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
            let log = self.clone();
            tracing_subscriber::fmt()
                .without_time()
                .with_target(false)
                .with_ansi(false)
                .with_writer(move || log.clone())
                .finish()
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl std::io::Write for Log {
        fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}
