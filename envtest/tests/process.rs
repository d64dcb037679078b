//! What happens around the test process: its end, its threads, its environment. Each of these tests runs itself again in a
//! process of its own.
#![cfg(unix)]

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::Namespace;
use kopgen_envtest::{Error, TestEnv};
use kube::Api;

/// Set in the inner process.
const INNER: &str = "KOPGEN_ENVTEST_INNER";

/// How the inner process learns where to say that its control plane runs.
const REPORT: &str = "KOPGEN_ENVTEST_REPORT";

#[test]
fn nothing_is_left_after_sigkill() {
    nothing_is_left(
        "nothing_is_left_after_sigkill",
        wait_for_a_signal,
        Some("KILL"),
    );
}

#[test]
fn nothing_is_left_after_ctrl_c() {
    nothing_is_left(
        "nothing_is_left_after_ctrl_c",
        wait_for_a_signal,
        Some("INT"),
    );
}

#[test]
fn nothing_is_left_after_a_panic() {
    nothing_is_left(
        "nothing_is_left_after_a_panic",
        || panic!("as tests do"),
        None,
    );
}

#[test]
fn nothing_is_left_after_an_exit_without_drop() {
    let exit = || std::process::exit(3);
    nothing_is_left("nothing_is_left_after_an_exit_without_drop", exit, None);
}

/// Starts a control plane in an inner process, has that process end, and looks for what is left of it 5 s later.
fn nothing_is_left(test: &str, end: fn(), signal: Option<&str>) {
    if env::var_os(INNER).is_some() {
        runtime().block_on(async {
            let env = TestEnv::start().await.unwrap();
            std::fs::write(env::var_os(REPORT).unwrap(), env.folder().to_str().unwrap()).unwrap();
            end();
        });
        unreachable!("it has ended");
    }
    if runtime()
        .block_on(TestEnv::start_or_skip())
        .unwrap()
        .is_none()
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report");
    let mut inner = again(test);
    // As a shell does, so that a terminal's Ctrl-C, which goes to a process group, can be imitated.
    std::os::unix::process::CommandExt::process_group(&mut inner, 0);
    let mut inner = inner
        .env(REPORT, &report)
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let data = wait_for(Duration::from_secs(300), || {
        let text = std::fs::read_to_string(&report).ok()?;
        (!text.is_empty()).then(|| PathBuf::from(text))
    });
    if let Some(signal) = signal {
        assert!(
            processes_of(&data).len() >= 3,
            "two servers and a watcher: {:?}",
            processes_of(&data)
        );
        // Ctrl-C goes to the terminal's process group, SIGKILL to the process alone.
        let target = match signal {
            "INT" => format!("-{}", inner.id()),
            _ => inner.id().to_string(),
        };
        let sent = Command::new("/bin/kill")
            .args(["-s", signal, "--", &target])
            .status();
        assert!(sent.unwrap().success());
    }
    assert!(!inner.wait().unwrap().success());

    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(5) {
        if processes_of(&data).is_empty() && !data.exists() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!(
        "left: {:?}, {} exists: {}",
        processes_of(&data),
        data.display(),
        data.exists()
    );
}

/// Dies of it even where whoever started the tests ignores Ctrl-C, as a shell does for what it runs in the background.
fn wait_for_a_signal() {
    let always = std::sync::Arc::new(true.into());
    signal_hook::flag::register_conditional_default(signal_hook::consts::SIGINT, always).unwrap();
    std::thread::sleep(Duration::from_secs(600));
}

/// The command lines that name this folder: those of its servers and its watcher.
fn processes_of(folder: &Path) -> Vec<String> {
    let output = Command::new("ps")
        .args(["-A", "-ww", "-o", "args="])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let folder = folder.to_str().unwrap();
    text.lines()
        .filter(|line| line.contains(folder))
        .map(str::to_owned)
        .collect()
}

/// The parent-death signal of Linux would fail this: it fires when the thread ends that started a process.
#[test]
fn a_shared_control_plane_outlives_the_test_that_started_it() {
    let use_it = || {
        let test = || {
            runtime().block_on(async {
                let env = TestEnv::shared().await.unwrap()?;
                let namespaces: Api<Namespace> = Api::all(env.client());
                namespaces.get("default").await.unwrap();
                Some(env.folder().to_owned())
            })
        };
        std::thread::spawn(test).join().unwrap()
    };
    let first = use_it();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(
        use_it(),
        first,
        "it is the same one, from another thread and runtime"
    );
}

#[test]
fn a_test_without_a_control_plane_says_so_in_one_line() {
    let test = "a_test_without_a_control_plane_says_so_in_one_line";
    if env::var_os(INNER).is_some() {
        let env = runtime().block_on(TestEnv::start_or_skip()).unwrap();
        assert!(env.is_none());
        return;
    }
    let nowhere = tempfile::tempdir().unwrap();
    let output = finish(without_control_plane(test, nowhere.path()));
    assert!(output.status.success(), "{output:?}");
    let stderr = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{stderr}");
    assert!(
        lines[0].starts_with(&format!(
            "SKIPPED {test}: control-plane: no control plane can be had here: "
        )),
        "{stderr}"
    );
    assert!(lines[0].contains("ENVTEST_INSTALLED_ONLY"), "{stderr}");
    assert!(
        lines[0].ends_with("(KOPGEN_REQUIRE=control-plane makes this a failure)"),
        "{stderr}"
    );
}

#[test]
fn a_required_control_plane_is_not_skipped() {
    let test = "a_required_control_plane_is_not_skipped";
    if env::var_os(INNER).is_some() {
        let result = runtime().block_on(TestEnv::start_or_skip());
        assert!(matches!(result, Err(Error::Unavailable(_))));
        return;
    }
    let nowhere = tempfile::tempdir().unwrap();
    let mut inner = without_control_plane(test, nowhere.path());
    inner.env("KOPGEN_REQUIRE", "promtool,control-plane");
    let output = finish(inner);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn assets_that_are_named_and_broken_are_not_skipped() {
    let test = "assets_that_are_named_and_broken_are_not_skipped";
    if env::var_os(INNER).is_some() {
        let result = runtime().block_on(TestEnv::start_or_skip());
        let error = result.err().expect("it is no reason to skip").to_string();
        assert!(
            error.contains("there is no etcd (KUBEBUILDER_ASSETS names this folder)"),
            "{error}"
        );
        return;
    }
    let nowhere = tempfile::tempdir().unwrap();
    let mut inner = without_control_plane(test, nowhere.path());
    inner.env("KUBEBUILDER_ASSETS", nowhere.path());
    let output = finish(inner);
    assert!(output.status.success(), "{output:?}");
}

/// Runs a test again, where there is neither a store nor leave to install.
fn without_control_plane(test: &str, home: &Path) -> Command {
    let mut inner = again(test);
    inner
        .env("HOME", home)
        .env("XDG_DATA_HOME", home)
        .env("ENVTEST_INSTALLED_ONLY", "1")
        .env_remove("KUBEBUILDER_ASSETS")
        .env_remove("KOPGEN_REQUIRE");
    inner
}

fn again(test: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args([test, "--exact"])
        .env(INNER, "1")
        .stdin(Stdio::null());
    command
}

fn finish(mut command: Command) -> Output {
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("running 1 test"), "{stdout}");
    output
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn wait_for<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + patience;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "nothing after {patience:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
