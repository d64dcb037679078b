//! The operator of shop.

use clap::Parser;
use kopgen_runtime::{Result, Settings};

use shop_operator::operator;
use shop_operator::state::State;

/// The operator of shop.
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
