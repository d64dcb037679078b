//! `reports` prints the report of every version, a line each: `<file> <version>`, a tab, and JSON.
//!
//! `objects` reads objects from stdin, in lines like those, and prints a line for each: `+` and what its type writes of it, or `-` and
//! why it cannot be read.

use std::collections::HashMap;
use std::io::{BufRead, Write};

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
        match by_name[name](text) {
            Ok(value) => writeln!(out, "+{value}"),
            Err(error) => writeln!(out, "-{error}"),
        }
        .expect("stdout is open");
    }
}
