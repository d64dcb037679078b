//! When a control plane is ready.

use std::time::{Duration, Instant};

use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::Client;
use kube::api::{Api, PostParams};

use super::server::Server;
use crate::Result;

/// How often it is asked.
const PERIOD: Duration = Duration::from_millis(20);

/// How long a start may take. One alone takes about 4 s on two cores; many at once, beside a build, share them.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until the API server (the last of `servers`) is ready and decides by RBAC.
pub(super) async fn wait_until_ready(client: &Client, servers: &mut [&mut Server]) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while !is_ready(client).await {
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

async fn is_ready(client: &Client) -> bool {
    let request = get("/readyz").expect("a constant");
    client.request_text(request).await.is_ok() && decides(client).await
}

/// Whether the authorizer has read roles and bindings, cluster-wide and namespaced: for some time after a restart it
/// has not, and forbids to everybody what only RBAC allows. It is asked about two that Kubernetes itself makes.
async fn decides(client: &Client) -> bool {
    let cluster_wide = SubjectAccessReviewSpec {
        user: Some("kopgen-envtest".to_owned()),
        groups: Some(vec!["system:authenticated".to_owned()]),
        non_resource_attributes: Some(NonResourceAttributes {
            verb: Some("get".to_owned()),
            path: Some("/version".to_owned()),
        }),
        ..SubjectAccessReviewSpec::default()
    };
    let namespaced = SubjectAccessReviewSpec {
        user: Some("system:kube-scheduler".to_owned()),
        resource_attributes: Some(ResourceAttributes {
            verb: Some("get".to_owned()),
            resource: Some("configmaps".to_owned()),
            namespace: Some("kube-system".to_owned()),
            name: Some("extension-apiserver-authentication".to_owned()),
            ..ResourceAttributes::default()
        }),
        ..SubjectAccessReviewSpec::default()
    };
    allows(client, cluster_wide).await.unwrap_or(false)
        && allows(client, namespaced).await.unwrap_or(false)
}

/// A request for a path.
pub(super) fn get(path: &str) -> http::Result<http::Request<Vec<u8>>> {
    http::Request::get(path).body(Vec::new())
}

/// Whether the API server would allow it.
pub(super) async fn allows(client: &Client, spec: SubjectAccessReviewSpec) -> kube::Result<bool> {
    let review = SubjectAccessReview {
        spec,
        ..SubjectAccessReview::default()
    };
    let reviews: Api<SubjectAccessReview> = Api::all(client.clone());
    let answer = reviews.create(&PostParams::default(), &review).await?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}
