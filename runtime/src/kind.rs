use std::sync::Arc;

use kopgen_core::Source;
use kopgen_core::crd::{self, Shell};
use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decode;

/// A kind of which the project generates the CRD; derived with [`Kind`](macro@crate::Kind) on the spec's struct.
///
/// The names, scope, columns and subresources are those of `#[kube(..)]`, as kube has them. The schema is generated from [`JsonSchema`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a kind of this project",
    label = "its CRD cannot be generated",
    note = "derive `kopgen_runtime::Kind` beside `kube::CustomResource` on the spec's struct"
)]
pub trait Kind: CustomResourceExt + JsonSchema {
    /// The spec's struct.
    fn source() -> Source;

    /// The CRD, with this one version.
    ///
    /// # Panics
    /// Where [`kopgen_core::crd::schema_of`] does.
    fn definition() -> Value
    where
        Self: Sized,
    {
        let outline = serde_json::from_str(Self::outline()).expect("an outline is JSON");
        let mut crd = crd::with_schema(outline, crd::schema_of::<Self>());
        Self::shell().apply(&mut crd);
        crd
    }

    /// The CRD without its schema: the JSON of [`Outline::definition`](crd::Outline::definition).
    #[doc(hidden)]
    fn outline() -> &'static str;

    /// [`instances`], called by nobody.
    #[doc(hidden)]
    fn instances() {}

    /// What `#[kind(..)]` says of the CRD beyond `#[kube(..)]`.
    fn shell() -> Shell {
        Shell::default()
    }
}

/// For [`Kind`](macro@crate::Kind): what an operator needs of serde for a kind, compiled where the kind is.
///
/// In a build without optimization rustc takes what another crate has made of a generic function. Without this it makes all that
/// in the crate of the controllers, in one piece for all kinds, and again whenever a field of one of them is edited.
#[doc(hidden)]
pub fn instances<K: DeserializeOwned + Serialize>() {
    if let Ok(object) = decode::read::<K>("") {
        _ = serde_json::to_value(&*Arc::new(object));
    }
}
