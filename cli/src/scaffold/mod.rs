//! From the project to its files, without touching any: what `init` and `create api` write once, and what follows from
//! `kopgen.toml` alone and is kept current by every command.

pub mod api;
mod context;
pub mod import;
pub mod init;
mod order;
mod resolve;

use std::collections::BTreeSet;

use kopgen_templates::Class;

use crate::conflict_markers;
use crate::diagnostic::Diagnostic;
use crate::edit::{cargo, with_line_ends_of};
use crate::ownership::{self, Owner};
use crate::plan::{Change, File, Plan, RelPath, Why};
use crate::project::{self, Project};
use crate::template::{self, Rendered};
use crate::workspace::Snapshot;

use context::{Context, CrateView, Origin, VersionView, With};

/// What follows from `kopgen.toml` alone: module lists, the operator's list, `config/manager`, the manifests of the API
/// crates, and `kopgen.toml` itself. What was kopgen's and no longer follows from it is deleted.
pub fn current(project: &Project, snapshot: &Snapshot, overwrite: bool) -> Plan {
    let licence = licence_header(snapshot);
    let owned = owned_files(project);
    let wanted: BTreeSet<&RelPath> = owned.iter().map(|file| &file.path).collect();
    let stale = FOLDERS
        .iter()
        .flat_map(|folder| snapshot.files_below(folder))
        .filter(|(path, content)| {
            !wanted.contains(path)
                && std::str::from_utf8(content).is_ok_and(ownership::is_generated)
        });
    let pruned = stale.filter_map(|(path, _)| {
        Some((
            path.clone(),
            ownership::pruned(snapshot, path, owner(path, overwrite))?,
        ))
    });
    let owned = owned.iter().map(|Rendered { path, text }| {
        let body = with_licence(path, text, &licence);
        (
            path.clone(),
            ownership::owned(snapshot, path, &body, owner(path, overwrite)),
        )
    });
    let mut plan: Plan = owned.chain(pruned).collect();
    plan = plan
        .and(api_crates(project, snapshot))
        .and(manifests(project, snapshot));
    let model = File::text(project.to_toml(snapshot));
    plan.add(
        project::path(),
        ownership::shared(snapshot, &project::path(), model),
    );
    plan
}

/// The folders whose owned files all follow from `kopgen.toml`.
const FOLDERS: [&str; 7] = [
    "api",
    "operator",
    "config/certmanager",
    "config/manager",
    "config/network-policy",
    "config/prometheus",
    "config/samples",
];

fn owned_files(project: &Project) -> Vec<Rendered> {
    // Owned files say nothing of licences and sources: what init alone knows must not be in what every command rebuilds.
    let context = Context::new(project, &Origin::unknown());
    let mut files = template::render("project", Class::Owned, &[], &context);
    for api_crate in project.api_crates() {
        let view = CrateView::new(&api_crate);
        let with = With {
            context: &context,
            more: serde_json::json!({ "crate": view }),
        };
        files.extend(template::render(
            "crate",
            Class::Owned,
            &[("__crate__", &api_crate.dir)],
            &with,
        ));
        for version in VersionView::all(&api_crate) {
            let places = [
                ("__crate__", api_crate.dir.as_str()),
                ("__version__", version.name()),
            ];
            let with = With {
                context: &context,
                more: serde_json::json!({ "crate": view, "version": version }),
            };
            files.extend(template::render("version", Class::Owned, &places, &with));
        }
    }
    for group in context.controller_groups() {
        let with = With {
            context: &context,
            more: serde_json::json!({ "controller_group": group }),
        };
        files.extend(template::render(
            "controller-group",
            Class::Owned,
            &[("__group__", &group.name)],
            &with,
        ));
    }
    files
}

/// The manifest of each API crate: written when absent; its dependencies are the user's from then on.
fn api_crates(project: &Project, snapshot: &Snapshot) -> Plan {
    let context = Context::new(project, &Origin::unknown());
    let before = Project::read(snapshot).ok();
    let mut plan = Plan::default();
    for api_crate in project.api_crates() {
        let is_gone = before
            .as_ref()
            .is_some_and(|before| before.has_apis_in(&api_crate.dir))
            && snapshot.entry(&RelPath::new(&api_crate.dir)).is_none();
        let with = With {
            context: &context,
            more: serde_json::json!({ "crate": CrateView::new(&api_crate) }),
        };
        for Rendered { path, text } in template::render(
            "crate",
            Class::Shared,
            &[("__crate__", &api_crate.dir)],
            &with,
        ) {
            // Once it is there nobody asked for it: no reason to speak of it.
            let change = match ownership::once(snapshot, &path, File::text(text)) {
                _ if is_gone => Change::Conflict(gone(&api_crate.dir)),
                Change::Keep(_) => Change::Keep(Why::Current),
                change => change,
            };
            plan.add(path, change);
        }
    }
    plan
}

/// Renamed by its user, most likely: a second one would be a second package of one name.
fn gone(folder: &str) -> Diagnostic {
    Diagnostic::new(format!(
        "the folder {folder} is gone, and kopgen.toml has APIs in it"
    ))
    .help(format!(
        "bring it back under that name; an empty folder {folder} has all of it made anew"
    ))
}

/// The workspace's members and the operator's dependencies on the API crates.
fn manifests(project: &Project, snapshot: &Snapshot) -> Plan {
    let crates = project.api_crates();
    let workspace = edited(snapshot, "Cargo.toml", |manifest| {
        for folder in crates.iter().map(|it| it.dir.as_str()).chain(["operator"]) {
            cargo::add_member(manifest, folder);
        }
    });
    let operator = edited(snapshot, "operator/Cargo.toml", |manifest| {
        for api_crate in &crates {
            cargo::add_path_dependency(manifest, &api_crate.name, &format!("../{}", api_crate.dir));
        }
    });
    Plan::from_iter([workspace, operator])
}

fn edited(
    snapshot: &Snapshot,
    path: &str,
    edit: impl FnOnce(&mut toml_edit::DocumentMut),
) -> (RelPath, Change) {
    let path = RelPath::new(path);
    let text = match ownership::text(snapshot, &path) {
        Ok(Some(text)) => text,
        Ok(None) => {
            let missing = Diagnostic::new(format!("{path} is missing"))
                .help("bring it back: what it said was yours, and kopgen cannot guess it");
            return (path, Change::Conflict(missing));
        }
        Err(problem) => return (path, Change::Conflict(problem)),
    };
    let change = match cargo::parse(&path, text) {
        Ok(mut manifest) => {
            let before = manifest.to_string();
            edit(&mut manifest);
            let after = manifest.to_string();
            // What needs no edit stays byte for byte, however its lines end; a merge that was resolved is one.
            let merging = conflict_markers::sides(text).is_some();
            match before == after && !merging {
                true => Change::Keep(Why::Current),
                false => {
                    ownership::shared(snapshot, &path, File::text(with_line_ends_of(text, after)))
                }
            }
        }
        Err(problem) => Change::Conflict(problem),
    };
    (path, change)
}

/// Files that are written when absent. They start with the project's licence header, where they are Rust.
fn once(snapshot: &Snapshot, licence: &str, files: Vec<Rendered>) -> Plan {
    let change = |Rendered { path, text }: Rendered| {
        let file = File::text(with_licence(&path, &text, licence));
        let change = ownership::once(snapshot, &path, file);
        (path, change)
    };
    files.into_iter().map(change).collect()
}

/// Where the user keeps the header of every new Rust file.
fn licence_path() -> RelPath {
    RelPath::new("hack/boilerplate.rs.txt")
}

fn licence_header(snapshot: &Snapshot) -> String {
    snapshot
        .text(&licence_path())
        .unwrap_or_default()
        .trim_end()
        .to_owned()
}

fn with_licence(path: &RelPath, text: &str, licence: &str) -> String {
    match path.extension() {
        // A list of nothing: rustfmt wants no blank line behind the header.
        Some("rs") if !licence.is_empty() && text.trim().is_empty() => format!("{licence}\n"),
        Some("rs") if !licence.is_empty() => format!("{licence}\n\n{text}"),
        _ => text.to_owned(),
    }
}

/// Where a user changes what an owned file says, as its header has it.
fn owner(path: &RelPath, overwrite: bool) -> Owner<'static> {
    let instead = match path.as_str() {
        "operator/src/operator.rs" => "`kopgen create api` lists kinds and controllers here",
        "operator/src/bin/manifests.rs" => {
            "`kopgen manifests` runs it; what it prints is declared in the kinds and controllers"
        }
        "config/samples/kustomization.yaml" => {
            "`kopgen create api` lists samples here; apply others from a kustomization of your own"
        }
        path if path.ends_with(".rs") => "`kopgen create api` lists modules here",
        _ => "patch it in config/default",
    };
    Owner { instead, overwrite }
}

impl Origin {
    fn unknown() -> Self {
        Self {
            license: None,
            runtime: String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
