//! The CRDs that are imported.

use std::fmt::Display;
use std::io::Write;
use std::path::Path;

use kopgen::import;
use kopgen_core::crd::Crd;
use walkdir::WalkDir;

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

/// How many real CRDs there are at least: with fewer, the tests would count what they have.
const REAL: usize = 156;

impl Corpus {
    /// This test's own, and the real ones beside the repository where those are there. `KOPGEN_REQUIRE_CLUSTER=1` makes it
    /// a failure that they are not.
    pub fn read() -> Self {
        let mut corpus = Self::default();
        corpus.add(Path::new(CASES));
        corpus.own = corpus.files;
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/crds");
        if real.is_dir() {
            corpus.add(&real);
            let files = corpus.files - corpus.own;
            assert!(
                files >= REAL,
                "{} has {files} of {REAL} CRDs",
                real.display()
            );
            return corpus;
        }
        assert!(
            std::env::var_os("KOPGEN_REQUIRE_CLUSTER").is_none_or(|it| it != "1"),
            "{} is not there",
            real.display()
        );
        // Past the test harness, which keeps what a passing test prints.
        let skipped = format!("REAL CRDS SKIPPED: {} is not there\n", real.display());
        std::io::stderr()
            .write_all(skipped.as_bytes())
            .expect("stderr is open");
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
