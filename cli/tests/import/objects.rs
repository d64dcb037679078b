//! Objects made from a schema: each optional field is there in one and absent in another, values stand at their bounds, and
//! there are unknown fields where those are preserved.

use fastrand::Rng;
use serde_json::{Map, Number, Value, json};

/// A place of a schema, and what was made of it so far.
struct Place<'a> {
    schema: &'a Value,
    /// The properties.
    fields: Vec<Field<'a>>,
    /// What items or other values are.
    inner: Option<Box<Place<'a>>>,
}

struct Field<'a> {
    name: &'a str,
    required: bool,
    place: Place<'a>,
    was_present: bool,
    was_absent: bool,
    /// Whether something at it or below is yet to be present or absent.
    is_pending: bool,
}

/// How many objects are made at least, and at most.
const LEAST: usize = 50;
const MOST: usize = 500;

/// Objects of a version, of which nothing is left to be present or absent.
pub fn of(api_version: &str, kind: &str, schema: &Value) -> Vec<Value> {
    let mut rng = Rng::with_seed(7);
    let mut root = Place::new(schema);
    // They are the same for every kind, and come below.
    root.fields
        .retain(|it| !["apiVersion", "kind", "metadata"].contains(&it.name));
    let mut objects = Vec::new();
    while objects.len() < LEAST || (root.find_pending() && objects.len() < MOST) {
        let mut object = root.object(&mut rng, objects.len());
        // The type that kube makes of a kind reads a status that is null as none.
        object.retain(|name, value| name != "status" || !value.is_null());
        object.insert("apiVersion".into(), api_version.into());
        object.insert("kind".into(), kind.into());
        object.insert(
            "metadata".into(),
            json!({"name": "a", "namespace": "b", "labels": {"c.io/d": ""}, "generation": 1}),
        );
        objects.push(object.into());
    }
    assert!(!root.find_pending(), "{api_version} {kind}: {MOST} objects");
    objects
}

impl<'a> Place<'a> {
    fn new(schema: &'a Value) -> Self {
        let required = |name: &str| {
            let required = schema["required"].as_array();
            required.is_some_and(|it| it.iter().any(|it| it == name))
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        let inner = [&schema["items"], &schema["additionalProperties"]];
        Self {
            schema,
            fields: properties
                .map(|(name, schema)| Field {
                    name,
                    required: required(name),
                    place: Place::new(schema),
                    was_present: false,
                    was_absent: required(name),
                    is_pending: true,
                })
                .collect(),
            inner: inner
                .into_iter()
                .find(|it| it.is_object())
                .map(|it| Box::new(Place::new(it))),
        }
    }

    /// Whether something below is yet to be present or absent.
    fn find_pending(&mut self) -> bool {
        let mut pending = self.inner.as_mut().is_some_and(|it| it.find_pending());
        for field in &mut self.fields {
            let below = field.place.find_pending();
            field.is_pending = below || !field.was_present || !field.was_absent;
            pending |= field.is_pending;
        }
        pending
    }

    fn value(&mut self, rng: &mut Rng, at: usize) -> Value {
        let schema = self.schema;
        let is = |key: &str| schema[key] == true;
        if is("nullable") && at > 0 && rng.u8(..8) == 0 {
            return Value::Null;
        }
        if let Some(values) = schema["enum"].as_array() {
            return rng.choice(values).cloned().unwrap_or_default();
        }
        if is("x-kubernetes-int-or-string") {
            return one(
                rng,
                [
                    json!(0),
                    json!(-1),
                    json!(i64::MAX),
                    json!("500m"),
                    json!(""),
                ],
            );
        }
        match schema["type"].as_str() {
            Some("boolean") => rng.bool().into(),
            Some("integer") => integer(schema, rng),
            Some("number") => number(schema, rng),
            Some("string") => text(schema, rng),
            Some("array") => match &mut self.inner {
                Some(items) => {
                    let count = if at == 0 { 1 } else { rng.usize(..3) };
                    (0..count).map(|_| items.value(rng, at)).collect()
                }
                None => anything(rng, 0, |list| list.is_array()),
            },
            Some("object") => self.object(rng, at).into(),
            _ => anything(rng, 0, |it| !it.is_null()),
        }
    }

    fn object(&mut self, rng: &mut Rng, at: usize) -> Map<String, Value> {
        let schema = self.schema;
        let mut object = Map::new();
        for field in &mut self.fields {
            if field.is_absent(rng, at) {
                field.was_absent = true;
                continue;
            }
            field.was_present = true;
            object.insert(field.name.into(), field.place.value(rng, at));
        }
        if let Some(values) = &mut self.inner {
            for key in ["key", "a.io/b-c", "é \"", ""]
                .iter()
                .take(rng.usize(1..=4))
            {
                object.insert((*key).into(), values.value(rng, at));
            }
        }
        let is = |key: &str| schema[key] == true;
        if is("x-kubernetes-embedded-resource") {
            object.insert("apiVersion".into(), "v1".into());
            object.insert("kind".into(), "ConfigMap".into());
            object.insert(
                "metadata".into(),
                json!({"name": "a", "labels": {"b": "c"}}),
            );
        }
        if is("x-kubernetes-preserve-unknown-fields") || schema["additionalProperties"] == true {
            object.insert("unknown-Field".into(), anything(rng, 0, |_| true));
        }
        object
    }
}

impl Field<'_> {
    /// The first object has everything, the second the least; then what was never there or never absent comes first.
    fn is_absent(&self, rng: &mut Rng, at: usize) -> bool {
        !self.required
            && match at {
                0 => false,
                1 => true,
                _ if !self.was_absent => rng.bool(),
                _ if self.is_pending => rng.u8(..10) == 0,
                _ => rng.u8(..10) < 8,
            }
    }
}

fn one<const N: usize>(rng: &mut Rng, values: [Value; N]) -> Value {
    values[rng.usize(..N)].clone()
}

fn integer(schema: &Value, rng: &mut Rng) -> Value {
    let (least, most) = match schema["format"].as_str() {
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        _ => (i64::MIN, i64::MAX),
    };
    // What the format has no room for the API server refuses, whatever the bounds say.
    let least = schema["minimum"].as_i64().unwrap_or(least).max(least);
    let most = schema["maximum"].as_i64().unwrap_or(most).min(most);
    let middle = 0.clamp(least, most.max(least));
    one(rng, [json!(least), json!(middle), json!(most)])
}

fn number(schema: &Value, rng: &mut Rng) -> Value {
    let bound = |key: &str, other: Number| schema[key].as_number().cloned().unwrap_or(other);
    let float = |it: f64| Number::from_f64(it).expect("it is finite");
    let least = bound("minimum", float(-1e300));
    let most = bound("maximum", float(f64::MAX));
    one(
        rng,
        [least.into(), most.into(), json!(0.1), json!(3.0), json!(3)],
    )
}

fn text(schema: &Value, rng: &mut Rng) -> Value {
    match schema["format"].as_str() {
        Some("date-time") => one(
            rng,
            [
                json!("2026-01-02T03:04:05Z"),
                json!("0001-01-01T00:00:00.000000001+23:59"),
            ],
        ),
        Some("byte") => one(rng, [json!("YQ=="), json!("")]),
        _ => {
            let most = schema["maxLength"].as_u64().unwrap_or(300).min(300) as usize;
            one(
                rng,
                [
                    json!("a".repeat(most)),
                    json!("é\u{1f642} \"\\\n*/ ```"),
                    json!(""),
                    json!("true"),
                ],
            )
        }
    }
}

/// Some JSON that `is` holds of.
fn anything(rng: &mut Rng, depth: usize, is: fn(&Value) -> bool) -> Value {
    loop {
        let value = match rng.u8(..if depth < 2 { 8 } else { 6 }) {
            0 => Value::Null,
            1 => rng.bool().into(),
            2 => json!(i64::MIN),
            3 => json!(u64::MAX),
            4 => json!(1.5e-9),
            5 => json!("text"),
            6 => (0..rng.usize(..3))
                .map(|_| anything(rng, depth + 1, |_| true))
                .collect(),
            _ => json!({"B": anything(rng, depth + 1, |_| true), "a": {}}),
        };
        if is(&value) {
            return value;
        }
    }
}
