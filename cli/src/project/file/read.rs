//! From the text to the model, with every problem and where it is.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use kopgen_core::names::{
    ControllerName, Domain, Group, Kind, NameProblem, Namespace, Plural, ProjectName, Version,
    suggest,
};
use toml_edit::{Document, Item, Table};

use super::{LAYOUT, WATCH_NAMESPACES, path};
use crate::diagnostic::{Diagnostic, Diagnostics, Result, one_line};
use crate::project::{Api, External, Gvk, Project, Spellings, Target, Workload, core_types, twice};
use crate::workspace::MARKER;

/// The project that a text describes.
///
/// # Errors
///
/// Everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Project> {
    let document = Document::parse(text).map_err(|error| {
        Diagnostic::new(format!("{MARKER} does not parse as TOML")).at(
            &path(),
            text,
            error.span().unwrap_or_default(),
            error.message(),
        )
    })?;
    let mut reader = Reader {
        text,
        problems: Vec::new(),
    };
    let project = reader.project(document.as_table());
    Diagnostics::barrier(reader.problems)?;
    let project = project.expect("what is missing was reported");
    Diagnostics::barrier(project.problems())?;
    Ok(project)
}

/// Reads tables and gathers what is wrong with them.
struct Reader<'a> {
    text: &'a str,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn project(&mut self, root: &Table) -> Option<Project> {
        // The layout decides whether the rest can be understood at all.
        let layout = self.get(root, "layout", Item::as_integer)?;
        if layout != LAYOUT {
            let help = match layout > LAYOUT {
                true => "install the kopgen that made it, or a newer one: `cargo install kopgen`"
                    .to_owned(),
                false => format!("layout {LAYOUT} is the first there is"),
            };
            let problem = Diagnostic::new(format!(
                "the project has layout {layout}, and kopgen {} knows layout {LAYOUT}",
                env!("CARGO_PKG_VERSION")
            ));
            self.report(root, "layout", problem.help(help));
            return None;
        }
        self.refuse_unknown(root, &["layout", "project", "api", "controller"]);
        let apis: Vec<_> = self
            .tables(root, "api")
            .into_iter()
            .map(|table| (table, self.api(table)))
            .collect();
        let project = self.get(root, "project", |item| item.as_table().cloned());
        let project = project.and_then(|table| self.head(&table));
        let mut read = Project {
            apis: BTreeMap::new(),
            controllers: BTreeMap::new(),
            ..project?
        };
        for (table, api) in apis {
            let Some((gvk, api)) = api else { continue };
            if read.apis.insert(gvk.clone(), api).is_some() {
                self.report(
                    table,
                    "kind",
                    Diagnostic::new(format!("{gvk} stands here twice"))
                        .help("delete one of the two"),
                );
            }
        }
        for table in self.tables(root, "controller") {
            let Some((name, target)) = self.controller(table, &read) else {
                continue;
            };
            if read.controllers.insert(name.clone(), target).is_some() {
                self.report(
                    table,
                    "name",
                    Diagnostic::new(format!("controller `{name}` stands here twice"))
                        .help("delete one of the two"),
                );
            }
        }
        Some(read)
    }

    fn head(&mut self, table: &Table) -> Option<Project> {
        self.refuse_unknown(
            table,
            &[
                "name",
                "domain",
                "multigroup",
                "namespaced",
                WATCH_NAMESPACES,
            ],
        );
        let (name, domain) = (
            self.name::<ProjectName>(table, "name"),
            self.name::<Domain>(table, "domain"),
        );
        let (multigroup, namespaced) = (
            self.flag(table, "multigroup", false),
            self.flag(table, "namespaced", false),
        );
        let watch_namespaces = match table.contains_key(WATCH_NAMESPACES) {
            true => self.watch_namespaces(table, namespaced),
            false => Vec::new(),
        };
        Some(Project {
            name: name?,
            domain: domain?,
            multigroup,
            namespaced,
            watch_namespaces,
            apis: BTreeMap::new(),
            controllers: BTreeMap::new(),
            spellings: Spellings::default(),
        })
    }

    fn watch_namespaces(&mut self, table: &Table, namespaced: bool) -> Vec<Namespace> {
        let namespaces = self
            .names::<Namespace>(table, WATCH_NAMESPACES)
            .unwrap_or_default();
        if !namespaced {
            let problem = Diagnostic::new(format!(
                "`{WATCH_NAMESPACES}` narrows a namespaced project, and this one is not"
            ));
            let help = format!("set `namespaced = true`, or take `{WATCH_NAMESPACES}` out");
            self.report(table, WATCH_NAMESPACES, problem.help(help));
        }
        let listed = table.get(WATCH_NAMESPACES).and_then(Item::as_array);
        if listed.is_some_and(|listed| listed.is_empty()) {
            let help = format!(
                "name some, or take `{WATCH_NAMESPACES}` out: the operator's own is watched then"
            );
            let problem = Diagnostic::new(format!("`{WATCH_NAMESPACES}` names no namespace"));
            self.report(table, WATCH_NAMESPACES, problem.help(help));
        }
        for problem in twice(&namespaces) {
            self.report(table, WATCH_NAMESPACES, problem);
        }
        namespaces
    }

    fn api(&mut self, table: &Table) -> Option<(Gvk, Api)> {
        self.refuse_unknown(
            table,
            &[
                "group",
                "version",
                "kind",
                "plural",
                "short-names",
                "namespaced",
                "image",
                "port",
                "imported",
            ],
        );
        let gvk = self.gvk(table);
        let plural = self.name::<Plural>(table, "plural");
        let namespaced = self.flag(table, "namespaced", true);
        let short_names = match table.contains_key("short-names") {
            true => self.names(table, "short-names")?,
            false => Vec::new(),
        };
        let imported = self.flag(table, "imported", false);
        if let Some(gvk) = gvk.as_ref().filter(|_| !imported) {
            for (key, checked) in [
                ("version", gvk.version.check_new()),
                ("kind", gvk.kind.check_new()),
            ] {
                if let Err(problem) = checked {
                    self.report(table, key, problem.into());
                }
            }
        }
        let workload = match table.contains_key("image") {
            true => {
                let image = self.get(table, "image", |item| {
                    let text = item.as_str()?;
                    Workload::is_image(text).then(|| text.to_owned())
                });
                let port = self.get(table, "port", |item| {
                    u16::try_from(item.as_integer()?)
                        .ok()
                        .filter(|port| *port != 0)
                });
                Some(Workload {
                    image: image?,
                    port: port?,
                })
            }
            false => None,
        };
        Some((
            gvk?,
            Api {
                plural: plural?,
                short_names,
                namespaced,
                workload,
                imported,
            },
        ))
    }

    fn names<T: FromStr<Err = NameProblem>>(&mut self, table: &Table, key: &str) -> Option<Vec<T>> {
        let texts: Vec<String> = self.get(table, key, |item| {
            item.as_array()?
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect()
        })?;
        let mut names = Vec::new();
        for text in texts {
            match text.parse() {
                Ok(name) => names.push(name),
                Err(problem) => self.report(table, key, Diagnostic::from(problem)),
            }
        }
        Some(names)
    }

    fn controller(&mut self, table: &Table, project: &Project) -> Option<(ControllerName, Target)> {
        self.refuse_unknown(
            table,
            &[
                "name",
                "group",
                "version",
                "kind",
                "type",
                "plural",
                "namespaced",
            ],
        );
        let name = self.name::<ControllerName>(table, "name");
        if table.contains_key("type") {
            let gvk = self.gvk(table);
            let plural = self.name::<Plural>(table, "plural");
            let namespaced = self.flag(table, "namespaced", true);
            let rust_type = self.get(table, "type", |item| item.as_str().map(str::to_owned));
            let external = External {
                gvk: gvk?,
                plural: plural?,
                namespaced,
                rust_type: rust_type?,
            };
            if let Err(problem) = external.check_type() {
                self.report(table, "type", problem);
            }
            return Some((name?, Target::External(external)));
        }
        let text = |key: &str| table.get(key).and_then(Item::as_str).unwrap_or_default();
        if core_types::is_core_group(text("group")) {
            return match core_types::find(text("group"), text("version"), text("kind")) {
                Ok(core) => Some((name?, Target::Core(core))),
                Err(problem) => {
                    self.report(table, "kind", problem);
                    None
                }
            };
        }
        let gvk = self.gvk(table)?;
        if !project.apis.contains_key(&gvk) {
            let problem = Diagnostic::new(format!(
                "the controller is for {gvk}, which is no [[api]] of the project"
            ));
            self.report(
                table,
                "kind",
                problem.help("add the [[api]], or give the Rust type of another crate as `type`"),
            );
        }
        Some((name?, Target::Own(gvk)))
    }

    fn gvk(&mut self, table: &Table) -> Option<Gvk> {
        let group = self.name::<Group>(table, "group");
        let version = self.name::<Version>(table, "version");
        let kind = self.name::<Kind>(table, "kind");
        Some(Gvk {
            group: group?,
            kind: kind?,
            version: version?,
        })
    }

    fn tables<'t>(&mut self, root: &'t Table, key: &str) -> Vec<&'t Table> {
        match root.get(key) {
            None => Vec::new(),
            Some(Item::ArrayOfTables(tables)) => tables.iter().collect(),
            Some(_) => {
                self.report(
                    root,
                    key,
                    Diagnostic::new(format!("`{key}` must be written as [[{key}]]")),
                );
                Vec::new()
            }
        }
    }

    fn name<T: FromStr<Err = NameProblem>>(&mut self, table: &Table, key: &str) -> Option<T> {
        let text = self.get(table, key, |item| item.as_str().map(str::to_owned))?;
        text.parse()
            .map_err(|problem: NameProblem| self.report(table, key, problem.into()))
            .ok()
    }

    fn flag(&mut self, table: &Table, key: &str, default: bool) -> bool {
        match table.contains_key(key) {
            true => self.get(table, key, Item::as_bool).unwrap_or(default),
            false => default,
        }
    }

    /// A key that must be there and be of its type.
    fn get<T>(&mut self, table: &Table, key: &str, read: impl Fn(&Item) -> Option<T>) -> Option<T> {
        let Some(item) = table.get(key) else {
            let span = table.span().unwrap_or_default();
            self.problems.push(
                Diagnostic::new(format!("`{key}` is missing in {MARKER}")).at(
                    &path(),
                    self.text,
                    span,
                    "",
                ),
            );
            return None;
        };
        let found = read(item);
        if found.is_none() {
            let problem = Diagnostic::new(format!(
                "`{key}` cannot be {}",
                one_line(item.to_string().trim())
            ));
            self.report(table, key, problem);
        }
        found
    }

    fn refuse_unknown(&mut self, table: &Table, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let problem = Diagnostic::new(format!("`{}` is no key here", key.escape_debug()));
            let help = match suggest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", known.join(", ")),
            };
            let span = table
                .key(key)
                .and_then(|key| key.span())
                .unwrap_or_default();
            self.problems
                .push(problem.at(&path(), self.text, span, "").help(help));
        }
    }

    fn report(&mut self, table: &Table, key: &str, problem: Diagnostic) {
        let of_key = || table.key(key).and_then(|key| key.span());
        let span: Option<Range<usize>> = table.get(key).and_then(Item::span).or_else(of_key);
        self.problems
            .push(problem.at(&path(), self.text, span.unwrap_or_default(), ""));
    }
}
