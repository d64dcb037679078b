//! Building with Go, which is a shell script here: each test runs itself again with that on its `PATH`.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use kopgen_envtest::{Lines, Program, Source, Store, install};

/// Set in the inner process, to the store that it installs into.
const STORE: &str = "KOPGEN_ENVTEST_STORE";

/// Does what the installer needs of Go, if it is asked as Go wants to be asked.
const GO: &str = r#"#!/bin/sh
case "$1 $2" in
"version ") echo "go version go1.26.0 linux/amd64" ;;
"list -m")
    case "$*" in
    *@v1.36.3) echo "{\"GoMod\": \"$(dirname "$0")/upstream.mod\"}" ;;
    *-versions*) echo '{"Versions": ["v1.35.0", "v1.36.3", "v1.37.0-rc.0"]}' ;;
    esac ;;
"mod tidy")
    grep -q '^replace k8s.io/api => k8s.io/api v0.36.3$' go.mod || { echo "no replace" >&2; exit 1; }
    grep -q '"k8s.io/kubernetes/cmd/kubectl"' tools.go || { echo "no import" >&2; exit 1; } ;;
"list -deps") printf 'fmt\nos\n' ;;
"build -v")
    [ "$CGO_ENABLED" = 0 ] || exit 1
    while [ "$1" != -o ]; do shift; done
    printf 'fmt\nos\n' >&2
    for program in kube-apiserver kube-controller-manager kubectl; do
        printf '#!/bin/sh\necho "Kubernetes v1.36.3"\n' > "$2/$program"
    done
    printf '#!/bin/sh\necho "etcd Version: 3.6.8"\n' > "$2/server"
    chmod +x "$2"/* ;;
*) echo "go: what is $*?" >&2; exit 2 ;;
esac
"#;

#[test]
fn what_cannot_be_downloaded_is_built() {
    let test = "go::what_cannot_be_downloaded_is_built";
    if let Some(store) = env::var_os(STORE) {
        // Nobody listens there.
        let index = Some("http://127.0.0.1:1/index.yaml".to_owned());
        let store = Store::at(store).unwrap();
        let source = Source::Any { index };
        let install = install(&store, "1.36".parse().unwrap(), &source, &Lines::default()).unwrap();
        assert_eq!(install.version.to_string(), "1.36.3");
        assert_eq!(install.content, Ok(Program::ALL.to_vec()));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (succeeded, stderr) = again(test, folder.path(), GO);
    assert!(succeeded, "{stderr}");
    let mut lines = stderr.lines();
    let first = lines.next().unwrap();
    assert!(
        first.contains("cannot download http://127.0.0.1:1/index.yaml"),
        "{stderr}"
    );
    assert!(first.ends_with("; building it with Go instead"), "{stderr}");
    let rest: Vec<_> = lines.collect();
    let stages = [
        "kopgen-envtest: fetching the sources of Kubernetes 1.36.3 with Go",
        "kopgen-envtest: building Kubernetes 1.36.3 with Go",
    ];
    assert_eq!(rest, stages);
    let left: Vec<_> = fs::read_dir(folder.path().join("store/.kopgen"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_build_that_fails_shows_what_go_says() {
    let test = "go::a_build_that_fails_shows_what_go_says";
    if let Some(store) = env::var_os(STORE) {
        let store = Store::at(store).unwrap();
        let spec = "1.36.3".parse().unwrap();
        let error = install(&store, spec, &Source::Go, &Lines::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`go build -v` failed:\nfmt\nos: no space left"
        );
        assert_eq!(store.installs().unwrap(), []);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let go = GO
        .replace(
            "\"$2/server\"",
            "\"$2/server\"; printf 'fmt\\nos: no space left\\n' >&2; exit 1",
        )
        .replace("    printf 'fmt\\nos\\n' >&2\n", "");
    let (succeeded, stderr) = again(test, folder.path(), &go);
    assert!(succeeded, "{stderr}");
}

/// Runs a test again, with this Go; gives whether it passed, and what it printed.
fn again(test: &str, folder: &Path, go: &str) -> (bool, String) {
    let path = folder.join("go");
    fs::write(&path, go).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let upstream = "module k8s.io/kubernetes\n\ngo 1.26.0\n\nrequire (\n\tk8s.io/api v0.0.0\n)\n";
    fs::write(folder.join("upstream.mod"), upstream).unwrap();
    let others = env::var("PATH").unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args([test, "--exact"])
        .env("PATH", format!("{}:{others}", folder.display()))
        .env(STORE, folder.join("store"))
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.contains("running 1 test"), "{stdout}");
    let stderr = String::from_utf8_lossy(&output.stderr);
    (
        output.status.success(),
        format!(
            "{stderr}{}",
            if output.status.success() { "" } else { &stdout }
        ),
    )
}
