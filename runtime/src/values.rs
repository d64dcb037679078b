//! Types for values that Kubernetes' schemas know and Rust does not: they keep what was read as it was written, so that an
//! object that is read and written back is the same, and yield the schemas that controller-gen writes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use k8s_openapi::apimachinery::pkg::api::resource::Quantity as ApiQuantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString as ApiIntOrString;
use k8s_openapi::jiff::{self, Timestamp};
use kopgen_core::crd::QUANTITY;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// An integer or a text, such as a port by number or name: `x-kubernetes-int-or-string`.
///
/// Unlike k8s-openapi's, the integer has 64 bits, which is what a schema without bounds lets through.
///
/// ```
/// use kopgen_runtime::IntOrString;
///
/// let port: IntOrString = serde_json::from_str("8080").unwrap();
/// assert_eq!(port, IntOrString::Int(8080));
/// assert_eq!(port.to_string(), "8080");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "an integer or a string")]
pub enum IntOrString {
    /// An integer.
    Int(i64),
    /// A text.
    String(String),
}

/// An amount of a resource, such as `500m` or `1Gi`, written as a text or as a number.
///
/// ```
/// use kopgen_runtime::Quantity;
///
/// let memory = Quantity::from("1Gi");
/// let as_k8s_openapi_has_it = k8s_openapi::apimachinery::pkg::api::resource::Quantity::from(memory);
/// assert_eq!(as_k8s_openapi_has_it.0, "1Gi");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub IntOrString);

/// A date and time: `format: date-time`. It keeps the text that it was read from, fractions and time zone included.
///
/// ```
/// use kopgen_runtime::DateTime;
///
/// let then: DateTime = serde_json::from_str(r#""2026-01-02T03:04:05+01:00""#).unwrap();
/// assert_eq!(then.timestamp().unwrap().to_string(), "2026-01-02T02:04:05Z");
/// assert_eq!(then.to_string(), "2026-01-02T03:04:05+01:00");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(String);

/// An object whose fields no schema names: `x-kubernetes-preserve-unknown-fields` on `type: object`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonObject(pub Map<String, Value>);

/// A field that may be absent, null, or there: `nullable` on a property that is not required. Absent and null are kept apart,
/// as the API server does.
///
/// ```
/// use kopgen_runtime::Nullable;
/// use serde::{Deserialize, Deserializer, Serialize, Serializer};
///
/// #[derive(Serialize, Deserialize)]
/// struct Spec {
///     #[serde(default, skip_serializing_if = "Nullable::is_absent")]
///     paused: Nullable<bool>,
/// }
///
/// for text in ["{}", r#"{"paused":null}"#, r#"{"paused":true}"#] {
///     let spec: Spec = serde_json::from_str(text).unwrap();
///     assert_eq!(serde_json::to_string(&spec).unwrap(), text);
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nullable<T> {
    /// It is not there.
    #[default]
    Absent,
    /// It is null.
    Null,
    /// It has a value.
    Value(T),
}

/// Reads the fields that no other field takes, for a map with `#[serde(flatten)]` at the root of an object: without
/// `apiVersion` and `kind`, which the kind itself writes.
///
/// # Errors
///
/// Those of the deserializer.
pub fn unknown_fields<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Value>, D::Error> {
    let mut fields = BTreeMap::deserialize(deserializer)?;
    fields.remove("apiVersion");
    fields.remove("kind");
    Ok(fields)
}

/// Reads a field of a type of k8s-openapi, of which some field is required: one that is missing is an error, where k8s-openapi
/// alone would read it as an empty one.
///
/// ```
/// use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Spec {
///     #[serde(default, deserialize_with = "kopgen_runtime::complete")]
///     selector: Option<LabelSelector>,
/// }
///
/// let text = r#"{"selector": {"matchExpressions": [{"key": "app"}]}}"#;
/// let error = serde_json::from_str::<Spec>(text).err().unwrap().to_string();
/// assert!(error.starts_with("missing field `matchExpressions[0].operator`"));
/// ```
///
/// # Errors
///
/// Those of the deserializer and of the type; and a required field is missing. Both name the path from here.
pub fn complete<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Serialize,
{
    deserializer.deserialize_any(Complete(PhantomData))
}

/// What is wrong is told while the value is visited: serde_json then knows of the error that it is in here, and not behind.
struct Complete<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned + Serialize> Visitor<'de> for Complete<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        checked(&Value::deserialize(MapAccessDeserializer::new(map))?)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        checked(&Value::deserialize(SeqAccessDeserializer::new(seq))?)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        checked(&Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<T, E> {
        checked(&Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        checked(&value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        checked(&value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        checked(&value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        checked(&value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        checked(&value.into())
    }
}

/// Reads a value of which nothing is missing.
fn checked<T: DeserializeOwned + Serialize, E: Error>(given: &Value) -> Result<T, E> {
    let value: T = serde_path_to_error::deserialize(given).map_err(E::custom)?;
    // What is required is written even when it was not read.
    let written = serde_json::to_value(&value).map_err(E::custom)?;
    match missing(given, &written, "") {
        None => Ok(value),
        Some(path) => Err(E::custom(format!("missing field `{path}`"))),
    }
}

/// The path of the first field that was written and not given.
fn missing(given: &Value, written: &Value, path: &str) -> Option<String> {
    match (given, written) {
        (Value::Object(given), Value::Object(written)) => {
            written.iter().find_map(|(name, written)| {
                let path = match path {
                    "" => name.clone(),
                    _ => format!("{path}.{name}"),
                };
                match given.get(name) {
                    // In a map, a null is a value.
                    _ if written.is_null() => None,
                    None | Some(Value::Null) => Some(path),
                    Some(given) => missing(given, written, &path),
                }
            })
        }
        (Value::Array(given), Value::Array(written)) => given
            .iter()
            .zip(written)
            .enumerate()
            .find_map(|(at, (given, written))| missing(given, written, &format!("{path}[{at}]"))),
        _ => None,
    }
}

impl<T> Nullable<T> {
    /// Whether it is not there, which serde is to skip.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, where there is one.
    pub fn as_option(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_option().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T: JsonSchema> JsonSchema for Nullable<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Nullable_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = generator.subschema_for::<T>();
        schema.insert("nullable".into(), true.into());
        schema
    }
}

impl Default for IntOrString {
    /// Zero, as in Go.
    fn default() -> Self {
        Self::Int(0)
    }
}

impl fmt::Display for IntOrString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => int.fmt(f),
            Self::String(text) => text.fmt(f),
        }
    }
}

impl From<i64> for IntOrString {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<&str> for IntOrString {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for IntOrString {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<ApiIntOrString> for IntOrString {
    fn from(value: ApiIntOrString) -> Self {
        match value {
            ApiIntOrString::Int(int) => Self::Int(int.into()),
            ApiIntOrString::String(text) => Self::String(text),
        }
    }
}

/// An integer of more than 32 bits, for which Kubernetes' own types have no room, becomes a text.
impl From<IntOrString> for ApiIntOrString {
    fn from(value: IntOrString) -> Self {
        match value {
            IntOrString::Int(int) => {
                i32::try_from(int).map_or_else(|_| Self::String(int.to_string()), Self::Int)
            }
            IntOrString::String(text) => Self::String(text),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for Quantity {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<ApiQuantity> for Quantity {
    fn from(quantity: ApiQuantity) -> Self {
        Self(quantity.0.into())
    }
}

impl From<Quantity> for ApiQuantity {
    fn from(quantity: Quantity) -> Self {
        Self(quantity.to_string())
    }
}

impl DateTime {
    /// The time of this machine.
    pub fn now() -> Self {
        Timestamp::now().into()
    }

    /// The point in time.
    ///
    /// # Errors
    ///
    /// The text has no time zone, or is no time: the API server takes a few more forms than RFC 3339 knows.
    pub fn timestamp(&self) -> Result<Timestamp, jiff::Error> {
        self.0.parse()
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Timestamp> for DateTime {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.to_string())
    }
}

impl From<Time> for DateTime {
    fn from(time: Time) -> Self {
        time.0.into()
    }
}

impl Deref for JsonObject {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for JsonObject {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl FromIterator<(String, Value)> for JsonObject {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// They have no name of their own in a CRD.
macro_rules! inline_schema {
    ($($type:ident => $schema:tt)*) => {
        $(impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        })*
    };
}

inline_schema! {
    IntOrString => { "x-kubernetes-int-or-string": true }
    Quantity => { "x-kubernetes-int-or-string": true, "pattern": QUANTITY }
    DateTime => { "type": "string", "format": "date-time" }
    JsonObject => { "type": "object", "x-kubernetes-preserve-unknown-fields": true }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Affinity;
    use serde_json::json;

    use super::*;

    fn check<T: Serialize + DeserializeOwned>(value: Value) {
        let read: T = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), value);
    }

    #[test]
    fn what_was_read_is_written() {
        for value in [json!(1), json!(i64::MIN), json!("http"), json!("")] {
            check::<IntOrString>(value.clone());
            check::<Quantity>(value);
        }
        for value in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.120+01:00", ""] {
            check::<DateTime>(json!(value));
        }
        check::<JsonObject>(json!({"a": [null, {"b": 1.5}]}));
    }

    #[test]
    fn another_type_is_refused() {
        let error = serde_json::from_value::<IntOrString>(json!(true)).unwrap_err();
        assert_eq!(error.to_string(), "an integer or a string");
    }

    #[test]
    fn what_kubernetes_types_require_must_be_there() {
        let affinity = |expression: Value| {
            let terms = json!({"nodeSelectorTerms": [{}, {"matchExpressions": [expression]}]});
            let affinity = json!({"requiredDuringSchedulingIgnoredDuringExecution": terms});
            json!([null, {"nodeAffinity": affinity}])
        };
        let path = "[1].nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchExpressions[0]";
        for (expression, expected) in [
            (json!({"key": "", "operator": "In", "values": null}), None),
            (
                json!({"operator": "In"}),
                Some(format!("missing field `{path}.key`")),
            ),
            (
                json!({"key": "a", "operator": null}),
                Some(format!("missing field `{path}.operator`")),
            ),
            (
                json!({"key": 1, "operator": "In"}),
                Some(format!(
                    "{path}.key: invalid type: integer `1`, expected a string"
                )),
            ),
        ] {
            let read = complete::<_, Vec<Option<Affinity>>>(affinity(expression));
            assert_eq!(read.err().map(|it| it.to_string()), expected);
        }
    }

    #[test]
    fn they_become_what_kubernetes_types_take() {
        assert_eq!(
            ApiIntOrString::from(IntOrString::Int(80)),
            ApiIntOrString::Int(80)
        );
        assert_eq!(
            ApiIntOrString::from(IntOrString::Int(1 << 40)),
            ApiIntOrString::String("1099511627776".into())
        );
        let time = DateTime::from(Time(Timestamp::UNIX_EPOCH));
        assert_eq!(time.to_string(), "1970-01-01T00:00:00Z");
    }
}
