//! What an operator does, beside what it has declared.

use kopgen_runtime::Result;
use kopgen_runtime::testing::Guard;

use crate::shelf::{Behaviour, ShelfReconciler, ShelfSpec};
use crate::world::{World, eventually};
use crate::{Shelf, operator};

#[tokio::test]
async fn what_is_undeclared_is_refused_and_what_is_unused_is_named() -> Result<()> {
    let Some(world) = World::new("guard").await? else {
        return Ok(());
    };
    // An account that may do everything: only the guard refuses.
    let guard = Guard::of(&operator("shelves"));
    let client = guard.client(world.admin.clone());
    let running = world.start_with(client, operator("shelves")).await?;
    for (name, behaviour) in [("a", Behaviour::Overstep), ("b", Behaviour::Behave)] {
        let motto = "read".into();
        world
            .create(&Shelf::new(name, ShelfSpec { motto, behaviour }))
            .await;
    }
    for name in ["a", "b"] {
        eventually("it is ready", async || world.is_ready(name, 1).await).await;
    }
    running.stop().await?;

    assert_ne!(world.journal.count("overstep a: ApiError"), 0);
    let verdict = guard.check::<ShelfReconciler>().unwrap_err().to_string();
    let lines: Vec<_> = verdict.lines().skip(1).collect();
    let expected = [
        "get configmaps operator-guard/a: refused, ",
        "create secrets named tuning: declared by operator::shelf::ShelfReconciler, and never used; ",
        "get secrets named tuning: declared by operator::shelf::ShelfReconciler, and never used; ",
        "patch secrets named tuning: declared by operator::shelf::ShelfReconciler, and never used; ",
    ];
    assert_eq!(lines.len(), expected.len(), "{verdict}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{verdict}");
    }
    Ok(())
}
