//! What the templates see: plain views of the project.

use std::collections::BTreeMap;

use kopgen_core::names::{ControllerName, Version};
use serde::Serialize;

use super::order::{chunks, sorted};
use crate::project::{Api, ApiCrate, ExportedKind, Gvk, LAYOUT, Project, Target};

/// What every template sees.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Context {
    project: ProjectView,
    kopgen: KopgenView,
    crates: Vec<CrateView>,
    kinds: Vec<ApiView>,
    controllers: Vec<ControllerView>,
    controller_groups: Vec<ControllerGroupView>,
}

/// What `init` alone knows.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The licence by its SPDX name.
    pub license: Option<String>,
    /// The runtime's source, as it stands in an inline table: `version = "0.1.0"`.
    pub runtime: String,
}

#[derive(Clone, Debug, Serialize)]
struct ProjectView {
    name: String,
    ident: String,
    domain: String,
    multigroup: bool,
    namespaced: bool,
    operator_crate: String,
    operator_ident: String,
    system_namespace: String,
    watch_namespaces: Vec<String>,
    /// Whether rustc's lint of names finds fault with the module of a group or of a controller that has none.
    has_odd_modules: bool,
    /// Where samples are, and the tests' objects: a namespace that is watched.
    sample_namespace: String,
    license: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct KopgenView {
    version: &'static str,
    runtime: String,
    layout: i64,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CrateView {
    name: String,
    ident: String,
    dir: String,
    up: String,
    group: Option<String>,
    /// Whether rustc's lint of names finds fault with its own, or with one of its modules.
    has_odd_names: bool,
    versions: Vec<VersionView>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct VersionView {
    name: String,
    version: String,
    kinds: Vec<ModuleView>,
    /// The kinds that are exported by name. Where there are several, all are: a helper of another may have the same name.
    exports: Vec<String>,
    /// The modules of which everything is exported.
    globs: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct ModuleView {
    module: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct ApiView {
    group: String,
    group_short: String,
    group_ident: String,
    version: String,
    api_version: String,
    kind: String,
    plural: String,
    singular: String,
    pub(super) module: String,
    namespaced: bool,
    short_names: Vec<String>,
    pub(super) storage: bool,
    image: Option<String>,
    port: Option<u16>,
    crate_name: String,
    crate_ident: String,
    import: String,
    short: String,
    path: String,
    sample: String,
    sample_name: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct ControllerView {
    name: String,
    module: String,
    reconciler: String,
    /// From its crate on.
    path: String,
    /// Whether the attribute has to say the name: the derive makes another of the struct's.
    says_name: bool,
    test: String,
    /// The condition that it reports.
    condition: String,
    /// Whether it runs the image that its kind was made for.
    runs_image: bool,
    target: TargetView,
}

#[derive(Clone, Debug, Serialize)]
struct TargetView {
    group: String,
    group_ident: String,
    version: String,
    api_version: String,
    kind: String,
    plural: String,
    singular: String,
    snake: String,
    namespaced: bool,
    import: Option<String>,
    short: String,
    path: String,
    origin: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct ControllerGroupView {
    pub(super) name: String,
    /// Whether rustc's lint of names finds fault with one of its modules.
    has_odd_names: bool,
    controllers: Vec<String>,
}

/// A view beside what every template sees.
#[derive(Serialize)]
pub(super) struct With<'a, T> {
    #[serde(flatten)]
    pub context: &'a Context,
    #[serde(flatten)]
    pub more: T,
}

impl Context {
    pub(super) fn new(project: &Project, origin: &Origin) -> Self {
        Self {
            project: ProjectView {
                name: project.name.to_string(),
                ident: project.ident(),
                domain: project.domain.to_string(),
                multigroup: project.multigroup,
                namespaced: project.namespaced,
                operator_crate: project.operator_crate(),
                operator_ident: project.operator_crate().replace('-', "_"),
                system_namespace: project.system_namespace(),
                watch_namespaces: project
                    .watch_namespaces
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
                has_odd_modules: project.controllers.iter().any(|(name, target)| {
                    let place = project.controller_place(name, target);
                    is_odd(&place.group.unwrap_or(place.module))
                }),
                sample_namespace: project.sample_namespace(),
                license: origin.license.clone(),
            },
            kopgen: KopgenView {
                version: env!("CARGO_PKG_VERSION"),
                runtime: origin.runtime.clone(),
                layout: LAYOUT,
            },
            crates: project.api_crates().iter().map(CrateView::new).collect(),
            kinds: project
                .apis
                .iter()
                .map(|(gvk, api)| ApiView::new(project, gvk, api))
                .collect(),
            controllers: controllers(project),
            controller_groups: controller_groups(project),
        }
    }
}

impl CrateView {
    pub(super) fn new(of: &ApiCrate) -> Self {
        Self {
            name: of.name.clone(),
            ident: of.ident.clone(),
            dir: of.dir.clone(),
            up: of
                .dir
                .split('/')
                .map(|_| "..")
                .collect::<Vec<_>>()
                .join("/"),
            group: of.group.as_ref().map(ToString::to_string),
            has_odd_names: is_odd(&of.ident) || of.versions.keys().any(|it| is_odd(&it.snake())),
            versions: VersionView::all(of),
        }
    }
}

impl VersionView {
    pub(super) fn all(of: &ApiCrate) -> Vec<Self> {
        let view = |(version, kinds): (&Version, &BTreeMap<String, ExportedKind>)| {
            let kinds = sorted(kinds.iter().collect(), |(module, _)| module);
            let exports = kinds
                .iter()
                .filter(|(_, kind)| kinds.len() > 1 || kind.alone)
                .map(|(module, kind)| format!("{module}::{}", kind.type_name));
            let globs = kinds.iter().filter(|(_, kind)| !kind.alone);
            Self {
                name: version.snake(),
                version: version.to_string(),
                exports: exports.collect(),
                globs: globs.map(|(module, _)| (*module).clone()).collect(),
                kinds: kinds
                    .iter()
                    .map(|(module, _)| ModuleView {
                        module: (*module).clone(),
                    })
                    .collect(),
            }
        };
        sorted(of.versions.iter().map(view).collect(), |it| &it.name)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl ApiView {
    pub(super) fn new(project: &Project, gvk: &Gvk, api: &Api) -> Self {
        let types = project.api_crate(&gvk.group);
        let sample = project.sample_stem(gvk);
        let singular = gvk.kind.singular();
        Self {
            group: gvk.group.to_string(),
            group_short: project.short_group(&gvk.group).to_owned(),
            group_ident: project.group_module(&gvk.group),
            version: gvk.version.to_string(),
            api_version: format!("{}/{}", gvk.group, gvk.version),
            kind: gvk.kind.to_string(),
            plural: api.plural.to_string(),
            module: project.kind_module(gvk),
            namespaced: api.namespaced,
            short_names: api.short_names.iter().map(ToString::to_string).collect(),
            storage: true,
            image: api.workload.as_ref().map(|it| it.image.clone()),
            port: api.workload.as_ref().map(|it| it.port),
            import: project.types_module(gvk),
            short: format!("{}::{}", gvk.version.snake(), gvk.kind.type_name()),
            path: format!("{}::{}", project.types_module(gvk), gvk.kind.type_name()),
            crate_name: types.name,
            crate_ident: types.ident,
            sample: format!("{sample}.yaml"),
            sample_name: match api.workload {
                // A Service has this name, too: a label of at most 63 characters.
                Some(_) => format!("{singular:.56}-sample"),
                None => format!("{singular}-sample"),
            },
            singular,
        }
    }
}

impl ControllerView {
    pub(super) fn new(project: &Project, name: &ControllerName, target: &Target) -> Self {
        let place = project.controller_place(name, target);
        let reconciler = project.reconciler(name, target);
        // A condition has one author, and so has a Deployment: a second controller of a kind gets a condition of its own.
        let is_first = project.controllers.iter().all(|(other, it)| {
            other == name || (it.group(), it.kind()) != (target.group(), target.kind())
        });
        let condition = match is_first {
            true => "Ready".to_owned(),
            false => place.own_condition(target),
        };
        let runs_image = match target {
            Target::Own(gvk) => is_first && project.apis[gvk].workload.is_some(),
            Target::Core(_) | Target::External(_) => false,
        };
        Self {
            name: name.to_string(),
            path: format!("controllers::{}::{reconciler}", place.joined("::")),
            says_name: ControllerName::of_struct(&reconciler, &["Reconciler"]) != name.as_str(),
            test: place.joined("_"),
            module: place.module,
            reconciler,
            condition,
            runs_image,
            target: TargetView::new(project, target),
        }
    }
}

impl TargetView {
    fn new(project: &Project, target: &Target) -> Self {
        let (path, plural, namespaced, origin) = match target {
            Target::Own(gvk) => {
                let api = &project.apis[gvk];
                (
                    format!("{}::{}", project.types_module(gvk), gvk.kind.type_name()),
                    api.plural.to_string(),
                    api.namespaced,
                    "project",
                )
            }
            Target::Core(core) => (
                format!("{}::{}", core.module, core.kind),
                core.plural.to_owned(),
                core.namespaced,
                "core",
            ),
            Target::External(external) => (
                external.rust_type.clone(),
                external.plural.to_string(),
                external.namespaced,
                "external",
            ),
        };
        let (import, short) = import(&path);
        let api_group = Some(target.group()).filter(|group| *group != "core");
        Self {
            group: api_group.unwrap_or_default().to_owned(),
            group_ident: project.target_group_module(target),
            version: target.version().to_owned(),
            api_version: api_group.map_or_else(
                || target.version().to_owned(),
                |group| format!("{group}/{}", target.version()),
            ),
            kind: target.kind().to_owned(),
            plural,
            singular: target.kind().to_lowercase(),
            snake: target.kind_snake(),
            namespaced,
            import,
            short,
            path,
            origin,
        }
    }
}

/// How a type is named where its module is imported: `use a::v1` and `v1::Thing`. A module that does not look like a
/// version is not imported: its name could be taken.
fn import(path: &str) -> (Option<String>, String) {
    let parts: Vec<&str> = path.split("::").collect();
    match parts.as_slice() {
        [start @ .., module, name] if !start.is_empty() && is_version(module) => (
            Some(format!("{}::{module}", start.join("::"))),
            format!("{module}::{name}"),
        ),
        _ => (None, path.to_owned()),
    }
}

fn is_version(module: &str) -> bool {
    module
        .parse::<Version>()
        .is_ok_and(|version| version.check_new().is_ok())
}

/// Whether rustc's lint of names finds fault with a module or crate: `a--b` in a DNS name gives `a__b`.
fn is_odd(name: &str) -> bool {
    name.trim_start_matches('_').contains("__")
}

/// By the group's module, then by the controller's: the order of the lists of modules.
fn controllers(project: &Project) -> Vec<ControllerView> {
    let mut placed: Vec<_> = project
        .controllers
        .iter()
        .map(|(name, target)| {
            let place = project.controller_place(name, target);
            let key = (
                chunks(place.group.as_deref().unwrap_or_default()),
                chunks(&place.module),
            );
            (key, ControllerView::new(project, name, target))
        })
        .collect();
    placed.sort_by(|(a, _), (b, _)| a.cmp(b));
    placed.into_iter().map(|(_, view)| view).collect()
}

fn controller_groups(project: &Project) -> Vec<ControllerGroupView> {
    let mut groups: Vec<ControllerGroupView> = Vec::new();
    for (name, target) in &project.controllers {
        let place = project.controller_place(name, target);
        let Some(group) = place.group else { continue };
        match groups.iter_mut().find(|it| it.name == group) {
            Some(view) => view.controllers.push(place.module),
            None => groups.push(ControllerGroupView {
                name: group,
                has_odd_names: false,
                controllers: vec![place.module],
            }),
        }
    }
    for group in &mut groups {
        group.has_odd_names = group.controllers.iter().any(|module| is_odd(module));
        group.controllers = sorted(std::mem::take(&mut group.controllers), |module| module);
    }
    sorted(groups, |group| &group.name)
}

impl Context {
    pub(super) fn controller_groups(&self) -> &[ControllerGroupView] {
        &self.controller_groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_version_is_imported_as_a_module() {
        fn check(path: &str, import_: Option<&str>, short: &str) {
            assert_eq!(import(path), (import_.map(str::to_owned), short.to_owned()));
        }
        check(
            "k8s_openapi::api::apps::v1::Deployment",
            Some("k8s_openapi::api::apps::v1"),
            "v1::Deployment",
        );
        check(
            "gateway::apis::standard::httproutes::HTTPRoute",
            None,
            "gateway::apis::standard::httproutes::HTTPRoute",
        );
        check("some_crate::Thing", None, "some_crate::Thing");
        check("v1::Thing", None, "v1::Thing");
    }
}
