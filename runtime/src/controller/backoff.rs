use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How long the first failure of an object waits. It doubles with each failure in a row.
pub(crate) const FIRST: Duration = Duration::from_millis(100);

/// How long the first conflict of an object waits, which doubles likewise: the object is read again before it is tried again.
const FIRST_CONFLICT: Duration = Duration::from_millis(10);

/// What the wait grows to: five minutes.
pub(crate) const CAP: Duration = Duration::from_secs(300);

/// How long to wait after this many failures in a row, at least one.
///
/// `random` in `0.0..1.0` spreads the objects that failed together (an API server that was away) over a quarter of the
/// time either way.
pub(crate) fn delay(failures: u32, random: f64) -> Duration {
    doubled(FIRST, failures, random)
}

/// The same for conflicts in a row.
pub(crate) fn conflict_delay(conflicts: u32, random: f64) -> Duration {
    doubled(FIRST_CONFLICT, conflicts, random)
}

fn doubled(first: Duration, times: u32, random: f64) -> Duration {
    let doubled = first.saturating_mul(2u32.saturating_pow(times.saturating_sub(1)));
    doubled.min(CAP).mul_f64(0.75 + random / 2.0)
}

/// A number in `0.0..1.0`, of the quality that spreading retries needs.
pub(crate) fn random() -> f64 {
    (random_bits() >> 11) as f64 / (1u64 << 53) as f64
}

/// Any number, of the same quality.
pub(crate) fn random_bits() -> u64 {
    RandomState::new().hash_one(0u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_cap() {
        let delays: Vec<_> = (1..=4)
            .map(|failures| delay(failures, 0.5).as_millis())
            .collect();
        assert_eq!(delays, [100, 200, 400, 800]);
        assert_eq!(delay(13, 0.5), CAP);
        assert_eq!(delay(u32::MAX, 0.5), CAP);
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        assert_eq!(delay(1, 0.0), Duration::from_millis(75));
        assert_eq!(delay(1, 1.0), Duration::from_millis(125));
        let randoms: Vec<_> = (0..1_000).map(|_| random()).collect();
        assert!(randoms.iter().all(|random| (0.0..1.0).contains(random)));
        let mean = randoms.iter().sum::<f64>() / 1_000.0;
        assert!((0.4..0.6).contains(&mean), "{mean}");
    }
}
