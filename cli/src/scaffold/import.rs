//! `kopgen create api --from-crd`: the types of CRDs that others wrote, and controllers for them.

use std::collections::BTreeSet;

use kopgen_core::crd::Crd;
use kopgen_core::names::{ControllerName, Group, Kind, NameProblem, Plural, ShortName, Version};
use serde_json::{Value, json};

use super::{api, current, licence_header, with_licence};
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::import::{self, Imported};
use crate::ownership;
use crate::plan::{Change, Plan, RelPath, Why};
use crate::project::{Api, Gvk, Project, Target};
use crate::workspace::{Entry, Snapshot};

/// A CRD, as it comes into the project.
#[derive(Clone, Debug)]
pub struct Import {
    group: Group,
    kind: Kind,
    api: Api,
    versions: Vec<ImportedVersion>,
}

#[derive(Clone, Debug)]
struct ImportedVersion {
    name: Version,
    module: String,
    sample: String,
}

/// What an import does.
#[derive(Debug)]
pub struct Outcome {
    /// The plan.
    pub plan: Plan,
    /// The files that were edited since they were imported, and stay, with what they would have become.
    pub edited: Vec<(RelPath, String)>,
}

impl Import {
    /// What the project needs of a CRD, and of the types that were made of it.
    ///
    /// # Errors
    ///
    /// Names that a project cannot have, all of them.
    pub fn new(crd: &Crd, imported: &Imported, project: &Project) -> Result<Self> {
        let mut problems = Vec::new();
        let names = &crd.definition["spec"]["names"];
        let texts = |value: &Value| -> Vec<String> {
            let list = value.as_array().into_iter().flatten();
            list.filter_map(|it| it.as_str().map(str::to_owned))
                .collect()
        };
        let short_names: Vec<ShortName> = texts(&names["shortNames"])
            .iter()
            .filter_map(|name| taken(&mut problems, name))
            .collect();
        let (group, kind, plural) = (
            taken::<Group>(&mut problems, crd.group()),
            taken::<Kind>(&mut problems, crd.kind()),
            taken::<Plural>(&mut problems, crd.plural()),
        );
        let mut versions = Vec::new();
        for module in &imported.modules {
            let Some(name) = taken::<Version>(&mut problems, &module.version) else {
                continue;
            };
            versions.push(ImportedVersion {
                name,
                module: module.text.clone(),
                sample: sample(crd, &module.version, project),
            });
        }
        let named = |problem: Diagnostic| Diagnostic {
            message: format!("the CRD `{}`: {}", crd_name(crd), problem.message),
            ..problem
        };
        Diagnostics::barrier(problems.into_iter().map(named).collect())?;
        let known = "what is missing was reported";
        Ok(Self {
            group: group.expect(known),
            kind: kind.expect(known),
            api: Api {
                plural: plural.expect(known),
                short_names,
                namespaced: crd.namespaced(),
                workload: None,
                imported: true,
            },
            versions,
        })
    }

    fn gvk(&self, version: &ImportedVersion) -> Gvk {
        Gvk {
            group: self.group.clone(),
            kind: self.kind.clone(),
            version: version.name.clone(),
        }
    }
}

/// `metadata.name` of a CRD.
pub fn crd_name(crd: &Crd) -> &str {
    crd.definition["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
}

/// The plan of all that follows from the imports; with `controllers`, also a controller for the best version of each kind.
///
/// # Errors
///
/// A kind cannot stand beside what the project has.
pub fn plan(
    project: &Project,
    snapshot: &Snapshot,
    imports: &[Import],
    controllers: bool,
) -> Result<Outcome> {
    let (mut after, gone) = add(project, imports)?;
    let names = match controllers {
        true => add_controllers(&mut after, imports)?,
        false => Vec::new(),
    };
    let licence = licence_header(snapshot);
    let mut outcome = Outcome {
        plan: Plan::default(),
        edited: Vec::new(),
    };
    // The controllers' tests apply the samples.
    let mut future = snapshot.clone();
    for import in imports {
        for version in &import.versions {
            let [module, sample] = paths(&after, &import.gvk(version));
            let text = with_licence(&module, &version.module, &licence);
            for (path, text) in [(module, text), (sample, version.sample.clone())] {
                let change = ownership::imported(snapshot, &path, &text);
                match &change {
                    Change::Keep(Why::Yours) => {
                        let text = ownership::with_header(&path, &text);
                        outcome.edited.push((path.clone(), text));
                    }
                    Change::Create { after } | Change::Replace { after, .. } => {
                        future.set(path.clone(), Entry::File(after.content.clone()));
                    }
                    _ => {}
                }
                outcome.plan.add(path, change);
            }
        }
    }
    let controllers = api::files(project, &after, &future, [], &names);
    outcome.plan = outcome.plan.and(controllers);
    for gvk in &gone {
        for path in paths(project, gvk) {
            if let Some(change) = ownership::no_longer_imported(snapshot, &path) {
                outcome.plan.add(path, change);
            }
        }
    }
    outcome.plan = outcome.plan.and(current(&after, snapshot, false));
    Ok(outcome)
}

/// The files of a version's types and of its sample.
fn paths(project: &Project, gvk: &Gvk) -> [RelPath; 2] {
    let folder = project.api_crate(&gvk.group).dir;
    [
        RelPath::new(format!(
            "{folder}/src/{}/{}.rs",
            gvk.version.snake(),
            project.kind_module(gvk)
        )),
        RelPath::new(format!("config/samples/{}.yaml", project.sample_stem(gvk))),
    ]
}

/// The project with the imports; and the versions that were imported once and that their CRDs no longer have.
fn add(project: &Project, imports: &[Import]) -> Result<(Project, Vec<Gvk>)> {
    let mut after = project.clone();
    let mut problems = Vec::new();
    let mut gone = Vec::new();
    for (index, import) in imports.iter().enumerate() {
        problems.extend(plural_problem(project, &imports[..index], import));
        for version in &import.versions {
            let gvk = import.gvk(version);
            if project.apis.get(&gvk).is_some_and(|it| !it.imported) {
                problems.push(
                    Diagnostic::new(format!("{gvk} is there already, and was not imported"))
                        .note("its types are yours: kopgen does not change them")
                        .help("import other CRDs with `--kind`, or take it out of kopgen.toml and delete its files"),
                );
            }
            after.apis.insert(gvk, import.api.clone());
        }
        let is_gone = |gvk: &Gvk, api: &Api| {
            api.imported
                && (&gvk.group, &gvk.kind) == (&import.group, &import.kind)
                && import.versions.iter().all(|it| it.name != gvk.version)
        };
        gone.extend(
            project
                .apis
                .iter()
                .filter(|(gvk, api)| is_gone(gvk, api))
                .map(|(gvk, _)| gvk.clone()),
        );
    }
    for gvk in &gone {
        after.apis.remove(gvk);
        for (name, target) in &project.controllers {
            if *target == Target::Own(gvk.clone()) {
                problems.push(
                    Diagnostic::new(format!(
                        "the CRD has no {} any more, and the controller `{name}` is for it",
                        gvk.version
                    ))
                    .help(format!(
                        "make it one for another version of {}: in its file, and in kopgen.toml",
                        gvk.kind
                    )),
                );
            }
        }
    }
    problems.extend(groups_problem(&after));
    Diagnostics::barrier(problems)?;
    Diagnostics::barrier(after.problems())?;
    Ok((after, gone))
}

/// A kind has one CRD in its group, and so one plural.
fn plural_problem(project: &Project, before: &[Import], import: &Import) -> Option<Diagnostic> {
    let of_kind = |group: &Group, kind: &Kind| (group, kind) == (&import.group, &import.kind);
    let plural = &import.api.plural;
    if let Some(other) = before.iter().find(|it| of_kind(&it.group, &it.kind)) {
        let (one, group, kind) = (&other.api.plural, &import.group, &import.kind);
        let problem = Diagnostic::new(format!(
            "two CRDs of {group} are of the kind {kind}: `{one}.{group}` and `{plural}.{group}`"
        ));
        return Some(problem.help("an API server takes one of them: leave the other out"));
    }
    let mut there = project.apis.iter().filter(|(_, api)| api.imported);
    let (gvk, api) =
        there.find(|(gvk, api)| of_kind(&gvk.group, &gvk.kind) && api.plural != *plural)?;
    let problem = Diagnostic::new(format!(
        "{gvk} is there already, with the plural `{}`, and not `{plural}`",
        api.plural
    ));
    Some(problem.note("a kind has one CRD in its group, and a CRD is named after its plural")
        .help("if the kind has moved to the other CRD, take it out of kopgen.toml, and delete its files"))
}

/// A project of one group has no room for CRDs of several.
fn groups_problem(after: &Project) -> Option<Diagnostic> {
    let groups: BTreeSet<&str> = after.apis.keys().map(|gvk| gvk.group.as_str()).collect();
    if after.multigroup || groups.len() < 2 {
        return None;
    }
    let groups: Vec<_> = groups.into_iter().collect();
    Some(
        Diagnostic::new(format!("the project has room for one group, and these are {}: {}", groups.len(), groups.join(", ")))
            .note("a project has a crate of types for each group only when it was made with `kopgen init --multigroup`")
            .help("import one group's CRDs, or all of them into a project made with `kopgen init --multigroup`"),
    )
}

/// A controller for each kind that has none, in its best version that is served.
fn add_controllers(project: &mut Project, imports: &[Import]) -> Result<Vec<ControllerName>> {
    let mut names = Vec::new();
    let mut problems = Vec::new();
    for import in imports {
        let has_one = project
            .controllers_of(&import.group, &import.kind)
            .next()
            .is_some();
        let Some(best) = import.versions.iter().min_by_key(|it| &it.name) else {
            continue;
        };
        if has_one {
            continue;
        }
        let gvk = import.gvk(best);
        let target = Target::Own(gvk.clone());
        let help = format!(
            "import without `--controller`, then: `kopgen create api --resource=false --group {} --version {} --kind {} --controller-name <NAME>`",
            gvk.group, gvk.version, gvk.kind
        );
        match project
            .default_controller_name(&target)
            .parse::<ControllerName>()
        {
            Ok(name) => {
                if let Some(other) = project.controllers.get(&name) {
                    let problem = Diagnostic::new(format!(
                        "the controller `{name}` is there already, for {other}"
                    ));
                    problems.push(problem.help(help));
                    continue;
                }
                project.controllers.insert(name.clone(), target);
                names.push(name);
            }
            Err(problem) => problems.push(Diagnostic::from(problem).help(help)),
        }
    }
    Diagnostics::barrier(problems)?;
    Diagnostics::barrier(project.problems())?;
    Ok(names)
}

fn sample(crd: &Crd, version: &str, project: &Project) -> String {
    let none = Value::Null;
    let of_name = |it: &&Value| it["name"] == version;
    let version = crd.versions().iter().find(of_name).unwrap_or(&none);
    let singular = crd.definition["spec"]["names"]["singular"].as_str();
    // A few kinds take certain names only.
    let names = "/schema/openAPIV3Schema/properties/metadata/properties/name/enum/0";
    let name = version.pointer(names).and_then(Value::as_str).map_or_else(
        || format!("{}-sample", singular.unwrap_or_default()),
        str::to_owned,
    );
    let mut metadata = json!({
        "name": name,
        "labels": {
            "app.kubernetes.io/name": project.name.as_str(),
            "app.kubernetes.io/managed-by": "kustomize",
        },
    });
    if crd.namespaced() && project.namespaced {
        metadata["namespace"] = project.sample_namespace().into();
    }
    import::sample(crd, version, &metadata)
}

fn taken<T: std::str::FromStr<Err = NameProblem>>(
    problems: &mut Vec<Diagnostic>,
    text: &str,
) -> Option<T> {
    text.parse()
        .map_err(|problem: NameProblem| problems.push(problem.into()))
        .ok()
}
