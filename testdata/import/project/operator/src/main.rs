// Copyright The water authors.
// SPDX-License-Identifier: Apache-2.0

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use water_operator::operator::operator;
use water_operator::state::State;

#[tokio::main]
async fn main() -> kopgen_runtime::Result<()> {
    // The environment variable RUST_LOG sets another level, such as `debug`.
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stdout().is_terminal())
        .init();

    operator().run(State::new).await
}
