//! The types from the grammar: what each writes the API server keeps whole, and what it admits each reads.

use std::path::Path;
use std::{env, fs};

use kopgen_runtime::core::crd::Crd;
use kopgen_runtime::core::{Problem, lint};
use kopgen_runtime::testing::TestEnv;
use serde_json::{Map, Value, json};

use crate::case::{Generated, contains, stored};
use crate::random::Random;
use crate::server::{Server, crd};
use crate::{generated, grammar, values};

/// Where serde buffers, in what is flattened, untagged or tagged inside, it reads no keys as numbers: not even those that it wrote.
const BUFFERED: &str = ", expected u16";

/// The types that are compiled in every run.
const SEED: u64 = 15;
const COUNT: usize = 100;

/// How many values of a type, and of its schema.
const VALUES: usize = 6;

/// `KOPGEN_TYPES_SEED` makes `generated.rs` of another seed, for a run that looks further; `KOPGEN_TYPES` says how many types.
#[test]
fn the_types_are_those_of_the_grammar() {
    let number = |name: &str| env::var(name).ok().and_then(|it| it.parse().ok());
    let seed = number("KOPGEN_TYPES_SEED").unwrap_or(SEED);
    let count = number("KOPGEN_TYPES").map_or(COUNT, |it| it as usize);
    let wanted = grammar::module(seed, count);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/types/generated.rs");
    if env::var("SNAPSHOTS").as_deref() == Ok("overwrite") {
        fs::write(&path, &wanted).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap();
    assert!(there == wanted, "run it again with SNAPSHOTS=overwrite");
}

#[tokio::test]
async fn generated_types_keep_what_they_write_and_read_what_is_admitted()
-> kopgen_runtime::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let server = Server::new(env.client());
    let mut all = Tally::default();
    for (at, types) in generated::types().chunks(50).enumerate() {
        batch(&server, at, types, &mut all).await?;
    }
    println!(
        "{} types, {} of them refused; {} values written, {} of {} drawn values admitted",
        all.types, all.refused, all.written, all.admitted, all.drawn
    );
    assert!(
        all.problems.is_empty(),
        "{} problems:\n{}",
        all.problems.len(),
        all.problems.join("\n")
    );
    // What is refused proves little.
    assert!(all.refused * 3 < all.types);
    assert!(all.admitted * 2 > all.drawn);
    Ok(())
}

#[derive(Default)]
struct Tally {
    types: usize,
    refused: usize,
    written: usize,
    drawn: usize,
    admitted: usize,
    problems: Vec<String>,
}

/// The types of one CRD, each in a field of its own.
async fn batch(
    server: &Server,
    at: usize,
    types: &[Generated],
    all: &mut Tally,
) -> kopgen_runtime::Result<()> {
    let mut properties = Map::new();
    for Generated { case, .. } in types {
        all.types += 1;
        let name = case.name;
        let refused = refused(case.name, (case.clashes)(), case.schema);
        match refused {
            Ok(schema) => _ = properties.insert(name.to_owned(), schema),
            Err(problems) => {
                all.refused += 1;
                let named = |it: &Problem| {
                    it.field
                        .as_deref()
                        .is_some_and(|it| it.contains(name) || it.contains("held"))
                };
                let unnamed = problems.iter().filter(|it| !named(it));
                all.problems
                    .extend(unnamed.map(|it| format!("{name}: no field is named: {it}")));
            }
        }
    }
    let crd = crd(
        &format!("Batch{at}"),
        json!({"type": "object", "properties": properties}),
    );
    match server.define(&crd).await {
        Ok(warnings) => all.problems.extend(warnings),
        Err(refusal) => {
            all.problems.push(refusal);
            return Ok(());
        }
    }
    let mut random = Random(at as u64);
    for generated in types {
        let name = generated.case.name;
        let Some(schema) = properties.get(name) else {
            continue;
        };
        for _ in 0..VALUES {
            let value = (generated.any)(&mut random);
            all.written += 1;
            all.problems
                .extend(write(server, &crd, generated, &value).await);
        }
        for _ in 0..VALUES * 2 {
            let value = values::draw(schema, &mut random);
            all.drawn += 1;
            if let Ok(mut spec) = server.store(&crd, &json!({ name: value })).await {
                all.admitted += 1;
                let stored = spec[name].take();
                if !stored.is_null()
                    && let Err(error) = (generated.case.reread)(&stored)
                    && !error.contains(BUFFERED)
                {
                    all.problems.push(format!(
                        "{name} cannot read {stored}, which is admitted: {error}"
                    ));
                }
            }
        }
    }
    Ok(())
}

/// The schema of a type, or what `kopgen manifests` says against it.
fn refused(
    name: &str,
    clashes: Vec<Problem>,
    schema: fn() -> Value,
) -> Result<Value, Vec<Problem>> {
    if !clashes.is_empty() {
        return Err(clashes);
    }
    let schema = schema();
    let crd = crd(
        "Alone",
        json!({"type": "object", "properties": {name: schema}}),
    );
    let problems = lint::check(&Crd::from(crd));
    if problems.is_empty() {
        Ok(schema)
    } else {
        Err(problems)
    }
}

/// What goes wrong with a value that a type writes.
async fn write(
    server: &Server,
    crd: &Value,
    generated: &Generated,
    value: &Value,
) -> Option<String> {
    let name = generated.case.name;
    // The type may lose what it writes itself, such as what `skip_deserializing` leaves out.
    let own = (generated.case.reread)(value).ok()?;
    let kept = match server.store(crd, &json!({ name: value })).await {
        Ok(mut spec) => spec[name].take(),
        Err(error) => return Some(format!("{name} writes {value}, which is refused: {error}")),
    };
    if value.is_null() {
        return None;
    }
    if !contains(&kept, &stored(value)) {
        return Some(format!("{name} writes {value}, which becomes {kept}"));
    }
    match (generated.case.reread)(&kept) {
        Err(error) => Some(format!("{name} cannot read {kept} again: {error}")),
        Ok(again) if !contains(&stored(&again), &stored(&own)) => {
            Some(format!("{name} reads {kept} as {again}, not as {own}"))
        }
        Ok(_) => None,
    }
}
