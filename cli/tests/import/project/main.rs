//! `reports` prints the report of every version, a line each: `<file> <version>`, a tab, and JSON.
//!
//! `objects` reads objects from stdin, in lines like those, and prints what became of each that is not the same after a round
//! trip.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use serde_json::Value;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("reports") => reports(),
        Some("objects") => objects(),
        other => panic!("{other:?}"),
    }
}

fn reports() {
    let mut out = std::io::stdout().lock();
    for version in versions() {
        let report = match std::panic::catch_unwind(version.report) {
            Ok(report) => serde_json::to_value(report).expect("a report is JSON"),
            Err(_) => "its schema panics".into(),
        };
        writeln!(out, "{}\t{report}", version.name).expect("stdout is open");
    }
}

fn objects() {
    let mut out = std::io::stdout().lock();
    let by_name: HashMap<_, _> = versions()
        .into_iter()
        .map(|it| (it.name, it.round_trip))
        .collect();
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("stdin is text");
        let (name, text) = line.split_once('\t').expect("a name and an object");
        let before: Value = serde_json::from_str(text).expect("an object is JSON");
        let problem = match by_name[name](text) {
            Ok(after) if after == before => continue,
            Ok(after) => format!("{before} became {after}"),
            Err(error) => format!("{error}: {before}"),
        };
        writeln!(out, "{name}\t{problem}").expect("stdout is open");
    }
}
