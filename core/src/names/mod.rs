//! Groups, versions, kinds, plurals and the other names of a project, each checked when it is made.
//!
//! Every name is a newtype over its text: whoever holds a [`Kind`] holds one that compiles and that the API server takes.
//! What cannot be one is a [`NameProblem`], which names the thing, the value, the whole rule and, where there is one, the
//! nearest name that would do.
//!
//! ```
//! use kopgen_core::names::{Kind, plural_of};
//!
//! let kind: Kind = "GRPCRoute".parse()?;
//! assert_eq!(kind.snake(), "grpc_route");
//! assert_eq!(plural_of(&kind).as_str(), "grpcroutes");
//!
//! let problem = "grpc_route".parse::<Kind>().unwrap_err();
//! assert_eq!(problem.suggestion.as_deref(), Some("GrpcRoute"));
//! # Ok::<_, kopgen_core::names::NameProblem>(())
//! ```

mod kind;
mod label;
mod plural;
mod version;
mod words;

use std::fmt;

pub use kind::Kind;
pub use label::{ControllerName, Domain, Group, Namespace, Plural, ProjectName, ShortName};
pub use plural::plural_of;
pub use version::{Version, compare_versions};
pub use words::words;

/// Checks a name that becomes a segment of a URL's path: that of an object, a namespace or a subresource. `what` is which of them.
///
/// The rule is Kubernetes' own for path segments (`IsValidPathSegmentName`), and also refuses what ends a path or has no place
/// in a URL: no object has such a name.
///
/// ```
/// use kopgen_core::names::check_segment;
///
/// assert!(check_segment("name", "system:node").is_ok());
/// assert!(check_segment("name", "a/status").is_err());
/// ```
///
/// # Errors
///
/// When it is none, with the rule.
pub fn check_segment(what: &'static str, value: &str) -> Result<(), NameProblem> {
    let is_fit = |c: char| c.is_ascii_graphic() && !"/%?#\\".contains(c);
    if !["", ".", ".."].contains(&value) && value.chars().all(is_fit) {
        return Ok(());
    }
    Err(NameProblem {
        what,
        value: value.to_owned(),
        rule: "must not be empty, `.` or `..`, and must consist of visible ASCII characters other than `/`, `%`, `?`, `#` and `\\`"
            .to_owned(),
        suggestion: None,
    })
}

/// A name that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameProblem {
    /// What it should have been a name of: `kind`.
    pub what: &'static str,
    /// The name as it was given.
    pub value: String,
    /// The rule, whole: `must be PascalCase …`.
    pub rule: String,
    /// A name that would do, near to what was given.
    pub suggestion: Option<String>,
}

impl fmt::Display for NameProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            value,
            rule,
            suggestion,
        } = self;
        write!(f, "`{}` is no {what}: it {rule}", value.escape_debug())?;
        match suggestion {
            Some(suggestion) => write!(f, "\n  help: `{suggestion}` would do"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NameProblem {}

/// The known name that `candidate` is most likely a misspelling of, for a "did you mean".
///
/// Letter case is looked over; at most a third of the letters may differ.
///
/// ```
/// use kopgen_core::names::suggest;
///
/// assert_eq!(suggest("finaliser", ["finalizer", "status"]), Some("finalizer"));
/// assert_eq!(suggest("frobnicate", ["finalizer", "status"]), None);
/// ```
pub fn suggest<'a>(candidate: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let candidate = candidate.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&candidate, &name.to_lowercase());
    let near = |name: &str| (distance(name), name.len().max(candidate.len()) / 3);
    known
        .into_iter()
        .map(|name| (near(name), name))
        .filter(|((distance, allowed), _)| distance <= allowed)
        .min_by_key(|((distance, _), _)| *distance)
        .map(|(_, name)| name)
}

/// What every name shares: text behind a check, and the conversions to and from it.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::names::NameProblem;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                $check(value)?;
                Ok(Self(value.to_owned()))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = $crate::names::NameProblem;

            fn try_from(value: &str) -> Result<Self, Self::Error> {
                value.parse()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::names::NameProblem;

            fn try_from(value: String) -> Result<Self, Self::Error> {
                $check(&value)?;
                Ok(Self(value))
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use name;
