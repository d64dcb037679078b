//! What the chapter "Tasks" shows: `lib.rs` and the modules of a project.

mod motto;
pub mod state;

#[path = "operator.rs"]
mod listed;
pub mod sweeper;

pub mod operator {
    use super::listed;
    use super::state::State;
    use super::sweeper::Sweeper;

    /// What kopgen lists, and our tasks.
    pub fn operator() -> kopgen_runtime::Operator<State> {
        listed::operator().task::<Sweeper>()
    }
}

#[test]
fn the_task_is_on_the_list() {
    let report = kopgen_runtime::manifests::report(&operator::operator());
    assert_eq!(report.tasks[0].name, "sweeper");
    assert_eq!(report.controllers[0].name, "pod");
}
