//! What the chapter "Tasks" shows: `lib.rs` and the modules of a project.

mod motto;
mod operator;
pub mod state;
mod sweeper;

use kopgen_runtime::Operator;

use state::State;
use sweeper::Sweeper;

/// All that the operator runs: the kinds and controllers that kopgen lists, and what you add here.
pub fn operator() -> Operator<State> {
    operator::listed().task::<Sweeper>()
}

#[test]
fn the_task_is_on_the_list() {
    let report = kopgen_runtime::manifests::report(&operator());
    assert_eq!(report.tasks[0].name, "sweeper");
    assert_eq!(report.controllers[0].name, "pod");
}
