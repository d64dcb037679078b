//! When a control plane is ready.

use std::time::{Duration, Instant};

use kube::Client;

use super::server::Server;
use crate::Result;

/// How often it is asked.
const PERIOD: Duration = Duration::from_millis(20);

/// How long a start may take. One alone takes about 4 s on two cores; many at once, beside a build, share them.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until the API server (the last of `servers`) is ready. Its `/readyz` answers for the authorizer's caches too: before they
/// are filled, after a restart, it forbids to everybody what only RBAC allows.
pub(super) async fn wait_until_ready(client: &Client, servers: &mut [&mut Server]) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while client.request_text(readyz()).await.is_err() {
        for server in &mut *servers {
            server.check()?;
        }
        if Instant::now() > deadline {
            let server = servers.last().expect("there are some");
            return Err(server.failed(format!("is not ready after {} s", PATIENCE.as_secs())));
        }
        tokio::time::sleep(PERIOD).await;
    }
    Ok(())
}

fn readyz() -> http::Request<Vec<u8>> {
    let request = http::Request::get("/readyz");
    request.body(Vec::new()).expect("a constant")
}
