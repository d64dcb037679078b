//! Names that stand in the user's files and that this kopgen would spell otherwise.
//!
//! Where a name's words begin is a matter of taste, and kopgen's has changed: the file of an `IPv4Pool` was once
//! `i_pv4_pool.rs`. Such a file is the user's by now, and keeps its name, as does the struct in it.

use std::collections::BTreeMap;

use kopgen_core::names::ControllerName;

use super::{Gvk, Project};
use crate::plan::RelPath;
use crate::workspace::Snapshot;

/// The names that differ from those that follow from the rules; both sides have the same letters and digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spellings {
    /// The modules of kinds.
    pub(super) modules: BTreeMap<Gvk, String>,
    /// The structs of controllers.
    pub(super) reconcilers: BTreeMap<ControllerName, String>,
}

impl Project {
    /// The project with the names that stand in `snapshot`.
    pub(super) fn spelled_as_in(mut self, snapshot: &Snapshot) -> Self {
        let modules = self.apis.keys().filter_map(|gvk| {
            let folder = format!(
                "{}/src/{}",
                self.api_crate(&gvk.group).dir,
                gvk.version.snake()
            );
            let files = snapshot.files_below(&folder).filter_map(|(path, _)| {
                let file = path.as_str()[folder.len()..].strip_prefix('/')?;
                file.strip_suffix(".rs").filter(|stem| !stem.contains('/'))
            });
            let spelled = spelled(files, &gvk.kind.snake())?;
            Some((gvk.clone(), spelled))
        });
        let modules = modules.collect();
        let reconcilers = self.controllers.iter().filter_map(|(name, target)| {
            let place = self.controller_place(name, target);
            let path = format!("operator/src/controllers/{}.rs", place.joined("/"));
            let text = snapshot.text(&RelPath::new(path))?;
            let spelled = spelled(structs(text), &place.reconciler(target))?;
            Some((name.clone(), spelled))
        });
        let reconcilers = reconcilers.collect();
        self.spellings = Spellings {
            modules,
            reconcilers,
        };
        self
    }
}

/// Of the names that are there, the one that `wanted` is another spelling of, unless `wanted` itself is there.
fn spelled<'a>(there: impl Iterator<Item = &'a str>, wanted: &str) -> Option<String> {
    let letters = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let mut same: Vec<&str> = there
        .filter(|name| letters(name) == letters(wanted))
        .collect();
    same.sort_unstable();
    if same.contains(&wanted) {
        return None;
    }
    same.first().map(|name| (*name).to_owned())
}

/// The names of the structs that a Rust file defines.
fn structs(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("struct ").skip(1);
    after.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_there_keeps_its_spelling() {
        let there = |names: &[&'static str]| spelled(names.iter().copied(), "ipv4_pool");
        assert_eq!(there(&["mod", "i_pv4_pool"]).as_deref(), Some("i_pv4_pool"));
        assert_eq!(there(&["i_pv4_pool", "ipv4_pool"]), None);
        assert_eq!(there(&["pool"]), None);
        let text = "/// A struct of mine.\npub struct SampleDbBackupReconciler {}\n";
        let found = spelled(structs(text), "SampleDBBackupReconciler");
        assert_eq!(found.as_deref(), Some("SampleDbBackupReconciler"));
    }
}
