//! The cargo workspace that a new project would lie in or join, which the project must not break: cargo allows no workspace as
//! a member of another, and no member that is no crate.

use std::path::{Path, PathBuf};

use toml_edit::{Array, DocumentMut, Item};

use crate::diagnostic::Diagnostic;

/// The folders of a project beside its crates.
const NO_CRATES: [&str; 5] = [".cargo", ".github", "config", "hack", "target"];

/// A workspace around a new project.
#[derive(Clone, Debug)]
pub struct Enclosing {
    /// The folder of its `Cargo.toml`.
    pub root: PathBuf,
    /// `members` and `exclude` of its `[workspace]`.
    members: Vec<String>,
    exclude: Vec<String>,
}

impl Enclosing {
    /// The workspace of a manifest; `None` for a package's that is none.
    pub fn of(root: &Path, manifest: &str) -> Option<Self> {
        let manifest = manifest.parse::<DocumentMut>().ok()?;
        let workspace = manifest.get("workspace")?.as_table_like()?;
        let list = |key| workspace.get(key).and_then(Item::as_array).map(texts);
        Some(Self {
            root: root.to_owned(),
            members: list("members").unwrap_or_default(),
            exclude: list("exclude").unwrap_or_default(),
        })
    }

    /// Checks that cargo would not take the project in `folder` for a part of this workspace.
    ///
    /// # Errors
    ///
    /// It would, and then neither of the two could be built.
    pub fn check(&self, folder: &Path) -> Result<(), Diagnostic> {
        let manifest = self.root.join("Cargo.toml");
        let Some(member) = self.member(folder) else {
            return Ok(());
        };
        let within = self.within(folder);
        Err(Diagnostic::new(format!(
            "{} would be a member of the cargo workspace {}",
            folder.display(),
            manifest.display()
        ))
        .note(format!(
            "its `members` have `{member}`, a project is a workspace of its own, and cargo allows none in another"
        ))
        .help(format!(
            "add `exclude = [\"{within}\"]` to `[workspace]` in {}; or have the project's crates join that workspace: \
             `kopgen init --force` in {}",
            manifest.display(),
            self.root.display()
        )))
    }

    /// Checks that a project may join this workspace, whose root becomes the project's.
    ///
    /// # Errors
    ///
    /// Its `members` would take in folders of the project that are no crates.
    pub fn check_joined(&self) -> Result<(), Diagnostic> {
        let taken_in = |folder: &&str| {
            let path = self.root.join(folder);
            !self.is_excluded(&path) && self.members.iter().any(|it| self.matches(it, &path))
        };
        let folders: Vec<_> = NO_CRATES.into_iter().filter(taken_in).collect();
        if folders.is_empty() {
            return Ok(());
        }
        let manifest = self.root.join("Cargo.toml");
        Err(Diagnostic::new(format!(
            "{} would take in folders of the project that are no crates: {}",
            manifest.display(),
            folders.join(", ")
        ))
        .note("cargo builds nothing in a workspace with a member that has no Cargo.toml")
        .help(format!(
            "add `exclude = {folders:?}` to `[workspace]`, or list the crates in `members` without a pattern"
        )))
    }

    /// The note on a project in `folder` that the workspace neither takes in nor excludes.
    pub fn note(&self, folder: &Path) -> Option<String> {
        let is_apart = !self.is_excluded(folder) && self.member(folder).is_none();
        is_apart.then(|| {
            format!(
                "the project is a workspace of its own; for crates of {} to depend on its types, add `exclude = [\"{}\"]` there",
                self.root.join("Cargo.toml").display(),
                self.within(folder)
            )
        })
    }

    /// The entry of `members` that takes in the project's root or one of its crates.
    fn member(&self, folder: &Path) -> Option<&str> {
        let packages = ["", "api", "operator"].map(|package| folder.join(package));
        let taken_in = |member: &&String| {
            packages.iter().any(|package| {
                // A folder that is named without a pattern is a member, whatever `exclude` says.
                let is_named = *package == self.root.join(member.as_str());
                is_named || (self.matches(member, package) && !self.is_excluded(package))
            })
        };
        self.members.iter().find(taken_in).map(String::as_str)
    }

    /// As cargo expands a member: by the `glob` crate, below the root.
    fn matches(&self, member: &str, package: &Path) -> bool {
        let options = glob::MatchOptions {
            require_literal_separator: true,
            ..glob::MatchOptions::default()
        };
        let below = package.strip_prefix(&self.root).unwrap_or(package);
        let member = member.trim_start_matches("./").trim_end_matches('/');
        glob::Pattern::new(member).is_ok_and(|it| it.matches_path_with(below, options))
    }

    /// As cargo has it: what lies in an excluded folder is excluded.
    fn is_excluded(&self, package: &Path) -> bool {
        let mut excluded = self.exclude.iter();
        excluded.any(|it| package.starts_with(self.root.join(it)))
    }

    /// The folder, from the workspace's root on.
    fn within(&self, folder: &Path) -> String {
        let below = folder.strip_prefix(&self.root).unwrap_or(folder);
        below.display().to_string().replace('\\', "/")
    }
}

fn texts(list: &Array) -> Vec<String> {
    let texts = list.iter().filter_map(|it| it.as_str());
    texts.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_takes_in_what_its_members_match_and_exclude_does_not() {
        fn check(workspace: &str, folder: &str, expected: Option<&str>) {
            let manifest = format!("[workspace]\n{workspace}");
            let enclosing = Enclosing::of(Path::new("/repo"), &manifest).unwrap();
            let found = enclosing.member(&Path::new("/repo").join(folder));
            assert_eq!(found, expected, "{workspace} {folder}");
        }
        check("", "shop", None);
        check("members = [\"crates/*\"]", "shop", None);
        check("members = [\"*\"]", "shop", Some("*"));
        check("members = [\"*\"]", "tools/shop", None);
        check("members = [\"tools/*\"]", "tools/shop", Some("tools/*"));
        check("members = [\"**\"]", "tools/shop", Some("**"));
        check("members = [\"./sh?p/\"]", "shop", Some("./sh?p/"));
        check("members = [\"[a-z]*\"]", "shop", Some("[a-z]*"));
        check("members = [\"shop/*\"]", "shop", Some("shop/*"));
        check("members = [\"shop/api\"]", "shop", Some("shop/api"));
        check("members = [\"*\"]\nexclude = [\"shop\"]", "shop", None);
        check(
            "members = [\"**\"]\nexclude = [\"tools\"]",
            "tools/shop",
            None,
        );
        check(
            "members = [\"*\"]\nexclude = [\"shopping\"]",
            "shop",
            Some("*"),
        );
        check(
            "members = [\"shop\"]\nexclude = [\"shop\"]",
            "shop",
            Some("shop"),
        );
    }
}
