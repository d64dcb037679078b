//! The checks of words, each of which adds what it finds.

use std::path::Path;
use std::str::FromStr;

use kopgen_core::names::{Kind, NameProblem, Namespace, ProjectName, Version};

use super::FirstApi;
use crate::args;
use crate::diagnostic::{Diagnostic, Diagnostics, Result};
use crate::project::{Workload, twice};

/// Gathers what is wrong.
#[derive(Default)]
pub(super) struct Checker {
    problems: Vec<Diagnostic>,
}

impl Checker {
    pub(super) fn take<T>(&mut self, checked: Result<T, Diagnostic>) -> Option<T> {
        checked.map_err(|problem| self.problems.push(problem)).ok()
    }

    pub(super) fn name<T: FromStr<Err = NameProblem>>(&mut self, text: &str) -> Option<T> {
        self.take(text.parse().map_err(Diagnostic::from))
    }

    /// A version; with `is_new`, of types that there are to be.
    pub(super) fn version(&mut self, text: &str, is_new: bool) -> Option<Version> {
        let version: Option<Version> = self.name(text);
        version.filter(|it| {
            !is_new
                || self
                    .take(it.check_new().map_err(Diagnostic::from))
                    .is_some()
        })
    }

    /// A kind; with `is_new`, of which there are to be types.
    pub(super) fn kind(&mut self, text: &str, is_new: bool) -> Option<Kind> {
        let kind: Option<Kind> = self.name(text);
        kind.filter(|it| {
            !is_new
                || self
                    .take(it.check_new().map_err(Diagnostic::from))
                    .is_some()
        })
    }

    pub(super) fn project_name_of(&mut self, folder: &Path) -> Option<ProjectName> {
        let folder = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let name = folder.parse().map_err(|problem: NameProblem| {
            let note = "the project is named as its folder, unless `--project-name` says otherwise";
            let help = match &problem.suggestion {
                Some(suggestion) => format!("`--project-name {suggestion}` would do"),
                None => "choose one with `--project-name`".to_owned(),
            };
            Diagnostic::from(problem).note(note).help(help)
        });
        self.take(name)
    }

    /// A text that stands in a comment of every Rust file.
    pub(super) fn owner(&mut self, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() || text.contains(char::is_control) {
            let problem = format!("`--owner {}` is no name", text.escape_debug());
            let help = "write it in one line, like \"The guestbook authors\"";
            self.problems.push(Diagnostic::new(problem).help(help));
            return None;
        }
        Some(text.to_owned())
    }

    pub(super) fn namespaces(&mut self, texts: &[String]) -> Vec<Namespace> {
        let namespaces: Vec<Namespace> = texts.iter().filter_map(|text| self.name(text)).collect();
        self.problems.extend(twice(&namespaces));
        namespaces
    }

    pub(super) fn first_api(&mut self, text: &str) -> Option<FirstApi> {
        let parts: Vec<&str> = text.split('/').collect();
        let [group, version, kind] = parts[..] else {
            let problem = Diagnostic::new(format!(
                "`--api {}` is no GROUP/VERSION/KIND",
                text.escape_debug()
            ))
            .help("write it like webapp/v1/Guestbook");
            self.problems.push(problem);
            return None;
        };
        let group = self.name(group);
        let (version, kind) = (self.version(version, true), self.kind(kind, true));
        Some(FirstApi {
            group: group?,
            version: version?,
            kind: kind?,
        })
    }

    /// What does not go together.
    pub(super) fn combinations(&mut self, args: &args::CreateApi) {
        let (resource, controller) = (args.wants_resource(), args.controller.unwrap_or(true));
        let mut refuse = |is_wrong: bool, message: &str, help: &str| {
            if is_wrong {
                self.problems.push(Diagnostic::new(message).help(help));
            }
        };
        refuse(
            !resource && !controller,
            "neither types nor a controller are to be created",
            "leave out `--resource=false` or `--controller=false`",
        );
        refuse(
            args.external_type.is_some() && resource,
            "`--external-type` is for a kind whose types another crate has",
            "leave out `--resource`",
        );
        refuse(
            !controller && args.controller_name.is_some(),
            "`--controller-name` names a controller, and none is to be created",
            "leave out `--controller=false`",
        );
        refuse(
            args.image.is_some() && !resource,
            "`--image` shapes types, and none are to be created",
            "leave out `--image`, or `--resource=false`",
        );
        refuse(
            args.image
                .as_deref()
                .is_some_and(|image| !Workload::is_image(image)),
            "`--image` is no image",
            "write it like nginx:1.29 or ghcr.io/owner/image@sha256:…",
        );
        let of_types =
            args.plural.is_some() || !args.short_names.is_empty() || args.namespaced.is_some();
        refuse(
            of_types && !resource && args.external_type.is_none(),
            "`--plural`, `--shortname` and `--namespaced` shape types, and none are to be created",
            "leave them out, or leave out `--resource=false`",
        );
    }

    pub(super) fn barrier(self) -> Result<()> {
        Diagnostics::barrier(self.problems)
    }
}
