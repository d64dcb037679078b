//! The words of `kopgen create api` that are about CRDs which others wrote.

use clap::Args;

/// Where CRDs come from, and how exact the types must be.
#[derive(Debug, Args)]
pub struct FromCrd {
    /// Import the types of CRDs: those of a file, of all files in a folder, or of - for standard input
    #[arg(long, value_name = "FILE|FOLDER|-", conflicts_with_all = OTHERS)]
    pub from_crd: Option<String>,
    /// Import also what Rust types cannot express exactly; the differences are printed
    #[arg(long, requires = "from_crd")]
    pub allow_differences: bool,
}

/// What a CRD says itself.
const OTHERS: [&str; 9] = [
    "group",
    "version",
    "plural",
    "short_names",
    "namespaced",
    "resource",
    "controller_name",
    "image",
    "external_type",
];
