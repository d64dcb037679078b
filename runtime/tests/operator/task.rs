//! What runs beside the controllers.

use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::testing::Guard;
use kopgen_runtime::{Context, Operator, Permissions, Result, Task};
use kube::api::ListParams;
use kube::{Api, ResourceExt};
use serde_json::json;

use crate::world::{Journal, World, eventually, named};

/// Counts the ConfigMaps `it-*` wherever the operator works, and oversteps once.
#[derive(Permissions)]
#[permissions(uses(ConfigMap, verbs(list, create, patch, delete)))]
struct Caretaker {
    journal: Journal,
}

impl Task for Caretaker {
    type State = Journal;

    async fn setup(journal: &Journal) -> Result<Self> {
        let journal = journal.clone();
        Ok(Self { journal })
    }

    async fn run(&self, cx: Context<Self>) -> Result<()> {
        let nowhere = cx.delete::<ConfigMap>("it-1").await.unwrap_err();
        self.journal.write(nowhere.to_string());
        loop {
            let all = cx.list::<ConfigMap>(&ListParams::default()).await?;
            let counted = all.iter().filter(|it| it.name_any().starts_with("it-"));
            let counted: Vec<_> = counted.collect();
            if let [first, ..] = &counted[..] {
                let namespace = first.namespace().unwrap_or_default();
                let mut tally: ConfigMap = named("tally", json!({}));
                tally.data = Some([("count".to_owned(), counted.len().to_string())].into());
                cx.in_namespace(&namespace).apply(&tally).await?;
                let secrets: Api<Secret> = Api::namespaced(cx.client(), &namespace);
                let undeclared = secrets.get("password").await.unwrap_err();
                self.journal.write(format!("overstep: {undeclared}"));
            }
            tokio::select! {
                () = cx.stopped() => break,
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        }
        self.journal.write("stopped".into());
        Ok(())
    }
}

fn operator() -> Operator<Journal> {
    Operator::new("caretaker").task::<Caretaker>()
}

async fn counts(world: &World, wanted: usize) {
    eventually("it counts", async || {
        let tally = world.objects::<ConfigMap>().get_opt("tally").await.unwrap();
        let data = tally.and_then(|tally| tally.data);
        data.is_some_and(|data| data["count"] == wanted.to_string())
    })
    .await;
}

#[tokio::test]
async fn a_task_does_what_it_declares_and_nothing_else() -> Result<()> {
    let Some(world) = World::new("task").await? else {
        return Ok(());
    };
    let running = world.start(operator()).await?;
    for (count, name) in [(1, "it-1"), (2, "it-2")] {
        world.create(&named::<ConfigMap>(name, json!({}))).await;
        counts(&world, count).await;
    }
    let tally = world.objects::<ConfigMap>().get("tally").await?;
    assert_eq!(tally.metadata.owner_references, None);
    let manager = tally.metadata.managed_fields.unwrap().remove(0).manager;
    assert_eq!(manager.as_deref(), Some("caretaker/caretaker"));

    world.stop(running, &["get secrets password"]).await?;
    let journal = world.journal.entries();
    assert_eq!(
        journal[0],
        "which namespace? A ConfigMap lives in one, and a task in none: use `cx.in_namespace(..)`"
    );
    let overstep = "secrets \"password\" is forbidden";
    assert!(journal[1].contains(overstep), "{journal:?}");
    assert_eq!(journal.last().map(String::as_str), Some("stopped"));
    Ok(())
}

#[tokio::test]
async fn the_guard_judges_tasks() -> Result<()> {
    let Some(world) = World::new("task-guard").await? else {
        return Ok(());
    };
    // An account that may do everything: only the guard refuses.
    let guard = Guard::of(&operator());
    let client = guard.client(world.admin.clone());
    let running = world.start_with(client, operator()).await?;
    world.create(&named::<ConfigMap>("it-1", json!({}))).await;
    counts(&world, 1).await;
    eventually("it oversteps", async || {
        world.journal.count("overstep: ") > 0
    })
    .await;
    running.stop().await?;

    let verdict = guard.check::<Caretaker>().unwrap_err().to_string();
    let lines: Vec<_> = verdict.lines().skip(1).collect();
    let expected = [
        "get secrets operator-task-guard/password: refused, ",
        "delete configmaps: declared by operator::task::Caretaker, and never used; ",
    ];
    assert_eq!(lines.len(), expected.len(), "{verdict}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{verdict}");
    }
    Ok(())
}
