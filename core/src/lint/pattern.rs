//! The regular expressions of `pattern`.

use regex_syntax::ast::ErrorKind;
use regex_syntax::ast::parse::Parser;

/// Why the API server, which reads RE2, cannot read a pattern.
///
/// Rust's reader is asked, so what only it cannot read, or only RE2, is left to the API server.
pub fn refused(pattern: &str) -> Option<String> {
    let error = Parser::new().parse(pattern).err()?;
    let rust_alone = matches!(
        error.kind(),
        ErrorKind::EscapeUnrecognized
            | ErrorKind::RepetitionCountUnclosed
            | ErrorKind::RepetitionCountDecimalEmpty
            | ErrorKind::DecimalEmpty
            | ErrorKind::SpecialWordBoundaryUnclosed
            | ErrorKind::SpecialWordBoundaryUnrecognized
            | ErrorKind::ClassRangeLiteral
            | ErrorKind::GroupNameDuplicate { .. }
    );
    (!rust_alone).then(|| error.kind().to_string())
}
