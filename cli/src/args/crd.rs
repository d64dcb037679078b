//! The words of `kopgen crd`.

use clap::{Args, Subcommand};

use super::Format;

/// What `kopgen crd` can do.
#[derive(Debug, Subcommand)]
pub enum Crd {
    /// Say where CRDs differ for an API server
    Equal(Equal),
}

/// The words of `kopgen crd equal`.
#[derive(Debug, Args)]
#[command(after_help = "\
What an API server adds, drops or does not tell apart is no difference: the status, defaults, empty lists, \
31.0 and 31, the order of keys and of what is required. With several CRDs on a side, each is compared with the \
one of its name on the other.

Exit codes: 0 when they are equal; 1 when they differ, and stdout says where; 2 when that cannot be told.

Examples:
  kopgen crd equal upstream.yaml config/crd/bases/webapp.example.com_guestbooks.yaml
  kubectl get crd guestbooks.webapp.example.com -o yaml | kopgen crd equal - upstream.yaml")]
pub struct Equal {
    /// The file with the one CRD, or several; - is standard input
    #[arg(value_name = "A")]
    pub left: String,
    /// The file with the other
    #[arg(value_name = "B")]
    pub right: String,
    /// How to print the differences
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Format,
}
