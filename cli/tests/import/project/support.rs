//! What the test asks of each imported kind.

use kopgen_runtime::Kind;
use kopgen_runtime::core::report::KindReport;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One version of an imported kind, without its type.
pub struct Version {
    /// `<file> <version>`
    pub name: &'static str,
    /// What `kopgen manifests` asks of it.
    pub report: fn() -> KindReport,
    /// From text to the type and back.
    pub round_trip: fn(&str) -> serde_json::Result<String>,
}

/// The version that a type is.
pub fn version<K: Kind + Serialize + DeserializeOwned>(name: &'static str) -> Version {
    Version {
        name,
        report: || KindReport {
            source: K::source(),
            crd: K::definition(),
        },
        round_trip: |text| {
            let object: K = serde_json::from_str(text)?;
            serde_json::to_string(&object)
        },
    }
}
