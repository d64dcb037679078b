#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Context, Permissions, Result, Task};
use kube::api::ListParams;

#[derive(Permissions)]
#[permissions(reads(Secret), uses(ConfigMap, verbs(list), namespace = own, handle = Reports))]
struct TestTask {}

impl Task for TestTask {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let _: ConfigMap = cx.get("tuning").await?;
        cx.delete::<Secret>("password").await?;
        cx.using(Reports)?.delete("report").await?;
        Ok(())
    }
}

fn main() {}
