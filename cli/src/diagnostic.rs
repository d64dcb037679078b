//! What is wrong, as plain data: the thing, the rule and the way out. [`crate::report`] alone renders it.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use serde::Serialize;

use crate::plan::RelPath;

/// What a fallible step of the CLI returns: its value, or everything that is wrong, at once.
pub type Result<T, E = Diagnostics> = std::result::Result<T, E>;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// What is wrong and, where it is not plain from that, which rule says so. One line, no full stop.
    pub message: String,
    /// The place in a file of the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Box<Label>>,
    /// What else helps to understand it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// A place in a file, with the text that a rendering quotes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The file.
    pub path: RelPath,
    /// Its whole text.
    #[serde(skip)]
    pub text: String,
    /// The bytes meant; within `text` and on its character boundaries.
    pub span: Range<usize>,
    /// What is there; may be empty.
    pub message: String,
}

/// Everything that is wrong; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostic {
    /// A message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            label: None,
            notes: Vec::new(),
            help: None,
        }
    }

    /// A failed call of the operating system: `what` is `cannot read`, say.
    pub fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("{what} {}: {error}", path.display()))
    }

    /// Points at bytes of a file. A span that does not fit the text is moved to where it does.
    pub fn at(
        self,
        path: &RelPath,
        text: &str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let boundary = |at: usize| {
            (0..=at.min(text.len()))
                .rev()
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(0)
        };
        let (start, end) = (boundary(span.start), boundary(span.end.max(span.start)));
        let label = Label {
            path: path.clone(),
            text: text.to_owned(),
            span: start..end,
            message: message.into(),
        };
        Self {
            label: Some(Box::new(label)),
            ..self
        }
    }

    /// Adds what else helps to understand it.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says the way out.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }
}

impl Diagnostics {
    /// All of `found`, or `Ok` when there is nothing: the barrier at the end of a phase.
    pub fn barrier(found: Vec<Diagnostic>) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        Err(Self(found))
    }
}

impl std::ops::Deref for Diagnostics {
    type Target = [Diagnostic];

    fn deref(&self) -> &[Diagnostic] {
        &self.0
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl From<kopgen_core::Problem> for Diagnostic {
    fn from(problem: kopgen_core::Problem) -> Self {
        let message = match &problem.field {
            Some(field) => format!("`{field}`: {}", problem.message),
            None => problem.message,
        };
        let diagnostic = Self {
            help: problem.help,
            ..Self::new(one_line(&message))
        };
        match problem.source {
            Some(source) => diagnostic.note(format!("declared by {source}")),
            None => diagnostic,
        }
    }
}

/// A text in which control characters are escaped: what comes from elsewhere may be anything, and a message is one line.
pub(crate) fn one_line(text: &str) -> String {
    let escaped = |c: char| match c.is_control() {
        true => c.escape_debug().to_string(),
        false => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

impl From<kopgen_core::names::NameProblem> for Diagnostic {
    fn from(problem: kopgen_core::names::NameProblem) -> Self {
        let message = format!("`{}` is no {}", problem.value.escape_debug(), problem.what);
        let diagnostic = Self::new(message).note(format!("a {} {}", problem.what, problem.rule));
        match problem.suggestion {
            Some(suggestion) => diagnostic.help(format!("`{suggestion}` would do")),
            None => diagnostic,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(label) = &self.label {
            let line = label.text[..label.span.start].matches('\n').count() + 1;
            write!(f, "\n  at: {}:{line}", label.path)?;
        }
        for note in &self.notes {
            write!(f, "\n  note: {note}")?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
