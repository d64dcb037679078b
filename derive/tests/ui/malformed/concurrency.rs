#![allow(unused)]
use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::Reconciler;

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = 0)]
struct Nobody {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = -1)]
struct Negative {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = 1.5)]
struct Broken {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = 65536)]
struct TooMany {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = "4")]
struct Text {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency = MOST)]
struct Constant {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency(4))]
struct List {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency)]
struct Flag {}

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, concurrency =)]
struct Nothing {}

const MOST: u16 = 4;

fn main() {}
