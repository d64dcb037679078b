//! CRDs that went wrong on the way: each is refused with a reason, or makes Rust. Nothing panics.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fastrand::Rng;
use kopgen::import;
use serde_json::{Value, json};

use crate::corpus::Corpus;

/// Larger CRDs take longer, and have nothing in them that the others have not.
const LARGEST: usize = 50_000;

/// How many of each kind are made of all CRDs together, and of each of them at least.
const ALL: usize = 400;
const EACH: usize = 2;

#[test]
fn no_mutation_makes_the_import_panic() {
    let corpus = Corpus::read();
    let mut rng = Rng::with_seed(7);
    let each = EACH.max(ALL / corpus.crds.len());
    let (mut tried, mut imported) = (0, 0);
    let mut panicked = Vec::new();
    for ((file, crd), text) in corpus.crds.iter().zip(&corpus.texts) {
        if text.len() > LARGEST {
            continue;
        }
        let bytes = (0..each).map(|_| mutated_text(text, &mut rng));
        let mut mutations: Vec<_> = bytes.collect();
        mutations.extend((0..each).map(|_| mutated_value(&crd.definition, &mut rng)));
        for mutation in mutations {
            tried += 1;
            match catch_unwind(AssertUnwindSafe(|| import_all(&mutation))) {
                Ok(count) => imported += usize::from(count > 0),
                Err(_) => panicked.push(format!("{file}:\n{mutation}")),
            }
        }
    }
    println!("{imported} of {tried} mutations were imported");
    assert!(panicked.is_empty(), "{}", panicked.join("\n\n"));
    // Neither is everything refused, nor is everything harmless.
    assert!(imported > tried / 10 && imported < tried * 9 / 10);
}

/// How many modules come of a text.
fn import_all(text: &str) -> usize {
    let Ok(read) = import::read(text, "crd.yaml") else {
        return 0;
    };
    let mut count = 0;
    for crd in &read.crds {
        let Ok(imported) = import::import(crd) else {
            continue;
        };
        for module in &imported.modules {
            syn::parse_file(&module.text)
                .unwrap_or_else(|error| panic!("{error}: {}", module.text));
            count += 1;
        }
        for version in crd.versions() {
            import::sample(crd, version, &json!({"name": "a"}));
        }
    }
    count
}

/// The text with a few bytes or lines that are others, gone, twice, or in each other's place.
fn mutated_text(text: &str, rng: &mut Rng) -> String {
    let mut lines: Vec<Vec<u8>> = text.lines().map(|it| it.as_bytes().to_vec()).collect();
    for _ in 0..rng.usize(1..4) {
        let (at, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
        match rng.u8(..6) {
            0 => lines.swap(at, other),
            1 => lines.insert(at, lines[other].clone()),
            2 if lines.len() > 1 => _ = lines.remove(at),
            3 => {
                let from = lines[at].len();
                let line = &mut lines[at];
                line.insert(
                    rng.usize(..=from),
                    b"\t :-'\"{}[]#&*!|>%@`\\\0\xff0~"[rng.usize(..24)],
                );
            }
            4 if !lines[at].is_empty() => {
                let place = rng.usize(..lines[at].len());
                lines[at][place] = rng.u8(..);
            }
            _ => lines.truncate(at.max(lines.len() / 2)),
        }
    }
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
}

/// The CRD with a few values that are others, gone, renamed, or those of another place.
fn mutated_value(definition: &Value, rng: &mut Rng) -> String {
    let mut value = definition.clone();
    for _ in 0..rng.usize(1..4) {
        let mut pointers = Vec::new();
        list_pointers(&value, "", &mut pointers);
        let (Some(at), Some(other)) = (rng.choice(&pointers), rng.choice(&pointers)) else {
            break;
        };
        let taken = value.pointer(other).cloned().unwrap_or_default();
        let (parent, name) = at.rsplit_once('/').expect("it begins with a slash");
        let name = name.replace("~1", "/").replace("~0", "~");
        let new = match rng.u8(..8) {
            0 => json!(rng.i64(..)),
            1 => json!(1e300),
            2 => json!("\u{202e}*/ \"# ``` {{ \0 é\u{1f642}"),
            3 => json!([Value::Null, {"a": []}]),
            4 => {
                json!({"type": "object", "properties": {"": {"type": "string"}, "self": {"type": "array"}}})
            }
            5 => Value::Null,
            _ => taken,
        };
        match value.pointer_mut(parent) {
            Some(Value::Object(fields)) => match rng.u8(..4) {
                0 => _ = fields.remove(&name),
                1 => {
                    let old = fields.remove(&name).unwrap_or_default();
                    fields.insert(
                        ["$ref", "x-kubernetes-list-type", "Ünï", "a b", "type"][rng.usize(..5)]
                            .into(),
                        old,
                    );
                }
                _ => _ = fields.insert(name, new),
            },
            Some(Value::Array(items)) => match rng.bool() {
                true => items.push(new),
                false => _ = items.pop(),
            },
            _ => {}
        }
    }
    value.to_string()
}

fn list_pointers(value: &Value, here: &str, pointers: &mut Vec<String>) {
    let mut list = |name: &str, value| {
        let name = name.replace('~', "~0").replace('/', "~1");
        let pointer = format!("{here}/{name}");
        list_pointers(value, &pointer, pointers);
        pointers.push(pointer);
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, it)| list(name, it)),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, it)| list(&at.to_string(), it));
        }
        _ => {}
    }
}
