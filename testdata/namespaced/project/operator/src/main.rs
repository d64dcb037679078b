// Copyright The tenant authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of tenant.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use tenant_operator::operator;
use tenant_operator::state::State;

/// The operator of tenant.
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
