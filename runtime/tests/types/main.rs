//! Rust types against a real API server: what a type writes is kept whole, and what is admitted the type reads.

mod case;
mod known;
mod server;
