//! `kopgen crd`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use kopgen_core::crd::{self, Difference};
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::Format;
use crate::args::crd::{Crd, Equal};
use crate::crd_files::{self, Documents};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::shell;

/// Runs one of the commands about CRDs.
///
/// # Errors
///
/// Those of [`equal`].
pub fn run(args: &Crd) -> Result<ExitCode> {
    match args {
        Crd::Equal(args) => equal(args),
    }
}

/// Prints where the CRDs of two files differ; fails when they do.
///
/// # Errors
///
/// What cannot be read, or is no CRD; stdout cannot be written.
fn equal(args: &Equal) -> Result<ExitCode> {
    if args.left == "-" && args.right == "-" {
        let problem = Diagnostic::new("standard input can be read only once");
        return Err(problem.help("give a file for the other CRD").into());
    }
    let (left, right) = (read(&args.left)?, read(&args.right)?);
    let differences = compare(&left, &right);
    let printed = match args.output {
        Format::Text => text(&differences),
        Format::Json => format!("{:#}\n", json!({ "differences": differences })),
    };
    shell::data(&printed)
        .map_err(|error| Diagnostic::new(format!("cannot write to stdout: {error}")))?;
    if differences.is_empty() {
        shell::status("Equal", format_args!("{} and {}", args.left, args.right));
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

/// A difference, and the CRD that it is in.
#[derive(Debug, PartialEq, Serialize)]
struct Found {
    crd: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    right: Option<Value>,
}

impl Found {
    fn new(crd: &str, Difference { path, left, right }: Difference) -> Self {
        Self {
            crd: crd.to_owned(),
            path,
            left,
            right,
        }
    }
}

/// The CRDs of a file by name.
fn read(from: &str) -> Result<BTreeMap<String, Value>> {
    let text = crd_files::text(from)?;
    let mut crds = BTreeMap::new();
    let mut problems = Vec::new();
    let documents = Documents::of(&text.text, &text.name)?;
    for other in &documents.others {
        shell::status("Skipped", format_args!("{other} in {}: no CRD", text.name));
    }
    for crd in documents.crds {
        let name = crd_files::name(&crd).to_owned();
        if crds.insert(name.clone(), crd).is_some() {
            let problem = Diagnostic::new(format!("the CRD `{name}` comes twice in {}", text.name));
            problems.push(problem.help("leave one of them out"));
        }
    }
    Diagnostics::barrier(problems)?;
    if crds.is_empty() {
        let problem = Diagnostic::new(format!("{} has no CRD", text.name));
        return Err(problem.help(crd_files::WHAT_IS_A_CRD).into());
    }
    Ok(crds)
}

fn compare(left: &BTreeMap<String, Value>, right: &BTreeMap<String, Value>) -> Vec<Found> {
    let mut pairs: Vec<_> = left
        .keys()
        .chain(right.keys())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|name| (name, left.get(name), right.get(name)))
        .collect();
    // One and one are compared even when they are named differently: that is a difference then.
    if let (Some((name, a)), Some((_, b)), 1, 1) = (
        left.first_key_value(),
        right.first_key_value(),
        left.len(),
        right.len(),
    ) {
        pairs = vec![(name, Some(a), Some(b))];
    }
    let mut found = Vec::new();
    for (name, left, right) in pairs {
        let differences = match (left, right) {
            (Some(left), Some(right)) => crd::equal(left, right),
            (left, right) => vec![Difference {
                path: ".".to_owned(),
                left: left.cloned(),
                right: right.cloned(),
            }],
        };
        found.extend(differences.into_iter().map(|it| Found::new(name, it)));
    }
    found
}

/// Each CRD with its differences: the path, what is on the left, what is on the right.
fn text(differences: &[Found]) -> String {
    let mut text = String::new();
    let mut crd = None;
    for found in differences {
        if crd != Some(&found.crd) {
            text.push_str(&format!("{}\n", found.crd));
            crd = Some(&found.crd);
        }
        text.push_str(&format!("  {}\n", found.path));
        for (sign, side) in [('-', &found.left), ('+', &found.right)] {
            if let Some(value) = side {
                text.push_str(&format!("    {sign} {}\n", brief(value)));
            }
        }
    }
    text
}

/// A value as JSON, cut where a line of it would no longer be read.
pub(super) fn brief(value: &Value) -> String {
    const LONGEST: usize = 160;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crds(list: &[(&str, &str)]) -> BTreeMap<String, Value> {
        let crd = |name: &str, scope: &str| json!({ "metadata": { "name": name }, "spec": { "scope": scope } });
        list.iter()
            .map(|(name, scope)| ((*name).to_owned(), crd(name, scope)))
            .collect()
    }

    #[track_caller]
    fn check(left: &[(&str, &str)], right: &[(&str, &str)], expected: &str) {
        assert_eq!(text(&compare(&crds(left), &crds(right))), expected);
    }

    #[test]
    fn one_and_one_are_compared_whatever_their_names() {
        check(&[("a", "Cluster")], &[("a", "Cluster")], "");
        check(
            &[("a", "Cluster")],
            &[("b", "Cluster")],
            "a\n  .metadata.name\n    - \"a\"\n    + \"b\"\n",
        );
    }

    #[test]
    fn several_are_compared_by_name() {
        check(
            &[("a", "Cluster"), ("b", "Cluster")],
            &[("b", "Namespaced"), ("a", "Cluster")],
            "b\n  .spec.scope\n    - \"Cluster\"\n    + \"Namespaced\"\n",
        );
        check(
            &[("a", "Cluster"), ("b", "Cluster")],
            &[("b", "Cluster")],
            "a\n  .\n    - {\"metadata\":{\"name\":\"a\"},\"spec\":{\"scope\":\"Cluster\"}}\n",
        );
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let long = Value::from("é".repeat(500));
        assert_eq!(brief(&long), format!("\"{}…", "é".repeat(159)));
    }
}
