//! Scaffolds Kubernetes operators in Rust and keeps their CRDs and RBAC true to the code.
//!
//! Data flows one way:
//!
//! ```text
//! args ─→ request ─→ scaffold, manifests ─→ plan ─→ apply
//!           workspace ─→ project ─↗            ╰─→ report, shell
//! ```
//!
//! [`args`] are words, a [`request`] is checked names. [`workspace`] does all reading; [`project`] is the model behind
//! `kopgen.toml`. [`scaffold`] and [`manifests`] are pure: they make a [`plan`] of what is to happen to each file, by the rules
//! of [`ownership`]. [`crd_files`] reads CRDs that the user names. [`apply`] alone writes, whole or not at all; [`report`] and [`shell`] print.
#![cfg_attr(
    test,
    allow(
        clippy::disallowed_methods,
        clippy::disallowed_macros,
        reason = "tests make the files that they need"
    )
)]

pub mod apply;
pub mod args;
mod ask;
mod commands;
pub mod conflict_markers;
pub mod crd_files;
pub mod diagnostic;
pub mod edit;
pub mod enclosing;
pub mod envtest;
pub mod import;
pub mod manifests;
pub mod ownership;
pub mod plan;
pub mod project;
pub mod report;
pub mod request;
pub mod scaffold;
pub mod shell;
pub mod template;
mod version;
pub mod workspace;

use std::process::ExitCode;

use clap::CommandFactory;

use args::{Cli, Command, Create, Format};
use diagnostic::{Diagnostic, Result};

/// Runs one command and says how it ended: 0; 1 for an error, a conflict or a drift; clap ends the process with 2 for
/// words that are none. For `crd equal` 1 is a difference and 2 an error, as for `diff`.
pub fn run(cli: Cli) -> ExitCode {
    let format = format_of(&cli.command);
    let failure = match cli.command {
        Command::Crd(_) => ExitCode::from(2),
        _ => ExitCode::FAILURE,
    };
    let problems = match dispatch(cli.command) {
        Ok(code) => return code,
        Err(problems) => problems,
    };
    for problem in problems.iter() {
        shell::error(problem);
    }
    if format == Format::Json {
        // Stderr has said it already: whether stdout takes it too changes nothing.
        _ = shell::data(&report::json_problems(&problems));
    }
    failure
}

fn dispatch(command: Command) -> Result<ExitCode> {
    match command {
        Command::Init(args) => return commands::init::run(args),
        Command::Create(Create::Api(args)) => return commands::create_api::run(args),
        Command::Manifests(args) => return commands::manifests::run(&args),
        Command::Crd(args) => return commands::crd::run(&args),
        Command::Envtest(args) => {
            return envtest::run(&args)
                .map_err(|error| Diagnostic::new(format!("{error:#}")).into());
        }
        Command::Completion { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(
                clap_complete::Shell::from(shell),
                &mut Cli::command(),
                "kopgen",
                &mut script,
            );
            print(&String::from_utf8_lossy(&script))?;
        }
        Command::Version { output } => print(&version::text(output))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> Result<()> {
    shell::data(text)
        .map_err(|error| Diagnostic::new(format!("cannot write to stdout: {error}")).into())
}

fn format_of(command: &Command) -> Format {
    match command {
        Command::Init(args) => args.output.output,
        Command::Create(Create::Api(args)) => args.output.output,
        Command::Manifests(args) => args.output.output,
        Command::Crd(args::crd::Crd::Equal(args)) => args.output,
        _ => Format::Text,
    }
}
