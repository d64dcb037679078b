//! The terminal: data on stdout, one aligned verb for each change on stderr. The only module that prints.
#![expect(clippy::disallowed_macros, reason = "the one place that prints")]

use std::io::IsTerminal;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Effects, Style};

use crate::diagnostic::Diagnostic;

/// Says on stderr what happens to what: `     Created api/src/lib.rs`.
pub fn status(verb: &str, what: impl std::fmt::Display) {
    let style = AnsiColor::Green.on_default().effects(Effects::BOLD);
    anstream::eprintln!("{style}{verb:>12}{style:#} {what}");
}

/// Says on stderr something that needs a closer look but stops nothing.
pub fn caution(verb: &str, what: impl std::fmt::Display) {
    let style = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
    anstream::eprintln!("{style}{verb:>12}{style:#} {what}");
}

/// Prints text on stderr as it is: next steps.
pub fn say(text: impl std::fmt::Display) {
    anstream::eprintln!("{text}");
}

/// Renders an error on stderr.
pub fn error(diagnostic: &Diagnostic) {
    anstream::eprintln!("{}\n", rendered(Level::ERROR, diagnostic));
}

/// Renders a warning on stderr.
pub fn warning(diagnostic: &Diagnostic) {
    anstream::eprintln!("{}\n", rendered(Level::WARNING, diagnostic));
}

/// Prints data on stdout, as it is.
///
/// # Errors
///
/// Stdout cannot be written, but for a reader that has gone away: `kopgen … | head` is no failure.
pub fn data(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints a unified diff on stdout, coloured on a terminal.
///
/// # Errors
///
/// As [`data`].
pub fn diff(text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut out = anstream::stdout().lock();
    for line in text.split_inclusive('\n') {
        let style = match line.chars().next() {
            Some('+') => AnsiColor::Green.on_default(),
            Some('-') => AnsiColor::Red.on_default(),
            Some('@') => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        match write!(out, "{style}{line}{style:#}") {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
    Ok(())
}

/// Whether somebody can be asked.
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn rendered(level: Level<'static>, diagnostic: &Diagnostic) -> String {
    let mut group = Group::with_title(level.primary_title(&diagnostic.message));
    if let Some(label) = &diagnostic.label {
        let annotation = AnnotationKind::Primary
            .span(label.span.clone())
            .label(&label.message);
        group = group.element(
            Snippet::source(&label.text)
                .path(label.path.as_str())
                .annotation(annotation),
        );
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    Renderer::styled()
        .decor_style(DecorStyle::Ascii)
        .render(&[group])
}
