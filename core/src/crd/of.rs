use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::Value;

use super::{schema_of, with_schema};

/// The `CustomResourceDefinition` of a kind with its one version, where there is no [`Outline`](super::Outline).
///
/// Names, columns, scope, subresources and the rest around the schema are those of `K::crd()`; the schema is [`schema_of`]'s, of
/// `K` itself.
///
/// # Panics
/// Where kube does in `K::crd()`, which generates a schema as well: on enums that [`clashes_of`](super::clashes_of) tells of, on
/// `serde_json::Value` below a map, and on hand-written combinators with properties of their own; those can go into
/// `x-kopgen-set` ([`apply_overrides`](super::passes::apply_overrides)).
pub fn of<K: CustomResourceExt + JsonSchema>() -> Value {
    let crd = serde_json::to_value(K::crd()).expect("a CRD is JSON");
    with_schema(crd, schema_of::<K>())
}
