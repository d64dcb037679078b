//! `kopgen create api`: a kind, its controller, or both.

use kopgen_core::names::ControllerName;
use kopgen_core::yaml;
use kopgen_templates::Class;
use serde::Serialize;

pub use super::resolve::appended;

use super::context::{ApiView, Context, ControllerView, Origin, With};
use super::resolve::{
    check_controller, check_dependency, controller_name, qualified, target, wanted_api,
};
use super::{current, licence_header, once};
use crate::diagnostic::{Diagnostics, Result};
use crate::import;
use crate::plan::{Plan, RelPath};
use crate::project::{Gvk, Project, Target};
use crate::request::CreateApi;
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
        (Target::Own(gvk), Some(_)) if !after.apis[gvk].imported => Some(gvk),
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
        let (version, sample) = (gvk.version.snake(), after.sample_stem(gvk));
        let places = [
            ("__crate__", api_crate.dir.as_str()),
            ("__version__", &version),
            ("__kind__", &view.module),
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
            // Of the fields of an imported kind nothing is known here.
            Target::Own(gvk) if !after.apis[gvk].imported => {
                Some(ApiView::new(after, gvk, &after.apis[gvk]))
            }
            _ => None,
        };
        let (path, test) = (place.joined("/"), place.joined("_"));
        let places = [
            ("__controller__", path.as_str()),
            ("__controller_test__", &test),
        ];
        let controller = ControllerView::new(after, name, target);
        let least = match target {
            Target::Core(core) => core.least(),
            Target::Own(_) | Target::External(_) => None,
        };
        let sample = sample(after, snapshot, target, &test);
        let more = serde_json::json!({ "controller": controller, "api": api, "sample": sample, "least": least });
        let with = With {
            context: &context,
            more,
        };
        let mut files = template::render("controller", Class::Once, &places, &with);
        if let Target::External(external) = target {
            let crd = format!("{}.{}", external.plural, external.gvk.group);
            let place = [("__crd__", crd.as_str())];
            files.extend(template::render("external", Class::Once, &place, &with));
        }
        plan = plan.and(once(snapshot, &licence, files));
    }
    plan
}

/// An object for the test of a controller whose kind's fields are not known here.
#[derive(Debug, Serialize)]
struct Sample {
    /// Its file, from the operator's folder.
    file: String,
    /// Its `metadata.name`.
    name: String,
}

/// The object for the test of a controller; `None` when nobody knows one that the API server takes.
fn sample(project: &Project, snapshot: &Snapshot, target: &Target, test: &str) -> Option<Sample> {
    let own = || Sample {
        file: format!("tests/samples/{test}.yaml"),
        name: format!("{}-sample", target.kind().to_lowercase()),
    };
    match target {
        Target::Own(gvk) => {
            let path = RelPath::new(format!("config/samples/{}.yaml", project.sample_stem(gvk)));
            let text = snapshot.text(&path)?;
            if !import::is_certain(text) {
                return None;
            }
            // One that kopgen could not complete is nothing but comments.
            let objects = yaml::documents(text).ok()?;
            let object = objects.iter().find(|it| it["kind"] == gvk.kind.as_str())?;
            let name = object["metadata"]["name"].as_str()?;
            Some(Sample {
                file: format!("../{path}"),
                // It stands in a string of Rust.
                name: name.escape_debug().to_string(),
            })
        }
        Target::Core(core) => core.least().map(|_| own()),
        Target::External(_) => Some(own()),
    }
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
