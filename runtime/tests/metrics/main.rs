//! The metrics of a running operator: who may read them on a real API server, with which certificate, and what Prometheus
//! says of them.
#![cfg(unix)]

mod operator;
#[cfg(target_os = "linux")]
mod panels;
mod promtool;
#[path = "../../../testdata/real_crds.rs"]
mod real_crds;
mod scaffold;
mod world;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::ExitCode;

use kopgen_runtime::Result;
use serde_json::Value;

use operator::{Process, eventually};
use world::{OPERATOR, POWERLESS, READER, STRANGER, Scraper, World, golden};

#[tokio::test]
async fn child() {
    if let Ok(flags) = std::env::var("OPERATOR") {
        let ended = operator::program(&flags).await;
        std::process::exit(i32::from(ended != ExitCode::SUCCESS));
    }
}

#[tokio::test]
async fn every_replica_lets_those_read_who_may_and_prometheus_approves() -> Result<()> {
    let Some(world) = World::new().await? else {
        return Ok(());
    };
    let leader = Process::start(&world, OPERATOR, "--leader-elect").await?;
    leader.says(" leading ").await;
    let follower = Process::start(&world, OPERATOR, "--leader-elect").await?;
    follower.says("another replica leads").await;

    let leads = "leader_election_master_status{name=\"guestbook\"}";
    for (replica, status) in [(&leader, 1), (&follower, 0)] {
        let address = replica.address().await;
        let refused = |status: u16, text: &str| (status, text.to_owned());
        let nobody = scrape(&address, None).await?;
        assert_eq!(nobody, refused(401, "Unauthorized"));
        let forged = scrape(&address, Some("forged".into())).await?;
        assert_eq!(forged, refused(401, "Unauthorized"));
        let stranger = scrape(&address, Some(world.token(STRANGER).await?)).await?;
        assert_eq!(stranger, refused(403, "Forbidden"));
        let (answered, text) = scrape(&address, Some(world.token(READER).await?)).await?;
        assert_eq!(answered, 200, "{text}");
        assert!(text.contains(&format!("{leads} {status}\n")), "{text}");
    }

    let (address, token) = (leader.address().await, world.token(READER).await?);
    let reconciled = |result| {
        format!(
            "controller_runtime_reconcile_total{{controller=\"guestbook\",result=\"{result}\"}} 0\n"
        )
    };
    eventually("it has reconciled well and badly", async || {
        let (_, text) = scrape(&address, Some(token.clone())).await.unwrap();
        !text.contains(&reconciled("requeue_after")) && !text.contains(&reconciled("error"))
    })
    .await;
    let (_, text) = scrape(&address, Some(token)).await?;
    promtool::approves(&["check", "metrics"], &text);
    #[cfg(target_os = "linux")]
    panels::are_filled(&text);
    alerts_are_about(&text);
    Ok(())
}

/// Every metric of the alerts is one that the operator has, and they fire when they should.
fn alerts_are_about(metrics: &str) {
    let rule = fs::read_to_string(golden("guestbook", "config/prometheus/rule.yaml")).unwrap();
    let rule: Value = serde_saphyr::from_str(&rule).unwrap();
    let groups = &rule["spec"];
    for alert in groups["groups"][0]["rules"].as_array().unwrap() {
        let expression = alert["expr"].as_str().unwrap();
        let selectors = expression.split("{job=").map(|part| {
            let start = part.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            &part[start.map_or(0, |start| start + 1)..]
        });
        let names: Vec<_> = selectors.collect();
        // Behind the last selector no metric follows.
        for name in &names[..names.len() - 1] {
            // Prometheus itself says whether a target is up.
            let has = metrics.contains(&format!("# TYPE {name} ")) || *name == "up";
            assert!(has, "{name} of {expression}");
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("rules.yaml"), groups.to_string()).unwrap();
    fs::write(path("alerts.yaml"), include_str!("alerts.yaml")).unwrap();
    promtool::approves(
        &[
            "check",
            "rules",
            "--lint=all",
            "--lint-fatal",
            &path("rules.yaml"),
        ],
        "",
    );
    promtool::approves(&["test", "rules", &path("alerts.yaml")], "");
}

#[tokio::test]
async fn an_operator_that_may_not_ask_who_reads_gives_nothing_away() -> Result<()> {
    let Some(world) = World::new().await? else {
        return Ok(());
    };
    let operator = Process::start(&world, POWERLESS, "").await?;
    let token = world.token(READER).await?;
    let answer = scrape(&operator.address().await, Some(token)).await?;
    assert_eq!(answer, (500, "Internal Server Error".into()));
    let why = "cannot create resource \\\"tokenreviews\\\"";
    operator.says(why).await;
    Ok(())
}

#[tokio::test]
async fn a_certificate_is_taken_up_when_its_files_are_swapped() -> Result<()> {
    let Some(world) = World::new().await? else {
        return Ok(());
    };
    // As the kubelet lays out a Secret: the files are links through a link that is swapped.
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    let first = certificate(&root.join("..first"))?;
    let second = certificate(&root.join("..second"))?;
    symlink("..first", root.join("..data"))?;
    for name in ["tls.crt", "tls.key"] {
        symlink(format!("..data/{name}"), root.join(name))?;
    }
    let flags = format!("--metrics-cert-path={}", root.display());
    let operator = Process::start(&world, OPERATOR, &flags).await?;
    let (address, token) = (operator.address().await, world.token(READER).await?);
    let trusted = async |certificate: &[u8]| {
        let token = Some(token.clone());
        let trusts = Some(certificate.to_owned());
        let answer = Scraper { token, trusts }.scrape(&address).await;
        answer.is_ok_and(|(status, _)| status == 200)
    };
    assert!(trusted(&first).await);
    assert!(!trusted(&second).await);

    symlink("..second", root.join("..data_tmp"))?;
    fs::rename(root.join("..data_tmp"), root.join("..data"))?;
    eventually("the new one is there", async || trusted(&second).await).await;
    assert!(!trusted(&first).await);
    Ok(())
}

#[tokio::test]
async fn without_a_certificate_it_makes_one() -> Result<()> {
    let Some(world) = World::new().await? else {
        return Ok(());
    };
    let operator = Process::start(&world, OPERATOR, "").await?;
    let (address, token) = (operator.address().await, Some(world.token(READER).await?));
    assert_eq!(scrape(&address, token.clone()).await?.0, 200);
    let folder = tempfile::tempdir()?;
    let trusts = Some(certificate(folder.path())?);
    let error = Scraper { token, trusts }
        .scrape(&address)
        .await
        .unwrap_err();
    let error = format!("{error:?}");
    assert!(error.contains("invalid peer certificate"), "{error}");

    // One that is named must be there: Prometheus is to verify it.
    let flags = "--metrics-cert-path=/nowhere";
    let log = Process::start(&world, OPERATOR, flags).await?.end();
    assert!(
        log.contains("error: cannot read /nowhere/tls.crt: No such file"),
        "{log}"
    );
    Ok(())
}

/// The answer to somebody with this token, who takes any certificate.
async fn scrape(address: &str, token: Option<String>) -> Result<(u16, String)> {
    let trusts = None;
    Scraper { token, trusts }.scrape(address).await
}

/// Writes a new certificate and its key into a folder, and gives it as DER.
fn certificate(folder: &Path) -> Result<Vec<u8>> {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("tls.crt"), made.cert.pem())?;
    fs::write(folder.join("tls.key"), made.signing_key.serialize_pem())?;
    Ok(made.cert.der().to_vec())
}
