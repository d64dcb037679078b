//! The command line, as clap reads it: words, not yet names. [`crate::request`] checks what they say.

pub mod crd;
pub mod from_crd;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Scaffold Kubernetes operators in Rust, and keep their CRDs and RBAC true to the code.
#[derive(Debug, Parser)]
#[command(name = "kopgen", version, disable_help_subcommand = true)]
#[command(after_help = "\
Example:
  kopgen init guestbook --domain example.com --api webapp/v1/Guestbook
  cd guestbook
  cargo test --workspace")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What kopgen can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new project
    Init(Init),
    /// Add to the project
    #[command(subcommand, arg_required_else_help = true)]
    Create(Create),
    /// Write the CRDs and roles that follow from the code
    Manifests(Manifests),
    /// Compare CRDs
    #[command(subcommand, arg_required_else_help = true)]
    Crd(crd::Crd),
    /// Install and find the etcd and kube-apiserver that tests run against
    #[command(after_help = "\
Example:
  kopgen envtest install")]
    Envtest(crate::envtest::EnvtestArgs),
    /// Print a completion script for a shell
    #[command(after_help = "\
Example:
  kopgen completion bash > ~/.local/share/bash-completion/completions/kopgen")]
    Completion {
        /// The shell.
        shell: CompletionShell,
    },
    /// Print the versions of kopgen, of the projects' layout, and of kube
    #[command(after_help = "\
Example:
  kopgen version -o json")]
    Version {
        /// How to print it.
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
}

/// What `kopgen create` can add.
#[derive(Debug, Subcommand)]
pub enum Create {
    /// Add a kind, a controller for it, or both
    Api(CreateApi),
}

/// The words of `kopgen init`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  kopgen init guestbook --domain example.com --api webapp/v1/Guestbook

With --api the project is built, and its CRDs and roles are written. Without it no network is needed.")]
pub struct Init {
    /// The project's folder, which is made
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The domain below which the project's API groups live, such as example.com
    #[arg(long)]
    pub domain: Option<String>,
    /// The project's name [default: that of the folder]
    #[arg(long, value_name = "NAME")]
    pub project_name: Option<String>,
    /// Who holds the copyright, for the header of Rust files
    #[arg(long)]
    pub owner: Option<String>,
    /// The header of Rust files: that of the Apache License 2.0, none, or the text of a file
    #[arg(long, value_name = "apache2|none|FILE", default_value = "apache2")]
    pub license: String,
    /// Have a crate of types and a folder of controllers for each API group
    #[arg(long)]
    pub multigroup: bool,
    /// Watch namespaces, by default the operator's own only, with Roles instead of ClusterRoles
    #[arg(long)]
    pub namespaced: bool,
    /// With --namespaced: watch these, not the operator's own; separated by commas, or repeated
    #[arg(
        long,
        value_name = "NAMESPACE",
        value_delimiter = ',',
        requires = "namespaced"
    )]
    pub watch_namespaces: Vec<String>,
    /// Create this API and its controller too, and then the manifests; may be repeated
    #[arg(long = "api", value_name = "GROUP/VERSION/KIND")]
    pub apis: Vec<String>,
    /// Where the project gets kopgen's crates from: the released ones, or a checkout of kopgen
    #[arg(long, value_name = "release|PATH")]
    pub kopgen_source: Option<String>,
    /// Use a folder that is not empty; what is there stays as it is
    #[arg(long)]
    pub force: bool,
    /// What to print and whether to write.
    #[command(flatten)]
    pub output: Output,
}

/// The words of `kopgen create api`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kopgen create api --group webapp --version v1 --kind Guestbook
  kopgen create api --group store --version v1 --kind Shop --image nginx:1.29 --port 8080

A controller for a type of Kubernetes, and for one of another crate:
  kopgen create api --group apps --version v1 --kind Deployment --resource=false
  kopgen create api --group cert-manager.io --version v1 --kind Certificate --external-type cert_manager::v1::Certificate

The types of CRDs that others wrote:
  kopgen create api --from-crd prometheuses.yaml
  kubectl get crds -o yaml | kopgen create api --from-crd - --kind Certificate --controller")]
pub struct CreateApi {
    /// The API group; the project's domain is appended, unless the group is or ends in it
    #[arg(long)]
    pub group: Option<String>,
    /// The version: v1, v1beta1, v1alpha1
    #[arg(long)]
    pub version: Option<String>,
    /// The kind, in PascalCase; of several CRDs the one to import
    #[arg(long)]
    pub kind: Option<String>,
    /// The plural [default: by the rules of English]
    #[arg(long)]
    pub plural: Option<String>,
    /// A short name for kubectl; may be repeated
    #[arg(long = "shortname", value_name = "NAME", value_delimiter = ',')]
    pub short_names: Vec<String>,
    /// Whether its objects live in namespaces [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub namespaced: Option<bool>,
    /// Whether to create the types [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub resource: Option<bool>,
    /// Whether to create a controller [default: true, but with --from-crd]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub controller: Option<bool>,
    /// The controller's name [default: the kind's, such as web-service; with --multigroup after the group's, such as store-web-service]
    #[arg(long, value_name = "NAME")]
    pub controller_name: Option<String>,
    /// An image that the controller runs in a Deployment, behind a Service [default: none, or that of the kind's other version]
    #[arg(long)]
    pub image: Option<String>,
    /// The port that the image listens on [default: 8080]
    #[arg(long, requires = "image", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The Rust type that another crate has for the kind
    #[arg(long, value_name = "CRATE::PATH::TYPE")]
    pub external_type: Option<String>,
    /// CRDs to import.
    #[command(flatten)]
    pub import: from_crd::FromCrd,
    /// What to print and whether to write.
    #[command(flatten)]
    pub output: Output,
}

/// The words of `kopgen manifests`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kopgen manifests
  kopgen manifests --check")]
pub struct Manifests {
    /// Write nothing; fail when a file is not what the code says, and print the difference
    #[arg(long, conflicts_with = "overwrite")]
    pub check: bool,
    /// Replace files that were edited by hand
    #[arg(long)]
    pub overwrite: bool,
    /// What to print and whether to write.
    #[command(flatten)]
    pub output: Output,
}

/// What to print, and whether to write.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Output {
    /// Write nothing; say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Print the changes of each file
    #[arg(long, conflicts_with = "output")]
    pub diff: bool,
    /// How to print the plan
    #[arg(short, long, value_enum, default_value_t)]
    pub output: Format,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs, on stdout.
    Json,
}

/// A shell that completion scripts can be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum CompletionShell {
    /// GNU bash.
    Bash,
    /// Z shell.
    Zsh,
    /// fish.
    Fish,
    /// PowerShell.
    PowerShell,
}

impl From<CompletionShell> for Shell {
    fn from(shell: CompletionShell) -> Self {
        match shell {
            CompletionShell::Bash => Shell::Bash,
            CompletionShell::Zsh => Shell::Zsh,
            CompletionShell::Fish => Shell::Fish,
            CompletionShell::PowerShell => Shell::PowerShell,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Every command that does something shows how it is called.
    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command) {
            let help = command
                .get_after_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            let is_group = command.has_subcommands();
            assert!(
                is_group || help.contains("kopgen "),
                "{} has no example",
                command.get_name()
            );
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
