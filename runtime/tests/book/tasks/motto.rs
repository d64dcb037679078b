use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::testing::Mock;
use kopgen_runtime::{Context, Permissions, Result, Task};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::state::State;

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
            let (stream, _) = tokio::select! {
                accepted = listener.accept() => accepted?,
                () = cx.stopped() => return Ok(()),
            };
            if let Err(error) = self.tell(&lounge, stream).await {
                tracing::warn!("not told: {error:#}");
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
