use std::fmt;

use serde::{Deserialize, Serialize};

/// Something that is wrong with what a user declared: where, what, and the way out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Problem {
    /// The Rust item that declares it, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The field or attribute, as a path from the root of the object: `spec.replicas`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, and which rule says so. One line, no full stop.
    pub message: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Problem {
    /// A problem that nothing but a message is known of.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            source: None,
            field: None,
            message: message.into(),
            help: None,
        }
    }

    /// Names the Rust item that declares it.
    pub fn source(self, source: Source) -> Self {
        Self {
            source: Some(source),
            ..self
        }
    }

    /// Names the field or attribute.
    pub fn field(self, field: impl Into<String>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// Says the way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "`{field}`: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(source) = &self.source {
            write!(f, "\n  at: {source}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// A Rust item: where a declaration comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Its path, as `std::any::type_name` gives it: `guestbook_api::v1::guestbook::GuestbookSpec`.
    pub type_name: String,
    /// The file, as `file!()` gives it: relative to the workspace.
    pub file: String,
    /// The line of the item, counted from 1.
    pub line: u32,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.type_name, self.file, self.line)
    }
}
