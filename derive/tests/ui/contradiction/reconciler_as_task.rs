#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Context, Reconciler, Result, Task};

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, status)]
struct TestTask {}

impl Task for TestTask {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        Ok(())
    }
}

fn main() {}
