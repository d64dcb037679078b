// Copyright The labels authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of labels.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use labels_operator::operator;
use labels_operator::state::State;

/// The operator of labels.
#[derive(Parser)]
#[command(version)]
struct Flags {
    #[command(flatten)]
    operator: Settings,
}

#[tokio::main]
async fn main() -> Result<()> {
    let flags = Flags::parse();
    flags.operator.init_logging()?;
    operator().run(flags.operator, State::new).await
}
