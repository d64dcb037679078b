//! How tasks end, and what becomes of the operator then: without a control plane.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::testing::Mock;
use kopgen_runtime::{Client, Context, Operator, Permissions, Result, Running, Task};
use kube::api::ListParams;
use tokio::time::Instant;

/// What the task is to do.
#[derive(Clone, Copy)]
enum Way {
    End,
    Fail,
    Panic,
    Stay,
}

/// Reports that it has been told to stop.
#[derive(Permissions)]
#[permissions(uses(ConfigMap, verbs(get, create, patch)))]
struct Porter {}

impl Task for Porter {
    type State = Way;

    async fn setup(_: &Way) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        cx.stopped().await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        apply(&cx, "stopped").await
    }
}

#[derive(Permissions)]
#[permissions(uses(ConfigMap, verbs(create, patch)))]
struct OtherTask(Way);

impl Task for OtherTask {
    type State = Way;

    async fn setup(way: &Way) -> Result<Self> {
        Ok(Self(*way))
    }

    async fn run(&self, _: Context<Self>) -> Result<()> {
        match self.0 {
            Way::End => Ok(()),
            Way::Fail => anyhow::bail!("no luck"),
            Way::Panic => panic!("no luck at all"),
            Way::Stay => std::future::pending().await,
        }
    }
}

async fn apply<P: Permissions>(cx: &Context<P>, name: &str) -> Result<()>
where
    ConfigMap: kopgen_runtime::DeclaredBy<P, kopgen_runtime::verb::Apply>,
{
    let mut object = ConfigMap::default();
    object.metadata.name = Some(name.into());
    cx.in_namespace("here").apply(&object).await
}

async fn start(mock: &Mock, way: Way) -> Result<Running> {
    let operator = Operator::new("test").task::<Porter>().task::<OtherTask>();
    operator
        .start(mock.client(), async move |_: &Client| Ok(way))
        .await
}

/// How the operator ends, after the task has had the time to end by itself; and that the other task has ended well, however
/// that may be.
async fn end(way: Way) -> Result<()> {
    let mock = Mock::new();
    let running = start(&mock, way).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(mock.requests(), []);
    let ended = running.stop().await;
    mock.get::<ConfigMap>("here", "stopped")?;
    ended
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_done_is_done() -> Result<()> {
    end(Way::End).await
}

#[tokio::test(start_paused = true)]
async fn an_error_names_the_task() {
    let error = end(Way::Fail).await.unwrap_err();
    assert_eq!(format!("{error:#}"), "the task `other`: no luck");
}

#[tokio::test(start_paused = true)]
async fn a_panic_names_the_task() {
    let error = end(Way::Panic).await.unwrap_err();
    let expected = "the task `other`: panicked: no luck at all";
    assert_eq!(format!("{error:#}"), expected);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_does_not_end_is_cut_off() -> Result<()> {
    let began = Instant::now();
    end(Way::Stay).await?;
    assert_eq!(began.elapsed().as_secs(), 1 + 25);
    Ok(())
}

/// Lists what the operator watches.
#[derive(Permissions)]
#[permissions(uses(Secret, verbs(list)), uses(ConfigMap, verbs(create, patch)))]
struct Counter {}

impl Task for Counter {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let secrets = cx.list::<Secret>(&ListParams::default()).await?;
        let mut found: Vec<_> = secrets
            .into_iter()
            .filter_map(|it| it.metadata.namespace)
            .collect();
        found.sort();
        apply(&cx, &found.join(".")).await
    }
}

#[tokio::test]
async fn a_task_lists_the_namespaces_that_the_operator_watches() -> Result<()> {
    let mock = Mock::new();
    for namespace in ["a", "b", "c"] {
        let mut secret = Secret::default();
        secret.metadata.name = Some("it".into());
        secret.metadata.namespace = Some(namespace.into());
        mock.put(&secret)?;
    }
    Counter {}.run(mock.context()).await?;
    mock.get::<ConfigMap>("here", "a.b.c")?;
    let paths: Vec<_> = mock.requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths[0], "/api/v1/secrets");

    let operator = Operator::new("test").task::<Counter>();
    let operator = operator.watch_namespaces(["a", "c"]);
    let running = operator
        .start(mock.client(), async |_: &Client| Ok(()))
        .await?;
    let listed = async {
        while mock.get::<ConfigMap>("here", "a.c").is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), listed).await?;
    running.stop().await
}

#[tokio::test]
async fn a_mocked_context_refuses_what_is_not_declared() -> Result<()> {
    let mock = Mock::new();
    let cx = mock.context::<Counter>();
    let secrets: kube::Api<Secret> = kube::Api::namespaced(cx.client(), "here");
    let refused = secrets.get("it").await.unwrap_err().to_string();
    assert!(
        refused.contains("get secrets here/it is forbidden"),
        "{refused}"
    );
    Ok(())
}
