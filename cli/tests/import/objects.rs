//! Objects made from a schema: each optional field is there in one and absent in another, values stand at their bounds, and
//! there are unknown fields where those are preserved. Then such with one thing wrong.

use fastrand::Rng;
use kopgen_core::crd::Crd;
use kopgen_core::lint;
use proptest::strategy::{Strategy, ValueTree};
use proptest::string::string_regex_parsed;
use proptest::test_runner::TestRunner;
use regex_syntax::hir::{Hir, HirKind, Repetition};
use serde_json::{Map, Value, json};

/// A place of a schema, and what was made of it so far.
struct Place<'a> {
    schema: &'a Value,
    /// The values that a scalar takes; one that it does not take where none was found.
    scalars: Vec<Value>,
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

/// Objects of a version of a CRD, of which nothing is left to be present or absent.
pub fn of(crd: &Crd, version: &Value) -> Vec<Value> {
    let schema = &version["schema"]["openAPIV3Schema"];
    let name = version["name"].as_str().expect("a version has a name");
    let api_version = format!("{}/{name}", crd.group());
    let mut rng = Rng::with_seed(7);
    let mut root = Place::new(schema, &mut TestRunner::deterministic());
    // They are the same for every kind, and come below.
    root.fields
        .retain(|it| !["apiVersion", "kind", "metadata"].contains(&it.name));
    let name = &schema["properties"]["metadata"]["properties"]["name"]["enum"][0];
    let name = name.as_str().unwrap_or("a");
    let mut metadata = json!({"name": name, "labels": {"c.io/d": ""}, "generation": 1});
    if crd.namespaced() {
        metadata["namespace"] = "default".into();
    }
    let mut objects = Vec::new();
    while objects.len() < LEAST || (root.find_pending() && objects.len() < MOST) {
        let mut object = root.object(&mut rng, objects.len());
        // The type that kube makes of a kind reads a status that is null as none.
        object.retain(|name, value| name != "status" || !value.is_null());
        root.mark(&object);
        object.insert("apiVersion".into(), api_version.as_str().into());
        object.insert("kind".into(), crd.kind().into());
        object.insert("metadata".into(), metadata.clone());
        objects.push(object.into());
    }
    let pending = root.pending("");
    assert!(
        pending.is_empty(),
        "{api_version} {}: never present or never absent: {pending:?}",
        crd.kind()
    );
    objects
}

/// The object with something else in one place: of another type, beyond a bound, unknown, null or missing.
pub fn spoilt(object: &Value, schema: &Value, rng: &mut Rng) -> Value {
    let mut places = Vec::new();
    for name in ["spec", "status"] {
        let below = &schema["properties"][name];
        list_places(&object[name], below, &format!("/{name}"), &mut places);
    }
    let mut spoilt = object.clone();
    let Some((pointer, schema)) = rng.choice(places) else {
        return spoilt;
    };
    let place = spoilt.pointer_mut(&pointer).expect("it was found there");
    let bound = |key: &str| schema[key].as_i64().unwrap_or_default();
    let others = [
        Value::Null,
        json!("text"),
        json!(["text"]),
        json!({"no-Such-Field": 1}),
        json!(true),
        json!(1.5),
        json!(1.0),
        json!(u64::MAX),
        json!(bound("minimum").saturating_sub(1)),
        json!(bound("maximum").saturating_add(1)),
        json!("a".repeat(bound("maxLength").clamp(0, 5000) as usize + 1)),
    ];
    match place {
        Value::Object(fields) if rng.bool() && !fields.is_empty() => {
            let names: Vec<_> = fields.keys().cloned().collect();
            fields.remove(&names[rng.usize(..names.len())]);
        }
        Value::Object(fields) if rng.bool() => {
            fields.insert("no-Such-Field".into(), json!({}));
        }
        Value::Array(items) if rng.bool() => items.push(items.first().cloned().unwrap_or_default()),
        place => *place = one(rng, others),
    }
    spoilt
}

/// Each value that an object has at a schema's place, with its pointer.
fn list_places<'a>(
    value: &Value,
    schema: &'a Value,
    here: &str,
    places: &mut Vec<(String, &'a Value)>,
) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let known = schema["properties"].get(name);
                if let Some(schema) = known.or_else(|| schema.get("additionalProperties")) {
                    let name = name.replace('~', "~0").replace('/', "~1");
                    list_places(value, schema, &format!("{here}/{name}"), places);
                }
            }
        }
        Value::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                list_places(value, &schema["items"], &format!("{here}/{at}"), places);
            }
        }
        Value::Null if schema["nullable"] != true => return,
        _ => {}
    }
    places.push((here.to_owned(), schema));
}

impl<'a> Place<'a> {
    fn new(schema: &'a Value, runner: &mut TestRunner) -> Self {
        // The least number of fields may be all of them.
        let count = schema["properties"].as_object().map_or(0, Map::len);
        let all = schema["minProperties"]
            .as_u64()
            .is_some_and(|it| it as usize >= count);
        let embedded = schema["x-kubernetes-embedded-resource"] == true;
        let required = |name: &str| {
            let required = schema["required"].as_array();
            let of_resource = embedded && ["apiVersion", "kind", "metadata"].contains(&name);
            all || of_resource || required.is_some_and(|it| it.iter().any(|it| it == name))
        };
        let properties = schema["properties"].as_object().into_iter().flatten();
        // The API server takes both in one schema, and looks at the one that the type has.
        let inner = match schema["type"].as_str() {
            Some("array") => vec![&schema["items"]],
            Some("object") => vec![&schema["additionalProperties"]],
            _ => vec![&schema["items"], &schema["additionalProperties"]],
        };
        let mut scalars = scalars(schema, runner);
        let first = scalars.first().cloned();
        scalars.retain(|it| lint::validate(it, schema).is_empty());
        if scalars.is_empty() {
            scalars.extend(first);
        }
        Self {
            schema,
            scalars,
            fields: properties
                .map(|(name, schema)| Field {
                    name,
                    required: required(name),
                    place: Place::new(schema, runner),
                    was_present: false,
                    was_absent: required(name),
                    is_pending: true,
                })
                .collect(),
            inner: inner
                .into_iter()
                .find(|it| it.is_object())
                .map(|it| Box::new(Place::new(it, runner))),
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

    /// What is yet to be present or absent.
    fn pending(&self, here: &str) -> Vec<String> {
        let mut pending = Vec::new();
        if let Some(inner) = &self.inner {
            pending.extend(inner.pending(&format!("{here}[]")));
        }
        for field in &self.fields {
            let path = format!("{here}.{}", field.name);
            pending.extend(field.place.pending(&path));
            if !field.was_present || !field.was_absent {
                pending.push(path);
            }
        }
        pending
    }

    /// Notes what an object has and what it has not.
    fn mark(&mut self, object: &Map<String, Value>) {
        for field in &mut self.fields {
            match object.get(field.name) {
                Some(value) => {
                    field.was_present = true;
                    field.place.mark_value(value);
                }
                None => field.was_absent = true,
            }
        }
        let known = |name: &str| self.fields.iter().any(|it| it.name == name);
        if let Some(inner) = &mut self.inner {
            let others = object.iter().filter(|(name, _)| !known(name));
            others.for_each(|(_, value)| inner.mark_value(value));
        }
    }

    fn mark_value(&mut self, value: &Value) {
        match value {
            Value::Object(object) => self.mark(object),
            Value::Array(items) => {
                if let Some(inner) = &mut self.inner {
                    items.iter().for_each(|it| inner.mark_value(it));
                }
            }
            _ => {}
        }
    }

    fn value(&self, rng: &mut Rng, at: usize) -> Value {
        let schema = self.schema;
        if schema["nullable"] == true && at > 0 && rng.u8(..8) == 0 {
            return Value::Null;
        }
        if !self.scalars.is_empty() {
            return self.scalars[rng.usize(..self.scalars.len())].clone();
        }
        match schema["type"].as_str() {
            Some("array") => self.list(rng, at),
            Some("object") => self.object(rng, at).into(),
            // What is of no type may be an object of these fields, or anything else.
            None if !self.fields.is_empty() && (at == 0 || rng.bool()) => {
                self.object(rng, at).into()
            }
            _ => anything(rng, 0, |it| !it.is_null()),
        }
    }

    fn list(&self, rng: &mut Rng, at: usize) -> Value {
        let Some(items) = &self.inner else {
            return anything(rng, 0, |list| list.is_array());
        };
        let bound = |key: &str| self.schema[key].as_u64().map(|it| it as usize);
        let least = bound("minItems").unwrap_or(0).min(100);
        let most = bound("maxItems").unwrap_or(usize::MAX);
        let count = if at == 0 { 1 } else { rng.usize(..3) };
        let count = count.max(least).min(most);
        let mut list: Vec<_> = (0..count).map(|_| items.value(rng, at)).collect();
        // In a set or a map there is nothing twice.
        if self.schema.get("x-kubernetes-list-type").is_some() {
            while list.len() > least.max(1)
                && !lint::validate(&list.clone().into(), self.schema).is_empty()
            {
                list.pop();
            }
        }
        list.into()
    }

    fn object(&self, rng: &mut Rng, at: usize) -> Map<String, Value> {
        let schema = self.schema;
        let mut object = Map::new();
        for field in &self.fields {
            if !field.is_absent(rng, at) {
                object.insert(field.name.into(), field.place.value(rng, at));
            }
        }
        if let Some(values) = &self.inner {
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
        // Where every other field is a value of the map, none is unknown.
        let is_preserved = is("x-kubernetes-preserve-unknown-fields") && self.inner.is_none();
        if is_preserved || schema["additionalProperties"] == true {
            object.insert("unknown-Field".into(), anything(rng, 0, |_| true));
        }
        self.take_a_branch(&mut object, rng, at);
        object
    }

    /// Puts in and takes out what the combinators and the number of fields ask for, as far as they speak of what is there.
    fn take_a_branch(&self, object: &mut Map<String, Value>, rng: &mut Rng, at: usize) {
        let schema = self.schema;
        let keys = [
            "oneOf",
            "anyOf",
            "allOf",
            "not",
            "minProperties",
            "maxProperties",
        ];
        if keys.iter().all(|key| schema.get(key).is_none()) {
            return;
        }
        for _ in 0..20 {
            if lint::validate(&object.clone().into(), schema).is_empty() {
                return;
            }
            let mut asked = Vec::new();
            choose(schema, rng, &mut asked);
            let mut spoken_of = Vec::new();
            for key in ["oneOf", "anyOf", "allOf", "not"] {
                mentioned(&schema[key], &mut spoken_of);
            }
            for field in &self.fields {
                if asked.contains(&field.name)
                    || (field.required && !object.contains_key(field.name))
                {
                    object.insert(field.name.into(), field.place.value(rng, at));
                } else if spoken_of.contains(&field.name) && !field.required {
                    object.remove(field.name);
                }
            }
            let bound = |key: &str| schema[key].as_u64().map(|it| it as usize);
            let optional = |field: &&Field| !field.required && !asked.contains(&field.name);
            for field in self.fields.iter().filter(optional) {
                if bound("maxProperties").is_some_and(|most| object.len() > most) {
                    object.remove(field.name);
                }
                if bound("minProperties").is_some_and(|least| object.len() < least) {
                    object.insert(field.name.into(), field.place.value(rng, at));
                }
            }
        }
    }
}

/// The properties that one way through the combinators requires.
fn choose<'a>(schema: &'a Value, rng: &mut Rng, asked: &mut Vec<&'a str>) {
    let required = schema["required"].as_array().into_iter().flatten();
    asked.extend(required.filter_map(Value::as_str));
    for key in ["oneOf", "anyOf"] {
        if let Some(branches) = schema[key].as_array().filter(|it| !it.is_empty()) {
            choose(&branches[rng.usize(..branches.len())], rng, asked);
        }
    }
    for branch in schema["allOf"].as_array().into_iter().flatten() {
        choose(branch, rng, asked);
    }
}

/// The properties that combinators speak of.
fn mentioned<'a>(branch: &'a Value, names: &mut Vec<&'a str>) {
    match branch {
        Value::Array(branches) => branches.iter().for_each(|it| mentioned(it, names)),
        Value::Object(branch) => {
            for (key, value) in branch {
                match key.as_str() {
                    "required" => {
                        names.extend(
                            value
                                .as_array()
                                .into_iter()
                                .flatten()
                                .filter_map(Value::as_str),
                        );
                    }
                    "properties" => names.extend(
                        value
                            .as_object()
                            .into_iter()
                            .flatten()
                            .map(|it| it.0.as_str()),
                    ),
                    "oneOf" | "anyOf" | "allOf" | "not" => mentioned(value, names),
                    _ => {}
                }
            }
        }
        _ => {}
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

fn one<T: Clone, const N: usize>(rng: &mut Rng, values: [T; N]) -> T {
    values[rng.usize(..N)].clone()
}

/// Values of a scalar, at its bounds and within; nothing where the schema is none's.
fn scalars(schema: &Value, runner: &mut TestRunner) -> Vec<Value> {
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().filter(|it| !it.is_null());
        return values.cloned().collect();
    }
    if schema["x-kubernetes-int-or-string"] == true {
        let mut values = vec![json!("500m"), json!("80%"), json!(""), json!("x")];
        values.extend(integers(schema));
        values.extend(texts(schema, runner));
        return values;
    }
    match schema["type"].as_str() {
        Some("boolean") => vec![json!(true), json!(false)],
        Some("integer") => integers(schema),
        Some("number") => {
            let mut values = vec![
                json!(0.1),
                json!(3.0),
                json!(3),
                json!(-1e300),
                json!(f64::MAX),
            ];
            values.extend(["minimum", "maximum"].map(|key| schema[key].clone()));
            values.retain(Value::is_number);
            values
        }
        Some("string") => texts(schema, runner),
        _ => Vec::new(),
    }
}

fn integers(schema: &Value) -> Vec<Value> {
    // What the format has no room for the API server refuses, whatever the bounds say.
    let room = match schema["format"].as_str() {
        Some("int32") => i32::MIN.into()..=i32::MAX.into(),
        _ => i64::MIN..=i64::MAX,
    };
    let bound = |key: &str| schema[key].as_i64();
    let (least, most) = (bound("minimum"), bound("maximum"));
    let least = least.unwrap_or(*room.start());
    let most = most.unwrap_or(*room.end());
    let mut values = vec![
        least,
        most,
        0,
        1,
        least.saturating_add(1),
        most.saturating_sub(1),
    ];
    values.extend(bound("multipleOf"));
    values.retain(|it| room.contains(it));
    values.into_iter().map(Value::from).collect()
}

fn texts(schema: &Value, runner: &mut TestRunner) -> Vec<Value> {
    let of_format: &[&str] = match schema["format"].as_str().unwrap_or_default() {
        "date-time" => &[
            "2026-01-02T03:04:05Z",
            "0001-01-01T00:00:00.000000001+23:59",
        ],
        "byte" => &["YQ==", ""],
        "date" => &["2026-01-01"],
        "duration" => &["1m", "1h0m0.5s"],
        "ipv4" => &["192.0.2.1"],
        "ipv6" => &["2001:db8::1"],
        "cidr" => &["192.0.2.0/24"],
        "uri" => &["https://example.com/?a=b#c"],
        "hostname" => &["example.com"],
        "email" => &["user@example.com"],
        "mac" => &["00:00:5e:00:53:01"],
        "uuid" => &["6ba7b810-9dad-41d1-80b4-00c04fd430c8"],
        _ => &[],
    };
    if !of_format.is_empty() {
        return of_format.iter().map(|it| json!(it)).collect();
    }
    let bound = |key: &str| schema[key].as_u64().map(|it| it as usize);
    let most = bound("maxLength").unwrap_or(300).min(300);
    let mut texts = vec![
        "a".repeat(most),
        "a".repeat(bound("minLength").unwrap_or(0).min(300)),
        "é\u{1f642} \"\\\n*/ ```".into(),
        "true".into(),
    ];
    let pattern = schema["pattern"].as_str();
    if let Some(hir) = pattern.and_then(|it| regex_syntax::parse(&lint::rust_pattern(it)).ok())
        && let Ok(strategy) = string_regex_parsed(&without_places(&hir))
    {
        let mut some = || strategy.new_tree(runner).map(|it| it.current());
        texts.extend(
            (0..40)
                .filter_map(|_| some().ok())
                .filter(|it| it.len() < 300),
        );
    }
    texts.into_iter().map(Value::from).collect()
}

/// An expression without what holds of places, such as `^`: of texts none can be made that are anywhere.
fn without_places(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Look(_) => Hir::empty(),
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(without_places(&repetition.sub)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => without_places(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(without_places).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(without_places).collect()),
        _ => hir.clone(),
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
