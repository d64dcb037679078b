//! Events: what `kubectl describe` shows of what happened to an object.

mod correlator;
mod lru;

use std::sync::{Mutex, MutexGuard};

use anyhow::Context as _;
use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::api::events::v1::{Event, EventSeries};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};
use k8s_openapi::jiff::Timestamp;
use kube::api::{Api, Patch, PatchParams, PostParams};
use kube::runtime::events::EventType;
use kube::{Client, Error};
use serde_json::json;

use crate::Result;
use crate::controller::{Key, random_bits};
use crate::describe::describe;
use crate::request::in_time;

use correlator::{Correlated, Correlator, Subject, Write};

/// Publishes the events of an operator.
pub(crate) struct Events {
    client: Client,
    correlator: Mutex<Correlator>,
}

/// The longest note that the API server takes, in bytes.
const NOTE: usize = 1024;

/// The longest name that it takes, in bytes: that of a DNS subdomain.
const NAME: usize = 253;

impl Events {
    pub(crate) fn new(client: &Client) -> Self {
        Self {
            client: client.clone(),
            correlator: Mutex::default(),
        }
    }

    /// Publishes one about this object; `source` is the name that it is reported under. As with client-go, what the API server
    /// refuses is lost: the log says so, and whoever published it goes on. In a namespace that is being deleted, which takes no
    /// events, a cleanup would never end otherwise. What there is too much of is dropped by the rules of [`correlator`].
    ///
    /// # Errors
    ///
    /// When the API server does not answer.
    pub(crate) async fn publish(
        &self,
        source: &str,
        regarding: &ObjectReference,
        type_: EventType,
        reason: &str,
        note: &str,
    ) -> Result<()> {
        let name = regarding.name.as_deref().unwrap_or_default();
        let object = Key::new(true, regarding.namespace.as_deref(), name);
        let type_ = match type_ {
            EventType::Normal => "Normal",
            EventType::Warning => "Warning",
        };
        let subject = Subject {
            source,
            api_version: regarding.api_version.as_deref().unwrap_or_default(),
            kind: regarding.kind.as_deref().unwrap_or_default(),
            namespace: regarding.namespace.as_deref().unwrap_or_default(),
            name,
            uid: regarding.uid.as_deref().unwrap_or_default(),
            type_,
        };
        let correlated = self.correlator().correlate(subject, reason, note);
        let write = match correlated {
            Correlated::Write(write) => write,
            Correlated::Drop { first } => {
                if first {
                    let limit = "25 at once, then one every 5 minutes";
                    tracing::warn!(%object, reason, limit, "too many events about an object: dropping them");
                }
                return Ok(());
            }
        };
        let event = event(source, regarding, type_, reason, &write);
        let Err(error) = in_time(self.write(write, event)).await else {
            return Ok(());
        };
        if matches!(error.downcast_ref(), Some(Error::Api(_))) {
            let error = describe(error.as_ref());
            tracing::warn!(%object, reason, error, "an event is lost");
            return Ok(());
        }
        Err(error).with_context(|| format!("cannot publish the event `{reason}`"))
    }

    async fn write(&self, write: Write, mut event: Event) -> Result<(), Error> {
        let namespace = event.metadata.namespace.clone().unwrap_or_default();
        let events: Api<Event> = Api::namespaced(self.client.clone(), &namespace);
        let Write {
            key, name, count, ..
        } = write;
        let mut count = count;
        if let Some(name) = name {
            // Nothing else of an event can be changed.
            let patch = Patch::Merge(json!({ "series": event.series }));
            match events.patch(&name, &PatchParams::default(), &patch).await {
                // It is kept for an hour, or until somebody deletes it.
                Err(Error::Api(status)) if status.is_not_found() => {
                    event.series = None;
                    count = 1;
                }
                patched => return patched.map(drop),
            }
        }
        match events.create(&PostParams::default(), &event).await {
            // The name is ours alone: kube's client has sent it again, as the answer was lost.
            Err(Error::Api(status)) if status.is_already_exists() => {}
            created => drop(created?),
        }
        let name = event.metadata.name.unwrap_or_default();
        self.correlator().created(key, name, count);
        Ok(())
    }

    fn correlator(&self) -> MutexGuard<'_, Correlator> {
        self.correlator
            .lock()
            .expect("nothing panics under this lock")
    }
}

fn event(
    source: &str,
    regarding: &ObjectReference,
    type_: &str,
    reason: &str,
    write: &Write,
) -> Event {
    let now = Timestamp::now();
    let name = regarding.name.as_deref().unwrap_or_default();
    // Those about an object in no namespace are in this one.
    let namespace = regarding.namespace.as_deref().unwrap_or("default");
    let series = EventSeries {
        count: write.count,
        last_observed_time: MicroTime(now),
    };
    Event {
        metadata: ObjectMeta {
            name: Some(event_name(name, now)),
            namespace: Some(namespace.into()),
            ..Default::default()
        },
        event_time: Some(MicroTime(now)),
        type_: Some(type_.into()),
        reason: Some(reason.into()),
        note: Some(cut(&write.note).into()),
        // Required by the API server; `kubectl` does not show it.
        action: Some("Reconcile".into()),
        regarding: Some(regarding.clone()),
        reporting_controller: Some(source.into()),
        reporting_instance: Some(source.into()),
        series: (write.count > 1).then_some(series),
        ..Default::default()
    }
}

/// A name for an event about an object of this name, by the rule of client-go's `GenerateEventName`: the name and a time, or
/// something random where that is no valid name.
fn event_name(object: &str, now: Timestamp) -> String {
    let name = format!("{object}.{:x}", now.as_nanosecond());
    if is_subdomain(&name) {
        name
    } else {
        format!("{:016x}{:016x}", random_bits(), random_bits())
    }
}

/// Whether it is a DNS subdomain, by apimachinery's `IsDNS1123Subdomain`.
fn is_subdomain(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= NAME && name.split('.').all(is_label)
}

/// As much of a note as the API server takes.
fn cut(note: &str) -> &str {
    let mut end = note.len().min(NOTE);
    while !note.is_char_boundary(end) {
        end -= 1;
    }
    &note[..end]
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::{Request, Response};
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
        publish_about(events, &object(), note).await
    }

    async fn publish_about(events: &Events, object: &ObjectReference, note: &str) -> Result<()> {
        let type_ = EventType::Normal;
        events
            .publish("test/shelf", object, type_, "Done", note)
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
        let events = Events::new(&mock.client());
        for _ in 0..3 {
            publish(&events, "note").await.unwrap();
        }
        assert_eq!(sent(&mock), methods(&["POST", "PATCH", "PATCH"], Some(3)));

        let stored: Api<Event> = Api::namespaced(mock.client(), "default");
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
                let events = Events::new(&mock.client());
                publish(&events, "note").await.unwrap();
            }
            let expected = "WARN an event is lost object=default/a reason=\"Done\" \
                            error=\"the test asked for this error\"";
            assert_eq!(log.text().trim(), expected, "{status}");
        }
    }

    #[tokio::test]
    async fn too_many_events_are_dropped_and_the_log_says_so_once() {
        let mock = Mock::new();
        let log = Log::default();
        {
            let _guard = tracing::subscriber::set_default(log.subscriber());
            let events = Events::new(&mock.client());
            for _ in 0..101 {
                publish(&events, "note").await.unwrap();
            }
        }
        let (methods, count) = sent(&mock);
        assert_eq!((methods.len(), count), (25, Some(25)));
        let expected = "WARN too many events about an object: dropping them object=default/a reason=\"Done\" \
                        limit=\"25 at once, then one every 5 minutes\"";
        assert_eq!(log.text().trim(), expected);
    }

    #[tokio::test]
    async fn events_about_objects_of_any_name_are_published() {
        let long = "a".repeat(NAME);
        let fits = "a".repeat(NAME - ".18b1f0d5e2a3c4d5".len());
        for (name, kept) in [
            ("a", true),
            (&*fits, true),
            (&*long, false),
            // RBAC's names are path segments.
            ("system:Node_a", false),
            ("a.-b", false),
        ] {
            let mock = Mock::new();
            let events = Events::new(&mock.client());
            let object = ObjectReference {
                name: Some(name.into()),
                ..object()
            };
            publish_about(&events, &object, "note").await.unwrap();
            let event = &mock.requests()[0].body;
            assert_eq!(event["regarding"]["name"], name);
            let event = event["metadata"]["name"].as_str().unwrap();
            assert!(is_subdomain(event), "{event}");
            assert_eq!(event.starts_with(&format!("{name}.")), kept, "{event}");
        }
    }

    #[tokio::test]
    async fn without_an_answer_it_fails() {
        let cut = service_fn(async |_: Request<Body>| {
            Err::<Response<Body>, _>(BoxError::from("the line is cut"))
        });
        let events = Events::new(&Client::new(cut, "default"));
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
            let events = Events::new(&mock.client());
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
