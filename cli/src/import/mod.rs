//! CRDs that another tool wrote, as Rust types that regenerate them.
//!
//! ```text
//! document ─→ shell ─→ extract ─→ residual ─→ naming ─→ print
//!                         ╰── schema ──╯ ╰─→ the modelled CRD ─→ kopgen_core::crd::equal
//! ```
//!
//! `document` reads and checks. `shell` takes a version apart: what stands around its schemas, and the types of those,
//! which `extract` chooses, one for each distinct structure, and `naming` names. What a type yields is evaluated in
//! `schema`; `residual` writes each difference to what is wanted as an attribute. `print` writes the module.
//!
//! All of it is pure: text in, text out.

pub mod document;
mod extract;
mod model;
mod naming;
mod print;
mod residual;
mod schema;
mod shell;
mod words;

use kopgen_core::crd::{self, Difference};
use kopgen_core::report::KindReport;
use kopgen_core::{Problem, Source};
use serde_json::Value;

/// The Rust side of a CRD.
#[derive(Debug)]
pub struct Imported {
    /// The modules, one for each version, in the order of the CRD.
    pub modules: Vec<Module>,
    /// Where the CRD that they yield differs from the one that was read.
    pub differences: Vec<Difference>,
}

/// One version of a kind.
#[derive(Debug)]
pub struct Module {
    /// The version's name.
    pub version: String,
    /// The module's text, as rustfmt formats it.
    pub text: String,
}

/// Makes the modules of a CRD that [`document::read`] returned.
///
/// # Errors
///
/// The versions do not make one CRD: more than one is stored, say.
pub fn import(crd: &Value) -> Result<Imported, Vec<Problem>> {
    let count = crd["spec"]["versions"].as_array().map_or(0, Vec::len);
    let versions: Vec<_> = (0..count).map(|index| shell::version(crd, index)).collect();
    let reports = versions
        .iter()
        .map(|version| KindReport {
            source: Source {
                type_name: format!("{}::{}", version.name, version.kind),
                file: String::new(),
                line: 0,
            },
            crd: shell::definition(version),
        })
        .collect();
    let merged = crd::merge(reports)?;
    let yielded = merged.first().map_or(&Value::Null, |it| &it.definition);
    Ok(Imported {
        differences: crd::equal(crd, yielded),
        modules: versions
            .iter()
            .map(|version| Module {
                version: version.name.clone(),
                text: print::module(version),
            })
            .collect(),
    })
}
