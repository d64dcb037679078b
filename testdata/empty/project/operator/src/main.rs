// Copyright The bare authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of bare.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use bare_operator::operator;
use bare_operator::state::State;

/// The operator of bare.
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
