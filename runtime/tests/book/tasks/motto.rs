use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::{Context, Permissions, Result, Task};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::state::State;

/// Tells the motto to whoever connects.
#[derive(Permissions)]
#[permissions(reads(ConfigMap))]
pub struct Motto {}

impl Task for Motto {
    type State = State;
    const ON_EVERY_REPLICA: bool = true;

    async fn setup(_: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let listener = TcpListener::bind("0.0.0.0:8082").await?;
        let lounge = cx.in_namespace("lounge");
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = cx.stopped() => return Ok(()),
            };
            let told = async { self.tell(&lounge, accepted?.0).await };
            match timeout(Duration::from_secs(5), told).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!("not told: {error:#}");
                    // What goes on failing is not to fill the log.
                    sleep(Duration::from_millis(100)).await;
                }
                Err(_) => tracing::warn!("not told in time"),
            }
        }
    }
}

impl Motto {
    async fn tell(&self, cx: &Context<Self>, mut to: impl AsyncWrite + Unpin) -> Result<()> {
        let motto: ConfigMap = cx.get("motto").await?;
        let text = motto.data.unwrap_or_default().remove("text");
        to.write_all(text.unwrap_or_default().as_bytes()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kopgen_runtime::testing::Mock;

    #[tokio::test]
    async fn it_tells_the_motto() -> Result<()> {
        let mock = Mock::new();
        let mut object = ConfigMap::default();
        object.metadata.name = Some("motto".into());
        object.metadata.namespace = Some("lounge".into());
        object.data = Some([("text".into(), "read".into())].into());
        mock.put(&object)?;
        let mut told = Vec::new();
        let lounge = mock.context().in_namespace("lounge");
        Motto {}.tell(&lounge, &mut told).await?;
        assert_eq!(told, b"read");
        Ok(())
    }
}
