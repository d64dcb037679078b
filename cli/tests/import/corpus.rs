//! The CRDs that are imported.

use std::fmt::Display;
use std::path::Path;

use kopgen::import;
use kopgen_core::crd::Crd;
use kopgen_envtest::require;
use walkdir::WalkDir;

use crate::real_crds;

/// What was read.
#[derive(Default)]
pub struct Corpus {
    /// How many files there are, with a CRD each.
    pub files: usize,
    /// How many of them are this test's own.
    pub own: usize,
    /// The CRDs, with the file's name.
    pub crds: Vec<(String, Crd)>,
    /// The text of each file.
    pub texts: Vec<String>,
    /// What was refused, and why.
    pub refused: Vec<String>,
}

/// This test's own CRDs, each with all that is hard to write in Rust.
pub const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/import/cases");

/// How many real CRDs there are at least beside the repository: with fewer, the tests would count what they have.
const REAL: usize = 156;

impl Corpus {
    /// Reads this test's own CRDs, and the real ones where they are there.
    pub fn read() -> Self {
        let mut corpus = Self::default();
        corpus.add(Path::new(CASES));
        corpus.own = corpus.files;
        let Some(real) = require(real_crds::NAME, real_crds::folder()) else {
            return corpus;
        };
        corpus.add(&real);
        let files = corpus.files - corpus.own;
        let least = if real_crds::is_known(&real) { REAL } else { 1 };
        assert!(files >= least, "{} has {files} CRDs", real.display());
        corpus
    }

    fn add(&mut self, folder: &Path) {
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.expect("the folder is readable");
            let path = entry.path();
            if path.extension().is_none_or(|it| it != "yaml") {
                continue;
            }
            self.files += 1;
            let name = path.strip_prefix(folder).expect("it is in there");
            let name = name.display().to_string();
            let text = std::fs::read_to_string(path).expect("the file is readable");
            match import::read(&text, &name) {
                Ok(documents) => self
                    .crds
                    .extend(documents.crds.into_iter().map(|crd| (name.clone(), crd))),
                Err(problems) => self.refused.push(problems.to_string()),
            }
            self.texts.push(text);
        }
    }
}

/// The start of a text.
pub fn short(text: &impl Display, most: usize) -> String {
    text.to_string().chars().take(most).collect()
}
