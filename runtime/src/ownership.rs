//! Whose an object is: what keeps two owners from undoing each other's work, and an operator from taking over what is not its own.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kopgen_core::report::Resource;
use serde_json::{Value, json};

use crate::controller::Key;
use crate::json::metadata;
use crate::object::{api_version, qualified};
use crate::{Result, declarations::Owned};

/// Why an object was not applied: `error.downcast_ref::<OwnershipError>()`. Nothing was changed.
///
/// ```
/// use kopgen_runtime::OwnershipError;
///
/// /// Whether it helps to choose another name for the child.
/// fn is_taken(error: &kopgen_runtime::Error) -> bool {
///     matches!(
///         error.downcast_ref(),
///         Some(OwnershipError::AlreadyOwned { .. } | OwnershipError::NotOwned { .. })
///     )
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OwnershipError {
    /// Another object is its controlling owner: controller-runtime's `AlreadyOwnedError`.
    AlreadyOwned {
        /// `ConfigMap default/a`
        child: String,
        /// `Guestbook default/b`
        owner: String,
    },
    /// It has no controlling owner, and this controller has not made it: somebody else has.
    NotOwned {
        /// `ConfigMap default/a`
        child: String,
    },
    /// The same reconcile has applied it before with other fields. The second apply would have removed those that it does not
    /// name.
    AppliedTwice {
        /// `ConfigMap default/a`
        child: String,
    },
}

impl fmt::Display for OwnershipError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyOwned { child, owner } => write!(
                f,
                "the {child} is owned by the {owner}; an object has one controlling owner: choose another name for the child, \
                 such as one that begins with its owner's"
            ),
            Self::NotOwned { child } => write!(
                f,
                "the {child} exists already and was not made by this controller: choose another name for the child, delete \
                 the object that is there, or declare `owns(.., adopt)` to take it over"
            ),
            Self::AppliedTwice { child } => write!(
                f,
                "the {child} was applied with other fields in this reconcile already, and the second apply would remove those \
                 of the first: apply the whole object once"
            ),
        }
    }
}

impl std::error::Error for OwnershipError {}

/// The object that is to own what is applied.
pub(crate) struct Owner {
    pub(crate) key: Key,
    kind: Resource,
    keeps: Keeps,
    adopts: bool,
}

/// By what a child says whose it is.
enum Keeps {
    /// By an owner reference: it is deleted with its owner.
    Reference(Value),
    /// By an annotation: it outlives its owner.
    Annotation(String),
}

impl Owner {
    /// `owner` is the metadata of an object of the kind.
    pub(crate) fn new(kind: &Resource, owner: &ObjectMeta, owned: &Owned) -> Self {
        let name = owner.name.as_deref().unwrap_or_default();
        let keeps = match owned.orphans {
            true => Keeps::Annotation(owner_annotation(kind)),
            // As controller-runtime's `SetControllerReference` makes it.
            false => Keeps::Reference(json!({
                "apiVersion": api_version(kind),
                "kind": kind.kind,
                "name": name,
                "uid": owner.uid,
                "controller": true,
                "blockOwnerDeletion": true,
            })),
        };
        Self {
            key: Key::new(kind.namespaced, owner.namespace.as_deref(), name),
            kind: kind.clone(),
            keeps,
            adopts: owned.adopts,
        }
    }

    /// Makes it the owner in what is sent as the object `child`.
    ///
    /// # Errors
    ///
    /// When `body` names another controlling owner, or has no metadata in which to write it.
    pub(crate) fn mark(&self, child: &str, body: &mut Value) -> Result<()> {
        let metadata = metadata(body);
        match &self.keeps {
            Keeps::Reference(reference) => {
                let references = metadata
                    .entry("ownerReferences")
                    .or_insert_with(|| json!([]));
                let Some(references) = references.as_array_mut() else {
                    anyhow::bail!(
                        "invalid `metadata.ownerReferences` of the {child}: expected a list"
                    );
                };
                references.retain(|known| {
                    // One of before, of the same name, has another uid.
                    known["uid"] != reference["uid"] && !self.is_it_in(known)
                });
                let other = references.iter().find(|known| known["controller"] == true);
                if let Some(other) = other {
                    let text = |field: &str| other[field].as_str().unwrap_or_default();
                    let owner = format!("{} {}", text("kind"), text("name"));
                    let child = child.to_owned();
                    return Err(OwnershipError::AlreadyOwned { child, owner }.into());
                }
                references.push(reference.clone());
            }
            Keeps::Annotation(annotation) => {
                let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
                if annotations.is_null() {
                    *annotations = json!({});
                }
                let Some(annotations) = annotations.as_object_mut() else {
                    anyhow::bail!(
                        "invalid `metadata.annotations` of the {child}: expected an object"
                    );
                };
                annotations.insert(annotation.clone(), self.key.to_string().into());
            }
        }
        Ok(())
    }

    /// Whether what is there may be applied over.
    ///
    /// # Errors
    ///
    /// When it is another's, or nobody's that `manager` has not made.
    pub(crate) fn may_apply(
        &self,
        child: String,
        meta: &ObjectMeta,
        manager: &str,
    ) -> Result<(), OwnershipError> {
        let mut owners = meta.owner_references.iter().flatten();
        if let Some(other) = owners.find(|owner| owner.controller == Some(true)) {
            let other_json = serde_json::to_value(other).unwrap_or_default();
            if matches!(self.keeps, Keeps::Reference(_)) && self.is_it_in(&other_json) {
                return Ok(());
            }
            let namespace = match &meta.namespace {
                Some(namespace) if other.kind != self.kind.kind || self.kind.namespaced => {
                    format!("{namespace}/")
                }
                _ => String::new(),
            };
            let owner = format!("{} {namespace}{}", other.kind, other.name);
            return Err(OwnershipError::AlreadyOwned { child, owner });
        }
        if let Keeps::Annotation(annotation) = &self.keeps
            && let Some(owner) = meta
                .annotations
                .iter()
                .flatten()
                .find(|(key, _)| *key == annotation)
        {
            return match *owner.1 == self.key.to_string() {
                true => Ok(()),
                false => Err(self.taken(child, owner.1)),
            };
        }
        let mut managed = meta.managed_fields.iter().flatten();
        let was_made_here = managed.any(|it| {
            it.manager.as_deref() == Some(manager) && it.operation.as_deref() == Some("Apply")
        });
        match was_made_here || self.adopts {
            true => Ok(()),
            false => Err(OwnershipError::NotOwned { child }),
        }
    }

    /// The error of a child that another object of the kind owns.
    pub(crate) fn taken(&self, child: String, other: impl fmt::Display) -> OwnershipError {
        let owner = format!("{} {other}", self.kind.kind);
        OwnershipError::AlreadyOwned { child, owner }
    }

    /// Whether an owner reference names it, in whatever version, as controller-runtime compares them.
    fn is_it_in(&self, reference: &Value) -> bool {
        let api_version = reference["apiVersion"].as_str().unwrap_or_default();
        let group = api_version.rsplit_once('/').map_or("", |(group, _)| group);
        group == self.kind.group
            && reference["kind"] == *self.kind.kind
            && reference["name"] == *self.key.name()
    }
}

/// The annotation by which a child that outlives its owner names it: `guestbooks.webapp.example.com/owner`, with
/// `<namespace>/<name>`, or `<name>` of one that lives in the cluster.
pub(crate) fn owner_annotation(kind: &Resource) -> String {
    format!("{}/owner", qualified(kind))
}

/// Whether it is such an annotation, of whatever kind.
pub(crate) fn is_owner_annotation(key: &str) -> bool {
    key.ends_with("/owner")
}

/// The owner that the annotation names.
pub(crate) fn annotated_owner(kind: &Resource, child: &ObjectMeta) -> Option<Key> {
    let annotations = child.annotations.as_ref()?;
    let owner = annotations.get(&owner_annotation(kind))?;
    match owner.split_once('/') {
        Some((namespace, name)) => (kind.namespaced).then(|| Key::new(true, Some(namespace), name)),
        None => (!kind.namespaced).then(|| Key::new(false, None, owner)),
    }
}

/// What one reconcile has applied so far.
#[derive(Default)]
pub(crate) struct Shapes {
    hasher: RandomState,
    applied: Mutex<HashMap<u64, u64>>,
}

impl Shapes {
    /// Before `body` is applied as this object.
    ///
    /// # Errors
    ///
    /// When it was applied already, with other fields.
    pub(crate) fn add(&self, child: &str, body: &Value) -> Result<(), OwnershipError> {
        let body = self.hasher.hash_one(body);
        let mut applied = self.applied.lock().expect("nothing panics under this lock");
        let known = *applied.entry(self.hasher.hash_one(child)).or_insert(body);
        match known == body {
            true => Ok(()),
            false => Err(OwnershipError::AppliedTwice {
                child: child.to_owned(),
            }),
        }
    }

    /// It was deleted: what is applied then is another object.
    pub(crate) fn remove(&self, child: &str) {
        let mut applied = self.applied.lock().expect("nothing panics under this lock");
        applied.remove(&self.hasher.hash_one(child));
    }
}
