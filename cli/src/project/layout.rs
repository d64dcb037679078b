//! Where things are in the project's tree, and what its crates and modules are called.

use std::collections::{BTreeMap, BTreeSet};

use kopgen_core::names::{ControllerName, Group, Kind, Version, words};

use super::{Gvk, Project, Target};

/// A crate of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiCrate {
    /// Its package's name: `guestbook-api`, `guestbook-api-webapp`.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// Its folder: `api`, `api/webapp`.
    pub dir: String,
    /// The group whose crate it is; `None` where one crate has all.
    pub group: Option<Group>,
    /// Its versions, and of each its kinds by their modules.
    pub versions: BTreeMap<Version, BTreeMap<String, ExportedKind>>,
}

/// A kind, as its version's module exports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedKind {
    /// Its Rust type.
    pub type_name: String,
    /// Whether nothing else of its module is exported.
    pub alone: bool,
}

/// Where a controller is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ControllerPlace {
    /// The module of its group; `None` where one module has all controllers.
    pub group: Option<String>,
    /// Its own module.
    pub module: String,
}

impl Project {
    /// The name as a Rust identifier.
    pub fn ident(&self) -> String {
        self.name.as_str().replace('-', "_")
    }

    /// The package of the operator.
    pub fn operator_crate(&self) -> String {
        format!("{}-operator", self.name)
    }

    /// The namespace that the operator runs in, as it is scaffolded; the user's overlay says where it really is.
    pub fn system_namespace(&self) -> String {
        format!("{}-system", self.name)
    }

    /// A namespace that a namespaced project watches.
    pub fn sample_namespace(&self) -> String {
        let first = self.watch_namespaces.first();
        first.map_or_else(|| self.system_namespace(), ToString::to_string)
    }

    /// The crates of types, in the order of their names. A project of one group has its crate from the start.
    pub fn api_crates(&self) -> Vec<ApiCrate> {
        let groups: BTreeSet<Option<&Group>> = match self.multigroup {
            true => self.apis.keys().map(|gvk| Some(&gvk.group)).collect(),
            false => [None].into(),
        };
        groups
            .into_iter()
            .map(|group| self.crate_of(group))
            .collect()
    }

    /// The crate that has a group's types.
    pub fn api_crate(&self, group: &Group) -> ApiCrate {
        self.crate_of(Some(group).filter(|_| self.multigroup))
    }

    /// Whether any of its types are in the crate in a folder.
    pub fn has_apis_in(&self, folder: &str) -> bool {
        let groups: BTreeSet<&Group> = self.apis.keys().map(|gvk| &gvk.group).collect();
        groups
            .into_iter()
            .any(|group| self.api_crate(group).dir == folder)
    }

    fn crate_of(&self, group: Option<&Group>) -> ApiCrate {
        let mut versions: BTreeMap<Version, BTreeMap<String, ExportedKind>> = BTreeMap::new();
        for (gvk, api) in self
            .apis
            .iter()
            .filter(|(gvk, _)| group.is_none_or(|group| &gvk.group == group))
        {
            let exported = ExportedKind {
                type_name: gvk.kind.type_name(),
                // Two CRDs may well use the same names for what they are made of.
                alone: api.imported,
            };
            versions
                .entry(gvk.version.clone())
                .or_default()
                .insert(self.kind_module(gvk), exported);
        }
        let module = group.map(|group| self.group_module(group));
        let name = match &module {
            Some(module) => format!(
                "{}-api-{}",
                self.name,
                module.replace('_', "-").trim_matches('-')
            ),
            None => format!("{}-api", self.name),
        };
        ApiCrate {
            ident: name.replace('-', "_"),
            name,
            dir: module.map_or_else(|| "api".into(), |module| format!("api/{module}")),
            group: group.cloned(),
            versions,
        }
    }

    /// A group's name as a module and a folder.
    pub fn group_module(&self, group: &Group) -> String {
        module(self.short_group(group))
    }

    /// The module of a kind's types, in that of its version.
    pub fn kind_module(&self, gvk: &Gvk) -> String {
        let spelled = self.spellings.modules.get(gvk).cloned();
        spelled.unwrap_or_else(|| gvk.kind.snake())
    }

    /// The module that has the type of a kind of the project: `guestbook_api::v1`.
    pub fn types_module(&self, gvk: &Gvk) -> String {
        format!(
            "{}::{}",
            self.api_crate(&gvk.group).ident,
            gvk.version.snake()
        )
    }

    /// The sample's file name, without its ending.
    pub fn sample_stem(&self, gvk: &Gvk) -> String {
        let stem = format!("{}_{}", gvk.version, gvk.kind.singular());
        match self.multigroup {
            true => format!("{}_{stem}", self.group_module(&gvk.group)),
            false => stem,
        }
    }

    /// A target's group in one word, as a module: `webapp`, `apps`, `core`.
    pub fn target_group_module(&self, target: &Target) -> String {
        match target {
            Target::Own(gvk) => self.group_module(&gvk.group),
            Target::Core(core) => module(core.group_short()),
            Target::External(external) => {
                let group = external.gvk.group.as_str();
                module(group.split('.').next().expect("a split has a first part"))
            }
        }
    }

    /// The name that a kind's controller has unless its user says otherwise. With several groups it begins with the group,
    /// so that two of them can have the same kind.
    pub fn default_controller_name(&self, target: &Target) -> String {
        let name = match self.multigroup {
            true => format!(
                "{}{}",
                name_prefix(&self.target_group_module(target)),
                target.kind_kebab()
            ),
            false => target.kind_kebab(),
        };
        // One that is there keeps its spelling.
        let letters = |name: &str| name.replace('-', "");
        let mut there = self.controllers.iter();
        let same = there.find(|(it, of)| *of == target && letters(it.as_str()) == letters(&name));
        same.map_or(name, |(it, _)| it.to_string())
    }

    /// Where a controller is.
    pub fn controller_place(&self, name: &ControllerName, target: &Target) -> ControllerPlace {
        if !self.multigroup {
            return ControllerPlace {
                group: None,
                module: name.snake(),
            };
        }
        let group = self.target_group_module(target);
        let own = name
            .as_str()
            .strip_prefix(&name_prefix(&group))
            // A struct is named after what is left.
            .filter(|own| own.starts_with(|c: char| c.is_ascii_lowercase()))
            .unwrap_or(name.as_str());
        ControllerPlace {
            group: Some(group),
            module: module(own),
        }
    }

    /// A controller's struct: `GuestbookReconciler`.
    pub fn reconciler(&self, name: &ControllerName, target: &Target) -> String {
        let spelled = self.spellings.reconcilers.get(name).cloned();
        spelled.unwrap_or_else(|| self.controller_place(name, target).reconciler(target))
    }
}

impl Target {
    /// The kind in snake case, as a module's name.
    pub fn kind_snake(&self) -> String {
        match self {
            Target::Own(gvk) => gvk.kind.snake(),
            Target::External(external) => external.gvk.kind.snake(),
            Target::Core(core) => core
                .kind
                .parse::<Kind>()
                .map_or_else(|_| core.kind.to_lowercase(), |kind| kind.snake()),
        }
    }

    /// The kind's words joined by dashes, as a controller's name.
    fn kind_kebab(&self) -> String {
        match self {
            Target::Own(gvk) => gvk.kind.kebab(),
            Target::External(external) => external.gvk.kind.kebab(),
            Target::Core(core) => words(core.kind).join("-").to_lowercase(),
        }
    }

    /// The kind in PascalCase, as a type's name.
    fn kind_type(&self) -> String {
        match self {
            Target::Own(gvk) => gvk.kind.type_name(),
            Target::External(external) => external.gvk.kind.type_name(),
            Target::Core(core) => core.kind.to_owned(),
        }
    }
}

impl ControllerPlace {
    /// The path below `controllers`, joined by `separator`: `webapp/guestbook`.
    pub fn joined(&self, separator: &str) -> String {
        match &self.group {
            Some(group) => format!("{group}{separator}{}", self.module),
            None => self.module.clone(),
        }
    }

    /// The reconciler's struct: `GuestbookReconciler`.
    pub fn reconciler(&self, target: &Target) -> String {
        format!("{}Reconciler", self.pascal(target))
    }

    /// The condition of a controller that is not its kind's first: `GuestbookAuditReady`.
    pub fn own_condition(&self, target: &Target) -> String {
        format!("{}Ready", self.pascal(target))
    }

    /// The module in PascalCase. The words of the kind in front are spelled as the kind is: `SampleDBBackup`.
    fn pascal(&self, target: &Target) -> String {
        let (module, kind) = (words(&self.module), target.kind_kebab());
        let kind: Vec<&str> = kind.split('-').collect();
        let (start, rest) = match module.strip_prefix(kind.as_slice()) {
            Some(rest) => (target.kind_type(), rest),
            None => (String::new(), module.as_slice()),
        };
        rest.iter().fold(start, |name, word| {
            name + &word[..1].to_ascii_uppercase() + &word[1..]
        })
    }
}

/// What the names of a group's controllers start with: `webapp-`. A controller's name starts with a letter.
fn name_prefix(group: &str) -> String {
    let group = group.trim_matches('_').replace('_', "-");
    let letter = if group.starts_with(|c: char| c.is_ascii_digit()) {
        "g"
    } else {
        ""
    };
    format!("{letter}{group}-")
}

/// A DNS name as a Rust module: no sign but `_`, no digit in front, no keyword.
fn module(name: &str) -> String {
    let mut module = name.replace(['-', '.'], "_");
    if module.starts_with(|c: char| c.is_ascii_digit()) {
        module.insert(0, '_');
    }
    if syn::parse_str::<syn::Ident>(&module).is_err() {
        module.push('_');
    }
    module
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_dns_name_is_a_module() {
        for (name, expected) in [
            ("webapp", "webapp"),
            ("my-group.sub", "my_group_sub"),
            ("3scale", "_3scale"),
            ("type", "type_"),
        ] {
            assert_eq!(module(name), expected);
        }
    }
}
