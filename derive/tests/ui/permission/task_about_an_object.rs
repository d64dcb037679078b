#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Context, EventType, Permissions, Result, Task};

#[derive(Permissions)]
#[permissions(uses(ConfigMap, verbs(create, patch)))]
struct TestTask {}

impl Task for TestTask {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        cx.set_status(&()).await?;
        cx.set_condition(&mut Vec::new(), "Ready", true, "Done", "");
        cx.event(EventType::Normal, "Reason", "note").await?;
        let _ = cx.cached::<ConfigMap>("tuning")?;
        let _ = cx.owned::<ConfigMap>()?;
        Ok(())
    }
}

fn main() {}
