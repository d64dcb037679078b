//! CRDs that another tool wrote, as Rust types that regenerate them.
//!
//! [`read`] finds the CRDs of a text; [`import`] makes the Rust modules of one, and says what they cannot express;
//! [`sample`] is a small object of one of its versions.
//!
//! ```text
//! document ─→ shell ─→ extract ─→ residual ─→ naming ─→ print
//!                         ╰── schema ──╯ ╰─→ the modelled CRD ─→ kopgen_core::crd::equal
//! ```
//!
//! `document` reads, `check` says what keeps a CRD out. `shell` takes a version apart: what stands around its schemas,
//! and the types of those, which `extract` chooses, one for each distinct structure, and `naming` names. What a type
//! yields is evaluated in `schema`, and `kubernetes` knows Kubernetes' own; `residual` writes each difference to what is wanted as an attribute. `print` writes the
//! module.
//!
//! All of it is pure: text in, text out.

mod check;
mod document;
mod extract;
mod kubernetes;
mod model;
mod naming;
mod print;
mod residual;
mod sample;
mod schema;
mod shell;
mod words;

use kopgen_core::crd::{self, Crd, Difference};
use kopgen_core::report::KindReport;
use kopgen_core::{Problem, Source};

pub use document::{Documents, read};
pub use sample::{is_certain, sample};

/// The Rust side of a CRD.
#[derive(Debug)]
pub struct Imported {
    /// The CRD that `kopgen manifests` will write of the modules.
    pub crd: Crd,
    /// The modules, one for each version, in the order of the CRD that was read.
    pub modules: Vec<Module>,
    /// Where [`crd`](Self::crd) differs from the CRD that was read; nothing else is lost.
    pub differences: Vec<Difference>,
}

/// One version of a kind.
#[derive(Debug)]
pub struct Module {
    /// The version's name: `v1beta1`.
    pub version: String,
    /// The module's text, as rustfmt formats it. The kind is in it by its [type's name](kopgen_core::names::Kind::type_name);
    /// everything else is what it is made of.
    pub text: String,
}

/// Makes the modules of a CRD, one of [`Documents::crds`].
///
/// # Errors
///
/// The versions do not make one CRD: more than one is stored, say.
///
/// # Panics
///
/// The CRD has no version; [`read`] refuses those.
pub fn import(crd: &Crd) -> Result<Imported, Vec<Problem>> {
    let versions: Vec<_> = (0..crd.versions().len())
        .map(|index| shell::version(&crd.definition, index))
        .collect();
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
    let yielded = crd::merge(reports)?.pop().expect("a CRD has a version");
    Ok(Imported {
        differences: crd::equal(&crd.definition, &yielded.definition),
        crd: yielded,
        modules: versions
            .iter()
            .map(|version| Module {
                version: version.name.clone(),
                text: print::module(version),
            })
            .collect(),
    })
}
