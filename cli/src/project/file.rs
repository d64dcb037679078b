//! `kopgen.toml`: read whole, with every problem; written by structure, so that a user's comments stay.

mod read;
mod write;

use std::collections::BTreeMap;

use toml_edit::DocumentMut;

use super::{Gvk, Project};
use crate::conflict_markers;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::edit;
use crate::ownership;
use crate::plan::RelPath;
use crate::workspace::{MARKER, Snapshot};

use read::parse;

/// The version of the layout that this kopgen writes, as `layout` in `kopgen.toml`. Raised when an older kopgen could
/// no longer be trusted with the project.
pub const LAYOUT: i64 = 1;

/// The key of the namespaces that the operator watches.
const WATCH_NAMESPACES: &str = "watch-namespaces";

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
        let text = ownership::text(snapshot, &path())?
            .ok_or_else(|| Diagnostic::new(format!("{MARKER} is gone")))?;
        let project = match conflict_markers::sides(text) {
            None => parse(text)?,
            Some([ours, theirs]) => merged(parse(&ours)?, parse(&theirs)?, text)?,
        };
        Ok(project.spelled_as_in(snapshot))
    }

    /// The text of `kopgen.toml` for this project: that of `snapshot` with what is new added, or all of it.
    pub fn to_toml(&self, snapshot: &Snapshot) -> String {
        let present = snapshot.text(&path());
        let says_it = |text: &&str| {
            let said = parse(text).map(|said| Project {
                spellings: self.spellings.clone(),
                ..said
            });
            said.is_ok_and(|said| said == *self)
        };
        if let Some(text) = present.filter(says_it) {
            return text.to_owned();
        }
        let read = |text: &str| text.parse::<DocumentMut>().ok();
        let document = present.and_then(|text| match conflict_markers::sides(text) {
            None => read(text),
            Some([ours, theirs]) => {
                let mut both = read(&ours)?;
                write::adopt(&mut both, &read(&theirs)?);
                Some(both)
            }
        });
        let mut document = document.unwrap_or_else(|| write::head(self));
        let before = parse(&document.to_string()).ok();
        let has_changed = |gvk: &Gvk| {
            let known = before.as_ref().and_then(|before| before.apis.get(gvk));
            known.is_some_and(|known| self.apis.get(gvk) != Some(known))
        };
        write::update(&mut document, self, has_changed);
        edit::with_line_ends_of(present.unwrap_or_default(), document.to_string())
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
    let head = |it: &Project| Project {
        apis: BTreeMap::new(),
        controllers: BTreeMap::new(),
        ..it.clone()
    };
    if head(&both) != head(&theirs) {
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

#[cfg(test)]
mod tests;
