pub mod controllers;
pub mod operator;
pub mod state;
