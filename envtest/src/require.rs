//! Things that a test needs and a machine may lack.

use std::fmt::Display;
use std::io::Write;

/// The name of a control plane among the things that tests need.
#[cfg(feature = "env")]
pub(crate) const CONTROL_PLANE: &str = "control-plane";

/// The environment variable that lists what must not be missing.
const VARIABLE: &str = "KOPGEN_REQUIRE";

/// Returns what a test needs, or `None` where the machine lacks it: the test then ends early, as passed.
///
/// One line on the process' own stderr, which the test harness does not capture, names the test, what is missing, and why:
///
/// ```text
/// SKIPPED sums_are_stored: postgresql: connection refused (KOPGEN_REQUIRE=postgresql makes this a failure)
/// ```
///
/// The environment variable `KOPGEN_REQUIRE` makes a lack a failure: it lists names, separated by commas, or is `all`. The control
/// plane of [`TestEnv::start_or_skip`](crate::TestEnv::start_or_skip) has the name `control-plane`.
///
/// ```
/// # use std::net::TcpStream;
/// # use kopgen_envtest::require;
/// let Some(database) = require("postgresql", TcpStream::connect("127.0.0.1:5432")) else {
///     return;
/// };
/// # drop(database);
/// ```
///
/// # Panics
/// Where `name` is missing and `KOPGEN_REQUIRE` lists it.
#[track_caller]
pub fn require<T>(name: &str, found: Result<T, impl Display>) -> Option<T> {
    let reason = match found {
        Ok(found) => return Some(found),
        Err(reason) => reason.to_string().replace('\n', " "),
    };
    assert!(!is_required(name), "{VARIABLE} lists {name}: {reason}");
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line =
        format!("SKIPPED {test}: {name}: {reason} ({VARIABLE}={name} makes this a failure)\n");
    // A closed stderr is no reason to fail.
    let _ = std::io::stderr().write_all(line.as_bytes());
    None
}

/// Whether `KOPGEN_REQUIRE` lists `name`, or all.
pub(crate) fn is_required(name: &str) -> bool {
    let listed = std::env::var(VARIABLE).unwrap_or_default();
    lists(&listed, name)
}

fn lists(listed: &str, name: &str) -> bool {
    let mut names = listed.split(',').map(str::trim);
    names.any(|listed| listed == name || listed == "all")
}

#[cfg(test)]
mod tests {
    use super::lists;

    #[test]
    fn variable_lists_names_or_all() {
        for (listed, expected) in [
            ("", false),
            ("promtool", true),
            ("control-plane, promtool", true),
            ("all", true),
            ("control-plane", false),
            ("promtool2", false),
            ("0", false),
        ] {
            assert_eq!(lists(listed, "promtool"), expected, "{listed:?}");
        }
    }
}
