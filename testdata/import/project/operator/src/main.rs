// Copyright The water authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of water.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use water_operator::operator;
use water_operator::state::State;

/// The operator of water.
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
