//! Two incompatible versions of one crate in a user's `Cargo.lock`.
//!
//! What a user sees first is a trait that is not implemented for a type that looks just right; only the lock file tells
//! why.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// The crates whose types and traits meet between the user's code, the derives' output and the runtime.
const MEETING: [&str; 4] = ["kube", "kube-core", "k8s-openapi", "schemars"];

/// A crate of which there are incompatible versions.
#[derive(Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Its name.
    name: String,
    /// Its versions, the oldest first, each with the packages that depend on it.
    versions: Vec<(String, Vec<String>)>,
}

/// The conflicts in the text of a `Cargo.lock`. `kube-core` is left out where `kube` says the same already.
pub fn conflicts(lock: &str) -> Vec<Conflict> {
    // What is no lock file is cargo's to complain about.
    let Ok(Lock { package: packages }) = toml_edit::de::from_str(lock) else {
        return Vec::new();
    };
    let mut found: Vec<Conflict> = MEETING
        .iter()
        .filter_map(|name| conflict(name, &packages))
        .collect();
    if found.iter().any(|it| it.name == "kube") {
        found.retain(|it| it.name != "kube-core");
    }
    found
}

/// What a user can do about conflicts; `None` where there are none.
pub fn way_out(conflicts: &[Conflict]) -> Option<String> {
    if conflicts.is_empty() {
        return None;
    }
    let ours: Vec<String> = conflicts.iter().filter_map(Conflict::ours).collect();
    let names: Vec<&str> = conflicts.iter().map(|it| it.name.as_str()).collect();
    Some(match ours.len() == conflicts.len() {
        true => format!(
            "this release of kopgen is for {}: let every crate above use that",
            ours.join(" and ")
        ),
        false => format!(
            "let every crate above use the same version of {}",
            names.join(" and ")
        ),
    })
}

impl Conflict {
    /// The version that kopgen's own crates use.
    fn ours(&self) -> Option<String> {
        let (version, _) = self
            .versions
            .iter()
            .find(|(_, users)| users.iter().any(|user| user.starts_with("kopgen-")))?;
        Some(format!("{} {}", self.name, compatible(version)))
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, versions } = self;
        write!(
            f,
            "the tree has {} incompatible versions of {name}, and their types do not fit together",
            versions.len()
        )?;
        for (version, users) in versions {
            write!(f, "\n{name} {version} is brought by {}", users.join(", "))?;
        }
        Ok(())
    }
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// `name`, or `name version` where the name alone is ambiguous, or `name version (source)`.
    #[serde(default)]
    dependencies: Vec<String>,
}

fn conflict(name: &str, packages: &[Package]) -> Option<Conflict> {
    let mut versions = BTreeMap::new();
    for package in packages.iter().filter(|it| it.name == name) {
        let key = numbers(compatible(&package.version));
        let entry = versions
            .entry(key)
            .or_insert_with(|| (package.version.clone(), Vec::new()));
        entry.1.extend(users_of(package, packages));
    }
    let versions: Vec<_> = versions.into_values().collect();
    (versions.len() > 1).then(|| Conflict {
        name: name.to_owned(),
        versions,
    })
}

fn users_of<'a>(used: &'a Package, packages: &'a [Package]) -> impl Iterator<Item = String> + 'a {
    let is_it = |dependency: &String| {
        let mut words = dependency.split(' ');
        words.next() == Some(&used.name)
            && words.next().is_none_or(|version| version == used.version)
    };
    let users = packages
        .iter()
        .filter(move |it| it.dependencies.iter().any(is_it));
    users.map(|it| format!("{} {}", it.name, it.version))
}

/// The part of a version that cargo's compatibility is about: `5` of 5.1.0, `0.29` of 0.29.1, `0.0.3` of 0.0.3.
fn compatible(version: &str) -> &str {
    let zeros = version.split('.').take_while(|part| *part == "0").count();
    let end = version
        .match_indices('.')
        .nth(zeros)
        .map_or(version.len(), |(at, _)| at);
    &version[..end]
}

fn numbers(version: &str) -> Vec<u64> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = r#"
version = 4

[[package]]
name = "guestbook-operator"
version = "0.1.0"
dependencies = ["k8s-openapi", "kopgen-runtime", "kube 4.0.0", "other"]

[[package]]
name = "k8s-openapi"
version = "0.29.0"

[[package]]
name = "kopgen-runtime"
version = "0.1.0"
dependencies = ["kube 5.0.1"]

[[package]]
name = "kube"
version = "4.0.0"

[[package]]
name = "kube"
version = "5.0.1"

[[package]]
name = "other"
version = "0.3.0"
dependencies = ["kube 4.0.0"]
"#;

    #[test]
    fn two_majors_name_the_crates_that_bring_them() {
        let found = conflicts(TWO);
        assert_eq!(
            found[0].to_string(),
            "the tree has 2 incompatible versions of kube, and their types do not fit together\n\
             kube 4.0.0 is brought by guestbook-operator 0.1.0, other 0.3.0\n\
             kube 5.0.1 is brought by kopgen-runtime 0.1.0"
        );
        assert_eq!(
            way_out(&found).unwrap(),
            "this release of kopgen is for kube 5: let every crate above use that"
        );
        assert_eq!(found.len(), 1);
    }

    /// The other major of kube brings its own k8s-openapi.
    #[test]
    fn what_kopgen_uses_is_told_of_each() {
        let both =
            TWO.replace(
                "name = \"kube\"\nversion = \"4.0.0\"",
                "name = \"kube\"\nversion = \"4.0.0\"\ndependencies = [\"k8s-openapi 0.28.0\"]",
            )
            .replace(
                "dependencies = [\"kube 5.0.1\"]",
                "dependencies = [\"k8s-openapi 0.29.0\", \"kube 5.0.1\"]",
            ) + "[[package]]\nname = \"k8s-openapi\"\nversion = \"0.28.0\"\n";
        assert_eq!(
            way_out(&conflicts(&both)).unwrap(),
            "this release of kopgen is for kube 5 and k8s-openapi 0.29: let every crate above use that"
        );
        let unknown = both.replace("kopgen-runtime", "another");
        assert_eq!(
            way_out(&conflicts(&unknown)).unwrap(),
            "let every crate above use the same version of kube and k8s-openapi"
        );
    }

    #[test]
    fn one_major_is_no_conflict() {
        assert_eq!(conflicts(&TWO.replace("4.0.0", "5.2.0")), []);
        assert_eq!(conflicts(""), []);
        assert_eq!(conflicts("<<<<<<< HEAD"), []);
        assert_eq!(way_out(&[]), None);
    }

    #[test]
    fn compatibility_is_the_leftmost_number_that_is_not_zero() {
        assert_eq!(
            ["5.1.0", "0.29.1", "0.0.3", "10.0.0"].map(compatible),
            ["5", "0.29", "0.0.3", "10"]
        );
    }
}
