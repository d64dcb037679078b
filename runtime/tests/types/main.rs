//! Rust types against a real API server: what a type writes is kept whole, and what is admitted the type reads.

mod case;
mod costs;
// As the grammar writes it.
#[rustfmt::skip]
mod generated;
mod grammar;
mod known;
mod prelude;
mod random;
mod run;
mod server;
mod table;
mod values;
