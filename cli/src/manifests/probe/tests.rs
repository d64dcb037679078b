//! The probe against programs that misbehave, each a cargo project without dependencies.
#![allow(clippy::disallowed_methods, reason = "tests make projects")]

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

use super::*;

const REPORT: &str =
    r#"{"protocol":2,"kopgen":"0.1.0","kube":"5.0.0","kinds":[],"controllers":[]}"#;

/// A project whose `manifests` program is `source`.
fn project(source: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"operator\"]\nexclude = [\"crates\"]\nresolver = \"3\"\n",
    );
    // Packages of one name, at one path below their workspaces, are one and the same to cargo in a shared target folder.
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("toy-{}", NEXT.fetch_add(1, Ordering::Relaxed));
    write(
        "operator/Cargo.toml",
        &format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n"),
    );
    write("operator/src/bin/manifests.rs", source);
    folder
}

fn probe(source: &str) -> Result<Report> {
    let limits = Limits {
        time: Duration::from_secs(3),
        bytes: 1 << 16,
    };
    report_within(limits, project(source).path(), Lock::Update)
}

/// What the probe says about a program of which `source` is the body of `main`.
fn refused(source: &str) -> String {
    probe(&format!("fn main() {{ {source} }}"))
        .unwrap_err()
        .to_string()
}

fn print(report: &str) -> String {
    format!("println!(\"{{}}{{}}\", {MARKER:?}, {report:?});")
}

#[test]
fn a_report_is_found_among_what_the_users_code_prints() {
    let source = format!(
        "fn main() {{ println!(\"hello\"); {} {} print!(\"bye\"); eprintln!(\"noise\") }}",
        print(&REPORT.replace("5.0.0", "an earlier one")),
        print(REPORT)
    );
    assert_eq!(probe(&source).unwrap().kube, "5.0.0");
}

#[test]
fn the_program_finds_no_cluster() {
    let source = format!(
        "fn main() {{
            let names: Vec<_> = std::env::vars().map(|(name, _)| name).collect();
            assert!(!names.iter().any(|name| name.starts_with(\"KUBE\") || name.starts_with(\"CARGO\")), \"{{names:?}}\");
            assert!(!std::env::home_dir().unwrap().exists());
            {}
        }}",
        print(REPORT)
    );
    // The test itself runs under cargo, so that there is something to withhold.
    assert!(std::env::vars().any(|(name, _)| name.starts_with("CARGO")));
    probe(&source).unwrap();
}

#[test]
fn problems_come_with_an_exit_code_and_are_no_crash() {
    let problem = REPORT.replace(
        "\"kinds\"",
        "\"problems\":[{\"message\":\"wrong\"}],\"kinds\"",
    );
    let report = probe(&format!(
        "fn main() {{ {} std::process::exit(1) }}",
        print(&problem)
    ))
    .unwrap();
    assert_eq!(report.problems[0].message, "wrong");
}

#[test]
fn a_program_without_a_report_is_refused() {
    assert!(refused("println!(\"hello\")").starts_with("the `manifests` program reports nothing"));
    let garbage = refused(&print("{\"protocol\":"));
    assert!(
        garbage.starts_with("what the `manifests` program reports is not a report: EOF"),
        "{garbage}"
    );
    let garbage = refused(&print(&REPORT.replace("[]", "7")));
    assert!(
        garbage.contains("invalid type: integer `7`, expected a sequence"),
        "{garbage}"
    );
}

#[test]
fn a_report_that_is_no_text_or_too_deep_is_refused() {
    let garbage = refused(&format!(
        "use std::io::Write; std::io::stdout().write_all(b\"{MARKER}\\xff\\0{{\\n\").unwrap()"
    ));
    assert!(
        garbage.starts_with("what the `manifests` program reports is not a report"),
        "{garbage}"
    );
    let kind = REPORT.replacen(
        "[]",
        r#"[{"source":{"type_name":"A","file":"a.rs","line":1},"crd":@}]"#,
        1,
    );
    let (before, after) = kind.split_once('@').unwrap();
    let deep = refused(&format!(
        "let depth = 20_000; println!(\"{{}}{{}}{{}}{{}}{{}}\", {MARKER:?}, {before:?}, \"[\".repeat(depth), \"]\".repeat(depth), {after:?});"
    ));
    assert!(deep.contains("recursion limit exceeded"), "{deep}");
}

#[test]
fn a_program_that_fails_is_quoted() {
    let failed = refused("eprintln!(\"reason\"); std::process::exit(3)");
    assert!(
        failed.starts_with(
            "the `manifests` program failed with exit code 3\n  note: it said:\nreason\n"
        ),
        "{failed}"
    );
    let failed = refused(&format!("{} std::process::exit(4)", print(REPORT)));
    assert!(
        failed.starts_with("the `manifests` program failed with exit code 4"),
        "{failed}"
    );
    let panicked = refused("panic!(\"on {}\", \"purpose\")");
    assert!(
        panicked.contains("exit code 101") && panicked.contains("on purpose"),
        "{panicked}"
    );
    #[cfg(unix)]
    assert!(
        refused("std::process::abort()")
            .starts_with("the `manifests` program was ended by signal 6")
    );
}

#[test]
fn endless_output_is_cut_off() {
    assert!(
        refused("loop { println!(\"and on\") }")
            .starts_with("the `manifests` program printed more than 65536 bytes to stdout")
    );
    assert!(
        refused("loop { eprintln!(\"and on\") }")
            .starts_with("the `manifests` program printed more than 65536 bytes to stderr")
    );
    let quiet = refused("loop { std::thread::sleep(std::time::Duration::from_secs(1)) }");
    assert!(
        quiet.starts_with("the `manifests` program did not end within 3 s"),
        "{quiet}"
    );
}

/// A child that holds the output open, and one that does not.
#[cfg(unix)]
#[test]
fn what_the_program_started_ends_with_it() {
    for (output, ends) in [
        ("inherit", "loop { std::thread::park() }"),
        ("null", &*print(REPORT)),
    ] {
        let source = format!(
            "fn main() {{
                let child = std::process::Command::new(\"sleep\").arg(\"1000\").stdout(std::process::Stdio::{output}())
                    .stderr(std::process::Stdio::{output}()).spawn().unwrap();
                std::fs::write(\"pid\", child.id().to_string()).unwrap();
                {ends}
            }}"
        );
        let project = project(&source);
        let limits = Limits {
            time: Duration::from_secs(2),
            bytes: 1 << 16,
        };
        let result = report_within(limits, project.path(), Lock::Update);
        assert_eq!(result.is_ok(), output == "null", "{result:?}");
        let pid = fs::read_to_string(project.path().join("pid"))
            .unwrap()
            .parse()
            .unwrap();
        assert!(is_gone(pid), "{pid} still runs");
    }
}

/// An orphan is reaped by whoever adopts it, at a time of their own; until then it is a zombie.
#[cfg(unix)]
fn is_gone(pid: i32) -> bool {
    let pid = rustix::process::Pid::from_raw(pid).unwrap();
    let state = |pid: rustix::process::Pid| fs::read_to_string(format!("/proc/{pid}/stat"));
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        rustix::process::test_kill_process(pid).is_err()
            || state(pid).is_ok_and(|stat| stat.contains(") Z "))
    })
}

#[test]
fn another_protocol_is_refused_with_the_way_out() {
    let old = refused(&print(
        r#"{"protocol":0,"kopgen":"0.0.1","anything":"else"}"#,
    ));
    assert!(
        old.contains("uses kopgen-runtime 0.0.1")
            && old.contains("raise `kopgen-runtime` in Cargo.toml"),
        "{old}"
    );
    let new = refused(&print(r#"{"protocol":3,"kopgen":"9.0.0","kinds":{}}"#));
    assert!(
        new.contains("cargo install kopgen --version 9.0.0"),
        "{new}"
    );
}

#[test]
fn a_project_that_does_not_compile_is_refused() {
    let failed = probe("fn main() { nonsense }").unwrap_err().to_string();
    assert!(
        failed.starts_with("the project does not build, see above; no manifest was written"),
        "{failed}"
    );
}

#[test]
fn a_library_without_operator_is_named_when_the_build_fails() {
    let project = project("fn main() { nonsense }");
    let library = project.path().join("operator/src/lib.rs");
    for (text, is_named) in [("", true), ("pub fn operator() {}", false)] {
        fs::write(&library, text).unwrap();
        let failed = report_within(LIMITS, project.path(), Lock::Update)
            .unwrap_err()
            .to_string();
        let named = failed.contains("help: operator/src/lib.rs needs");
        assert_eq!(named, is_named, "{failed}");
    }
}

/// rustc's errors of this kind speak of types that look the same; the crates stand in for the real ones.
#[test]
fn two_majors_of_kube_are_named_when_the_build_fails() {
    let project = project("fn main() { nonsense }");
    let package = |folder: &str, name: &str, version: &str, dependencies: &str| {
        let folder = project.path().join(folder);
        fs::create_dir_all(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
        let package = format!(
            "[package]\nname = {name:?}\nversion = {version:?}\n\n[dependencies]\n{dependencies}"
        );
        fs::write(folder.join("Cargo.toml"), package).unwrap();
    };
    package("crates/kube4", "kube", "4.2.0", "");
    package("crates/kube5", "kube", "5.0.1", "");
    package(
        "crates/runtime",
        "kopgen-runtime",
        "0.1.0",
        "kube.path = \"../kube5\"\n",
    );
    let manifest = project.path().join("operator/Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap();
    let more = "\n[dependencies]\nkube.path = \"../crates/kube4\"\nkopgen-runtime.path = \"../crates/runtime\"\n";
    fs::write(&manifest, text + more).unwrap();

    let failed = report_within(LIMITS, project.path(), Lock::Update)
        .unwrap_err()
        .to_string();
    assert!(failed.contains("kube 4.2.0 is brought by toy-"), "{failed}");
    assert!(
        failed.contains("kube 5.0.1 is brought by kopgen-runtime 0.1.0"),
        "{failed}"
    );
    assert!(
        failed
            .contains("help: this release of kopgen is for kube 5: let every crate above use that"),
        "{failed}"
    );
}

#[test]
fn a_lock_file_that_must_stay_is_not_written() {
    let project = project(&format!("fn main() {{ {} }}", print(REPORT)));
    let lock = project.path().join("Cargo.lock");
    let failed = report_within(LIMITS, project.path(), Lock::Keep)
        .unwrap_err()
        .to_string();
    assert!(failed.contains("run `cargo check` first"), "{failed}");
    assert!(!lock.exists());
    report_within(LIMITS, project.path(), Lock::Update).unwrap();
    assert!(lock.exists());
    report_within(LIMITS, project.path(), Lock::Keep).unwrap();
}

#[test]
fn a_foreign_build_target_is_not_built_for() {
    let project = project(&format!("fn main() {{ {} }}", print(REPORT)));
    fs::create_dir(project.path().join(".cargo")).unwrap();
    fs::write(
        project.path().join(".cargo/config.toml"),
        "[build]\ntarget = \"wasm32-unknown-unknown\"\n",
    )
    .unwrap();
    report_within(LIMITS, project.path(), Lock::Update).unwrap();
}
