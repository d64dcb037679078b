#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Context, Operator, Permissions, Result, Task};

struct TestTask {}

impl Task for TestTask {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let _: Secret = cx.get("password").await?;
        Ok(())
    }
}

fn main() {}
