//! The objects that a test of a controller for one of Kubernetes' own kinds begins with, on a real API server.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test writes and prints as it likes"
)]

#[path = "common/project.rs"]
mod project;

use kopgen_envtest::TestEnv;

use project::Project;

/// Those that have such an object.
const KINDS: &[(&str, &str)] = &[
    (
        "core/v1",
        "ConfigMap LimitRange Namespace Node PersistentVolumeClaim Pod ResourceQuota Secret Service ServiceAccount",
    ),
    ("apps/v1", "DaemonSet Deployment ReplicaSet StatefulSet"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("batch/v1", "CronJob Job"),
    ("coordination/v1", "Lease"),
    ("networking/v1", "Ingress NetworkPolicy"),
    ("policy/v1", "PodDisruptionBudget"),
    ("rbac/v1", "ClusterRole Role"),
    ("scheduling/v1", "PriorityClass"),
    ("storage/v1", "StorageClass"),
];

#[tokio::test]
async fn the_api_server_takes_the_samples_of_its_own_kinds() {
    // Without the controllers: nobody but the sample makes a ServiceAccount for the Pod.
    let builder = TestEnv::builder().controller_manager(false);
    let Some(env) = builder.start_or_skip().await.unwrap() else {
        return;
    };
    let project = Project::new();
    for (version, kinds) in KINDS {
        let (group, version) = version.split_once('/').unwrap();
        for kind in kinds.split(' ') {
            let words = format!(
                "create api --group {group} --version {version} --kind {kind} --resource=false"
            );
            project.kopgen(&words).succeeds();
            let sample = format!("operator/tests/samples/{}.yaml", snake(kind));
            let text = project.text(&sample);
            assert!(text.contains(&format!("\nkind: {kind}\n")), "{text}");
        }
    }
    env.apply(project.path("operator/tests/samples"))
        .await
        .unwrap();

    // Of one that nobody creates by hand there is none, and so its test is another.
    project
        .kopgen("create api --group core --version v1 --kind ComponentStatus --resource=false")
        .succeeds();
    let test = project.text("operator/tests/component_status.rs");
    assert!(
        test.contains("fn the_operator_may_list_and_watch("),
        "{test}"
    );
}

fn snake(kind: &str) -> String {
    let mut snake = String::new();
    for char in kind.chars() {
        if char.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}
