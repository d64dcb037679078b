// Copyright The fleet authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of fleet.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use fleet_operator::operator;
use fleet_operator::state::State;

/// The operator of fleet.
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
