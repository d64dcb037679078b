// Copyright The tenant authors.
// SPDX-License-Identifier: Apache-2.0

//! The operator of tenant, as a library: the program, the tests and `kopgen manifests` share it.

pub mod controllers;
mod operator;
pub mod state;

use kopgen_runtime::Operator;

use state::State;

/// All that the operator runs: the kinds and controllers that kopgen lists, and what you add here.
pub fn operator() -> Operator<State> {
    operator::listed()
}
