use std::fmt::Debug;

use k8s_openapi::{ClusterResourceScope, NamespaceResourceScope};
use kopgen_core::report::Resource;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type of object that the API server serves: every kind of `k8s_openapi` and of `kube::CustomResource`.
///
/// Implemented for whatever fits; it saves the list of bounds:
///
/// ```
/// use k8s_openapi::api::core::v1::Namespace;
/// use kopgen_runtime::{Object, ObjectScope};
///
/// fn lives_in_namespaces<O: Object>() -> bool {
///     O::Scope::NAMESPACED
/// }
/// assert!(!lives_in_namespaces::<Namespace>());
/// ```
pub trait Object:
    kube::Resource<DynamicType = (), Scope: ObjectScope>
    + Clone
    + Debug
    + Serialize
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}

impl<T> Object for T where
    T: kube::Resource<DynamicType = (), Scope: ObjectScope>
        + Clone
        + Debug
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

/// Where objects of a type live: in namespaces, or in the cluster.
pub trait ObjectScope {
    /// Whether they live in namespaces.
    const NAMESPACED: bool;
}

impl ObjectScope for NamespaceResourceScope {
    const NAMESPACED: bool = true;
}

impl ObjectScope for ClusterResourceScope {
    const NAMESPACED: bool = false;
}

/// The scopes of a child and of its owner that fit together.
///
/// An object in a namespace can own objects of that namespace, and nothing else: the garbage collector deletes a
/// cluster-scoped object whose owner it looks for and cannot find.
#[diagnostic::on_unimplemented(
    message = "an object that lives in a namespace cannot own one that lives in the cluster",
    label = "cluster-scoped, but its owner is namespaced",
    note = "use `uses(.., verbs(create, patch, delete))` instead of `owns(..)`, and delete it in `Cleanup`"
)]
pub trait LivesUnder<OwnerScope> {}
impl LivesUnder<NamespaceResourceScope> for NamespaceResourceScope {}
impl LivesUnder<ClusterResourceScope> for NamespaceResourceScope {}
impl LivesUnder<ClusterResourceScope> for ClusterResourceScope {}

/// The scope of objects that live in namespaces.
#[diagnostic::on_unimplemented(
    message = "a grant of cluster-scoped objects cannot be narrowed to a namespace",
    label = "its objects live in no namespace",
    note = "leave `namespace` out"
)]
pub trait InNamespaces {}
impl InNamespaces for NamespaceResourceScope {}

/// The names of a type, as plain data.
pub(crate) fn resource_of<O: Object>() -> Resource {
    Resource {
        group: O::group(&()).into_owned(),
        version: O::version(&()).into_owned(),
        kind: O::kind(&()).into_owned(),
        plural: O::plural(&()).into_owned(),
        namespaced: O::Scope::NAMESPACED,
    }
}

/// `v1`, or `apps/v1`.
pub(crate) fn api_version(resource: &Resource) -> String {
    if resource.group.is_empty() {
        resource.version.clone()
    } else {
        format!("{}/{}", resource.group, resource.version)
    }
}

/// `pods`, or `deployments.apps`: as `kubectl` and the API server's errors name a resource.
pub(crate) fn qualified(resource: &Resource) -> String {
    if resource.group.is_empty() {
        resource.plural.clone()
    } else {
        format!("{}.{}", resource.plural, resource.group)
    }
}
