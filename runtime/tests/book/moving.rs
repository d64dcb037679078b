//! The chapter "Moving a kube-rs operator over" begins with an operator that works.

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kopgen_core::yaml;
use kopgen_runtime::testing::TestEnv;
use kube::api::PostParams;
use kube::runtime::conditions::is_crd_established;
use kube::runtime::wait::await_condition;
use kube::{Api, CustomResourceExt};
use tokio::time::timeout;

use crate::before::{self, Page, PageSpec};

const CHAPTER: &str = include_str!("../../../docs/moving.md");

#[test]
fn the_chapter_shows_its_crd() {
    let (_, rest) = CHAPTER
        .split_once("```yaml,file=pages.yaml\n")
        .expect("it is in the chapter");
    let shown = rest.split("```").next().expect("a split has a first part");
    let shown: CustomResourceDefinition = yaml::from_str(shown).unwrap();
    assert_eq!(shown, Page::crd());
}

#[tokio::test]
async fn the_operator_works() -> anyhow::Result<()> {
    let Some(env) = TestEnv::shared().await? else {
        return Ok(());
    };
    let client = env.client();
    let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
    crds.create(&PostParams::default(), &Page::crd()).await?;
    let name = Page::crd_name();
    timeout(PATIENCE, await_condition(crds, name, is_crd_established())).await??;

    let operator = tokio::spawn(before::run(client.clone()));
    let spec = PageSpec {
        title: "News".into(),
        body: None,
        columns: None,
    };
    let pages: Api<Page> = Api::default_namespaced(client.clone());
    pages
        .create(&PostParams::default(), &Page::new("front", spec))
        .await?;
    let maps: Api<ConfigMap> = Api::default_namespaced(client);
    let is_printed = |map: Option<&ConfigMap>| {
        map.and_then(|map| map.data.as_ref())
            .is_some_and(|data| data["page"] == "News")
    };
    timeout(PATIENCE, await_condition(maps, "front", is_printed)).await??;
    operator.abort();
    Ok(())
}

const PATIENCE: Duration = Duration::from_secs(30);
