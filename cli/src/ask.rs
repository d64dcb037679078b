//! Questions for what the command line left open; asked only when somebody is there to answer.

use clap::CommandFactory;
use clap::error::ErrorKind;
use inquire::validator::Validation;
use inquire::{Confirm, InquireError, Text};
use kopgen_core::names::{Domain, Group, Kind, NameProblem, Version};

use crate::args::{self, Cli};
use crate::diagnostic::{Diagnostic, Result};
use crate::project::Project;
use crate::shell;

/// Completes the words of `kopgen init`.
///
/// # Errors
///
/// The question was not answered.
pub fn init(args: args::Init) -> Result<args::Init> {
    let mut missing = Missing {
        command: &["init"],
        names: Vec::new(),
    };
    let domain = missing.name(
        args.domain,
        "--domain <DOMAIN>",
        "Domain of the API groups:",
        "example.com",
        |text| text.parse::<Domain>().map(drop),
    )?;
    missing.barrier();
    Ok(args::Init { domain, ..args })
}

/// Completes the words of `kopgen create api`.
///
/// # Errors
///
/// A question was not answered.
pub fn create_api(mut args: args::CreateApi, project: &Project) -> Result<args::CreateApi> {
    let mut missing = Missing {
        command: &["create", "api"],
        names: Vec::new(),
    };
    let asked = args.group.is_none() || args.version.is_none() || args.kind.is_none();
    let usual_group = project
        .apis
        .keys()
        .next()
        .map(|gvk| project.short_group(&gvk.group).to_owned());
    args.group = missing.name(
        args.group,
        "--group <GROUP>",
        "Group:",
        usual_group.as_deref().unwrap_or("webapp"),
        |text| text.parse::<Group>().map(drop),
    )?;
    args.version = missing.name(
        args.version,
        "--version <VERSION>",
        "Version:",
        "v1",
        |text| text.parse::<Version>()?.check_new(),
    )?;
    args.kind = missing.name(args.kind, "--kind <KIND>", "Kind:", "Guestbook", |text| {
        text.parse::<Kind>()?.check_new()
    })?;
    missing.barrier();
    // Who was asked for the names has not thought of the rest either; who gave them all wants no questions.
    if asked && args.resource.is_none() && args.external_type.is_none() {
        args.resource = Some(confirm("Create the types?")?);
    }
    if asked && args.controller.is_none() {
        args.controller = Some(confirm("Create a controller?")?);
    }
    Ok(args)
}

struct Missing<'a> {
    command: &'a [&'a str],
    names: Vec<&'static str>,
}

impl Missing<'_> {
    fn name(
        &mut self,
        given: Option<String>,
        flag: &'static str,
        question: &str,
        example: &str,
        check: fn(&str) -> Result<(), NameProblem>,
    ) -> Result<Option<String>> {
        if given.is_some() {
            return Ok(given);
        }
        if !shell::is_interactive() {
            self.names.push(flag);
            return Ok(None);
        }
        let check = move |text: &str| match check(text) {
            Ok(()) => Ok(Validation::Valid),
            Err(problem) => Ok(Validation::Invalid(problem.to_string().into())),
        };
        let answer = Text::new(question)
            .with_placeholder(example)
            .with_validator(check)
            .prompt();
        answer.map(Some).map_err(|error| unanswered(&error).into())
    }

    /// Ends the process as clap does when required arguments are missing.
    fn barrier(self) {
        if self.names.is_empty() {
            return;
        }
        let mut command = Cli::command();
        command.build();
        let mut at = &mut command;
        for name in self.command {
            at = at
                .find_subcommand_mut(name)
                .expect("the command that is running");
        }
        let list: String = self
            .names
            .iter()
            .map(|name| format!("\n  {name}"))
            .collect();
        at.error(
            ErrorKind::MissingRequiredArgument,
            format!("the following required arguments were not provided:{list}"),
        )
        .exit();
    }
}

fn confirm(question: &str) -> Result<bool> {
    Confirm::new(question)
        .with_default(true)
        .prompt()
        .map_err(|error| unanswered(&error).into())
}

fn unanswered(error: &InquireError) -> Diagnostic {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            Diagnostic::new("cancelled; nothing was written")
        }
        other => Diagnostic::new(format!("cannot ask: {other}"))
            .help("give all arguments on the command line"),
    }
}
