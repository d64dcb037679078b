//! A control plane as a test sees it.

use std::time::Instant;

use k8s_openapi::api::core::v1::Secret;
use kopgen_envtest::{Error, TestEnv};
use kube::api::Api;

const OPERATOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/operator");

#[tokio::test]
async fn serves_what_is_applied() -> Result<(), Error> {
    let began = Instant::now();
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    eprintln!("ready after {:?}", began.elapsed());
    env.apply(OPERATOR).await?;
    eprintln!("applied after {:?}", began.elapsed());

    let client = env.service_account("tea", "brewer").await?;
    let secrets: Api<Secret> = Api::namespaced(client, "tea");
    match secrets.list(&Default::default()).await {
        Err(kube::Error::Api(status)) => assert_eq!(status.code, 403),
        other => panic!("{other:?}"),
    }
    Ok(())
}
