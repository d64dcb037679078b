use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Context, Permissions, Result, Task};
use kube::ResourceExt;
use kube::api::ListParams;

use crate::state::State;

/// Deletes the reports of last year.
#[derive(Permissions)]
#[permissions(uses(ConfigMap, verbs(list, delete)))]
pub struct Sweeper {}

impl Task for Sweeper {
    type State = State;

    async fn setup(_: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        loop {
            if let Err(error) = self.sweep(&cx).await {
                tracing::warn!("not swept: {error:#}");
            }
            tokio::select! {
                () = cx.stopped() => return Ok(()),
                () = tokio::time::sleep(Duration::from_secs(60 * 60)) => {}
            }
        }
    }
}

impl Sweeper {
    async fn sweep(&self, cx: &Context<Self>) -> Result<()> {
        let old = ListParams::default().labels("report=last-year");
        for report in cx.list::<ConfigMap>(&old).await? {
            let namespace = report.namespace().unwrap_or_default();
            let cx = cx.in_namespace(&namespace);
            cx.delete::<ConfigMap>(&report.name_any()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kopgen_runtime::testing::Mock;

    #[tokio::test]
    async fn reports_of_last_year_go() -> Result<()> {
        let mock = Mock::new();
        let mut report = ConfigMap::default();
        report.metadata.name = Some("old".into());
        report.metadata.namespace = Some("lounge".into());
        report.metadata.labels = Some([("report".into(), "last-year".into())].into());
        mock.put(&report)?;

        Sweeper {}.sweep(&mock.context()).await?;
        assert!(mock.get::<ConfigMap>("lounge", "old").is_err());
        Ok(())
    }
}
