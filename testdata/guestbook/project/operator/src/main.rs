// Copyright The guestbook authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of guestbook.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use guestbook_operator::operator;
use guestbook_operator::state::State;

/// The operator of guestbook.
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
