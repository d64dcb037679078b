//! Which events are written, by the rules of client-go's `EventCorrelator` (`tools/record/events_cache.go`):
//!
//! - The same event about an object raises the count of the first one.
//! - Of events that differ in their note alone, the first nine are written one by one. While another one comes within ten
//!   minutes, all others are one event, `(combined from similar events): <note>`.
//! - A source writes 25 events of a type about an object, and then one every five minutes. The others are dropped, but count.
//!
//! Each of the three remembers what was used last of a fixed number of entries, whatever the number of objects.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, RandomState};
use std::time::Duration;

use tokio::time::Instant;

use super::lru::Lru;

/// client-go's `maxLruCacheEntries`.
const ENTRIES: usize = 4096;

/// client-go's `defaultAggregateMaxEvents`: from so many on, they are one.
const SIMILAR: usize = 10;

/// client-go's `defaultAggregateIntervalInSeconds`.
const SIMILAR_WITHIN: Duration = Duration::from_secs(600);

/// client-go's `defaultSpamBurst`, and the inverse of its `defaultSpamQPS`.
const BURST: f64 = 25.0;
const REFILL: Duration = Duration::from_secs(300);

/// What events have in common that count as one.
#[derive(Clone, Copy, Debug, Hash)]
pub(super) struct Subject<'a> {
    pub(super) source: &'a str,
    pub(super) api_version: &'a str,
    pub(super) kind: &'a str,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
    pub(super) uid: &'a str,
    pub(super) type_: &'a str,
}

/// What is to be done with an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Correlated {
    /// It is written.
    Write(Write),
    /// There were too many; `first` is whether it is the first that is dropped since one was written.
    Drop { first: bool },
}

/// An event that is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Write {
    /// Whose name is kept by [`Correlator::created`].
    pub(super) key: u64,
    pub(super) note: String,
    /// How often it has happened.
    pub(super) count: i32,
    /// The name of the event in the cluster whose count it raises.
    pub(super) name: Option<String>,
}

/// What is remembered of the events that were published.
#[derive(Debug)]
pub(super) struct Correlator {
    hasher: RandomState,
    /// By subject.
    allowances: Lru<Allowance>,
    /// By subject and reason.
    similar: Lru<Similar>,
    /// By subject, reason and note, or the second where that is one event.
    series: Lru<Series>,
}

/// How many events may be written.
#[derive(Debug)]
struct Allowance {
    tokens: f64,
    at: Instant,
    drops: bool,
}

/// Events with one reason.
#[derive(Debug)]
struct Similar {
    /// Fewer than [`SIMILAR`].
    notes: BTreeSet<u64>,
    last: Instant,
}

/// The same event again and again.
#[derive(Debug, Default)]
struct Series {
    count: i32,
    name: Option<String>,
}

impl Default for Correlator {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            allowances: Lru::new(ENTRIES),
            similar: Lru::new(ENTRIES),
            series: Lru::new(ENTRIES),
        }
    }
}

impl Correlator {
    pub(super) fn correlate(
        &mut self,
        subject: Subject<'_>,
        reason: &str,
        note: &str,
    ) -> Correlated {
        let now = Instant::now();
        let group = self.hash(&(subject, reason));
        let own = self.hash(&(subject, reason, note));
        let (key, note) = if self.are_many(group, own, now) {
            (group, format!("(combined from similar events): {note}"))
        } else {
            (own, note.to_owned())
        };
        let series = self.series.entry(key, Series::default);
        series.count = series.count.saturating_add(1);
        let (count, name) = (series.count, series.name.clone());
        let subject = self.hash(&subject);
        let allowance = self.allowances.entry(subject, || Allowance::full(now));
        if !allowance.take(now) {
            let first = !std::mem::replace(&mut allowance.drops, true);
            return Correlated::Drop { first };
        }
        allowance.drops = false;
        Correlated::Write(Write {
            key,
            note,
            count,
            name,
        })
    }

    /// Says that the event of this key is in the cluster now, under this name and with this count.
    pub(super) fn created(&mut self, key: u64, name: String, count: i32) {
        if let Some(series) = self.series.get_mut(key) {
            series.name = Some(name);
            series.count = count;
        }
    }

    /// Whether events of this group are one from now on.
    fn are_many(&mut self, group: u64, note: u64, now: Instant) -> bool {
        let new = || Similar {
            notes: BTreeSet::new(),
            last: now,
        };
        let similar = self.similar.entry(group, new);
        if now - similar.last > SIMILAR_WITHIN {
            similar.notes.clear();
        }
        similar.last = now;
        similar.notes.insert(note);
        let many = similar.notes.len() >= SIMILAR;
        if many {
            similar.notes.remove(&note);
        }
        many
    }

    fn hash(&self, what: &impl Hash) -> u64 {
        self.hasher.hash_one(what)
    }

    #[cfg(test)]
    fn entries(&self) -> [usize; 3] {
        [self.allowances.len(), self.similar.len(), self.series.len()]
    }
}

impl Allowance {
    fn full(now: Instant) -> Self {
        Self {
            tokens: BURST,
            at: now,
            drops: false,
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let refilled = (now - self.at).as_secs_f64() / REFILL.as_secs_f64();
        self.tokens = (self.tokens + refilled).min(BURST);
        self.at = now;
        let enough = self.tokens >= 1.0;
        if enough {
            self.tokens -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(name: &str) -> Subject<'_> {
        Subject {
            source: "test/shelf",
            api_version: "v1",
            kind: "ConfigMap",
            namespace: "default",
            name,
            uid: "1",
            type_: "Normal",
        }
    }

    /// The note and the count of what is written, and creates it where it is new.
    fn publish(
        correlator: &mut Correlator,
        subject: Subject<'_>,
        note: &str,
    ) -> Option<(String, i32)> {
        match correlator.correlate(subject, "Done", note) {
            Correlated::Write(write) => {
                if write.name.is_none() {
                    correlator.created(write.key, "an-event".into(), write.count);
                }
                Some((write.note, write.count))
            }
            Correlated::Drop { .. } => None,
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn of_101_equal_events_25_are_written_and_then_one_every_five_minutes() {
        let mut correlator = Correlator::default();
        let a = subject("a");
        let written: Vec<_> = (0..101)
            .filter_map(|_| publish(&mut correlator, a, "note"))
            .collect();
        let expected: Vec<_> = (1..=25).map(|count| ("note".to_owned(), count)).collect();
        assert_eq!(written, expected);
        // Another object, and another type, have allowances of their own.
        assert!(publish(&mut correlator, subject("b"), "note").is_some());
        let warning = Subject {
            type_: "Warning",
            ..a
        };
        assert!(publish(&mut correlator, warning, "note").is_some());

        tokio::time::advance(5 * MINUTE).await;
        // Those that were dropped count.
        assert_eq!(
            publish(&mut correlator, a, "note"),
            Some(("note".into(), 102))
        );
        assert_eq!(publish(&mut correlator, a, "note"), None);
        tokio::time::advance(4 * MINUTE).await;
        assert_eq!(publish(&mut correlator, a, "note"), None);
        tokio::time::advance(MINUTE).await;
        assert!(publish(&mut correlator, a, "note").is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_that_could_not_be_created_is_created_the_next_time() {
        let mut correlator = Correlator::default();
        for expected in 1..=3 {
            let Correlated::Write(write) = correlator.correlate(subject("a"), "Done", "note")
            else {
                panic!("it is written")
            };
            assert_eq!((write.name, write.count), (None, expected));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn first_dropped_event_is_told_from_the_others() {
        let mut correlator = Correlator::default();
        let mut correlate = || correlator.correlate(subject("a"), "Done", "note");
        for _ in 0..25 {
            assert!(matches!(correlate(), Correlated::Write(_)));
        }
        assert_eq!(correlate(), Correlated::Drop { first: true });
        assert_eq!(correlate(), Correlated::Drop { first: false });
        tokio::time::advance(5 * MINUTE).await;
        assert!(matches!(correlate(), Correlated::Write(_)));
        assert_eq!(correlate(), Correlated::Drop { first: true });
    }

    #[tokio::test(start_paused = true)]
    async fn from_the_tenth_on_events_that_differ_in_their_note_are_one() {
        let mut correlator = Correlator::default();
        let a = subject("a");
        let note = |number: u32| format!("request {number}");
        for number in 1..=9 {
            let written = publish(&mut correlator, a, &note(number));
            assert_eq!(written, Some((note(number), 1)));
        }
        for (number, count) in [(10, 1), (11, 2), (12, 3)] {
            let combined = format!("(combined from similar events): request {number}");
            let written = publish(&mut correlator, a, &note(number));
            assert_eq!(written, Some((combined, count)));
        }
        // Those that were written on their own go on counting.
        assert_eq!(publish(&mut correlator, a, &note(3)), Some((note(3), 2)));

        tokio::time::advance(11 * MINUTE).await;
        assert_eq!(publish(&mut correlator, a, &note(13)), Some((note(13), 1)));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_whatever_the_number_of_objects() {
        let mut correlator = Correlator::default();
        for number in 0..33_000 {
            let name = format!("object-{number}");
            assert!(publish(&mut correlator, subject(&name), "note").is_some());
        }
        assert_eq!(correlator.entries(), [ENTRIES; 3]);
    }
}
