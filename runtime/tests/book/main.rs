//! What the book says of the runtime, against the runtime.

mod before;
mod moving;
mod plain;
mod tasks;

use std::collections::BTreeMap;

use clap::{Args, Command};
use kopgen_runtime::Settings;
// Where a project has it, as the chapter's code says.
use tasks::state;

#[test]
fn the_flags_and_their_defaults_are_those_of_the_book() {
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/running-in-production.md"
    );
    let page = std::fs::read_to_string(page).expect("the book is there");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `--"));
    let rows: BTreeMap<_, _> = rows
        .map(|row| {
            let mut cells = row.split('|').map(|cell| cell.trim().trim_matches('`'));
            let mut next = || cells.next().expect("a row has cells").to_owned();
            (next(), next())
        })
        .collect();

    let command = Settings::augment_args(Command::new("operator"));
    let flags: BTreeMap<_, _> = command
        .get_arguments()
        .map(|flag| {
            let defaults = flag.get_default_values().iter();
            let default: String = defaults.map(|it| it.to_string_lossy()).collect();
            (flag.get_long().expect("a flag").to_owned(), default)
        })
        .collect();
    assert_eq!(rows, flags);
}

#[test]
fn the_code_that_the_book_shows_is_the_code_that_runs() {
    check_code(
        include_str!("../../../docs/moving.md"),
        include_str!("before.rs"),
    );
    check_code(
        include_str!("../../../docs/plain-kube-rs.md"),
        include_str!("plain.rs"),
    );
    check_code(
        include_str!("../../../docs/tasks.md"),
        concat!(
            include_str!("tasks/mod.rs"),
            include_str!("tasks/sweeper.rs"),
            include_str!("tasks/motto.rs"),
        ),
    );
}

fn check_code(chapter: &str, code: &str) {
    let shown: Vec<_> = chapter.split("```rust\n").skip(1).collect();
    assert!(!shown.is_empty());
    for block in shown {
        let block = block.split("```").next().expect("a split has a first part");
        assert!(code.contains(block), "this is not what runs:\n{block}");
    }
}
