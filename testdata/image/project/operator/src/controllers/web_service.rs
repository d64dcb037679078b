use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Container, ContainerPort, PodSpec, PodTemplateSpec, Service, ServicePort, ServiceSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kopgen_runtime::{Action, Context, Reconcile, Reconciler, Result};
use kube::ResourceExt;
use kube::api::ObjectMeta;

use crate::state::State;
use shop_api::v1alpha1;

/// What runs, in labels and as the container's name.
const NAME: &str = "webservice";

/// Runs the image of each WebService, and makes it reachable.
///
/// The attribute declares what the reconciler may do. Watches and roles are made from it, and a
/// call through the `Context` that it does not cover does not compile.
#[derive(Reconciler)]
#[reconciler(kind = v1alpha1::WebService, owns(Deployment, Service), status)]
pub struct WebServiceReconciler {}

impl Reconcile for WebServiceReconciler {
    type State = State;

    async fn setup(_state: &State) -> Result<Self> {
        Ok(Self {})
    }

    async fn reconcile(
        &self,
        object: Arc<v1alpha1::WebService>,
        cx: Context<Self>,
    ) -> Result<Action> {
        let deployment = cx.apply_and_get(&deployment(&object)).await?;
        cx.apply(&service(&object)).await?;

        let (ready, reason, message) = if is_rolled_out(&deployment) {
            (true, "RolledOut", "All replicas are available.")
        } else {
            (false, "RollingOut", "Not all replicas are available.")
        };
        // Other fields and conditions, such as those of another controller, stay as they were read.
        // If the status has changed since, `set_status` writes nothing and `?` requeues the object.
        let mut status = object.status.clone().unwrap_or_default();
        cx.set_condition(&mut status.conditions, "Ready", ready, reason, message);
        cx.set_status(&status).await?;
        Ok(Action::await_change())
    }
}

fn deployment(object: &v1alpha1::WebService) -> Deployment {
    let container = Container {
        name: NAME.into(),
        image: Some(object.spec.image.clone()),
        ports: Some(vec![ContainerPort {
            container_port: object.spec.port,
            ..Default::default()
        }]),
        ..Default::default()
    };
    Deployment {
        metadata: metadata(object),
        spec: DeploymentSpec {
            replicas: Some(object.spec.replicas),
            selector: LabelSelector {
                match_labels: Some(labels(object)),
                ..Default::default()
            },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(labels(object)),
                    ..Default::default()
                }),
                spec: Some(PodSpec {
                    containers: vec![container],
                    ..Default::default()
                }),
            },
            ..Default::default()
        },
        ..Default::default()
    }
}

fn service(object: &v1alpha1::WebService) -> Service {
    Service {
        metadata: metadata(object),
        spec: Some(ServiceSpec {
            selector: Some(labels(object)),
            ports: Some(vec![ServicePort {
                port: object.spec.port,
                ..Default::default()
            }]),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn metadata(object: &v1alpha1::WebService) -> ObjectMeta {
    ObjectMeta {
        name: Some(object.name_any()),
        namespace: object.namespace(),
        labels: Some(labels(object)),
        ..Default::default()
    }
}

/// By these the Deployment and the Service find the pods.
fn labels(object: &v1alpha1::WebService) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("app.kubernetes.io/name".into(), NAME.into()),
        ("app.kubernetes.io/instance".into(), object.name_any()),
    ])
}

/// Whether all replicas, and no others, run what the Deployment says. Kubernetes leaves counts of
/// zero out of the status.
fn is_rolled_out(deployment: &Deployment) -> bool {
    let wanted = deployment.spec.replicas.unwrap_or(1);
    deployment.status.as_ref().is_some_and(|status| {
        let counts = [
            status.replicas,
            status.updated_replicas,
            status.available_replicas,
        ];
        status.observed_generation >= deployment.metadata.generation
            && counts.iter().all(|count| count.unwrap_or(0) == wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::apps::v1::DeploymentStatus;
    use kopgen_runtime::testing::Mock;

    #[tokio::test]
    async fn the_deployment_and_the_service_follow_the_spec() -> Result<()> {
        let mock = Mock::new();
        let reconciler = WebServiceReconciler {};
        let mut object = object();
        mock.reconcile(&reconciler, &object).await?;
        object.spec.image = "example.com/other:2".into();
        object.spec.port = 9090;
        object.spec.replicas = 3;
        mock.reconcile(&reconciler, &object).await?;

        let deployment: Deployment = mock.get("default", "sample")?;
        let spec = deployment.spec;
        let container = &spec.template.spec.unwrap().containers[0];
        assert_eq!(spec.replicas, Some(3));
        assert_eq!(container.image.as_deref(), Some("example.com/other:2"));
        assert_eq!(container.ports.as_ref().unwrap()[0].container_port, 9090);

        let service: Service = mock.get("default", "sample")?;
        let spec = service.spec.unwrap();
        assert_eq!(spec.ports.unwrap()[0].port, 9090);
        assert_eq!(spec.selector, deployment.metadata.labels);
        Ok(())
    }

    #[tokio::test]
    async fn ready_follows_the_deployment() -> Result<()> {
        for (replicas, counted) in [(2, Some(2)), (0, None)] {
            let mock = Mock::new();
            let reconciler = WebServiceReconciler {};
            let mut object = object();
            object.spec.replicas = replicas;
            mock.reconcile(&reconciler, &object).await?;
            assert_eq!(ready(&mock)?, "False");

            let mut deployment: Deployment = mock.get("default", "sample")?;
            deployment.status = Some(DeploymentStatus {
                observed_generation: deployment.metadata.generation,
                replicas: counted,
                updated_replicas: counted,
                available_replicas: counted,
                ..Default::default()
            });
            mock.put(&deployment)?;
            mock.reconcile(&reconciler, &object).await?;
            assert_eq!(ready(&mock)?, "True");
        }
        Ok(())
    }

    fn object() -> v1alpha1::WebService {
        let spec = v1alpha1::WebServiceSpec {
            image: "example.com/image:1".into(),
            port: 8080,
            replicas: 2,
        };
        let mut object = v1alpha1::WebService::new("sample", spec);
        object.metadata.namespace = Some("default".into());
        object
    }

    fn ready(mock: &Mock) -> Result<String> {
        let object: v1alpha1::WebService = mock.get("default", "sample")?;
        Ok(object.status.unwrap().conditions[0].status.clone())
    }
}
