//! The one place that reads and writes YAML.
//!
//! Go's YAML, which kubectl and the API server read with, takes the plain words `on`, `y` and `no` for booleans. What is
//! written here quotes them.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// YAML that could not be read or written: where and why.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// One document: of the outermost keys `apiVersion`, `kind`, `metadata`, `spec` and `status` first, everything else sorted.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let value = serde_json::to_value(value).map_err(|error| Error(error.to_string()))?;
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(
        &Ordered {
            value: &value,
            first: FIRST,
        },
        options,
    )
    .map_err(|error| Error(error.to_string()))
}

/// Reads a text of one document.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_saphyr::from_str(text).map_err(|error| Error(error.to_string()))
}

/// Every document of a text, without the empty ones.
pub fn documents(text: &str) -> Result<Vec<Value>, Error> {
    let documents: Vec<Value> =
        serde_saphyr::from_multiple(text).map_err(|error| Error(error.to_string()))?;
    Ok(documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect())
}

const FIRST: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

/// A value whose maps are written in a fixed order, whatever order serde_json's features make them keep.
struct Ordered<'a> {
    value: &'a Value,
    first: &'static [&'static str],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Ordered { value, first: &[] };
        match self.value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                let rank = |key: &str| {
                    self.first
                        .iter()
                        .position(|first| *first == key)
                        .unwrap_or(self.first.len())
                };
                entries.sort_by_key(|(key, _)| (rank(key), *key));
                let mut output = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    output.serialize_entry(key, &inner(value))?;
                }
                output.end()
            }
            Value::Array(items) => {
                let mut output = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    output.serialize_element(&inner(item))?;
                }
                output.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}
