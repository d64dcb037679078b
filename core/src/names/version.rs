use std::cmp::Ordering;

use super::label::is_dns_1035_label;
use super::{NameProblem, name, words};

name! {
    /// A version of an API, a DNS-1035 label: `v1`, `v2beta1`; of CRDs that others wrote also `v1-2-0`.
    ///
    /// The order is Kubernetes' priority, the highest first: `v2`, `v1`, `v2beta1`, `v1beta2`, `v1alpha1`, and then those that
    /// it does not know, by the alphabet.
    Version, check
}

impl Version {
    /// The name of its module: `v1-2-0` gives `v1_2_0`.
    pub fn snake(&self) -> String {
        words::module(&self.0.replace('-', "_"))
    }

    /// Checks the rule for a version that is made anew: Kubernetes knows its priority.
    pub fn check_new(&self) -> Result<(), NameProblem> {
        match parse(&self.0) {
            Some(_) => Ok(()),
            None => Err(problem(&self.0)),
        }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_versions(&self.0, &other.0)
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders any two versions by Kubernetes' priority, the highest first, as the API server orders those of a CRD.
///
/// Versions that do not look like `v1` or `v1beta1` come last, by the alphabet.
/// (`CompareKubeAwareVersionStrings` of `k8s.io/apimachinery/pkg/version`.)
pub fn compare_versions(a: &str, b: &str) -> Ordering {
    match (parse(a), parse(b)) {
        (Some(a), Some(b)) => b.cmp(&a),
        (a, None) if a.is_some() => Ordering::Less,
        (None, b) if b.is_some() => Ordering::Greater,
        _ => a.cmp(b),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Stability {
    Alpha,
    Beta,
    General,
}

/// Stability, then the number after `v`, then the number after `alpha` or `beta`.
fn parse(version: &str) -> Option<(Stability, u32, u32)> {
    let version = version.strip_prefix('v')?;
    let (major, stability, minor) = match (version.split_once("alpha"), version.split_once("beta"))
    {
        (Some((major, minor)), _) => (major, Stability::Alpha, number(minor)?),
        (_, Some((major, minor))) => (major, Stability::Beta, number(minor)?),
        (None, None) => (version, Stability::General, 0),
    };
    Some((stability, number(major)?, minor))
}

fn number(digits: &str) -> Option<u32> {
    let plain = digits.starts_with(|c| matches!(c, '1'..='9'))
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

fn check(value: &str) -> Result<(), NameProblem> {
    match is_dns_1035_label(value) {
        true => Ok(()),
        false => Err(problem(value)),
    }
}

fn problem(value: &str) -> NameProblem {
    NameProblem {
        what: "version",
        value: value.to_owned(),
        rule: "must be `v1`, `v1alpha1` or `v1beta1`, with numbers from 1 on and no dot".into(),
        suggestion: nearest(value),
    }
}

/// `1.0`, `V1` and `1` are all meant as `v1`.
fn nearest(value: &str) -> Option<String> {
    let lower = value.to_lowercase();
    let bare = lower.trim_start_matches('v');
    let kept = bare.split(['.', '-', '_']).next()?;
    Some(format!("v{kept}")).filter(|it| parse(it).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_kubernetes_own() {
        fn check(value: &str, expected: Result<(), Option<&str>>) {
            let found = value
                .parse::<Version>()
                .and_then(|version| version.check_new())
                .map_err(|problem| problem.suggestion);
            assert_eq!(
                found,
                expected.map_err(|it| it.map(str::to_owned)),
                "{value}"
            );
        }
        check("v1", Ok(()));
        check("v12beta34", Ok(()));
        check("v1alpha1", Ok(()));
        check("1.0", Err(Some("v1")));
        check("V2", Err(Some("v2")));
        check("v1-beta1", Err(Some("v1")));
        for hopeless in [
            "",
            "v",
            "v0",
            "v01",
            "v1beta",
            "v1beta0",
            "v1gamma1",
            "v1beta1alpha1",
            "vbeta1",
            "v99999999999",
            "v１",
        ] {
            check(hopeless, Err(None));
        }
    }

    #[test]
    fn others_have_versions_that_kubernetes_does_not_know() {
        for (value, module) in [
            ("v1-2-0", "v1_2_0"),
            ("v1alpha08", "v1alpha08"),
            ("final", "final_"),
        ] {
            let version = value.parse::<Version>().unwrap();
            assert_eq!(version.snake(), module);
            assert!(version.check_new().is_err());
        }
        for refused in ["", "1", "v1.0", "V1", "v1-", "v_1"] {
            assert!(refused.parse::<Version>().is_err(), "{refused}");
        }
    }

    #[test]
    fn the_order_is_the_priority_of_the_api_server() {
        // The example of `CompareKubeAwareVersionStrings`' documentation and of the CRD versioning page.
        let expected = [
            "v10",
            "v2",
            "v1",
            "v11beta2",
            "v10beta3",
            "v3beta1",
            "v12alpha1",
            "v11alpha2",
            "foo1",
            "foo10",
        ];
        let mut sorted = expected;
        sorted.reverse();
        sorted.sort_by(|a, b| compare_versions(a, b));
        assert_eq!(sorted, expected);
    }
}
