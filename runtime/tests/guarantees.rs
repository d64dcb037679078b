//! `docs/guarantees.md` names a test for each rule.

use std::fs;
use std::path::Path;

#[test]
fn tests_that_the_book_names_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut code = String::new();
    for folder in ["src", "tests", "../derive/tests", "../envtest/src"] {
        read(&root.join(folder), &mut code);
    }
    let page = include_str!("../../docs/guarantees.md");
    let quoted = page.split('`').skip(1).step_by(2);
    // The name of a test is a sentence; those of metrics have another beginning.
    let is_test = |text: &&str| {
        let mut chars = text.chars();
        text.matches('_').count() >= 4
            && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !["controller_runtime_", "workqueue_", "rest_client_"]
                .iter()
                .any(|start| text.starts_with(start))
    };
    let tests: Vec<_> = quoted.filter(is_test).collect();
    assert!(tests.len() > 5, "{tests:?}");
    for test in tests {
        assert!(code.contains(&format!("fn {test}(")), "there is no {test}");
    }
}

/// All Rust below this folder.
fn read(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, code);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *code += &fs::read_to_string(path).expect("it is text");
        }
    }
}
