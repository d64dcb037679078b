//! What the report says of kinds and controllers that are wrong.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kopgen_runtime::core::report::{MARKER, Report};
use kopgen_runtime::{
    Action, Cleaned, Cleanup, Context, Kind, Operator, Permissions, Reconcile, Reconciler, Result,
    Task, manifests,
};
use kube::{CustomResource, KubeSchema};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Plain",
    plural = "plains",
    namespaced
)]
struct PlainSpec {}

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Broken",
    plural = "brokens",
    namespaced
)]
struct BrokenSpec {
    field: Panics,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
struct Panics {}

impl JsonSchema for Panics {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Panics".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        panic!("this schema is beyond words")
    }
}

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Chatty",
    plural = "chatties",
    namespaced
)]
struct ChattySpec {
    field: Prints,
}

#[derive(Serialize, Deserialize, Clone, Debug)]
struct Prints {}

impl JsonSchema for Prints {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Prints".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        println!("{MARKER}is what I say, too");
        print!("and this line has no end");
        json_schema!({ "type": "object" })
    }
}

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Tagged",
    plural = "tagged",
    namespaced
)]
struct TaggedSpec {
    sources: Vec<TaggedSource>,
    size: Option<Size>,
    amount: Amount,
    lost_map: LostMap,
    lost_text: Vec<LostText>,
    lost_value: Option<LostValue>,
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[serde(untagged)]
enum LostMap {
    Named { config_map: String },
    Inline(BTreeMap<String, String>),
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[serde(untagged)]
enum LostText {
    Text(String),
    Struct { name: String },
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[serde(untagged)]
enum LostValue {
    Known {
        name: String,
    },
    /// Whatever else there is.
    Other(serde_json::Value),
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[serde(tag = "type")]
enum TaggedSource {
    Git { url: String },
    Image { image: String },
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
enum Size {
    Standard,
    Custom { width: u8 },
}

#[derive(JsonSchema, Serialize, Deserialize, Clone, Debug)]
#[serde(untagged)]
enum Amount {
    Whole { value: i32 },
    Text { value: String },
}

macro_rules! reconciler {
    ($name:ident, $kind:ty) => {
        impl Reconcile for $name {
            type State = ();

            async fn setup(_: &()) -> Result<Self> {
                Ok(Self {})
            }

            async fn reconcile(&self, _: Arc<$kind>, _: Context<Self>) -> Result<Action> {
                Ok(Action::await_change())
            }
        }
    };
}

#[derive(Reconciler)]
#[reconciler(kind = Plain, status)]
struct PlainReconciler {}
reconciler!(PlainReconciler, Plain);

#[derive(Reconciler)]
#[reconciler(kind = Plain, name = "plain")]
struct OtherReconciler {}
reconciler!(OtherReconciler, Plain);

#[derive(Reconciler)]
#[reconciler(kind = ConfigMap, finalizer)]
struct ConfigMapReconciler {}
reconciler!(ConfigMapReconciler, ConfigMap);

impl Cleanup for ConfigMapReconciler {
    async fn cleanup(&self, _: Arc<ConfigMap>, _: Context<Self>) -> Result<Cleaned> {
        Ok(Cleaned::Done)
    }
}

/// The one problem of this operator, on its lines.
fn check(operator: Operator<()>, expected: &[&str]) {
    let report = manifests::report(&operator);
    let [problem] = &report.problems[..] else {
        panic!("{:?}", report.problems)
    };
    let problem = problem.to_string();
    for part in expected {
        assert!(problem.contains(part), "no {part:?} in: {problem}");
    }
}

/// Where kube's own `crd()` panics, or loses a variant.
#[test]
fn an_enum_that_no_schema_can_hold_is_told_with_its_field_and_what_to_write() {
    let report = manifests::report(&Operator::<()>::new("test").kind::<Tagged>());
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    let [amount, map, text, value, size, sources] = &problems[..] else {
        panic!("{problems:#?}")
    };
    for (problem, parts) in [
        (
            map,
            [
                "`spec.lost_map`",
                "is a map",
                "TaggedSpec",
                "serde_json::Value",
            ],
        ),
        (
            text,
            [
                "`spec.lost_text[]`",
                "`object` and `string`",
                "TaggedSpec",
                "optional field for each variant",
            ],
        ),
        (
            value,
            [
                "`spec.lost_value`",
                "is any value",
                "TaggedSpec",
                "serde_json::Value",
            ],
        ),
        (
            amount,
            [
                "`spec.amount`",
                "differ in `value`",
                "TaggedSpec",
                "the same type",
            ],
        ),
        (
            size,
            [
                "`spec.size`",
                "`object` and `string`",
                "TaggedSpec",
                "`Name {}`",
            ],
        ),
        (
            sources,
            [
                "`spec.sources[]`",
                "differ in `type`",
                "TaggedSpec",
                "`#[serde(tag = \"type\")]`",
            ],
        ),
    ] {
        for part in parts {
            assert!(problem.contains(part), "no {part:?} in: {problem}");
        }
    }
}

#[test]
fn a_panic_in_a_schema_names_the_struct_and_the_others_are_reported() {
    let operator = || Operator::new("test").kind::<Broken>().kind::<Plain>();
    check(
        operator(),
        &[
            "manifests::BrokenSpec (",
            "tests/manifests.rs:",
            "this schema is beyond words",
        ],
    );
    assert_eq!(manifests::report(&operator()).kinds.len(), 1);
}

#[test]
fn a_status_that_the_kind_has_not() {
    let operator = Operator::new("test")
        .kind::<Plain>()
        .controller::<PlainReconciler>();
    check(
        operator,
        &[
            "`status` is declared, but Plain has no status",
            "manifests::PlainReconciler",
            "add `status = \"..\"`",
        ],
    );
}

#[test]
fn two_controllers_of_one_name() {
    let operator = Operator::new("test")
        .controller::<PlainReconciler>()
        .controller::<OtherReconciler>();
    check(
        operator,
        &[
            "two controllers are named `plain`",
            "PlainReconciler",
            "OtherReconciler",
            "name = \"..\"",
        ],
    );
}

#[derive(Permissions)]
#[permissions(name = "plain")]
struct PlainTask {}

impl Task for PlainTask {
    type State = ();

    async fn setup(_: &()) -> Result<Self> {
        Ok(Self {})
    }

    async fn run(&self, _: Context<Self>) -> Result<()> {
        Ok(())
    }
}

#[test]
fn a_task_and_another_of_one_name() {
    check(
        Operator::new("test")
            .task::<PlainTask>()
            .task::<PlainTask>(),
        &[
            "two tasks are named `plain`",
            "PlainTask",
            "#[permissions(name = \"..\")]",
        ],
    );
    check(
        Operator::new("test")
            .controller::<PlainReconciler>()
            .task::<PlainTask>(),
        &[
            "a controller and a task are named `plain`",
            "PlainReconciler",
            "PlainTask",
        ],
    );
}

#[test]
fn a_name_that_no_event_can_be_reported_under() {
    check(
        Operator::new("My Operator"),
        &[
            "the operator's name: `My Operator`",
            "`my-operator` would do",
        ],
    );
}

#[test]
fn a_kind_twice() {
    check(
        Operator::new("test").kind::<Plain>().kind::<Plain>(),
        &["`manifests::PlainSpec` is listed twice"],
    );
}

#[test]
fn a_finalizer_that_no_domain_qualifies() {
    let operator = Operator::new("test").controller::<ConfigMapReconciler>();
    check(
        operator,
        &[
            "the finalizer needs a name",
            "finalizer = \"<your domain>/config-map\"",
        ],
    );
}

#[tokio::test]
async fn an_operator_with_problems_does_not_start() {
    let operator = Operator::new("test").controller::<ConfigMapReconciler>();
    let client = kopgen_runtime::testing::Mock::new().client();
    let error = operator
        .start(client, async |_: &kopgen_runtime::Client| Ok(()))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("the finalizer needs a name"), "{error}");
}

/// The role of `manifests::main` in this test's own process, started again.
#[test]
fn child() {
    match std::env::var("MANIFESTS_OF").as_deref() {
        Ok("chatty") => std::process::exit(code(Operator::new("test").kind::<Chatty>())),
        Ok("broken") => std::process::exit(code(Operator::new("test").kind::<Broken>())),
        _ => {}
    }
}

fn code(operator: Operator<()>) -> i32 {
    i32::from(manifests::main(&operator) != std::process::ExitCode::SUCCESS)
}

fn run_child(of: &str) -> (Option<i32>, String) {
    let mut child = Command::new(std::env::current_exe().unwrap());
    let output = child
        .args(["--exact", "child", "--nocapture"])
        .env("MANIFESTS_OF", of)
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn what_the_users_code_prints_does_not_spoil_the_report() {
    let (code, stdout) = run_child("chatty");
    assert_eq!(code, Some(0));
    let line = stdout
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(MARKER))
        .unwrap();
    let report: Report = serde_json::from_str(line).unwrap();
    assert_eq!(report.kinds[0].crd["spec"]["names"]["kind"], "Chatty");
}

#[test]
fn problems_are_reported_and_fail() {
    let (code, stdout) = run_child("broken");
    assert_eq!(code, Some(1));
    let line = stdout
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix(MARKER))
        .unwrap();
    let report: Report = serde_json::from_str(line).unwrap();
    assert_eq!(report.problems.len(), 1);
}
