//! Reading CRDs: every `apiextensions.k8s.io/v1` CRD of a text, with the other documents named.

use kopgen_core::crd::{self, Crd};

use super::check::check;
use crate::crd_files;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};

/// The CRDs of a text.
#[derive(Debug, Default)]
pub struct Documents {
    /// Each CRD, as the API server stores it.
    pub crds: Vec<Crd>,
    /// Kind and name of the documents that are none.
    pub skipped: Vec<String>,
}

/// Reads the CRDs of a text; `name` is what it is called in messages.
///
/// # Errors
///
/// It is no YAML, or has a CRD that cannot be imported; every reason at once.
pub fn read(text: &str, name: &str) -> Result<Documents> {
    let documents = crd_files::Documents::of(text, name)?;
    let mut read = Documents {
        crds: Vec::new(),
        skipped: documents.others,
    };
    let mut problems = Vec::new();
    for document in documents.crds {
        let called = crd_files::name(&document);
        let crd = Crd::from(crd::stored(&document));
        problems.extend(check(&crd).into_iter().map(|problem| Diagnostic {
            message: format!("the CRD `{called}` in {name}: {}", problem.message),
            ..problem
        }));
        read.crds.push(crd);
    }
    Diagnostics::barrier(problems)?;
    Ok(read)
}
