//! `kopgen create api`: a kind, its controller, or both.

use kopgen_core::names::{ControllerName, Group, Kind, NameProblem, plural_of};
use kopgen_templates::Class;

use super::context::{ApiView, Context, ControllerView, Origin, With};
use super::{current, licence_header, once};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::edit::cargo;
use crate::plan::{Plan, RelPath};
use crate::project::{Api, External, Gvk, Project, Target, core_types};
use crate::request::{CreateApi, CreateController, CreateTypes};
use crate::template;
use crate::workspace::Snapshot;

/// The project with what is asked for, and the plan of all that follows from it.
///
/// # Errors
///
/// What is asked for cannot stand beside what the project has.
pub fn plan(
    project: &Project,
    snapshot: &Snapshot,
    request: &CreateApi,
) -> Result<(Project, Plan)> {
    let after = add(project, request)?;
    if let Some(external) = &request.external {
        check_dependency(&after, snapshot, external)?;
    }
    let target = target(&after, request)?;
    let kinds = match (&target, &request.types) {
        (Target::Own(gvk), Some(_)) => Some(gvk),
        _ => None,
    };
    let name = request
        .controller
        .as_ref()
        .map(|controller| controller_name(&after, controller, &target))
        .transpose()?;
    let plan = files(project, &after, snapshot, kinds, name.as_ref());
    let plan = plan.and(current(&after, snapshot, false));
    Ok((after, plan))
}

/// The project with what is asked for.
///
/// # Errors
///
/// It cannot stand beside what the project has.
pub fn add(project: &Project, request: &CreateApi) -> Result<Project> {
    let mut after = project.clone();
    let mut problems = Vec::new();
    if let Some(types) = &request.types {
        let group = qualified(project, &request.group)?;
        let gvk = Gvk {
            group,
            kind: request.kind.clone(),
            version: request.version.clone(),
        };
        if let Some(first) = project
            .apis
            .keys()
            .find(|it| it.group != gvk.group && !project.multigroup)
        {
            problems.push(project.second_group(&first.group, &gvk.group));
        }
        if let Err(problem) = gvk.group.check_custom() {
            problems.push(problem.into());
        }
        match wanted_api(project, &gvk, types) {
            Ok(api) => _ = after.apis.insert(gvk, api),
            Err(found) => problems.extend(found),
        }
    }
    Diagnostics::barrier(problems)?;
    if let Some(controller) = &request.controller {
        let target = target(&after, request)?;
        let name = controller_name(&after, controller, &target)?;
        check_controller(&after, &name, &target, controller)?;
        after.controllers.insert(name, target);
    }
    Diagnostics::barrier(after.problems())?;
    Ok(after)
}

/// The once-files of kinds and controllers of `after`. `before` tells which versions of a kind were there first.
pub(super) fn files<'a>(
    before: &Project,
    after: &Project,
    snapshot: &Snapshot,
    kinds: impl IntoIterator<Item = &'a Gvk>,
    controllers: impl IntoIterator<Item = &'a ControllerName>,
) -> Plan {
    let licence = licence_header(snapshot);
    let context = Context::new(after, &Origin::unknown());
    let mut plan = Plan::default();
    for gvk in kinds {
        let mut view = ApiView::new(after, gvk, &after.apis[gvk]);
        view.storage = is_stored(before, after, gvk);
        let api_crate = after.api_crate(&gvk.group);
        let (version, sample) = (gvk.version.to_string(), after.sample_stem(gvk));
        let places = [
            ("__crate__", api_crate.dir.as_str()),
            ("__version__", &version),
            ("__kind__", &view.snake),
            ("__sample__", &sample),
        ];
        let with = With {
            context: &context,
            more: serde_json::json!({ "api": view }),
        };
        plan = plan.and(once(
            snapshot,
            &licence,
            template::render("kind", Class::Once, &places, &with),
        ));
    }
    for name in controllers {
        let target = &after.controllers[name];
        let place = after.controller_place(name, target);
        let api = match target {
            Target::Own(gvk) => Some(ApiView::new(after, gvk, &after.apis[gvk])),
            _ => None,
        };
        let (path, test) = (place.joined("/"), place.joined("_"));
        let places = [
            ("__controller__", path.as_str()),
            ("__controller_test__", &test),
        ];
        let controller = ControllerView::new(after, name, target);
        let with = With {
            context: &context,
            more: serde_json::json!({ "controller": controller, "api": api }),
        };
        plan = plan.and(once(
            snapshot,
            &licence,
            template::render("controller", Class::Once, &places, &with),
        ));
    }
    plan
}

/// Whether a version of a kind is the one that etcd keeps: the first that there was; of several that come at once, the
/// best.
fn is_stored(before: &Project, after: &Project, gvk: &Gvk) -> bool {
    let others = |project: &Project| -> Vec<Gvk> {
        project
            .apis
            .keys()
            .filter(|it| (&it.group, &it.kind) == (&gvk.group, &gvk.kind) && *it != gvk)
            .cloned()
            .collect()
    };
    others(before).is_empty()
        && others(after)
            .iter()
            .all(|other| gvk.version < other.version)
}

/// The group below the project's domain; one that is below it already stays.
fn qualified(project: &Project, group: &Group) -> Result<Group, Diagnostic> {
    if project.short_group(group) != group.as_str() {
        return Ok(group.clone());
    }
    group.below(&project.domain).map_err(Diagnostic::from)
}

/// What the project is to know of the kind: what is asked for, else what it knows already, else what is usual.
fn wanted_api(project: &Project, gvk: &Gvk, types: &CreateTypes) -> Result<Api> {
    let same_kind = project
        .apis
        .iter()
        .find(|(it, _)| it.group == gvk.group && it.kind == gvk.kind);
    let present = project.apis.get(gvk);
    let known = present.or(same_kind.map(|(_, api)| api));
    let short_names = match types.short_names.is_empty() {
        true => known.map(|api| api.short_names.clone()).unwrap_or_default(),
        false => types.short_names.clone(),
    };
    let wanted = Api {
        plural: types
            .plural
            .clone()
            .or_else(|| known.map(|api| api.plural.clone()))
            .unwrap_or_else(|| plural_of(&gvk.kind)),
        short_names,
        namespaced: types
            .namespaced
            .or_else(|| known.map(|api| api.namespaced))
            .unwrap_or(true),
        workload: types
            .workload
            .clone()
            .or_else(|| present.and_then(|api| api.workload.clone())),
    };
    let mut problems = Vec::new();
    if wanted.workload.is_some() && !wanted.namespaced {
        problems.push(
            Diagnostic::new(format!(
                "{} is cluster-scoped, and `--image` makes a Deployment, which needs a namespace",
                gvk.kind
            ))
            .help("leave out `--image` or `--namespaced=false`"),
        );
    }
    match (present, same_kind) {
        (Some(present), _) => problems.extend(differences(gvk, present, &wanted)),
        (None, Some((other, api))) => {
            problems.extend(wanted.differences(api).into_iter().map(|what| {
                Diagnostic::new(format!(
                    "{other} has another {what}, and all versions of a kind are one CRD"
                ))
                .help(format!(
                    "leave out the flag: the {what} of {other} will be used"
                ))
            }))
        }
        (None, None) => {}
    }
    Diagnostics::barrier(problems)?;
    Ok(wanted)
}

/// What cannot be changed from here, because it stands in files that are the user's by now.
fn differences(gvk: &Gvk, present: &Api, wanted: &Api) -> Vec<Diagnostic> {
    let mut differing = present.differences(wanted);
    if present.workload != wanted.workload {
        differing.push("image or port, or none");
    }
    let file = format!("src/{}/{}.rs", gvk.version, gvk.kind.snake());
    let differs = |what| {
        Diagnostic::new(format!("{gvk} is there already, with another {what}"))
            .note(format!(
                "its types are yours: kopgen does not change {file}"
            ))
            .help(format!(
                "leave out the flag, or change both {file} and kopgen.toml"
            ))
    };
    differing.into_iter().map(differs).collect()
}

/// What the controller is for: a kind of the project, of Kubernetes, or of another crate.
fn target(project: &Project, request: &CreateApi) -> Result<Target> {
    if let Some(external) = &request.external {
        return Ok(Target::External(external.clone()));
    }
    let (group, version, kind) = (&request.group, &request.version, &request.kind);
    let own = qualified(project, group).map(|group| Gvk {
        group,
        kind: kind.clone(),
        version: version.clone(),
    });
    if let Ok(own) = own
        && project.apis.contains_key(&own)
    {
        return Ok(Target::Own(own));
    }
    if let Some(near) = near_miss(project, group, version.as_str(), kind) {
        return Err(near.into());
    }
    let core =
        core_types::find(group.as_str(), version.as_str(), kind.as_str()).map_err(|problem| {
            let own: Vec<_> = project.apis.keys().map(ToString::to_string).collect();
            match own.is_empty() {
                true => problem,
                false => problem.note(format!("the project's own kinds are {}", own.join(", "))),
            }
        })?;
    Ok(Target::Core(core))
}

/// A group of the project's, but no such version or kind in it.
fn near_miss(project: &Project, group: &Group, version: &str, kind: &Kind) -> Option<Diagnostic> {
    let group = qualified(project, group).ok()?;
    let of_group: Vec<_> = project
        .apis
        .keys()
        .filter(|gvk| gvk.group == group)
        .collect();
    if of_group.is_empty() || core_types::is_core_group(project.short_group(&group)) {
        return None;
    }
    let problem = Diagnostic::new(format!("the project has no {group}/{version} {kind}"));
    let names: Vec<_> = of_group
        .iter()
        .map(|gvk| format!("{}/{}", gvk.version, gvk.kind))
        .collect();
    Some(
        problem
            .note(format!("in {group} it has {}", names.join(", ")))
            .help("leave out `--resource=false` to create the kind as well"),
    )
}

fn controller_name(
    project: &Project,
    controller: &CreateController,
    target: &Target,
) -> Result<ControllerName> {
    match &controller.name {
        Some(name) => Ok(name.clone()),
        None => project
            .default_controller_name(target)
            .parse()
            .map_err(|problem: NameProblem| {
                Diagnostic::from(problem)
                    .help("choose a shorter name with `--controller-name`")
                    .into()
            }),
    }
}

/// A kind may have several controllers, each by its own name; a second that was not asked for is a mistake.
fn check_controller(
    project: &Project,
    name: &ControllerName,
    target: &Target,
    controller: &CreateController,
) -> Result<()> {
    match project.controllers.get(name) {
        Some(present) if present == target => return Ok(()),
        Some(present) => {
            return Err(Diagnostic::new(format!("the controller `{name}` is there already, for {present}"))
                .help("choose another with `--controller-name`, or leave it out with `--controller=false`")
                .into());
        }
        None => {}
    }
    let other = project
        .controllers
        .iter()
        .find(|(_, it)| (it.group(), it.kind()) == (target.group(), target.kind()));
    match other {
        Some((other, present)) if controller.name.is_none() => Err(Diagnostic::new(format!(
            "{} has a controller already: `{other}`, for {present}",
            target.kind()
        ))
        .help(
            "leave it at that with `--controller=false`, or name another with `--controller-name`",
        )
        .into()),
        _ => Ok(()),
    }
}

/// The scaffolded code names the type: it compiles only when the operator depends on its crate.
fn check_dependency(project: &Project, snapshot: &Snapshot, external: &External) -> Result<()> {
    let path = RelPath::new("operator/Cargo.toml");
    // A manifest that is missing or broken is reported by the plan.
    let Some(manifest) = snapshot
        .text(&path)
        .and_then(|text| cargo::parse(&path, text).ok())
    else {
        return Ok(());
    };
    let ident = external
        .rust_type
        .split("::")
        .next()
        .expect("a split has a first part");
    if cargo::has_dependency(&manifest, ident)
        || project.api_crates().iter().any(|it| it.ident == ident)
    {
        return Ok(());
    }
    let package = ident.replace('_', "-");
    Err(
        Diagnostic::new(format!("{path} has no dependency `{ident}`"))
            .help(format!(
                "add it first, and it must be made for kube 5: `cargo add --package {} {package}`",
                project.operator_crate()
            ))
            .into(),
    )
}
