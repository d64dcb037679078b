//! CRDs, imported: `cases/` here, and the real ones of `../shared/crds` beside the repository, one file each.
//!
//! Each is modelled and compared with what was read, which takes seconds; then all are compiled, in few large crates, what
//! `kopgen manifests` would print of them is compared, and objects go through their types and back.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests make the files that they need"
)]

#[path = "../common/mod.rs"]
mod common;
mod corpus;
mod objects;
mod outline;
mod project;

use std::collections::BTreeMap;
use std::path::Path;

use kopgen::import::{self, Imported};
use kopgen_core::crd;
use kopgen_core::report::KindReport;
use serde_json::Value;

use corpus::{CASES, Corpus, short};

/// The modules of this test's own CRDs, as a reader would want them. `SNAPSHOTS=overwrite` writes them anew.
#[test]
fn modules_read_well() {
    for name in ["mooring", "orchard", "page", "plain"] {
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
    let corpus = Corpus::read();
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
        let Some((_, crd)) = corpus.crds.iter().find(|(it, _)| it == file) else {
            assert_eq!(corpus.files, corpus.own, "{file} is not there");
            continue;
        };
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
            Ok(imported) if imported.differences.is_empty() => {}
            Ok(imported) => different.push(told(file, &imported.differences)),
            Err(problems) => different.push(format!("{file}: {problems:?}")),
        }
    }
    let equal = corpus.files - different.len();
    println!("{equal} of {} CRDs are modelled as they are", corpus.files);
    assert!(different.is_empty(), "{}", different.join("\n"));
}

#[test]
fn what_is_compiled_is_equal_and_loses_nothing() {
    let corpus = Corpus::read();
    let imported: Vec<_> = corpus
        .crds
        .iter()
        .filter_map(|(file, crd)| Some((file.clone(), import::import(crd).ok()?)))
        .collect();
    let program = project::build(&imported);
    let objects = objects(&imported);
    let output = project::run(&program, objects.join("\n"));
    let (reports, lost) = output.split_once("objects\n").expect("reports come first");
    let reports: BTreeMap<_, _> = reports
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut different = corpus.refused;
    for ((file, imported), (_, crd)) in imported.iter().zip(&corpus.crds) {
        different.extend(compare(file, imported, &crd.definition, &reports).err());
    }
    let equal = corpus.files - different.len();
    println!("{equal} of {} CRDs are what their types give", corpus.files);
    let lost: Vec<_> = lost.lines().map(|line| short(&line, 600)).collect();
    println!("{} of {} objects changed", lost.len(), objects.len());
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(lost.is_empty(), "{}", lost.join("\n"));
}

/// Merges the versions of a CRD and compares the whole with what was read.
fn compare(
    file: &str,
    imported: &Imported,
    wanted: &Value,
    reports: &BTreeMap<&str, &str>,
) -> Result<(), String> {
    let report = |module: &import::Module| {
        let text = reports[format!("{file} {}", module.version).as_str()];
        serde_json::from_str::<KindReport>(text)
            .map_err(|_| format!("{file}: {}", short(&text, 400)))
    };
    let kinds = imported
        .modules
        .iter()
        .map(report)
        .collect::<Result<_, _>>()?;
    let crds = crd::merge(kinds).map_err(|problems| format!("{file}: {problems:?}"))?;
    let differences = crd::equal(wanted, &crds[0].definition);
    if differences.is_empty() {
        return Ok(());
    }
    Err(told(file, &differences))
}

/// A file and the first of its differences.
fn told(file: &str, differences: &[crd::Difference]) -> String {
    let shown = differences.iter().take(5).map(|it| short(it, 400));
    let shown: Vec<_> = shown.collect();
    format!("{file}:\n    {}", shown.join("\n    "))
}

/// Objects of every version, as the program takes them.
fn objects(imported: &[(String, Imported)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (file, imported) in imported {
        let crd = &imported.crd;
        for version in crd.versions() {
            let name = version["name"].as_str().expect("a version has a name");
            let api_version = format!("{}/{name}", crd.group());
            let schema = &version["schema"]["openAPIV3Schema"];
            let objects = objects::of(&api_version, crd.kind(), schema);
            lines.extend(objects.iter().map(|it| format!("{file} {name}\t{it}")));
        }
    }
    lines
}
