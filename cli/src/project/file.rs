//! `kopgen.toml`: read whole, with every problem; written by structure, so that a user's comments stay.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use kopgen_core::names::{
    ControllerName, Domain, Group, Kind, NameProblem, Plural, ProjectName, ShortName, Version,
    suggest,
};
use toml_edit::{Array, ArrayOfTables, Document, DocumentMut, Item, Table, value};

use super::core_types;
use super::{Api, External, Gvk, Project, Target, Workload};
use crate::conflict_markers;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::edit;
use crate::plan::RelPath;
use crate::workspace::{MARKER, Snapshot};

/// The version of the layout that this kopgen writes, as `layout` in `kopgen.toml`. Raised when an older kopgen could
/// no longer be trusted with the project.
pub const LAYOUT: i64 = 1;

/// The path of `kopgen.toml`.
pub fn path() -> RelPath {
    RelPath::new(MARKER)
}

impl Project {
    /// Reads `kopgen.toml`. In the middle of a merge whose sides agree but for the APIs and controllers that each added,
    /// the project has them all.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read(snapshot: &Snapshot) -> Result<Self> {
        let text = snapshot
            .text(&path())
            .ok_or_else(|| Diagnostic::new(format!("{MARKER} is no text file")))?;
        match conflict_markers::sides(text) {
            None => parse(text),
            Some([ours, theirs]) => merged(parse(&ours)?, parse(&theirs)?, text),
        }
    }

    /// The text of `kopgen.toml` for this project: that of `snapshot` with what is new added, or all of it.
    pub fn to_toml(&self, snapshot: &Snapshot) -> String {
        let present = snapshot.text(&path());
        if let Some(text) = present.filter(|text| parse(text).is_ok_and(|project| project == *self))
        {
            return text.to_owned();
        }
        let document = present.and_then(|text| match conflict_markers::sides(text) {
            None => text.parse::<DocumentMut>().ok(),
            Some([ours, _]) => ours.parse().ok(),
        });
        let mut document = document.unwrap_or_else(|| self.head());
        let apis = self
            .apis
            .iter()
            .map(|(gvk, api)| (gvk.to_string(), api_table(gvk, api)));
        let controllers = self
            .controllers
            .iter()
            .map(|(name, target)| (name.to_string(), controller_table(name, target)));
        sync(&mut document, "api", apis, name_of_api);
        sync(&mut document, "controller", controllers, |table| {
            Some(table.get("name")?.as_str()?.to_owned())
        });
        number(&mut document);
        edit::with_line_ends_of(present.unwrap_or_default(), document.to_string())
    }

    fn head(&self) -> DocumentMut {
        let mut document = DocumentMut::new();
        document.insert("layout", value(LAYOUT));
        let comment = "# What kopgen knows of this project. `kopgen create api` adds to it, and writes it last of all files.\n";
        document
            .key_mut("layout")
            .expect("just inserted")
            .leaf_decor_mut()
            .set_prefix(comment);
        let mut project = Table::new();
        project.insert("name", value(self.name.as_str()));
        project.insert("domain", value(self.domain.as_str()));
        project.insert("multigroup", value(self.multigroup));
        project.insert("namespaced", value(self.namespaced));
        document.insert("project", Item::Table(project));
        document
    }
}

/// The project that two branches made of one.
fn merged(ours: Project, theirs: Project, text: &str) -> Result<Project> {
    let conflict = |what: String| {
        let at = text.find("<<<<<<<").unwrap_or_default();
        Diagnostics::from(
            Diagnostic::new(format!("the two sides of the merge disagree about {what}"))
                .at(
                    &path(),
                    text,
                    at..at + "<<<<<<<".len(),
                    "the merge stopped here",
                )
                .help(format!(
                    "resolve the conflict in {MARKER}, then run the command again"
                )),
        )
    };
    let mut both = ours;
    let same = (&both.name, &both.domain, both.multigroup, both.namespaced)
        == (
            &theirs.name,
            &theirs.domain,
            theirs.multigroup,
            theirs.namespaced,
        );
    if !same {
        return Err(conflict("[project]".into()));
    }
    for (gvk, api) in theirs.apis {
        if both.apis.get(&gvk).is_some_and(|ours| *ours != api) {
            return Err(conflict(gvk.to_string()));
        }
        both.apis.insert(gvk, api);
    }
    for (name, target) in theirs.controllers {
        if both
            .controllers
            .get(&name)
            .is_some_and(|ours| *ours != target)
        {
            return Err(conflict(format!("controller `{name}`")));
        }
        both.controllers.insert(name, target);
    }
    Diagnostics::barrier(both.problems())?;
    Ok(both)
}

/// Makes the tables below `key` those of `wanted`: present ones stay as they are written, new ones take their place in
/// the order.
fn sync(
    document: &mut DocumentMut,
    key: &str,
    wanted: impl Iterator<Item = (String, Table)>,
    name: impl Fn(&Table) -> Option<String>,
) {
    let mut present: BTreeMap<String, Table> = BTreeMap::new();
    if let Some(tables) = document.get(key).and_then(Item::as_array_of_tables) {
        present.extend(
            tables
                .iter()
                .filter_map(|table| Some((name(table)?, table.clone()))),
        );
    }
    let tables: ArrayOfTables = wanted
        .map(|(name, new)| present.remove(&name).unwrap_or(new))
        .collect();
    // Taken out and put back, the lists end up in one order, whichever of them was there first.
    document.remove(key);
    if !tables.is_empty() {
        document.insert(key, Item::ArrayOfTables(tables));
    }
}

/// Makes the tables stand in the order in which the document has them: those that were parsed remember where they stood,
/// and new ones would come behind them all.
fn number(document: &mut DocumentMut) {
    let mut position = 0;
    for (_, item) in document.iter_mut() {
        let mut place = |table: &mut Table| {
            table.set_position(Some(position));
            position += 1;
        };
        match item {
            Item::Table(table) => place(table),
            Item::ArrayOfTables(tables) => tables.iter_mut().for_each(place),
            _ => {}
        }
    }
}

fn name_of_api(table: &Table) -> Option<String> {
    let text = |key: &str| Some(table.get(key)?.as_str()?.to_owned());
    Some(format!(
        "{}/{} {}",
        text("group")?,
        text("version")?,
        text("kind")?
    ))
}

fn api_table(gvk: &Gvk, api: &Api) -> Table {
    let mut table = gvk_table(gvk.group.as_str(), gvk.version.as_str(), gvk.kind.as_str());
    table.insert("plural", value(api.plural.as_str()));
    if !api.short_names.is_empty() {
        table.insert(
            "short-names",
            value(
                api.short_names
                    .iter()
                    .map(ShortName::as_str)
                    .collect::<Array>(),
            ),
        );
    }
    table.insert("namespaced", value(api.namespaced));
    if let Some(workload) = &api.workload {
        table.insert("image", value(workload.image.as_str()));
        table.insert("port", value(i64::from(workload.port)));
    }
    table
}

fn controller_table(name: &ControllerName, target: &Target) -> Table {
    let mut table = Table::new();
    table.insert("name", value(name.as_str()));
    for (key, item) in gvk_table(target.group(), target.version(), target.kind()) {
        table.insert(&key, item);
    }
    if let Target::External(external) = target {
        table.insert("type", value(external.rust_type.as_str()));
        table.insert("plural", value(external.plural.as_str()));
        table.insert("namespaced", value(external.namespaced));
    }
    table
}

fn gvk_table(group: &str, version: &str, kind: &str) -> Table {
    let mut table = Table::new();
    table.insert("group", value(group));
    table.insert("version", value(version));
    table.insert("kind", value(kind));
    table
}

fn parse(text: &str) -> Result<Project> {
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
        self.refuse_unknown(table, &["name", "domain", "multigroup", "namespaced"]);
        let (name, domain) = (
            self.name::<ProjectName>(table, "name"),
            self.name::<Domain>(table, "domain"),
        );
        let (multigroup, namespaced) = (
            self.flag(table, "multigroup", false),
            self.flag(table, "namespaced", false),
        );
        Some(Project {
            name: name?,
            domain: domain?,
            multigroup,
            namespaced,
            apis: BTreeMap::new(),
            controllers: BTreeMap::new(),
        })
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
            ],
        );
        let gvk = self.gvk(table);
        let plural = self.name::<Plural>(table, "plural");
        let namespaced = self.flag(table, "namespaced", true);
        let short_names = match table.contains_key("short-names") {
            true => self.short_names(table)?,
            false => Vec::new(),
        };
        let workload = match table.contains_key("image") {
            true => {
                let image = self.get(table, "image", |item| item.as_str().map(str::to_owned));
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
            },
        ))
    }

    fn short_names(&mut self, table: &Table) -> Option<Vec<ShortName>> {
        let texts: Vec<String> = self.get(table, "short-names", |item| {
            item.as_array()?
                .iter()
                .map(|name| name.as_str().map(str::to_owned))
                .collect()
        })?;
        let mut names = Vec::new();
        for text in texts {
            match text.parse() {
                Ok(name) => names.push(name),
                Err(problem) => self.report(table, "short-names", Diagnostic::from(problem)),
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
            let problem = Diagnostic::new(format!("`{key}` cannot be {}", item.to_string().trim()));
            self.report(table, key, problem);
        }
        found
    }

    fn refuse_unknown(&mut self, table: &Table, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let problem = Diagnostic::new(format!("`{key}` is no key here"));
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

impl External {
    /// Whether its type is a path that starts at a crate.
    ///
    /// # Errors
    ///
    /// It is not.
    pub fn check_type(&self) -> Result<(), Diagnostic> {
        let path = syn::parse_str::<syn::Path>(&self.rust_type).ok();
        let sound = path.is_some_and(|path| {
            let first = &path.segments[0].ident;
            path.leading_colon.is_none()
                && path.segments.len() > 1
                && path
                    .segments
                    .iter()
                    .all(|segment| segment.arguments.is_none())
                && !["crate", "self", "super"].iter().any(|word| first == word)
        });
        if sound {
            return Ok(());
        }
        Err(
            Diagnostic::new(format!("`{}` is no type of another crate", self.rust_type))
                .help("write its whole path, from the crate on: `some_crate::v1::Thing`"),
        )
    }
}
