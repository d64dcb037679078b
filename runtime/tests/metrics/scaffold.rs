//! The optional parts of a scaffolded project, switched on as its user does, on an API server with the CRDs of the Prometheus
//! operator and cert-manager.

use std::fs;
use std::path::Path;
use std::process::Command;

use kopgen_runtime::Result;
use kopgen_runtime::testing::{TestEnv, require};
use serde_json::Value;

use crate::real_crds;
use crate::world::golden;

#[tokio::test]
async fn all_that_is_optional_is_accepted_together() -> Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let own = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/metrics/crds"));
    env.apply(own).await?;
    // The real ones, which have all fields and all rules, in place of the test's own.
    if let Some(real) = require(real_crds::NAME, real_crds::folder()) {
        for crd in [
            "prometheus-operator/servicemonitors.monitoring.coreos.com.yaml",
            "prometheus-operator/prometheusrules.monitoring.coreos.com.yaml",
            "cert-manager/certificates.cert-manager.io.yaml",
        ] {
            let crd = real.join(crd);
            // A folder that a variable names may have others.
            if crd.exists() || real_crds::is_known(&real) {
                env.apply(crd).await?;
            }
        }
    }

    // Not the one that the other tests have installed.
    check(env, "image", "shop");
    // Its roles are in the namespaces that it watches.
    env.apply(golden("namespaced", "operator/tests/namespaces.yaml"))
        .await?;
    check(env, "namespaced", "tenant");
    Ok(())
}

/// The golden project of a case, with all that is optional switched on.
fn check(env: &TestEnv, case: &str, project: &str) {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path();
    copy(&golden(case, "config"), config).unwrap();
    let overlay = config.join("default/kustomization.yaml");
    let text = fs::read_to_string(&overlay).unwrap();
    fs::write(&overlay, adapted(&switched_on(&text))).unwrap();
    let kubectl = |arguments: &str| {
        let mut command = Command::new(env.kubectl().expect("the assets have it"));
        command.arg("--kubeconfig").arg(env.kubeconfig());
        let output = command
            .args(arguments.split(' '))
            .current_dir(config)
            .output();
        let output = output.expect("kubectl runs");
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "kubectl {arguments}: {error}");
        // An API server that does not know a field says so and takes the object.
        assert!(!error.contains("unknown field"), "{error}");
        String::from_utf8(output.stdout).expect("kubectl writes text")
    };
    kubectl("apply --server-side -k default");

    let get = |kind: &str, name: &str| -> Value {
        let what = format!("{kind} {project}-{name}");
        let text = kubectl(&format!("get {what} --namespace {project}-system -o json"));
        serde_json::from_str(&text).expect("it is JSON")
    };
    let monitor = get("servicemonitors", "controller-manager-metrics-monitor");
    let service = get("services", "metrics-service");
    let deployment = get("deployments", "controller-manager");
    let certificate = get("certificates", "metrics-certs");
    let rule = get("prometheusrules", "controller-manager-alerts");
    get("networkpolicies", "allow-metrics-traffic");

    // What the one says is what the other has.
    let (endpoint, port) = (
        &monitor["spec"]["endpoints"][0],
        &service["spec"]["ports"][0],
    );
    assert_eq!(endpoint["port"], port["name"]);
    let labels = &service["metadata"]["labels"];
    assert!(selects(&monitor["spec"]["selector"]["matchLabels"], labels));
    let pod = &deployment["spec"]["template"];
    assert!(selects(
        &service["spec"]["selector"],
        &pod["metadata"]["labels"]
    ));
    let container = &pod["spec"]["containers"][0];
    assert_eq!(container["ports"][1]["containerPort"], port["targetPort"]);
    let arguments = container["args"].to_string();
    assert!(
        arguments.contains("--metrics-bind-address=:8443"),
        "{arguments}"
    );
    assert!(arguments.contains("--log-format=json"), "{arguments}");
    assert_eq!(deployment["spec"]["replicas"], 2);
    let folder = container["volumeMounts"][0]["mountPath"].as_str().unwrap();
    assert!(
        arguments.contains(&format!("--metrics-cert-path={folder}")),
        "{arguments}"
    );
    let secret = &certificate["spec"]["secretName"];
    assert_eq!(pod["spec"]["volumes"][0]["secret"]["secretName"], *secret);
    let tls = &endpoint["tlsConfig"];
    assert_eq!(tls["ca"]["secret"]["name"], *secret);
    assert_eq!(tls["insecureSkipVerify"], Value::Null);
    assert_eq!(tls["serverName"], certificate["spec"]["dnsNames"][0]);
    assert_eq!(
        tls["serverName"],
        format!("{project}-metrics-service.{project}-system.svc")
    );
    let issuer = get("issuers", "selfsigned-issuer");
    assert_eq!(
        certificate["spec"]["issuerRef"]["name"],
        issuer["metadata"]["name"]
    );
    let job = monitor["spec"]["jobLabel"].as_str().unwrap();
    let alerts = rule["spec"]["groups"][0]["rules"].as_array().unwrap();
    for alert in alerts {
        let job = format!("job={}", labels[job]);
        assert!(alert["expr"].as_str().unwrap().contains(&job), "{alert}");
    }
}

/// An overlay without the `#` before what is optional.
fn switched_on(overlay: &str) -> String {
    let line = |line: &str| {
        let optional = line.strip_prefix('#');
        let optional = optional.filter(|rest| rest.starts_with("- ") || rest.starts_with("  "));
        optional.unwrap_or(line).to_owned() + "\n"
    };
    let text: String = overlay.lines().map(line).collect();
    assert_ne!(text, overlay);
    text
}

/// An overlay with what "Running in production" has its reader add: an item of the patches, and the replicas.
fn adapted(overlay: &str) -> String {
    let page = include_str!("../../../docs/running-in-production.md");
    let block = |start: &str| {
        let opened = page.split("```yaml\n").skip(1);
        let mut blocks = opened.map(|rest| rest.split("```").next().expect("a first part"));
        let found = blocks.find(|block| block.starts_with(start));
        found.unwrap_or_else(|| panic!("the page shows nothing that begins with {start}"))
    };
    let list = "\npatches:\n";
    let text = overlay.replace(list, &format!("{list}{}", block("- target:")));
    assert_ne!(text, overlay);
    assert!(overlay.contains(block("- ../prometheus")));
    text + block("replicas:")
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let selector = selector.as_object().expect("it is a map");
    !selector.is_empty() && selector.iter().all(|(name, value)| labels[name] == *value)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
