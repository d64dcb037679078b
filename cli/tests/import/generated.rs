//! CRDs at random, of everything that a structural schema can say: what the import says of its types is what they yield once they
//! are compiled, and both are the CRD.
//!
//! The same in every run; `KOPGEN_SEED` tries others, and `KOPGEN_CRDS` more of them.

use std::collections::BTreeMap;

use fastrand::Rng;
use kopgen::import;
use kopgen_core::crd::{self, Crd};
use kopgen_core::yaml;
use kopgen_envtest::TestEnv;
use serde_json::{Map, Value, json};

use crate::{cluster, project, regenerated, told};

/// Enough that each construct stands at each kind of place, and few enough to compile in half a minute.
const CRDS: u64 = 24;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_generated_is_modelled_and_compiled_as_it_is() -> kopgen_envtest::Result<()> {
    let number = |name: &str| std::env::var(name).ok().and_then(|it| it.parse().ok());
    let seed: u64 = number("KOPGEN_SEED").unwrap_or(1);
    let count = number("KOPGEN_CRDS").unwrap_or(CRDS);
    let texts: Vec<_> = (0..count)
        .map(|at| yaml::to_string(&crd(seed, at)).expect("a CRD is YAML"))
        .collect();
    let mut problems = Vec::new();
    let mut imported = Vec::new();
    let mut read = Vec::new();
    for (at, text) in texts.iter().enumerate() {
        let name = format!("seed {seed}, {at}");
        let crd = match import::read(text, &name) {
            Ok(documents) => documents.crds.into_iter().next().expect("there is one"),
            Err(refused) => panic!("{refused}\n{text}"),
        };
        let made = import::import(&crd).expect("it has a version");
        if !made.differences.is_empty() {
            problems.push(told(&format!("{name} is modelled"), &made.differences));
        }
        imported.push((name, made));
        read.push(crd);
    }
    let program = project::build_at("target/generated/random", 2, &imported);
    let reports = project::run(&program, "reports", String::new());
    let reports: BTreeMap<_, _> = reports
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut compiled = Vec::new();
    for ((name, made), read) in imported.iter().zip(&read) {
        match regenerated(name, made, &reports) {
            Ok(definition) => {
                problems.extend(differing(name, read, &made.crd.definition, &definition));
                compiled.push(definition);
            }
            Err(problem) => problems.push(format!("{name}: {problem}")),
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    cluster::Files::new(texts.into_iter().map(|it| (it, 0))).apply(&env, "");
    cluster::wait(&env);
    let before = cluster::stored(&env);
    let compiled = compiled
        .iter()
        .map(|it| (yaml::to_string(it).expect("a CRD is YAML"), 0));
    cluster::Files::new(compiled).apply(&env, "");
    assert_eq!(before, cluster::stored(&env));
    Ok(())
}

/// How a compiled CRD differs from what the import says of it, and from what was read; the order of `required` counts.
fn differing(name: &str, read: &Crd, modelled: &Value, compiled: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    for (side, other) in [("its model", modelled), ("what was read", &read.definition)] {
        let differences = crd::equal(other, compiled);
        if !differences.is_empty() {
            problems.push(told(&format!("{name} against {side}"), &differences));
        } else if crd::stored(other) != crd::stored(compiled) {
            problems.push(format!("{name} against {side}: the order of `required`"));
        }
    }
    problems
}

/// The CRD with a number.
fn crd(seed: u64, at: u64) -> Value {
    let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(at));
    let kind = format!("Kind{at}");
    let plural = format!("kind{at}s");
    let mut schemas = Schemas { rng: &mut rng };
    let root = schemas.root(&kind);
    let has_status = root["properties"]["status"].is_object();
    let mut version = json!({
        "name": "v1",
        "served": true,
        "storage": true,
        "schema": {"openAPIV3Schema": root},
    });
    if has_status && rng.bool() {
        version["subresources"] = json!({"status": {}});
    }
    let mut versions = vec![version];
    if rng.u8(..4) == 0 {
        let schema = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
        let mut other = json!({"name": "v1alpha1", "schema": {"openAPIV3Schema": schema}});
        if rng.bool() {
            other["served"] = true.into();
            other["storage"] = false.into();
        }
        versions.push(other);
    }
    json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.random.example.com")},
        "spec": {
            "group": "random.example.com",
            "names": {"kind": kind, "plural": plural},
            "scope": if rng.bool() { "Namespaced" } else { "Cluster" },
            "versions": versions,
        },
    })
}

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";

/// Few, so that structures and names meet.
const NAMES: [&str; 18] = [
    "name",
    "type",
    "self",
    "podIPs",
    "proxyURL",
    "proxyUrl",
    "3scale",
    "a-b",
    "$ref",
    "limit",
    "spec",
    "status",
    "items",
    "values",
    "config",
    "secretRef",
    "from",
    "rule",
];

const TEXTS: [&str; 10] = [
    "How many.",
    "Required. The name of it.",
    "# A title\n\nand text",
    " with spaces ",
    "Two\nlines.",
    "a\n\n    code()",
    "```\nlet a = 1;\n```",
    "\"quoted\" \\ and \u{202e}turned",
    "IntOrString is a type that can hold an int32 or a string.",
    "Auto-generated derived type for Foo via `CustomResource`",
];

/// Makes schemas.
struct Schemas<'a> {
    rng: &'a mut Rng,
}

impl Schemas<'_> {
    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.usize(..of.len())].clone()
    }

    fn in_one_of(&mut self, times: u8) -> bool {
        self.rng.u8(..times) == 0
    }

    fn text(&mut self) -> Value {
        self.one(&TEXTS).into()
    }

    /// The schema of a whole object.
    fn root(&mut self, kind: &str) -> Value {
        let mut properties = json!({
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
        });
        if self.in_one_of(4) {
            properties.as_object_mut().expect("a map").clear();
        }
        let mut root = json!({"type": "object"});
        if !self.in_one_of(5) {
            properties["spec"] = self.object(3);
            if self.rng.bool() {
                root["required"] = json!(["spec"]);
            }
        }
        if self.rng.bool() {
            properties["status"] = match self.rng.bool() {
                true => self.object(2),
                false => json!({"type": "object", PRESERVE: true}),
            };
        }
        if self.in_one_of(3) || properties.get("spec").is_none() {
            properties["operator"] = self.schema(2);
            if self.rng.bool() {
                properties["replicas"] = self.schema(1);
            }
        }
        if self.rng.bool() {
            root["description"] = match self.rng.bool() {
                true => format!("{kind} is what it is.").into(),
                false => self.text(),
            };
        }
        if self.in_one_of(6) {
            root["title"] = kind.into();
        }
        if self.in_one_of(6) {
            root["x-kubernetes-validations"] = self.rules();
        }
        if self.in_one_of(6) {
            root[PRESERVE] = true.into();
        }
        root["properties"] = properties;
        root
    }

    /// A schema of any kind, with what can be said of each.
    fn schema(&mut self, depth: u8) -> Value {
        let last = if depth == 0 { 8 } else { 14 };
        let mut schema = match self.rng.u8(..last) {
            0 | 1 => self.string(),
            2 | 3 => self.number(),
            4 => json!({"type": "boolean"}),
            5 => self.int_or_string(),
            6 => json!({PRESERVE: true}),
            7 => json!({"type": "object"}),
            8 | 9 => self.object(depth - 1),
            10 => self.list(depth - 1),
            11 => self.map(depth - 1),
            12 => self.open(depth - 1),
            _ => self.object(depth - 1),
        };
        if self.in_one_of(3) {
            schema["description"] = self.text();
        }
        for (key, value) in [("title", "Title"), ("example", "an example")] {
            if self.in_one_of(12) {
                schema[key] = value.into();
            }
        }
        if self.in_one_of(6) {
            schema["nullable"] = true.into();
        }
        if self.in_one_of(8) {
            schema["x-kubernetes-validations"] = self.rules();
        }
        schema
    }

    fn string(&mut self) -> Value {
        let mut schema = json!({"type": "string"});
        match self.rng.u8(..6) {
            0 => {
                schema["enum"] = json!(["on", "off", "", "On", "1"]);
                if self.rng.bool() {
                    schema["default"] = "on".into();
                }
            }
            1 => schema["enum"] = json!(["Enabled", "Disabled"]),
            2 => {
                schema["minLength"] = self.rng.u8(..3).into();
                schema["maxLength"] = self.rng.u8(10..).into();
            }
            3 => schema["pattern"] = self.one(&[r"^[a-z]\.?$", "\"", "^#\"#$"]).into(),
            4 => schema["format"] = self.one(&["date-time", "byte", "int64", "uuid"]).into(),
            _ => {}
        }
        schema
    }

    fn number(&mut self) -> Value {
        let mut schema = json!({"type": self.one(&["integer", "integer", "number"])});
        if self.rng.bool() {
            schema["format"] = match schema["type"] == "integer" {
                true => self.one(&["int32", "int64", "uint8", "int"]).into(),
                false => self.one(&["float", "double"]).into(),
            };
        }
        match self.rng.u8(..6) {
            0 => schema["default"] = self.one(&[json!(0), json!(3)]),
            1 => schema["enum"] = json!([1, 2, 3]),
            2 => {
                schema["minimum"] = self.rng.i8(..0).into();
                schema["maximum"] = self.one(&[json!(7), json!(5_000_000_000_i64)]);
            }
            3 => schema["multipleOf"] = 2.into(),
            4 => {
                schema["minimum"] = 0.into();
                schema["exclusiveMinimum"] = true.into();
            }
            _ => {}
        }
        schema
    }

    fn int_or_string(&mut self) -> Value {
        let mut schema = json!({"x-kubernetes-int-or-string": true});
        if self.rng.bool() {
            schema["anyOf"] = json!([{"type": "integer"}, {"type": "string"}]);
        }
        if self.rng.bool() {
            schema["pattern"] = self.one(&[crd::QUANTITY, "^a$"]).into();
        }
        schema
    }

    fn list(&mut self, depth: u8) -> Value {
        if self.in_one_of(5) {
            let mut item = json!({
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": self.schema(depth)},
                "required": ["key"],
            });
            if self.rng.bool() {
                item["description"] = self.text();
            }
            return json!({
                "type": "array",
                "items": item,
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["key"],
            });
        }
        let mut schema = json!({"type": "array", "items": self.schema(depth)});
        match self.rng.u8(..6) {
            0 => schema["x-kubernetes-list-type"] = "atomic".into(),
            1 => {
                schema["items"] = json!({"type": "string", "maxLength": 9});
                schema["x-kubernetes-list-type"] = "set".into();
            }
            2 => {
                schema["minItems"] = 0.into();
                schema["maxItems"] = 5.into();
            }
            3 if schema["items"].get("nullable").is_none() => schema["default"] = json!([]),
            _ => {}
        }
        schema
    }

    fn map(&mut self, depth: u8) -> Value {
        let mut schema = json!({"type": "object", "additionalProperties": self.schema(depth)});
        match self.rng.u8(..6) {
            0 => schema["additionalProperties"] = true.into(),
            1 => schema["maxProperties"] = 5.into(),
            2 => schema["x-kubernetes-map-type"] = "granular".into(),
            3 => schema["default"] = json!({}),
            _ => {}
        }
        schema
    }

    /// What keeps unknown fields: with a type or without one, with fields or without.
    fn open(&mut self, depth: u8) -> Value {
        let mut schema = match self.rng.u8(..4) {
            0 => json!({"type": "object"}),
            1 => json!({"properties": {"key": self.schema(depth)}}),
            2 => self.object(depth),
            _ => json!({"type": "object", "x-kubernetes-embedded-resource": true}),
        };
        schema[PRESERVE] = true.into();
        if self.in_one_of(4) {
            let large: Map<_, _> = (0..70).map(|at| (format!("k{at}"), json!(at))).collect();
            if schema["properties"].is_null()
                && schema["required"].is_null()
                && schema["x-kubernetes-embedded-resource"].is_null()
            {
                schema["default"] = large.into();
            }
        }
        schema
    }

    fn object(&mut self, depth: u8) -> Value {
        let mut properties = Map::new();
        for _ in 0..self.rng.u8(1..5) {
            let name = self.one(&NAMES);
            properties.insert(name.to_owned(), self.schema(depth));
        }
        let mut names: Vec<_> = properties.keys().cloned().collect();
        let mut schema = json!({"type": "object", "properties": properties});
        if self.rng.bool() {
            self.rng.shuffle(&mut names);
            names.truncate(self.rng.usize(1..=names.len()));
            schema["required"] = names.clone().into();
        }
        let required = |name: &String| json!({"required": [name]});
        match self.rng.u8(..10) {
            0 => schema["oneOf"] = names.iter().map(required).collect(),
            1 => {
                let nested: Vec<_> = names.iter().map(required).collect();
                schema["anyOf"] = json!([{"not": {"allOf": nested}}, {}]);
            }
            2 => {
                let about = json!({"properties": {&names[0]: {"enum": ["a", 1]}}});
                schema["oneOf"] = json!([about, {"not": about}]);
            }
            3 => schema["not"] = json!({"required": ["never"]}),
            4 => schema["minProperties"] = 0.into(),
            5 => schema["x-kubernetes-map-type"] = "atomic".into(),
            6 => schema["x-kubernetes-validations"] = self.rules(),
            _ => {}
        }
        schema
    }

    fn rules(&mut self) -> Value {
        let rules = [
            json!({"rule": "true"}),
            json!({"rule": "1 == 1", "message": "it is \"so\""}),
            json!({"rule": "true", "messageExpression": "'it is so'"}),
            json!({"rule": "true", "message": "no", "reason": "FieldValueForbidden"}),
            json!({"rule": "true", "optionalOldSelf": false}),
        ];
        let count = self.rng.usize(1..3);
        (0..count).map(|_| self.one(&rules)).collect()
    }
}
