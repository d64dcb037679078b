//! What each command does, from words to files: read, check, plan, carry out, say what comes next.

pub mod crd;
pub mod create_api;
pub mod import;
pub mod init;
pub mod manifests;
