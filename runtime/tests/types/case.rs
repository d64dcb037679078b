//! Rust types, each as the type of one field.

use kopgen_runtime::core::Problem;
use kopgen_runtime::core::crd::{clashes_of, schema_of};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::random::{Any, Random};

/// A type, without its type.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// Why the type has no schema.
    pub clashes: fn() -> Vec<Problem>,
    /// The schema of a field of the type.
    pub schema: fn() -> Value,
    /// What the type writes of what it has read.
    pub reread: fn(&Value) -> Result<Value, String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
struct Holder<T> {
    held: T,
}

impl Case {
    pub const fn of<T: JsonSchema + Serialize + DeserializeOwned>(name: &'static str) -> Self {
        Self {
            name,
            clashes: clashes_of::<Holder<T>>,
            schema: || schema_of::<Holder<T>>()["properties"]["held"].take(),
            reread: |value| {
                let read: T = serde_json::from_value(value.clone()).map_err(|it| it.to_string())?;
                serde_json::to_value(read).map_err(|it| it.to_string())
            },
        }
    }
}

/// A value as the API server stores it: without nulls, and with whole numbers as integers.
pub fn stored(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| !value.is_null());
            fields
                .map(|(name, value)| (name.clone(), stored(value)))
                .collect()
        }
        Value::Array(items) => items.iter().map(stored).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => (float as i64).into(),
            _ => value.clone(),
        },
        value => value.clone(),
    }
}

/// A type from the grammar, of which values can be made.
#[derive(Clone, Copy)]
pub struct Generated {
    pub case: Case,
    pub any: fn(&mut Random) -> Value,
}

impl Generated {
    pub const fn of<T: JsonSchema + Serialize + DeserializeOwned + Any>(
        name: &'static str,
    ) -> Self {
        Self {
            case: Case::of::<T>(name),
            any: |random| serde_json::to_value(T::any(random)).expect("a value is JSON"),
        }
    }
}

/// Whether all that `part` has is in `whole`: defaults come on top.
pub fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, part)| whole.get(name).is_some_and(|whole| contains(whole, part))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(a, b)| contains(a, b))
        }
        _ => stored(whole) == *part,
    }
}
