//! The template tree of the projects that kopgen generates.
