//! The project as kopgen knows it: the model behind `kopgen.toml`, and every name and path that follows from it.

mod check;
pub mod core_types;
mod file;
mod layout;
mod spelling;

use std::collections::BTreeMap;
use std::fmt;

use kopgen_core::names::{
    ControllerName, Domain, Group, Kind, Namespace, Plural, ProjectName, ShortName, Version,
};

use crate::diagnostic::Diagnostic;
use core_types::CoreType;

pub use check::twice;
pub use file::{LAYOUT, path};
pub use layout::{ApiCrate, ControllerPlace, ExportedKind};
pub use spelling::Spellings;

/// A project: its names, its kinds and its controllers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its name, and so the start of the names of its crates, its namespace and its objects.
    pub name: ProjectName,
    /// The domain below which its groups live.
    pub domain: Domain,
    /// Whether it has a crate of types and a folder of controllers for each group.
    pub multigroup: bool,
    /// Whether its operator watches namespaces, and not the cluster.
    pub namespaced: bool,
    /// The namespaces that it watches if so; without any, its own.
    pub watch_namespaces: Vec<Namespace>,
    /// Its kinds, each version of its own.
    pub apis: BTreeMap<Gvk, Api>,
    /// Its controllers.
    pub controllers: BTreeMap<ControllerName, Target>,
    /// What its files spell otherwise than the rules for names; not in `kopgen.toml`.
    pub spellings: Spellings,
}

/// A group, a kind and a version, ordered so that the versions of a kind stand together, the best first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gvk {
    /// The group, whole: `webapp.example.com`.
    pub group: Group,
    /// The kind.
    pub kind: Kind,
    /// The version.
    pub version: Version,
}

/// What the project knows of one version of one of its kinds, beside its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The plural.
    pub plural: Plural,
    /// The short names, as they were given.
    pub short_names: Vec<ShortName>,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// What its controller was scaffolded to run.
    pub workload: Option<Workload>,
    /// Whether its types come from a CRD that others wrote.
    pub imported: bool,
}

/// A container that a scaffolded controller runs in a Deployment, behind a Service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its image.
    pub image: String,
    /// The port that it listens on.
    pub port: u16,
}

/// What a controller reconciles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A kind of the project.
    Own(Gvk),
    /// A type of Kubernetes.
    Core(&'static CoreType),
    /// A type of another crate.
    External(External),
}

/// A kind whose Rust type another crate has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct External {
    /// The group, version and kind that the API server serves it as.
    pub gvk: Gvk,
    /// Its plural.
    pub plural: Plural,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
    /// The path of its Rust type: `some_crate::v1::Thing`.
    pub rust_type: String,
}

impl Project {
    /// The group's name below the project's domain: `webapp` for `webapp.example.com`.
    pub fn short_group<'a>(&self, group: &'a Group) -> &'a str {
        let below = group.as_str().strip_suffix(self.domain.as_str());
        below
            .and_then(|short| short.strip_suffix('.'))
            .unwrap_or(group.as_str())
    }

    /// The controllers of a kind, whichever of its versions they are for.
    pub fn controllers_of(
        &self,
        group: &Group,
        kind: &Kind,
    ) -> impl Iterator<Item = (&ControllerName, &Gvk)> {
        self.controllers
            .iter()
            .filter_map(move |(name, target)| match target {
                Target::Own(gvk) if &gvk.group == group && &gvk.kind == kind => Some((name, gvk)),
                _ => None,
            })
    }
}

impl Target {
    /// The kind that is reconciled.
    pub fn kind(&self) -> &str {
        match self {
            Target::Own(gvk) => gvk.kind.as_str(),
            Target::Core(core) => core.kind,
            Target::External(external) => external.gvk.kind.as_str(),
        }
    }

    /// Its version.
    pub fn version(&self) -> &str {
        match self {
            Target::Own(gvk) => gvk.version.as_str(),
            Target::Core(core) => core.version,
            Target::External(external) => external.gvk.version.as_str(),
        }
    }

    /// Its group, whole; `core` for that of Pods.
    pub fn group(&self) -> &str {
        match self {
            Target::Own(gvk) => gvk.group.as_str(),
            Target::Core(core) => core.group_name(),
            Target::External(external) => external.gvk.group.as_str(),
        }
    }
}

impl fmt::Display for Gvk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.group, self.version, self.kind)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{} {}", self.group(), self.version(), self.kind())
    }
}

impl Workload {
    /// Whether a text can be the reference of an image, and stand in YAML and in Rust as it is: the characters of
    /// `distribution/reference`.
    pub fn is_image(text: &str) -> bool {
        let sound = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text.ends_with(|c: char| c.is_ascii_alphanumeric())
            && text.chars().all(sound)
    }
}

impl External {
    /// Whether its type is a path that starts at a crate.
    ///
    /// # Errors
    ///
    /// It is not.
    pub fn check_type(&self) -> Result<(), Diagnostic> {
        let path = syn::parse_str::<syn::Path>(&self.rust_type).ok();
        let sound = path.is_some_and(|path| {
            let first = &path.segments[0].ident;
            path.leading_colon.is_none()
                && path.segments.len() > 1
                && path
                    .segments
                    .iter()
                    .all(|segment| segment.arguments.is_none())
                && !["crate", "self", "super"].iter().any(|word| first == word)
        });
        if sound {
            return Ok(());
        }
        Err(Diagnostic::new(format!(
            "`{}` is no type of another crate",
            self.rust_type.escape_debug()
        ))
        .help("write its whole path, from the crate on: `some_crate::v1::Thing`"))
    }
}
