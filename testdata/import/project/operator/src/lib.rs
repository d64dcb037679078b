// Copyright The water authors.
// SPDX-License-Identifier: Apache-2.0

pub mod controllers;
pub mod operator;
pub mod state;
