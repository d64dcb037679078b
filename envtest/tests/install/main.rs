//! Installing into a store of the test's own, from a server of the test's own. The programs are shell scripts.
#![cfg(unix)]

mod go;
mod server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Mutex;

use kopgen_envtest::{
    Assets, Install, Lines, Program, Progress, Report, Source, Store, VersionSpec, install,
};
use server::{Fault, Server, archive_name};
use tempfile::TempDir;

const PROGRAMS: [(&str, &str); 2] = [
    ("etcd", "#!/bin/sh\necho 'etcd Version: 3.6.8'\n"),
    ("kube-apiserver", "#!/bin/sh\necho 'Kubernetes v1.36.3'\n"),
];

fn store() -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::at(folder.path()).unwrap();
    (folder, store)
}

fn from(server: &Server) -> Source {
    Source::Download {
        index: Some(server.index()),
    }
}

fn spec(text: &str) -> VersionSpec {
    text.parse().unwrap()
}

/// Installs from a server with this fault, which must fail with this text and leave nothing that looks like an install.
fn refused(fault: Fault, expected: &[&str]) {
    let (_folder, store) = store();
    let server = Server::start(fault);
    let error = install(&store, spec("1.36.3"), &from(&server), &Lines::default())
        .unwrap_err()
        .to_string();
    for part in expected {
        assert!(error.contains(part), "`{part}` is not in: {error}");
    }
    assert_eq!(store.installs().unwrap(), []);
}

#[test]
fn downloads_once() {
    let (folder, store) = store();
    let server = Server::start(Fault::None);
    let first = install(&store, spec("1.36"), &from(&server), &Lines::default()).unwrap();
    let platform = store.platform();
    assert_eq!(
        first.path,
        folder.path().join(format!("k8s/1.36.3-{platform}"))
    );
    assert_eq!(first.content, Ok(vec![Program::Etcd, Program::ApiServer]));
    assert_eq!(
        server.requests(),
        ["/index.yaml".to_owned(), format!("/{}", archive_name())]
    );

    for wanted in ["1.36.3", "1.36"] {
        let again = install(&store, spec(wanted), &from(&server), &Lines::default()).unwrap();
        assert_eq!(again, first);
    }
    assert_eq!(
        server.requests().len(),
        2,
        "what is installed is not looked up"
    );
    install(&store, spec("latest"), &from(&server), &Lines::default()).unwrap();
    assert_eq!(server.requests().len(), 3, "but for `latest`");
}

#[test]
fn a_wrong_checksum_is_refused() {
    refused(
        Fault::WrongChecksum,
        &["has the checksum", "and the index says", "not installed"],
    );
}

#[test]
fn a_cut_transfer_is_resumed() {
    let (_folder, store) = store();
    let server = Server::start(Fault::CutOnce);
    install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "{requests:?}");
    let half = requests[2]
        .rsplit_once(" from ")
        .expect("it asks for the rest")
        .1;
    assert!(half.parse::<u64>().unwrap() > 100_000, "{requests:?}");
}

#[test]
fn a_transfer_that_comes_no_further_fails() {
    refused(Fault::CutAlways, &["twice after", "run the command again"]);
}

#[test]
fn a_rest_of_something_else_is_thrown_away() {
    let (folder, store) = store();
    let server = Server::start(Fault::None);
    fs::create_dir(folder.path().join(".kopgen")).unwrap();
    let part = format!(".kopgen/1.36.3-{}.part", store.platform());
    fs::write(folder.path().join(&part), "not the beginning of it").unwrap();
    install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
    assert!(!folder.path().join(part).exists());
}

#[test]
fn what_is_not_there_is_named() {
    let archive = archive_name();
    refused(
        Fault::Missing,
        &[
            "cannot download http://127.0.0.1:",
            &archive,
            "404 Not Found",
        ],
    );
}

#[test]
fn an_archive_that_climbs_out_is_refused() {
    refused(
        Fault::Climbing,
        &["controller-tools/../../../kubectl", "leads out of it"],
    );
}

#[test]
fn an_archive_with_links_is_refused() {
    refused(
        Fault::Link,
        &["controller-tools/envtest/kubectl", "is a link"],
    );
}

#[test]
fn a_version_that_is_not_published_is_named_with_the_nearest() {
    let (_folder, store) = store();
    let server = Server::start(Fault::None);
    let error = install(&store, spec("1.36.9"), &from(&server), &Lines::default()).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("has no Kubernetes 1.36.9 for"), "{error}");
    assert!(
        error.ends_with("the nearest that it has is 1.36.3"),
        "{error}"
    );
}

#[test]
fn the_index_may_be_a_file_beside_the_archives() {
    let (folder, store) = store();
    let server = Server::start(Fault::None);
    let get = |path: &str| {
        let mut answer = ureq::get(format!("{}/{path}", server.url)).call().unwrap();
        answer.body_mut().with_config().read_to_vec().unwrap()
    };
    let index = folder.path().join("index.yaml");
    fs::write(&index, get("index.yaml")).unwrap();
    fs::write(folder.path().join(archive_name()), get(&archive_name())).unwrap();
    let source = Source::Download {
        index: Some(index.display().to_string()),
    };
    install(&store, spec("latest"), &source, &Lines::default()).unwrap();
}

#[test]
fn eight_at_once_download_once() {
    let (folder, store) = store();
    let server = Server::start(Fault::None);
    let installs: Vec<Install> = std::thread::scope(|scope| {
        let start = || install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(installs.iter().all(|install| *install == installs[0]));
    let archive = format!("/{}", archive_name());
    let downloads = server
        .requests()
        .iter()
        .filter(|path| **path == archive)
        .count();
    assert_eq!(downloads, 1);
    let left: Vec<_> = fs::read_dir(folder.path().join(".kopgen"))
        .unwrap()
        .map(|entry| entry.unwrap().path().extension().unwrap().to_owned())
        .filter(|extension| extension != "lock" && extension != "json")
        .collect();
    assert_eq!(left, [""; 0], "nothing else is left of the work");
}

#[test]
fn an_install_that_was_interrupted_is_none() {
    let (folder, store) = store();
    let stage = format!(".kopgen/1.36.3-{}.stage", store.platform());
    write_programs(&folder.path().join(&stage));
    assert_eq!(store.installs().unwrap(), []);
    let server = Server::start(Fault::None);
    install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
    assert!(!folder.path().join(stage).exists());
}

/// What setup-envtest, a full disk or a cache may leave behind.
#[test]
fn a_corrupt_install_is_none_and_is_replaced() {
    type Damage = fn(&Path);
    let damages: [(&str, Damage); 4] = [
        ("there is no kube-apiserver", |folder| {
            fs::remove_file(folder.join("kube-apiserver")).unwrap()
        }),
        ("etcd is empty", |folder| {
            fs::write(folder.join("etcd"), "").unwrap()
        }),
        ("etcd is not executable", |folder| {
            fs::set_permissions(folder.join("etcd"), fs::Permissions::from_mode(0o644)).unwrap();
        }),
        (
            "`kube-apiserver --version` gives exit status: 1",
            |folder| {
                fs::write(folder.join("kube-apiserver"), "#!/bin/sh\nexit 1\n").unwrap();
            },
        ),
    ];
    for (expected, damage) in damages {
        let (folder, store) = store();
        let server = Server::start(Fault::None);
        let path = folder
            .path()
            .join(format!("k8s/1.36.3-{}", store.platform()));
        write_programs(&path);
        assert!(
            store.find(spec("1.36.3")).unwrap().is_some(),
            "whole, though not by us"
        );
        damage(&path);
        let installs = store.installs().unwrap();
        let problem = installs[0].content.as_ref().unwrap_err();
        assert!(problem.contains(expected), "{problem}");
        assert_eq!(store.find(spec("1.36.3")).unwrap(), None);
        install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
    }
}

#[test]
fn copies_a_folder_by_the_version_of_what_it_holds() {
    let (folder, store) = store();
    let programs = folder.path().join("mine");
    write_programs(&programs);
    let source = Source::Folder(programs.clone());
    let error = install(&store, spec("1.35"), &source, &Lines::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("holds Kubernetes 1.36.3, not 1.35"),
        "{error}"
    );
    let install = install(&store, spec("latest"), &source, &Lines::default()).unwrap();
    assert_eq!(install.version.to_string(), "1.36.3");
    fs::remove_dir_all(programs).unwrap();
    assert_eq!(
        Assets::at(install.path).unwrap().version().unwrap(),
        install.version
    );
}

#[test]
fn a_removed_install_is_gone() {
    let (_folder, store) = store();
    let server = Server::start(Fault::None);
    let install = install(&store, spec("1.36.3"), &from(&server), &Lines::default()).unwrap();
    // As setup-envtest leaves it.
    fs::set_permissions(&install.path, fs::Permissions::from_mode(0o555)).unwrap();
    let removed = store.remove(install.version, &Lines::default()).unwrap();
    assert_eq!(removed.as_ref(), Some(&install.path));
    assert_eq!(store.installs().unwrap(), []);
    assert_eq!(
        store.remove(install.version, &Lines::default()).unwrap(),
        None
    );
}

#[test]
fn progress_is_told() {
    #[derive(Default)]
    struct Seen(Mutex<Vec<Progress>>);
    impl Report for Seen {
        fn stage(&self, _: &str) {}
        fn progress(&self, progress: Progress) {
            self.0.lock().unwrap().push(progress);
        }
    }
    let (_folder, store) = store();
    let server = Server::start(Fault::CutOnce);
    let seen = Seen::default();
    install(&store, spec("1.36.3"), &from(&server), &seen).unwrap();
    let seen = seen.0.into_inner().unwrap();
    let last = seen.last().unwrap();
    assert_eq!(
        Some(last.done),
        last.total,
        "a resumed transfer counts what was there"
    );
    assert!(seen.is_sorted_by_key(|progress| progress.done));
}

fn write_programs(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for (name, content) in PROGRAMS {
        fs::write(folder.join(name), content).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
}
