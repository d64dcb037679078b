use kopgen_core::Source;
use kube::CustomResourceExt;
use schemars::JsonSchema;

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
}
