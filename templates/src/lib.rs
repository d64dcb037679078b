//! The template tree of the projects that kopgen generates.
//!
//! `tree/<unit>/<once|owned|shared>/<path>.tera` mirrors the generated project; a segment such as `__kind__` stands for a
//! name that is known at generation. The texts are [Tera](https://docs.rs/tera) with the delimiters `{= =}` and `{% %}`, which
//! mean nothing in Rust, YAML, make, Docker and GitHub's workflows. This crate only carries them: the CLI renders them.

mod wrap;

pub use wrap::wrap;

/// A file of the generated project, before names are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// What the file is generated for: `project`, `crate`, `version`, `kind`, `controller-group`, `controller` or `external`.
    pub unit: &'static str,
    /// Whose the file is once it is written.
    pub class: Class,
    /// The path in the generated project, with placeholders such as `__kind__`, `/` between segments, and no `.tera`.
    /// A file whose name starts with `_` is only there for others to include.
    pub path: &'static str,
    /// The text of the template.
    pub text: &'static str,
}

/// Whose a generated file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Written when absent, then the user's.
    Once,
    /// Rebuilt whole from the project.
    Owned,
    /// Written when absent, then edited in place, key by key.
    Shared,
}

/// Every template, sorted by unit, class and path.
#[must_use]
pub fn files() -> &'static [Template] {
    FILES
}

static FILES: &[Template] = include!(concat!(env!("OUT_DIR"), "/files.rs"));
