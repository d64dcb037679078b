//! Kubernetes versions, and the ways a user may ask for one.

use std::fmt;
use std::str::FromStr;

/// A released Kubernetes version, such as `1.36.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// `1` in `1.36.3`.
    pub major: u32,
    /// `36` in `1.36.3`.
    pub minor: u32,
    /// `3` in `1.36.3`.
    pub patch: u32,
}

/// What is used when nothing else is asked for: one fixed version, so that a test does not change its meaning overnight.
pub const DEFAULT_VERSION: Version = Version {
    major: 1,
    minor: 36,
    patch: 3,
};

/// Which version is wanted: `1.36.3`, `1.36` (its newest patch) or `latest`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VersionSpec {
    /// [`DEFAULT_VERSION`], or, where only that can be had, another patch release of the same minor version.
    #[default]
    Default,
    /// This version and no other.
    Exact(Version),
    /// The newest patch release of a minor version.
    Minor {
        /// `1` in `1.36`.
        major: u32,
        /// `36` in `1.36`.
        minor: u32,
    },
    /// The newest release of all.
    Latest,
}

/// A version that could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidVersion {
    /// Where any [`VersionSpec`] may stand.
    #[error("`{0}` is not a Kubernetes version: write `1.36.3`, `1.36` or `latest`")]
    Spec(String),
    /// Where one [`Version`] is named.
    #[error("`{0}` is not one version of Kubernetes: write it whole, like `1.36.3`")]
    Whole(String),
}

impl VersionSpec {
    /// Whether `version` is one of those asked for. (Every version matches `latest`: which is the newest is for the source to say.)
    pub fn matches(&self, version: Version) -> bool {
        match *self {
            Self::Default => Self::DEFAULT_MINOR.matches(version),
            Self::Exact(wanted) => wanted == version,
            Self::Minor { major, minor } => (major, minor) == (version.major, version.minor),
            Self::Latest => true,
        }
    }

    /// The one of `versions` to take: the newest that matches.
    pub fn best(&self, versions: impl IntoIterator<Item = Version>) -> Option<Version> {
        versions
            .into_iter()
            .filter(|version| self.matches(*version))
            .max_by_key(|version| {
                (
                    *self == Self::Default && *version == DEFAULT_VERSION,
                    *version,
                )
            })
    }

    const DEFAULT_MINOR: Self = Self::Minor {
        major: DEFAULT_VERSION.major,
        minor: DEFAULT_VERSION.minor,
    };
}

impl From<Version> for VersionSpec {
    fn from(version: Version) -> Self {
        Self::Exact(version)
    }
}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        match text.parse() {
            Ok(VersionSpec::Exact(version)) => Ok(version),
            _ => Err(InvalidVersion::Whole(text.to_owned())),
        }
    }
}

impl FromStr for VersionSpec {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let numbers = text
            .strip_prefix('v')
            .unwrap_or(text)
            .split('.')
            .map(number)
            .collect::<Option<Vec<_>>>();
        match numbers.as_deref() {
            Some(&[major, minor, patch]) => Ok(Self::Exact(Version {
                major,
                minor,
                patch,
            })),
            Some(&[major, minor]) => Ok(Self::Minor { major, minor }),
            _ => Err(InvalidVersion::Spec(text.to_owned())),
        }
    }
}

/// A number without sign or leading zeros, as versions have them: `u32::from_str` alone would take `+1` and `036`.
fn number(text: &str) -> Option<u32> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl fmt::Display for VersionSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => DEFAULT_VERSION.fmt(f),
            Self::Exact(version) => version.fmt(f),
            Self::Minor { major, minor } => write!(f, "{major}.{minor}"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in ["1.36.3", "1.36", "latest", "1.0.0"] {
            assert_eq!(text.parse::<VersionSpec>().unwrap().to_string(), text);
        }
        assert_eq!("v1.36.3".parse(), Ok(DEFAULT_VERSION));
    }

    #[test]
    fn refuses_what_is_no_release() {
        for text in [
            "",
            "1",
            "1.36.",
            "1.036",
            "1.+36",
            "1.36.3-rc.1",
            "1.36.3.4",
            "Latest",
        ] {
            let error = text.parse::<VersionSpec>().unwrap_err();
            assert!(error.to_string().starts_with(&format!("`{text}` is not")));
        }
        let minor = "1.36".parse::<Version>().unwrap_err();
        assert_eq!(minor, InvalidVersion::Whole("1.36".into()));
    }

    #[test]
    fn the_best_is_the_newest_by_number() {
        let versions =
            ["1.35.9", "1.36.2", "1.36.10", "1.37.0"].map(|v| v.parse::<Version>().unwrap());
        let newest = |spec: &str| {
            let spec = spec.parse::<VersionSpec>().unwrap();
            spec.best(versions).map(|v| v.to_string())
        };
        assert_eq!(newest("1.36").as_deref(), Some("1.36.10"));
        assert_eq!(newest("latest").as_deref(), Some("1.37.0"));
        assert_eq!(newest("1.36.2").as_deref(), Some("1.36.2"));
        assert_eq!(newest("1.34"), None);
    }

    #[test]
    fn the_default_is_one_version_and_its_likes_only_instead_of_it() {
        let best = |versions: &[&str]| {
            let versions = versions.iter().map(|v| v.parse().unwrap());
            VersionSpec::Default.best(versions).map(|v| v.to_string())
        };
        assert_eq!(
            best(&["1.36.2", "1.36.3", "1.36.4"]).as_deref(),
            Some("1.36.3")
        );
        assert_eq!(
            best(&["1.36.2", "1.36.0", "1.37.0"]).as_deref(),
            Some("1.36.2")
        );
        assert_eq!(best(&["1.35.3", "1.37.0"]), None);
    }
}
