//! Runs the book: what `docs/*.md` and README.md tell a reader to type is typed here, and what they say is printed
//! is compared.
//!
//! - A `console` block is a session: each line after `$ ` is a command (ending in `\`, it goes on in the next line),
//!   and the lines below it, if there are any, are its output, where `...` stands for any lines and `[..]` for any
//!   text. A command fails when a line of its output begins with `error`; every other command must succeed.
//! - A block with `file=PATH` in its info string is written to that path first, as the reader is told to.
//! - What is Rust is formatted, and at the end of a page its projects pass what `make lint` and CI run.
//!
//! The blocks of one page share one folder and one working directory.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test writes and prints as it likes"
)]

mod common;
mod snapshot;

use std::fs;
use std::path::{Path, PathBuf};

use common::{as_a_user, repository};
use tempfile::TempDir;

#[test]
fn quick_start() {
    run_page("docs/quick-start.md");
}

#[test]
fn testing() {
    run_page("docs/testing.md");
}

/// What its types and declarations come to is golden, too.
#[test]
fn tutorial() {
    let folder = run_page("docs/tutorial.md");
    for part in ["config/crd", "config/rbac"] {
        let golden = repository().join("testdata/crontab").join(part);
        snapshot::check(&golden, &folder.path().join("crontab").join(part));
    }
}

#[test]
fn import() {
    run_page("docs/import.md");
}

#[test]
fn plain() {
    run_page("docs/plain-kube-rs.md");
}

#[test]
fn moving() {
    run_page("docs/moving.md");
}

#[test]
fn reference() {
    run_page("docs/reference/commands.md");
}

/// Every page with something to run has its test above: a page that nobody runs goes stale.
#[test]
fn every_page_with_a_session_is_run() {
    let runs = fs::read_to_string(repository().join("cli/tests/docs.rs")).unwrap();
    let pages = walkdir::WalkDir::new(repository().join("docs"));
    for page in pages.into_iter().map(|entry| entry.unwrap().into_path()) {
        if page.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let name = page
            .strip_prefix(repository())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let has_session = !blocks(&fs::read_to_string(&page).unwrap()).is_empty();
        assert!(
            !has_session || runs.contains(&format!("run_page({name:?})")),
            "{name} has a `console` or `file=` block, but no test in cli/tests/docs.rs runs it"
        );
    }
}

/// The folder that a page leaves behind.
fn run_page(page: &str) -> TempDir {
    let text = fs::read_to_string(repository().join(page)).unwrap();
    let blocks = blocks(&text);
    assert!(!blocks.is_empty(), "{page} has nothing to run");
    let folder = tempfile::tempdir().unwrap();
    let mut reader = Reader {
        cwd: folder.path().canonicalize().unwrap(),
        page,
    };
    for block in &blocks {
        match block {
            Block::File { path, content } => reader.write(path, content),
            Block::Session { line, text } => {
                for step in steps(text) {
                    reader.type_in(*line, &step);
                }
            }
        }
    }
    for entry in fs::read_dir(folder.path()).unwrap() {
        let project = entry.unwrap().path();
        if project.join("kopgen.toml").is_file() {
            reader.cwd = project;
            reader.lint();
        }
    }
    folder
}

/// Somebody who follows a page from top to bottom.
struct Reader<'a> {
    cwd: PathBuf,
    page: &'a str,
}

impl Reader<'_> {
    fn write(&self, path: &str, content: &str) {
        let path = self.cwd.join(path);
        assert!(
            path.parent().is_some_and(Path::is_dir),
            "{}: {} has no folder yet, working in {}",
            self.page,
            path.display(),
            self.cwd.display()
        );
        fs::write(&path, content).unwrap();
        if path.extension().is_some_and(|it| it == "rs") {
            self.succeeds(&["rustfmt", "--edition", "2024", "--check"], Some(&path));
        }
    }

    /// What the project's `make lint` does, and its lint job.
    fn lint(&self) {
        self.succeeds(&["cargo", "fmt", "--check"], None);
        let clippy = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ];
        self.succeeds(&[&["cargo"], &clippy[..]].concat(), None);
    }

    fn succeeds(&self, command: &[&str], file: Option<&Path>) {
        let output = as_a_user(command[0])
            .args(&command[1..])
            .args(file)
            .current_dir(&self.cwd)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {command:?} {file:?}:\n{}\n{}",
            self.page,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn type_in(&mut self, line: usize, step: &Step) {
        let bin = Path::new(env!("CARGO_BIN_EXE_kopgen")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let cwd_file = tempfile::NamedTempFile::new().unwrap();
        let script = format!(
            "{{ {}\n}} 2>&1\ncode=$?; pwd >\"$CWD_FILE\"; exit $code",
            step.command
        );
        let output = as_a_user("bash")
            .args(["-c", &script])
            .current_dir(&self.cwd)
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("CWD_FILE", cwd_file.path())
            .output()
            .expect("the book's commands are run by bash");
        // Nobody sees spaces at the end of a line, and editors take them off.
        let printed = String::from_utf8(output.stdout).unwrap();
        let printed: String = printed
            .lines()
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        let shown = step.output.as_deref().unwrap_or_default();
        let fails = shown.lines().any(|line| line.starts_with("error"));
        assert_eq!(
            output.status.success(),
            !fails,
            "{}:{line}: `{}` ended with {}:\n{printed}",
            self.page,
            step.command,
            output.status
        );
        if let Some(expected) = &step.output {
            // Says the command beside the difference, which snapbox cannot know.
            println!("{}:{line}: {}", self.page, step.command);
            snapbox::assert_data_eq!(printed, snapbox::Data::text(format!("{expected}\n")));
        }
        self.cwd = PathBuf::from(fs::read_to_string(cwd_file.path()).unwrap().trim_end());
    }
}

#[derive(Debug, PartialEq)]
enum Block {
    File { path: String, content: String },
    Session { line: usize, text: String },
}

/// The blocks of a page that are to be carried out, in order.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let text: String = lines
            .by_ref()
            .map_while(|(_, line)| (line != "```").then(|| format!("{line}\n")))
            .collect();
        let file = info
            .split(',')
            .find_map(|word| word.trim().strip_prefix("file="));
        if let Some(path) = file {
            blocks.push(Block::File {
                path: path.to_owned(),
                content: text,
            });
        } else if info == "console" {
            blocks.push(Block::Session {
                line: number + 1,
                text,
            });
        }
    }
    blocks
}

#[derive(Debug, PartialEq)]
struct Step {
    command: String,
    output: Option<String>,
}

/// The commands of a session, each with the output that the page shows.
fn steps(session: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut goes_on = false;
    for line in session.lines() {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                output: None,
            }),
            (None, Some(step)) if goes_on => step.command = format!("{}\n{line}", step.command),
            (None, Some(step)) => match &mut step.output {
                Some(output) => *output = format!("{output}\n{line}"),
                None => step.output = Some(line.to_owned()),
            },
            (None, None) => panic!("a session begins with `$ `, not with {line:?}"),
        }
        goes_on = line.ends_with('\\');
    }
    steps
}

#[test]
fn a_page_is_read_as_blocks_and_steps() {
    let page = "# A\n```console\n$ a \\\n  b\n$ c\none\ntwo\n```\n```rust,file=src/x.rs\nfn f() {}\n```\n```sh\nno\n```\n";
    let blocks = blocks(page);
    let session = "$ a \\\n  b\n$ c\none\ntwo\n".to_owned();
    assert_eq!(
        blocks,
        [
            Block::Session {
                line: 2,
                text: session.clone()
            },
            Block::File {
                path: "src/x.rs".into(),
                content: "fn f() {}\n".into()
            }
        ]
    );
    assert_eq!(
        steps(&session),
        [
            Step {
                command: "a \\\n  b".into(),
                output: None
            },
            Step {
                command: "c".into(),
                output: Some("one\ntwo".into())
            }
        ]
    );
}
