//! `kopgen envtest`: the control planes that tests run against.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use kopgen_envtest::{Install, Source, Store, VersionSpec, install};
use serde_json::json;

use crate::args::Format;
use crate::shell;
use progress::Bars;

mod progress;

/// Install and find the etcd and kube-apiserver that tests run against.
#[derive(Debug, Args)]
pub struct EnvtestArgs {
    #[command(subcommand)]
    command: EnvtestCommand,
}

#[derive(Debug, Subcommand)]
enum EnvtestCommand {
    /// Install a control plane, unless it is there, and print its folder.
    #[command(after_help = "\
Example:
  kopgen envtest install 1.36 --from go")]
    Install {
        /// `1.36.3`, `1.36` for its newest patch release, or `latest` [default: the one that tests use].
        version: Option<VersionSpec>,
        /// `download` for the published archives, `go` to build it from the Go module proxy, or a folder to copy from
        /// [default: download, and where that cannot be had, go].
        #[arg(long, value_name = "download|go|DIR", value_parser = parse_from)]
        from: Option<From>,
        /// The index of a mirror of the published archives.
        #[arg(long, value_name = "URL|FILE")]
        index: Option<String>,
    },
    /// List what is installed.
    #[command(after_help = "\
Example:
  kopgen envtest list -o json")]
    List {
        /// How to print it.
        #[arg(short, long, value_enum, default_value_t)]
        output: Format,
    },
    /// Print an installed control plane's folder: what `KUBEBUILDER_ASSETS` should be.
    #[command(after_help = "\
Example:
  export KUBEBUILDER_ASSETS=\"$(kopgen envtest path)\"")]
    Path {
        /// `1.36.3`, `1.36` for its newest patch release, or `latest` [default: the one that tests use].
        version: Option<VersionSpec>,
    },
    /// Remove an installed control plane.
    #[command(after_help = "\
Example:
  kopgen envtest remove 1.36.3")]
    Remove {
        /// Such as `1.36.3`.
        version: kopgen_envtest::Version,
    },
}

/// What `--from` may say.
#[derive(Clone, Debug)]
enum From {
    Download,
    Go,
    Folder(PathBuf),
}

/// Runs the command: its result goes to stdout, what it does to stderr.
///
/// # Errors
/// When there is no such install, or none can be made; then the store is as it was.
pub fn run(args: &EnvtestArgs) -> Result<ExitCode> {
    let store = Store::open()?;
    match &args.command {
        EnvtestCommand::Install {
            version,
            from,
            index,
        } => {
            let source = source(from.as_ref(), index.clone())?;
            let progress = Bars::default();
            let install = install(&store, version.unwrap_or_default(), &source, &progress)?;
            progress.end();
            shell::data(&format!("{}\n", install.path.display()))?;
        }
        EnvtestCommand::List { output } => list(&store, *output)?,
        EnvtestCommand::Path { version } => {
            let wanted = version.unwrap_or_default();
            let install = store.find(wanted)?.with_context(|| {
                format!(
                    "Kubernetes {wanted} is not installed: run `kopgen envtest install {wanted}`"
                )
            })?;
            shell::data(&format!("{}\n", install.path.display()))?;
        }
        EnvtestCommand::Remove { version } => match store.remove(*version, &Bars::default())? {
            Some(path) => shell::status("Removed", path.display()),
            None => bail!("Kubernetes {version} is not installed: see `kopgen envtest list`"),
        },
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_from(text: &str) -> Result<From, String> {
    match text {
        "download" => Ok(From::Download),
        "go" => Ok(From::Go),
        folder if PathBuf::from(folder).is_dir() => Ok(From::Folder(folder.into())),
        _ => Err("it is neither `download` nor `go`, and no folder of this name exists".to_owned()),
    }
}

fn source(from: Option<&From>, index: Option<String>) -> Result<Source> {
    Ok(match from {
        None => Source::Any { index },
        Some(From::Download) => Source::Download { index },
        Some(_) if index.is_some() => bail!("`--index` is for downloads: leave out `--from`"),
        Some(From::Go) => Source::Go,
        Some(From::Folder(folder)) => Source::Folder(folder.clone()),
    })
}

fn list(store: &Store, output: Format) -> Result<()> {
    let installs = store.installs()?;
    let text = match output {
        Format::Json => {
            let installs: Vec<_> = installs.iter().map(to_json).collect();
            serde_json::to_string_pretty(&installs)? + "\n"
        }
        Format::Text => {
            let contents: Vec<_> = installs.iter().map(content).collect();
            let width = contents.iter().map(String::len).max().unwrap_or_default();
            let rows = installs.iter().zip(contents).map(|(install, content)| {
                let (version, path) = (install.version.to_string(), install.path.display());
                format!("{version:<9} {content:<width$}  {path}\n")
            });
            rows.collect()
        }
    };
    Ok(shell::data(&text)?)
}

fn content(install: &Install) -> String {
    match &install.content {
        Ok(programs) => {
            let names: Vec<_> = programs.iter().map(|program| program.name()).collect();
            names.join(" ")
        }
        Err(problem) => format!("broken: {problem}"),
    }
}

fn to_json(install: &Install) -> serde_json::Value {
    let programs = install.content.as_ref().map(|programs| {
        programs
            .iter()
            .map(|program| program.name())
            .collect::<Vec<_>>()
    });
    json!({
        "version": install.version.to_string(),
        "path": install.path,
        "programs": programs.as_ref().ok(),
        "problem": programs.as_ref().err(),
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Cli {
        #[command(flatten)]
        envtest: EnvtestArgs,
    }

    fn parse(line: &str) -> Result<EnvtestCommand, String> {
        let words = line.split(' ').filter(|word| !word.is_empty());
        Cli::try_parse_from(["envtest"].into_iter().chain(words))
            .map(|cli| cli.envtest.command)
            .map_err(|error| error.to_string())
    }

    /// What `install` with these options installs, and from where.
    fn check(options: &str, version: &str, expected: Result<Source, &str>) {
        let Ok(EnvtestCommand::Install {
            version: wanted,
            from,
            index,
        }) = parse(&format!("install {options}"))
        else {
            panic!("{options}");
        };
        assert_eq!(wanted.unwrap_or_default().to_string(), version);
        let found = source(from.as_ref(), index).map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned));
    }

    #[test]
    fn options_choose_the_source() {
        let mirror = || Some("https://mirror.example.com/index.yaml".to_owned());
        check("", "1.36.3", Ok(Source::Any { index: None }));
        check("1.35 --from go", "1.35", Ok(Source::Go));
        check(
            "latest --from download",
            "latest",
            Ok(Source::Download { index: None }),
        );
        check("--from .", "1.36.3", Ok(Source::Folder(".".into())));
        let options = "--index https://mirror.example.com/index.yaml";
        check(options, "1.36.3", Ok(Source::Any { index: mirror() }));
        let error = "`--index` is for downloads: leave out `--from`";
        check(&format!("--from go {options}"), "1.36.3", Err(error));
    }

    #[test]
    fn what_cannot_be_meant_is_a_usage_error() {
        let error = parse("install --from nowhere").unwrap_err();
        assert!(error.contains("no folder of this name exists"), "{error}");
        let error = parse("install 1.x").unwrap_err();
        assert!(
            error.contains("write `1.36.3`, `1.36` or `latest`"),
            "{error}"
        );
        assert!(
            parse("remove 1.36").is_err(),
            "a version is removed by its full name"
        );
    }
}
