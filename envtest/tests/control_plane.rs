//! A control plane as a test sees it.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use kopgen_envtest::{Error, Program, TestEnv, require};
use kube::api::{Api, DynamicObject, ListParams, Patch, PatchParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use kube::{Client, ResourceExt};
use serde_json::json;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");

#[tokio::test]
async fn a_service_account_may_what_its_role_says() -> Result<(), Error> {
    let Some(env) = TestEnv::builder().audit_log(true).start_or_skip().await? else {
        return Ok(());
    };
    env.apply(format!("{DATA}/operator")).await?;

    let brewer = env.service_account("tea", "brewer").await?;
    let teapots = teapots(brewer.clone());
    let sample = teapots
        .list(&ListParams::default())
        .await
        .expect("its role allows it")
        .items;
    assert_eq!(sample[0].name_any(), "sample");
    let status = Patch::Merge(json!({"status": {"brewing": true}}));
    let patched = teapots
        .patch_status("sample", &PatchParams::default(), &status)
        .await;
    assert_eq!(
        patched.expect("its role allows it").data["status"]["brewing"],
        true
    );

    let secrets: Api<Secret> = Api::default_namespaced(brewer.clone());
    assert_eq!(code(secrets.list(&ListParams::default()).await), 403);
    let elsewhere: Api<DynamicObject> = Api::namespaced_with(brewer, "default", &teapot());
    assert_eq!(code(elsewhere.list(&ListParams::default()).await), 403);

    // The log is written after the answer.
    let deadline = Instant::now() + Duration::from_secs(5);
    let denied = loop {
        let events = env.audit_log()?.into_iter();
        let denied: Vec<_> = events
            .filter(|event| event.user.username == "system:serviceaccount:tea:brewer")
            .filter(|event| {
                event
                    .response_status
                    .as_ref()
                    .is_some_and(|status| status.code == 403)
            })
            .map(|event| event.object_ref.unwrap_or_default())
            .map(|object| format!("{}/{}", object.namespace, object.resource))
            .collect();
        if denied.len() == 2 || Instant::now() > deadline {
            break denied;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(denied, ["tea/secrets", "default/teapots"]);

    let error = env
        .service_account("tea", "nobody")
        .await
        .err()
        .expect("there is no such account");
    let text = error.to_string();
    assert!(
        text.contains("ServiceAccount tea/nobody") && text.contains("not found"),
        "{text}"
    );
    Ok(())
}

#[tokio::test]
async fn a_restart_keeps_address_objects_and_rights() -> Result<(), Error> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    env.apply(format!("{DATA}/operator")).await?;
    let teapots = teapots(env.service_account("tea", "brewer").await?);
    for _ in 0..5 {
        env.restart_api_server().await?;
        let listed = teapots.list(&ListParams::default()).await;
        assert_eq!(
            listed.expect("no 403 when it is ready again").items.len(),
            1
        );
    }
    Ok(())
}

#[tokio::test]
async fn rights_are_in_force_when_apply_returns() -> Result<(), Error> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    env.apply(format!("{DATA}/operator")).await?;
    let brewer = env.service_account("tea", "brewer").await?;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("more.yaml");
    for number in 0..50 {
        let text = MORE_RIGHTS.replace("NAME", &format!("more-{number}"));
        std::fs::write(&file, text).unwrap();
        env.apply(&file).await?;
        let namespace = format!("more-{number}");
        let namespaces: Api<Namespace> = Api::all(brewer.clone());
        assert_eq!(code(namespaces.get(&namespace).await), 200);
        let secrets: Api<Secret> = Api::namespaced(brewer.clone(), &namespace);
        assert_eq!(code(secrets.list(&ListParams::default()).await), 200);
    }
    Ok(())
}

const MORE_RIGHTS: &str = r#"
apiVersion: v1
kind: Namespace
metadata: {name: NAME}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: NAME, namespace: NAME}
rules: [{apiGroups: [""], resources: [secrets], verbs: [list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: NAME, namespace: NAME}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME}
subjects: [{kind: ServiceAccount, name: brewer, namespace: tea}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: NAME}
rules: [{apiGroups: [""], resources: [namespaces], resourceNames: [NAME], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: NAME}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME}
subjects: [{kind: ServiceAccount, name: brewer, namespace: tea}]
"#;

#[tokio::test]
async fn the_controller_manager_knows_the_kinds_that_were_applied() -> Result<(), Error> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let program = env.assets().program(Program::ControllerManager);
    let program = program.ok_or("the control plane was not built with Go");
    if require("kube-controller-manager", program).is_none() {
        return Ok(());
    }
    // Once its collector is at work, it looks for new kinds every 30 s only.
    let configs: Api<ConfigMap> = Api::default_namespaced(env.client());
    let config = create_config(&configs, "config", json!([])).await;
    let owner =
        json!([{"apiVersion": "v1", "kind": "ConfigMap", "name": "config", "uid": config.uid()}]);
    create_config(&configs, "copy", owner).await;
    configs.delete("config", &Default::default()).await.unwrap();
    wait_until_collected(&configs, "copy", 60).await;

    env.apply(format!("{DATA}/operator")).await?;
    let teapots = teapots(env.client());
    let sample = teapots.get("sample").await.unwrap();
    let recipes: Api<ConfigMap> = Api::namespaced(env.client(), "tea");
    let owner = json!([{
        "apiVersion": "tea.example.com/v1", "kind": "Teapot", "name": "sample", "uid": sample.uid(),
    }]);
    create_config(&recipes, "recipe", owner).await;
    teapots.delete("sample", &Default::default()).await.unwrap();
    wait_until_collected(&recipes, "recipe", 20).await;
    Ok(())
}

async fn create_config(api: &Api<ConfigMap>, name: &str, owners: serde_json::Value) -> ConfigMap {
    let config = json!({"metadata": {"name": name, "ownerReferences": owners}});
    let config = serde_json::from_value(config).unwrap();
    api.create(&PostParams::default(), &config).await.unwrap()
}

async fn wait_until_collected(api: &Api<ConfigMap>, name: &str, seconds: u64) {
    let began = Instant::now();
    while api.get_opt(name).await.unwrap().is_some() {
        assert!(
            began.elapsed().as_secs() < seconds,
            "{name} is not collected"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    eprintln!("{name} was collected after {:?}", began.elapsed());
}

#[tokio::test]
async fn a_kustomization_is_built() -> Result<(), Error> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    env.apply(format!("{DATA}/kustomization")).await?;
    let teapots = Api::<DynamicObject>::namespaced_with(env.client(), "kitchen", &teapot());
    let sample = teapots
        .get("my-sample")
        .await
        .expect("prefix and namespace are kustomize's");
    assert_eq!(sample.data["spec"]["cups"], 4);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_applied_is_named() -> Result<(), Error> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.yaml");
    for (content, expected) in [
        ("a: [", "a.yaml: "),
        (
            "kind: ConfigMap\nmetadata: {name: a}\n",
            "a.yaml: an object needs",
        ),
        (
            "apiVersion: v1\nkind: Teapot\nmetadata: {name: a}\n",
            "cannot apply Teapot a (",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [1]\n",
            "cannot apply ConfigMap a (",
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: A_}\n",
            "cannot apply ConfigMap A_ (",
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        let error = env.apply(&file).await.unwrap_err().to_string();
        assert!(error.contains(expected), "`{expected}` is not in: {error}");
    }
    let error = env.apply(folder.path().join("none")).await.unwrap_err();
    assert!(error.to_string().contains("none: No such file"), "{error}");
    std::fs::rename(file, folder.path().join("notes.txt")).unwrap();
    let error = env.apply(folder.path()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("there are no manifests in this folder"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn a_server_that_does_not_start_shows_its_last_lines() -> Result<(), Error> {
    let builder = TestEnv::builder().api_server_flag("--service-cluster-ip-range=nonsense");
    let began = Instant::now();
    match builder.start_or_skip().await {
        Ok(None) => Ok(()),
        Ok(Some(_)) => panic!("it started"),
        Err(error) => {
            let text = error.to_string();
            assert!(
                text.starts_with("kube-apiserver ended with exit status: 1"),
                "{text}"
            );
            assert!(text.contains("service-cluster-ip-range"), "{text}");
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "it is not waited for"
            );
            Ok(())
        }
    }
}

/// Eight starts on a laptop's memory; that two of them share nothing is looked at here as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_at_once_share_nothing() -> Result<(), Error> {
    let starts: Vec<_> = (0..8)
        .map(|_| tokio::spawn(TestEnv::start_or_skip()))
        .collect();
    let mut envs = Vec::new();
    for start in starts {
        match start.await.unwrap()? {
            Some(env) => envs.push(env),
            None => return Ok(()),
        }
    }
    for (number, env) in envs.iter().enumerate() {
        let namespace: Namespace =
            serde_json::from_value(json!({"metadata": {"name": format!("only-{number}")}}))
                .unwrap();
        let namespaces: Api<Namespace> = Api::all(env.client());
        namespaces
            .create(&PostParams::default(), &namespace)
            .await
            .unwrap();
    }
    for (number, env) in envs.iter().enumerate() {
        let namespaces: Api<Namespace> = Api::all(env.client());
        let names: Vec<_> = namespaces
            .list(&ListParams::default())
            .await
            .unwrap()
            .into_iter()
            .map(|namespace| namespace.name_any())
            .filter(|name| name.starts_with("only-"))
            .collect();
        assert_eq!(names, [format!("only-{number}")]);

        // Neither does one trust another's admin, nor its certificate.
        let other = &envs[(number + 1) % envs.len()];
        assert_ne!(env.folder(), other.folder());
        let mut config = env.config();
        config.auth_info = other.config().auth_info;
        assert_eq!(code(list_namespaces(config).await), 401);
        let mut config = env.config();
        config.root_cert = other.config().root_cert;
        let error = list_namespaces(config).await.unwrap_err();
        let error = format!("{:?}", error);
        assert!(error.contains("InvalidCertificate"), "{error}");
    }
    Ok(())
}

async fn list_namespaces(config: kube::Config) -> kube::Result<()> {
    let namespaces: Api<Namespace> = Api::all(Client::try_from(config)?);
    namespaces.list(&ListParams::default()).await.map(|_| ())
}

fn teapots(client: Client) -> Api<DynamicObject> {
    Api::namespaced_with(client, "tea", &teapot())
}

fn teapot() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("tea.example.com", "v1", "Teapot"),
        "teapots",
    )
}

/// The status code of an answer that is an error.
fn code<T>(answer: kube::Result<T>) -> u16 {
    match answer {
        Err(kube::Error::Api(status)) => status.code,
        Err(other) => panic!("{other}"),
        Ok(_) => 200,
    }
}
