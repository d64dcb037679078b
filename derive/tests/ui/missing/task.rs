#![allow(unused)]
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Operator, Permissions};

#[derive(Permissions)]
struct TestTask {}

fn operator() -> Operator<()> {
    Operator::new("test").task::<TestTask>()
}

fn main() {}
