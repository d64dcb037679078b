//! What the types from the grammar are made of.

pub use std::collections::{BTreeMap, BTreeSet, HashMap};
pub use std::net::{IpAddr, Ipv4Addr};

pub use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
pub use k8s_openapi::apimachinery::pkg::runtime::RawExtension;
pub use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
pub use schemars::JsonSchema;
pub use serde::{Deserialize, Serialize};
pub use serde_json::Value;

pub use crate::random::{Any, Random};
