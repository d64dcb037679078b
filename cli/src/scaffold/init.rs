//! `kopgen init`: the files of a new project.

use std::collections::BTreeMap;

use kopgen_templates::Class;
use toml_edit::Value;

use super::context::{Context, CrateView, Origin, With};
use super::{api, licence_header, licence_path, once};
use crate::diagnostic::{Diagnostics, Result};
use crate::edit::cargo;
use crate::ownership;
use crate::plan::{Change, File, Plan, RelPath};
use crate::project::{Project, Spellings};
use crate::request::{self, License};
use crate::template::{self, Rendered};
use crate::workspace::{Entry, Snapshot};

/// What was read for a new project, beside its folder.
#[derive(Clone, Debug)]
pub struct Read {
    /// The text of the licence header that the user gave a file for.
    pub license: Option<String>,
    /// The way from the project to a checkout's `runtime/`, where the project is to depend on one.
    pub runtime: Option<String>,
}

/// The new project and the plan of all its files, those of its first APIs too. `snapshot` is the folder as it is: what
/// stands in it stays.
///
/// # Errors
///
/// APIs that cannot stand beside one another.
pub fn plan(snapshot: &Snapshot, request: &request::Init, read: &Read) -> Result<(Project, Plan)> {
    let empty = Project {
        name: request.name.clone(),
        domain: request.domain.clone(),
        multigroup: request.multigroup,
        namespaced: request.namespaced,
        watch_namespaces: request.watch_namespaces.clone(),
        apis: BTreeMap::new(),
        controllers: BTreeMap::new(),
        spellings: Spellings::default(),
    };
    let origin = Origin {
        license: matches!(request.license, License::Apache2).then(|| "Apache-2.0".to_owned()),
        runtime: match &read.runtime {
            Some(path) => format!("path = {}", Value::from(path.as_str())),
            None => format!("version = {}", Value::from(env!("CARGO_PKG_VERSION"))),
        },
    };

    // The first files see a project without APIs, so that it does not matter whether those come with `init` or later.
    let mut future = snapshot.clone();
    let mut plan = Plan::default();
    if let Some(header) = header(request, read) {
        let change = ownership::once(snapshot, &licence_path(), File::text(header));
        add(&mut plan, &mut future, licence_path(), change);
    }
    let context = Context::new(&empty, &origin);
    for (path, change) in once(
        &future,
        &licence_header(&future),
        template::render("project", Class::Once, &[], &context),
    )
    .changes
    {
        add(&mut plan, &mut future, path, change);
    }
    for Rendered { path, text } in shared(&empty, &context) {
        let change = merged(&future, &path, &text);
        add(&mut plan, &mut future, path, change);
    }

    let mut project = empty;
    let mut problems = Vec::new();
    for create in request::first_apis(&request.apis) {
        match api::add(&project, &create) {
            Ok(with_it) => project = with_it,
            Err(found) => problems.extend(found),
        }
    }
    Diagnostics::barrier(problems)?;
    let mut later = super::current(&project, &future, false);
    later = later.and(api::files(
        &Project {
            apis: BTreeMap::new(),
            ..project.clone()
        },
        &project,
        &future,
        project.apis.keys(),
        project.controllers.keys(),
    ));
    // A shared file is planned by both: the later text is the whole one, against what is really there.
    for (path, change) in later.changes {
        plan.changes.insert(
            path.clone(),
            since(snapshot, &path, change, plan.changes.get(&path)),
        );
    }
    Ok((project, plan))
}

/// Adds a change, and lets `future` be what it leads to.
fn add(plan: &mut Plan, future: &mut Snapshot, path: RelPath, change: Change) {
    if let Change::Create { after } | Change::Replace { after, .. } = &change {
        future.set(path.clone(), Entry::File(after.content.clone()));
    }
    plan.add(path, change);
}

/// A change that was planned on top of an earlier one, as one change of what `snapshot` has.
fn since(snapshot: &Snapshot, path: &RelPath, change: Change, earlier: Option<&Change>) -> Change {
    match (change, earlier) {
        (Change::Keep(_), Some(earlier)) => earlier.clone(),
        (Change::Replace { after, .. }, Some(_)) => ownership::shared(snapshot, path, after),
        (change, _) => change,
    }
}

fn shared(project: &Project, context: &Context) -> Vec<Rendered> {
    let mut files = template::render("project", Class::Shared, &[], context);
    for api_crate in project.api_crates() {
        let with = With {
            context,
            more: serde_json::json!({ "crate": CrateView::new(&api_crate) }),
        };
        files.extend(template::render(
            "crate",
            Class::Shared,
            &[("__crate__", &api_crate.dir)],
            &with,
        ));
    }
    files
}

/// A manifest as rendered, or the one that is there with what it lacks.
fn merged(snapshot: &Snapshot, path: &RelPath, rendered: &str) -> Change {
    let text = match ownership::text(snapshot, path) {
        Ok(Some(text)) => text,
        Ok(None) => return ownership::shared(snapshot, path, File::text(rendered)),
        Err(problem) => return Change::Conflict(problem),
    };
    match cargo::parse(path, text) {
        Ok(mut manifest) => {
            cargo::add_missing(
                &mut manifest,
                &rendered.parse().expect("kopgen's own manifests are TOML"),
            );
            ownership::shared(snapshot, path, File::text(manifest.to_string()))
        }
        Err(problem) => Change::Conflict(problem),
    }
}

/// The header of the project's Rust files, as comments.
fn header(request: &request::Init, read: &Read) -> Option<String> {
    let holder = request
        .owner
        .clone()
        .unwrap_or_else(|| format!("The {} authors", request.name));
    match (&request.license, &read.license) {
        (License::None, _) => None,
        (License::Apache2, _) => Some(format!(
            "// Copyright {holder}.\n// SPDX-License-Identifier: Apache-2.0\n"
        )),
        (License::File(_), text) => Some(commented(text.as_deref().unwrap_or_default())),
    }
}

/// A text as Rust comments; what is one already stays.
fn commented(text: &str) -> String {
    let text = text.trim_end().replace("\r\n", "\n");
    if text.starts_with("//") || text.starts_with("/*") {
        return text + "\n";
    }
    text.lines()
        .map(|line| format!("// {line}").trim_end().to_owned() + "\n")
        .collect()
}
