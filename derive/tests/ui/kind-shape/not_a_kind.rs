use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::Operator;

fn main() {
    Operator::<()>::new("test").kind::<ConfigMap>();
}
