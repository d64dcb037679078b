use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::Key;

/// What an object's reconciles may cost at once.
const CREDIT: Duration = Duration::from_secs(50);

/// What a reconcile costs.
pub(super) const RECONCILE: Duration = Duration::from_secs(1);

/// What a failed reconcile costs. The backoff alone never spends the credit; what wakes the object earlier does.
pub(super) const FAILURE: Duration = Duration::from_secs(5);

/// How often each object may be reconciled: a token bucket, whose credit comes back with time.
///
/// 50 reconciles of an object may follow each other as fast as they can, and one a second from then on; of those that fail, 10,
/// and one in five seconds. Without a limit, an object whose reconcile changes what wakes it would spin.
#[derive(Default)]
pub(super) struct Limits {
    spent: HashMap<Key, Spent>,
    /// How many entries the last purge has left.
    purged: usize,
}

struct Spent {
    /// When the whole credit is there again.
    until: Instant,
    /// Whether the object is held back now.
    held: bool,
    /// Whether it was held back since its credit was last there in full.
    limited: bool,
}

impl Limits {
    /// How long the object has to wait for its next reconcile.
    pub(super) fn wait(&self, key: &Key, now: Instant) -> Duration {
        let owed = self.spent.get(key).map_or(Duration::ZERO, |spent| {
            spent.until.saturating_duration_since(now)
        });
        owed.saturating_sub(CREDIT - RECONCILE)
    }

    /// Takes note that the object waits because of its limit. Whether it did not already.
    pub(super) fn hold(&mut self, key: &Key) -> bool {
        let spent = self.spent.get_mut(key);
        spent.is_some_and(|spent| !std::mem::replace(&mut spent.held, true))
    }

    /// Takes note that a reconcile begins. Whether it is the first that was held back since the credit was there in full.
    pub(super) fn release(&mut self, key: &Key) -> bool {
        let Some(spent) = self.spent.get_mut(key) else {
            return false;
        };
        let held = std::mem::replace(&mut spent.held, false);
        held && !std::mem::replace(&mut spent.limited, true)
    }

    pub(super) fn spend(&mut self, key: &Key, cost: Duration, now: Instant) {
        let known = self.spent.get_mut(key);
        match known.filter(|spent| spent.until > now) {
            Some(spent) => spent.until += cost,
            None => {
                let spent = Spent {
                    until: now + cost,
                    held: false,
                    limited: false,
                };
                self.spent.insert(key.clone(), spent);
            }
        }
        if self.spent.len() > 2 * self.purged + 1_000 {
            self.spent.retain(|_, spent| spent.until > now);
            self.purged = self.spent.len();
        }
    }

    pub(super) fn forget(&mut self, key: &Key) {
        self.spent.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::new(true, Some("default"), name)
    }

    /// How many reconciles of this cost may follow each other, and how long the next one waits.
    fn burst(cost: Duration) -> (u32, Duration) {
        let (mut limits, now) = (Limits::default(), Instant::now());
        let mut free = 0;
        while limits.wait(&key("a"), now).is_zero() {
            limits.spend(&key("a"), cost, now);
            free += 1;
        }
        (free, limits.wait(&key("a"), now))
    }

    #[test]
    fn fifty_reconciles_are_free_and_ten_that_fail() {
        assert_eq!(burst(RECONCILE), (50, RECONCILE));
        assert_eq!(burst(FAILURE), (10, RECONCILE));
    }

    #[test]
    fn credit_comes_back_with_time_and_is_of_one_object() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        for _ in 0..50 {
            limits.spend(&key("a"), RECONCILE, now);
        }
        assert!(!limits.wait(&key("a"), now).is_zero());
        assert!(limits.wait(&key("b"), now).is_zero());
        assert!(limits.wait(&key("a"), now + RECONCILE).is_zero());
        limits.forget(&key("a"));
        assert!(limits.wait(&key("a"), now).is_zero());
    }

    #[test]
    fn the_limit_is_reported_once_until_the_credit_is_back() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        limits.spend(&key("a"), CREDIT, now);
        assert!(!limits.release(&key("a")), "it was not held back");
        assert!(limits.hold(&key("a")));
        assert!(!limits.hold(&key("a")));
        assert!(limits.release(&key("a")));
        assert!(limits.hold(&key("a")));
        assert!(!limits.release(&key("a")), "it was reported");
        limits.spend(&key("a"), CREDIT, now + CREDIT);
        limits.hold(&key("a"));
        assert!(limits.release(&key("a")));
    }

    #[test]
    fn objects_with_all_their_credit_are_forgotten() {
        let (mut limits, now) = (Limits::default(), Instant::now());
        for number in 0..10_000 {
            let now = now + Duration::from_millis(number);
            limits.spend(&key(&number.to_string()), RECONCILE, now);
        }
        assert!(limits.spent.len() < 4_000, "{}", limits.spent.len());
    }
}
