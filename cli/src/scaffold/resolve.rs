//! What a request for an API means in a project: full names, what is known already, and what it may not ask for.

use kopgen_core::names::{ControllerName, Group, Kind, NameProblem, plural_of};

use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::edit::cargo;
use crate::plan::RelPath;
use crate::project::{Api, External, Gvk, Project, Target, core_types};
use crate::request::{CreateApi, CreateController, CreateTypes};
use crate::workspace::Snapshot;

/// The group below the project's domain. One that is below it already, one that is the domain, and one that was imported as it
/// is, is whole as it was given.
pub(super) fn qualified(project: &Project, group: &Group) -> Result<Group, Diagnostic> {
    let is_known = |group: &Group| project.apis.keys().any(|gvk| gvk.group == *group);
    let below = group.below(&project.domain);
    let is_whole = is_known(group)
        || project.short_group(group) != group.as_str()
        || (group.as_str() == project.domain.as_str() && !below.as_ref().is_ok_and(is_known));
    match is_whole {
        true => Ok(group.clone()),
        false => below.map_err(Diagnostic::from),
    }
}

/// The note on a group that has a dot and was not taken for a full name, which its user may have meant.
pub fn appended(project: &Project, group: &Group) -> Option<String> {
    let whole = qualified(project, group).ok()?;
    (group.as_str().contains('.') && whole != *group).then(|| {
        format!(
            "the group is {whole}: kopgen appends the project's domain to a group that does not end in it"
        )
    })
}

/// What the project is to know of the kind: what is asked for, else what it knows already, else what is usual.
pub(super) fn wanted_api(project: &Project, gvk: &Gvk, types: &CreateTypes) -> Result<Api> {
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
            .or_else(|| known.and_then(|api| api.workload.clone())),
        imported: present.is_some_and(|api| api.imported),
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
        (Some(present), _) => problems.extend(differences(project, gvk, present, &wanted)),
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
fn differences(project: &Project, gvk: &Gvk, present: &Api, wanted: &Api) -> Vec<Diagnostic> {
    let mut differing = present.differences(wanted);
    if present.workload != wanted.workload {
        differing.push("image or port, or none");
    }
    let module = project.kind_module(gvk);
    let file = format!("src/{}/{module}.rs", gvk.version.snake());
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
pub(super) fn target(project: &Project, request: &CreateApi) -> Result<Target> {
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

pub(super) fn controller_name(
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
pub(super) fn check_controller(
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
pub(super) fn check_dependency(
    project: &Project,
    snapshot: &Snapshot,
    external: &External,
) -> Result<()> {
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
