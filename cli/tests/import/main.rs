//! Real CRDs, imported: `../shared/crds` beside the repository, one file each.
//!
//! Each is modelled and compared with what was read, which takes seconds; then all are compiled, in few large crates, and
//! what `kopgen manifests` would print of them is compared.
#![allow(clippy::disallowed_macros, reason = "a test prints as it likes")]

mod corpus;

use kopgen::import;

use corpus::Corpus;

#[test]
fn what_is_modelled_is_equal() {
    let Some(corpus) = Corpus::read() else {
        return;
    };
    let mut different = Vec::new();
    for (file, crd) in &corpus.crds {
        match import::import(crd) {
            Ok(imported) if imported.differences.is_empty() => {}
            Ok(imported) => {
                let differences = imported.differences.iter().take(5);
                let differences: Vec<_> = differences.map(|it| corpus::short(it, 400)).collect();
                different.push(format!("{file}:\n    {}", differences.join("\n    ")));
            }
            Err(problems) => different.push(format!("{file}: {problems:?}")),
        }
    }
    let (equal, all) = (corpus.crds.len() - different.len(), corpus.files);
    println!("{equal} of {all} CRDs are modelled as they are");
    assert!(
        equal == all,
        "{}\n{}",
        different.join("\n"),
        corpus.refused.join("\n")
    );
}
