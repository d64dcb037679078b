// Copyright The crew authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of crew.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use crew_operator::operator;
use crew_operator::state::State;

/// The operator of crew.
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
