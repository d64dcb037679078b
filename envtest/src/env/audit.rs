//! The API server's audit log.

use std::fs;
use std::path::Path;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use serde::Deserialize;

use crate::error::Doing;
use crate::{Error, Result};

/// A request and its outcome: the part of `audit.k8s.io/v1`'s `Event` that tests ask for.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuditEvent {
    /// `ResponseComplete`; of a watch also `ResponseStarted`, when it begins.
    pub stage: String,
    /// When the API server got it.
    #[serde(rename = "requestReceivedTimestamp")]
    pub received: MicroTime,
    /// The path and query that were asked for.
    #[serde(rename = "requestURI")]
    pub request_uri: String,
    /// `get`, `list`, `watch`, `create`, `patch`, …
    pub verb: String,
    /// Who asked.
    pub user: User,
    /// By which program, as it says of itself.
    #[serde(default)]
    pub user_agent: String,
    /// For which object; `None` for paths such as `/version`.
    pub object_ref: Option<ObjectReference>,
    /// With which outcome.
    pub response_status: Option<ResponseStatus>,
}

/// Who made a request.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// `admin`, or `system:serviceaccount:<namespace>:<name>`.
    pub username: String,
}

/// What a request was about. What does not apply is empty.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ObjectReference {
    /// The plural, such as `deployments`.
    pub resource: String,
    /// Such as `status`.
    pub subresource: String,
    /// The group, empty for the core group.
    pub api_group: String,
    /// The version, such as `v1`.
    pub api_version: String,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// A request's outcome.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseStatus {
    /// The HTTP status code.
    pub code: u16,
}

pub(super) fn read(path: &Path) -> Result<Vec<AuditEvent>> {
    let text = fs::read_to_string(path).doing(|| format!("read {}", path.display()))?;
    // The last line may be half written.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole
        .lines()
        .map(|line| {
            serde_json::from_str(line)
                .map_err(|error| Error::Refused(format!("{}: {error}: {line}", path.display())))
        })
        .collect()
}
