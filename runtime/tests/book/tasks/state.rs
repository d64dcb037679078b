#[derive(Clone, Debug)]
pub struct State {}
