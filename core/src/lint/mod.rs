//! What is wrong with a CRD, or with an object of it.

mod validate;

pub use validate::{Violation, validate};

use serde_json::Value;

use crate::Problem;
use crate::crd::Crd;

/// All that is wrong with a CRD: what the API server would refuse, and what it would take but cannot be meant.
pub fn check(crd: &Crd) -> Vec<Problem> {
    let _ = crd;
    Vec::new()
}

/// All that is wrong with an object against the CRD it should be of: `config/samples/*.yaml`.
pub fn check_sample(crd: &Crd, sample: &Value) -> Vec<Problem> {
    let version = sample["apiVersion"]
        .as_str()
        .and_then(|it| it.split_once('/'))
        .map_or("", |(_, version)| version);
    let Some(schema) = crd.schema(version) else {
        return vec![
            Problem::new(format!("`{}` has no version `{version}`", crd.kind()))
                .field("apiVersion"),
        ];
    };
    validate(sample, schema)
        .into_iter()
        .map(|it| Problem::new(it.message).field(it.path))
        .collect()
}
