//! The `kopgen` command.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    kopgen::run(kopgen::args::Cli::parse())
}
