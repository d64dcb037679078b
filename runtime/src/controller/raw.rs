//! `RawValue` out of any deserializer.
//!
//! serde_json gives a `RawValue` the text that it came from. Where serde has buffered the input before, as it does for a
//! watch event whose `object` comes before its `type`, there is no such text, and it fails. Here it is written anew then.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;

/// Deserializes a `RawValue` from `D`, whether `D` reads JSON or a buffer.
pub(super) struct Buffered<D>(pub(super) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Buffered<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    /// What `RawValue` asks for. serde_json answers with a map that holds the text, a buffer with itself.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_newtype_struct(name, TextOrBuffer { name, visitor })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct TextOrBuffer<V> {
    name: &'static str,
    visitor: V,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for TextOrBuffer<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(map)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, buffer: D) -> Result<V::Value, D::Error> {
        // Owned text cannot be lent for `'de`: the visitor of a boxed `RawValue` takes it as a reader's.
        let text = Value::deserialize(buffer)?.to_string();
        serde_json::Deserializer::from_reader(text.as_bytes())
            .deserialize_newtype_struct(self.name, self.visitor)
            .map_err(D::Error::custom)
    }
}
