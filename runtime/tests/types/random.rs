//! Numbers that look random and are the same in every run, and values made of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::runtime::RawExtension;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use serde_json::{Value, json};

/// splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len() as u64) as usize]
    }

    /// A number from `first` to `last`, which are likely themselves.
    pub fn int(&mut self, first: i64, last: i64) -> i64 {
        match self.below(4) {
            0 => first,
            1 => last,
            _ => {
                let span = (i128::from(last) - i128::from(first) + 1) as u128;
                (i128::from(first) + (u128::from(self.next()) % span) as i128) as i64
            }
        }
    }

    /// A word of so many letters.
    pub fn word(&mut self, least: u64, most: u64) -> String {
        let length = least + self.below(most - least + 1);
        (0..length)
            .map(|_| char::from(b'a' + self.below(26) as u8))
            .collect()
    }

    pub fn json(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 4 } else { 6 }) {
            0 => self.one_in(2).into(),
            1 => self.int(-5, 1 << 40).into(),
            2 => json!(self.int(-50, 50) as f64 / 4.0),
            3 => self.word(0, 5).into(),
            4 => (0..self.below(3)).map(|_| self.json(depth - 1)).collect(),
            _ => (0..self.below(3))
                .map(|_| (self.word(3, 8), self.json(depth - 1)))
                .collect(),
        }
    }
}

/// Values of a type, as different as the type and its rules let them be.
pub trait Any: Sized {
    fn any(random: &mut Random) -> Self;
}

macro_rules! integers {
    ($($type:ty),*) => {
        $(impl Any for $type {
            fn any(random: &mut Random) -> Self {
                // The API server has 64 bits with a sign.
                let last = i64::try_from(Self::MAX).unwrap_or(i64::MAX);
                random.int(Self::MIN as i64, last) as Self
            }
        })*
    };
}
integers!(i8, i16, i32, i64, u8, u16, u32, u64);

macro_rules! any {
    ($($type:ty, $random:ident => $any:expr;)*) => {
        $(impl Any for $type {
            fn any($random: &mut Random) -> Self {
                $any
            }
        })*
    };
}
any! {
    bool, random => random.one_in(2);
    f32, random => random.int(-1000, 1000) as f32 / 8.0;
    f64, random => random.int(-1000, 1000) as f64 / 8.0;
    String, random => if random.one_in(4) { "ä🦀\n\"".to_owned() } else { random.word(0, 9) };
    char, random => *random.pick(&['a', 'ä', '🦀']);
    Value, random => random.json(2);
    IpAddr, random => if random.one_in(2) { Ipv4Addr::any(random).into() } else { Ipv6Addr::from(u128::from(random.next())).into() };
    Ipv4Addr, random => Ipv4Addr::from(random.next() as u32);
    Quantity, random => Quantity((*random.pick(&["500m", "1Gi", "0.5", "-3", "1e3"])).to_owned());
    IntOrString, random => if random.one_in(2) { IntOrString::Int(i32::any(random)) } else { IntOrString::String(random.word(0, 5)) };
    RawExtension, random => RawExtension(json!({ "a": random.json(2) }));
}

impl<T: Any> Any for Option<T> {
    fn any(random: &mut Random) -> Self {
        random.one_in(2).then(|| T::any(random))
    }
}

impl<T: Any> Any for Box<T> {
    fn any(random: &mut Random) -> Self {
        Self::new(T::any(random))
    }
}

impl<T: Any> Any for Vec<T> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(3)).map(|_| T::any(random)).collect()
    }
}

impl<T: Any + Ord> Any for BTreeSet<T> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(3)).map(|_| T::any(random)).collect()
    }
}

impl<K: Any + Ord, V: Any> Any for BTreeMap<K, V> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(3))
            .map(|_| (K::any(random), V::any(random)))
            .collect()
    }
}

impl<V: Any> Any for HashMap<String, V> {
    fn any(random: &mut Random) -> Self {
        (0..random.below(3))
            .map(|_| (random.word(3, 8), V::any(random)))
            .collect()
    }
}
