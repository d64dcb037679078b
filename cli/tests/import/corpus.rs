//! The CRDs that are imported.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use kopgen::import;
use kopgen_core::crd::Crd;
use walkdir::WalkDir;

/// What was read of the folder.
pub struct Corpus {
    /// How many files it has, with a CRD each.
    pub files: usize,
    /// The CRDs, with the file's name.
    pub crds: Vec<(String, Crd)>,
    /// What was refused, and why.
    pub refused: Vec<String>,
}

impl Corpus {
    /// Reads the folder; none where there is none, unless that is a failure here.
    pub fn read() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/crds");
        if !folder.is_dir() {
            assert!(
                std::env::var_os("KOPGEN_REQUIRE_CLUSTER").is_none_or(|it| it != "1"),
                "{} is not there",
                folder.display()
            );
            // Past the test harness, which keeps what a passing test prints.
            let skipped = format!("TEST SKIPPED: {} is not there\n", folder.display());
            std::io::stderr()
                .write_all(skipped.as_bytes())
                .expect("stderr is open");
            return None;
        }
        let mut corpus = Self {
            files: 0,
            crds: Vec::new(),
            refused: Vec::new(),
        };
        for entry in WalkDir::new(&folder).sort_by_file_name() {
            let entry = entry.expect("the folder is readable");
            let path = entry.path();
            if path.extension().is_none_or(|it| it != "yaml") {
                continue;
            }
            corpus.files += 1;
            let name = path.strip_prefix(&folder).expect("it is in there");
            let name = name.display().to_string();
            let text = std::fs::read_to_string(path).expect("the file is readable");
            match import::read(&text, &name) {
                Ok(documents) => corpus
                    .crds
                    .extend(documents.crds.into_iter().map(|crd| (name.clone(), crd))),
                Err(problems) => corpus.refused.push(problems.to_string()),
            }
        }
        Some(corpus)
    }
}

/// The start of a text.
pub fn short(text: &impl Display, most: usize) -> String {
    text.to_string().chars().take(most).collect()
}
