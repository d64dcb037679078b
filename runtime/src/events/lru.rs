use std::collections::{BTreeMap, HashMap};

/// A map that forgets what has not been used for the longest time.
#[derive(Debug)]
pub(super) struct Lru<V> {
    capacity: usize,
    /// With when it was used last.
    entries: HashMap<u64, (V, u64)>,
    /// By when they were used last.
    order: BTreeMap<u64, u64>,
    uses: u64,
}

impl<V> Lru<V> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            entries: HashMap::new(),
            order: BTreeMap::new(),
            uses: 0,
        }
    }

    /// The value of this key, which is made where there is none.
    pub(super) fn entry(&mut self, key: u64, make: impl FnOnce() -> V) -> &mut V {
        self.uses += 1;
        match self.entries.get(&key) {
            Some((_, last)) => {
                self.order.remove(last);
            }
            None if self.entries.len() == self.capacity => {
                if let Some((_, oldest)) = self.order.pop_first() {
                    self.entries.remove(&oldest);
                }
            }
            None => {}
        }
        self.order.insert(self.uses, key);
        let (value, last) = self.entries.entry(key).or_insert_with(|| (make(), 0));
        *last = self.uses;
        value
    }

    /// The value of this key as it is, if it has not been forgotten.
    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        self.entries.get_mut(&key).map(|(value, _)| value)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.entries.len(), self.order.len());
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn least_recently_used_entry_goes_first() {
        let mut lru = Lru::new(2);
        lru.entry(1, || "one");
        lru.entry(2, || "two");
        lru.entry(1, || unreachable!());
        lru.entry(3, || "three");
        assert_eq!(lru.get_mut(1).copied(), Some("one"));
        assert_eq!(lru.get_mut(2), None);
        assert_eq!(lru.get_mut(3).copied(), Some("three"));
        assert_eq!(lru.len(), 2);
    }
}
