//! The code of the book's chapter "Testing against a real API server", as it stands there.

use k8s_openapi::api::core::v1::Secret;
use kopgen_envtest::TestEnv;
use kube::api::{Api, DynamicObject, ListParams, PostParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::json;

#[tokio::test]
async fn the_brewer_sees_teapots_and_no_secrets() -> anyhow::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    env.apply("tests/data/operator").await?;

    let brewer = env.service_account("tea", "brewer").await?;
    let teapots: Api<DynamicObject> = Api::default_namespaced_with(brewer.clone(), &teapot());
    assert_eq!(teapots.list(&ListParams::default()).await?.items.len(), 1);

    let secrets: Api<Secret> = Api::default_namespaced(brewer);
    let error = secrets.list(&ListParams::default()).await.unwrap_err();
    assert!(matches!(error, kube::Error::Api(status) if status.is_forbidden()));
    Ok(())
}

#[tokio::test]
async fn an_empty_teapot_is_refused() -> anyhow::Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    env.apply("tests/data/operator").await?;
    let teapots: Api<DynamicObject> = Api::namespaced_with(env.client(), "tea", &teapot());
    let empty = DynamicObject::new("empty", &teapot()).data(json!({"spec": {"cups": 0}}));
    let error = teapots
        .create(&PostParams::default(), &empty)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("should be greater than or equal to 1")
    );
    Ok(())
}

#[tokio::test]
async fn who_asked_for_what() -> anyhow::Result<()> {
    let env = TestEnv::builder()
        .audit_log(true)
        .api_server_flag("--feature-gates=AllAlpha=false")
        .start_or_skip()
        .await?;
    let Some(env) = env else { return Ok(()) };
    env.apply("tests/data/operator").await?;

    env.restart_api_server().await?;
    let mut applied = env.audit_log()?;
    applied.retain(|event| event.verb == "patch" && event.user.username == "admin");
    assert!(!applied.is_empty());
    Ok(())
}

fn teapot() -> ApiResource {
    ApiResource::from_gvk_with_plural(
        &GroupVersionKind::gvk("tea.example.com", "v1", "Teapot"),
        "teapots",
    )
}

#[test]
fn the_chapter_shows_this_code() {
    let chapter = include_str!("../../docs/testing.md");
    let shown: Vec<_> = chapter.split("```rust\n").skip(1).collect();
    assert_eq!(shown.len(), 3);
    for block in shown {
        let block = block.split("```").next().expect("a split has a first part");
        assert!(
            include_str!("book.rs").contains(block),
            "this is not what runs:\n{block}"
        );
    }
}
