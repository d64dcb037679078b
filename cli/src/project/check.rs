//! What must hold between the parts of a project, beyond each name being right: all problems at once.

use std::collections::{BTreeMap, BTreeSet};

use kopgen_core::names::{Group, Namespace};

use super::{Api, Project, Target};
use crate::diagnostic::Diagnostic;

impl Project {
    /// Everything in the project that cannot stand beside something else in it.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        self.check_groups(&mut problems);
        self.check_kinds(&mut problems);
        self.check_scopes(&mut problems);
        self.check_controllers(&mut problems);
        problems
    }

    /// One crate of types has one group; each of several groups has a crate and a module of its own.
    fn check_groups(&self, problems: &mut Vec<Diagnostic>) {
        let mut modules = BTreeMap::new();
        for group in self.apis.keys().map(|gvk| &gvk.group) {
            let module = self.group_module(group);
            let first = *modules
                .entry(if self.multigroup {
                    module
                } else {
                    String::new()
                })
                .or_insert(group);
            if first == group {
                continue;
            }
            let problem = match self.multigroup {
                true => Diagnostic::new(format!(
                    "the groups {first} and {group} would share a folder"
                ))
                .help("choose a group whose letters and digits differ"),
                false => self.second_group(first, group),
            };
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }

    /// The project has `first` and no room for `second`.
    pub(crate) fn second_group(&self, first: &Group, second: &Group) -> Diagnostic {
        Diagnostic::new(format!("the project has one group, {first}; {second} would be a second"))
            .note("a project has a crate of types for each group only when it was made with `kopgen init --multigroup`")
            .help(format!(
                "put the kind into {}, or make a project with `kopgen init --multigroup` and create its APIs there",
                self.short_group(first)
            ))
    }

    fn check_kinds(&self, problems: &mut Vec<Diagnostic>) {
        let apis: Vec<_> = self.apis.iter().collect();
        for (index, (gvk, api)) in apis.iter().enumerate() {
            for (other_gvk, other) in apis[..index]
                .iter()
                .filter(|(other, _)| other.group == gvk.group)
            {
                if other_gvk.kind == gvk.kind {
                    // Of one CRD: what it has once must be the same in each version.
                    for what in api.differences(other) {
                        problems.push(
                            Diagnostic::new(format!(
                                "{gvk} and {other_gvk} are one CRD and differ in their {what}"
                            ))
                            .help("make them agree, here and in their types"),
                        );
                    }
                    continue;
                }
                if other.plural == api.plural {
                    problems.push(
                        Diagnostic::new(format!(
                            "{} and {} have the plural `{}`, which names one CRD",
                            gvk.kind, other_gvk.kind, api.plural
                        ))
                        .help("choose another with `--plural`"),
                    );
                }
                if let Some(short) = api
                    .short_names
                    .iter()
                    .find(|name| other.short_names.contains(name))
                {
                    problems.push(
                        Diagnostic::new(format!(
                            "{} and {} have the short name `{short}`",
                            gvk.kind, other_gvk.kind
                        ))
                        .note("the API server serves a short name for one kind of a group only")
                        .help("choose another with `--shortname`"),
                    );
                }
                if other_gvk.version == gvk.version {
                    self.check_module(problems, gvk, other_gvk);
                }
            }
        }
    }

    /// Two kinds of one version share a Rust module.
    fn check_module(&self, problems: &mut Vec<Diagnostic>, gvk: &super::Gvk, other: &super::Gvk) {
        // Of an imported kind nothing is exported but the kind.
        let export_all = [gvk, other].iter().all(|it| !self.apis[*it].imported);
        if self.kind_module(gvk) == self.kind_module(other) {
            problems.push(
                Diagnostic::new(format!(
                    "{} and {} would share the module `{}`",
                    gvk.kind,
                    other.kind,
                    self.kind_module(gvk)
                ))
                .help("choose a kind that differs in more than upper and lower case"),
            );
        } else if let Some(name) = gvk.kind.clash(&other.kind).filter(|_| export_all) {
            problems.push(
                Diagnostic::new(format!(
                    "{} and {} would both define the type `{name}`",
                    gvk.kind, other.kind
                ))
                .help("choose another kind"),
            );
        }
    }

    /// An operator that is bound to its namespace sees nothing outside of it.
    fn check_scopes(&self, problems: &mut Vec<Diagnostic>) {
        if !self.namespaced {
            return;
        }
        for (gvk, _) in self.apis.iter().filter(|(_, api)| !api.namespaced) {
            problems.push(
                Diagnostic::new(format!("{gvk} is cluster-scoped, and the project is namespaced: its role could not allow it"))
                    .help("make the kind namespaced, or make a project without `--namespaced`"),
            );
        }
        for (name, target) in &self.controllers {
            let cluster_scoped = match target {
                Target::Own(_) => false,
                Target::Core(core) => !core.namespaced,
                Target::External(external) => !external.namespaced,
            };
            if cluster_scoped {
                problems.push(
                    Diagnostic::new(format!("controller `{name}`: {target} is cluster-scoped, and the project is namespaced"))
                        .help("make a project without `--namespaced`"),
                );
            }
        }
    }

    fn check_controllers(&self, problems: &mut Vec<Diagnostic>) {
        let mut places = BTreeMap::new();
        for (name, target) in &self.controllers {
            if let Target::Own(gvk) = target
                && !self.apis.contains_key(gvk)
            {
                problems.push(Diagnostic::new(format!(
                    "controller `{name}` is for {gvk}, which the project does not have"
                )));
            }
            // The tests' files share one folder, whatever the groups are.
            let place = self.controller_place(name, target).joined("_");
            if place == "common" {
                problems.push(
                    Diagnostic::new(format!(
                        "the test of the controller `{name}` would be operator/tests/common.rs, beside common/, which all tests share"
                    ))
                    .help("choose another with `--controller-name`"),
                );
            }
            if let Some(other) = places.insert(place, name) {
                problems.push(
                    Diagnostic::new(format!(
                        "the controllers `{other}` and `{name}` would share a file"
                    ))
                    .help("choose another with `--controller-name`"),
                );
            }
        }
    }
}

/// A problem for each namespace that stands in a list again.
pub fn twice(namespaces: &[Namespace]) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let again = namespaces.iter().filter(|it| !seen.insert(*it));
    let problem = |it: &Namespace| {
        Diagnostic::new(format!("the namespace `{it}` stands in the list twice"))
            .help("take one of the two out")
    };
    again.map(problem).collect()
}

impl Api {
    /// In what two versions of a kind differ that a CRD has only once.
    pub(crate) fn differences(&self, other: &Api) -> Vec<&'static str> {
        let differs = [
            (self.plural != other.plural, "plural"),
            (self.short_names != other.short_names, "short names"),
            (self.namespaced != other.namespaced, "scope"),
        ];
        differs
            .into_iter()
            .filter(|(differs, _)| *differs)
            .map(|(_, what)| what)
            .collect()
    }
}
