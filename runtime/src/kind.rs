use kopgen_core::Source;
use kopgen_core::crd::{self, Shell};
use kube::CustomResourceExt;
use schemars::JsonSchema;
use serde_json::Value;

/// A kind of which the project generates the CRD; derived with [`Kind`](macro@crate::Kind) on the spec's struct.
///
/// The names, scope, columns and subresources are those of `#[kube(..)]`. The schema is generated from [`JsonSchema`].
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
    /// Where [`kopgen_core::crd::of`] does.
    fn definition() -> Value
    where
        Self: Sized,
    {
        let mut crd = crd::of::<Self>();
        Self::shell().apply(&mut crd);
        crd
    }

    /// What `#[kind(..)]` says of the CRD beyond `#[kube(..)]`.
    fn shell() -> Shell {
        Shell::default()
    }
}
