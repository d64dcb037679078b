//! CRDs, imported: `cases/` here, and real ones where they are there (`real_crds`), one file each.
//!
//! Each is modelled and compared with what was read, which takes seconds. Then all are compiled, in few large crates; what
//! `kopgen manifests` would print of them is compared, and applied to a real API server over what was read; and objects of theirs go
//! through their types, and are judged by it before and after.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests make the files that they need"
)]

mod cluster;
#[path = "../common/mod.rs"]
mod common;
mod corpus;
mod generated;
mod mutations;
mod objects;
mod outline;
mod project;
#[path = "../../../testdata/real_crds.rs"]
mod real_crds;
mod verdicts;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use kopgen::import::{self, Imported};
use kopgen_core::report::KindReport;
use kopgen_core::{crd, yaml};
use kopgen_envtest::{TestEnv, require};
use serde_json::Value;

use corpus::{CASES, Corpus, short};

/// The modules of this test's own CRDs, as a reader would want them. `SNAPSHOTS=overwrite` writes them anew.
#[test]
fn modules_read_well() {
    for name in [
        "buoy", "crane", "mooring", "orchard", "page", "plain", "ship",
    ] {
        let text = std::fs::read_to_string(format!("{CASES}/{name}.yaml")).unwrap();
        let crds = import::read(&text, name).unwrap().crds;
        for module in import::import(&crds[0]).unwrap().modules {
            let golden = format!("{CASES}/{name}.{}.rs", module.version);
            snapbox::assert_data_eq!(
                module.text,
                snapbox::Data::read_from(Path::new(&golden), None).raw()
            );
        }
    }
}

/// The names and types that five real CRDs get, as a reader would sign them.
#[test]
fn types_of_real_crds_read_well() {
    let Some(folder) = require(real_crds::NAME, real_crds::folder()) else {
        return;
    };
    for (name, file) in [
        (
            "certificate",
            "cert-manager/certificates.cert-manager.io.yaml",
        ),
        ("cluster_queue", "kueue/clusterqueues.kueue.x-k8s.io.yaml"),
        ("gateway", "istio-api/gateways.networking.istio.io.yaml"),
        (
            "listener_set",
            "gateway-api/listenersets.gateway.networking.k8s.io.yaml",
        ),
        ("scaled_object", "keda/scaledobjects.keda.sh.yaml"),
    ] {
        let path = folder.join(file);
        if !path.exists() && !real_crds::is_known(&folder) {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let crd = &import::read(&text, file).unwrap().crds[0];
        let modules = import::import(crd).unwrap().modules;
        let stored = modules.iter().zip(crd.versions());
        let stored = stored.filter(|(_, version)| version["storage"] == true);
        for (module, _) in stored {
            let golden = format!("{CASES}/real/{name}.txt");
            snapbox::assert_data_eq!(
                outline::of(&module.text),
                snapbox::Data::read_from(Path::new(&golden), None).raw()
            );
        }
    }
}

#[test]
fn what_is_modelled_is_equal() {
    let corpus = Corpus::read();
    let mut different = corpus.refused;
    for (file, crd) in &corpus.crds {
        match import::import(crd) {
            Ok(imported) if imported.differences.is_empty() => {
                // The order of `required` is no difference, and yet the API server keeps it.
                let as_it_is =
                    crd::stored(&crd.definition) == crd::stored(&imported.crd.definition);
                different.extend((!as_it_is).then(|| format!("{file}: the order of `required`")));
            }
            Ok(imported) => different.push(told(file, &imported.differences)),
            Err(problems) => different.push(format!("{file}: {problems:?}")),
        }
    }
    let equal = corpus.files - different.len();
    println!("{equal} of {} CRDs are modelled as they are", corpus.files);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn what_is_compiled_is_equal() {
    let Compiled {
        corpus,
        regenerated,
        ..
    } = &*COMPILED;
    let mut different = corpus.refused.clone();
    for ((file, crd), regenerated) in corpus.crds.iter().zip(regenerated) {
        match regenerated {
            Ok(regenerated) => {
                let differences = crd::equal(&crd.definition, regenerated);
                different.extend((!differences.is_empty()).then(|| told(file, &differences)));
            }
            Err(problem) => different.push(format!("{file}: {problem}")),
        }
    }
    let equal = corpus.files - different.len();
    println!("{equal} of {} CRDs are what their types give", corpus.files);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// Whatever a description has in it.
#[test]
fn rustdoc_takes_the_descriptions() {
    LazyLock::force(&COMPILED);
    project::document();
}

/// Text to type to text.
#[test]
fn objects_come_back_as_they_were() {
    let mut lost = Vec::new();
    let mut count = 0;
    for (file, crd) in &COMPILED.corpus.crds {
        for version in crd.versions() {
            let name = version["name"].as_str().expect("a version has a name");
            let objects = objects::of(crd, version);
            count += objects.len();
            let back =
                project::through_type(&COMPILED.program, &format!("{file} {name}"), &objects);
            for (object, back) in objects.iter().zip(back) {
                if !project::is_same(&back, object) {
                    lost.push(short(
                        &format!("{file} {name}: {object} became {back:?}"),
                        600,
                    ));
                }
            }
        }
    }
    println!("{} of {count} objects changed", lost.len());
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

/// Each regenerated CRD is taken on its own, and is no change to the one that was read.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_compiled_is_no_change_to_a_real_api_server() -> kopgen_envtest::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let Compiled {
        corpus,
        regenerated,
        ..
    } = &*COMPILED;
    assert_eq!((corpus.refused.len(), corpus.crds.len()), (0, corpus.files));
    let sizes = || {
        corpus
            .crds
            .iter()
            .map(|(_, crd)| crd.definition.to_string().len())
    };
    let regenerated = regenerated
        .iter()
        .map(|it| yaml::to_string(it.as_ref().unwrap()).unwrap());
    let regenerated = cluster::Files::new(regenerated.zip(sizes()));
    regenerated.apply(&env, "--dry-run=server");
    assert!(cluster::stored(&env).is_empty());

    cluster::Files::new(corpus.texts.iter().cloned().zip(sizes())).apply(&env, "");
    cluster::wait(&env);
    let before = cluster::stored(&env);
    assert_eq!(before.len(), corpus.files);
    regenerated.apply(&env, "");
    let after = cluster::stored(&env);
    let changed = before.iter().filter(|(name, it)| after[*name] != **it);
    let changed: Vec<_> = changed.map(|(name, _)| name).collect();
    println!(
        "{} of {} CRDs are unchanged in the cluster",
        before.len() - changed.len(),
        corpus.files
    );
    assert!(changed.is_empty(), "{changed:?}");
    Ok(())
}

/// All CRDs, their types compiled.
struct Compiled {
    corpus: Corpus,
    /// The program that holds the types.
    program: PathBuf,
    /// What `kopgen manifests` would write of each CRD of the corpus, or why it would not.
    regenerated: Vec<Result<Value, String>>,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let corpus = Corpus::read();
    let imported: Vec<_> = corpus
        .crds
        .iter()
        .map(|(file, crd)| (file.clone(), import::import(crd).unwrap()))
        .collect();
    let program = project::build(&imported);
    let reports = project::run(&program, "reports", String::new());
    let reports: BTreeMap<_, _> = reports
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    Compiled {
        regenerated: imported
            .iter()
            .map(|(file, imported)| regenerated(file, imported, &reports))
            .collect(),
        corpus,
        program,
    }
});

/// The CRD that the versions of an imported one make.
fn regenerated(
    file: &str,
    imported: &Imported,
    reports: &BTreeMap<&str, &str>,
) -> Result<Value, String> {
    let report = |module: &import::Module| {
        let text = reports[format!("{file} {}", module.version).as_str()];
        serde_json::from_str::<KindReport>(text).map_err(|_| short(&text, 400))
    };
    let kinds = imported
        .modules
        .iter()
        .map(report)
        .collect::<Result<_, _>>()?;
    let mut crds = crd::merge(kinds).map_err(|problems| format!("{problems:?}"))?;
    Ok(crds.swap_remove(0).definition)
}

/// A file and the first of its differences.
fn told(file: &str, differences: &[crd::Difference]) -> String {
    let shown = differences.iter().take(5).map(|it| short(it, 400));
    let shown: Vec<_> = shown.collect();
    format!("{file}:\n    {}", shown.join("\n    "))
}
