//! CEL rules that cost too much: the lint against a real API server.

use kopgen_runtime::core::crd::Crd;
use kopgen_runtime::core::lint;
use kopgen_runtime::testing::TestEnv;
use serde_json::{Value, json};

use crate::server::{Server, crd};

fn list(items: Value, most: Option<u32>) -> Value {
    let mut list = json!({"type": "array", "items": items});
    if let Some(most) = most {
        list["maxItems"] = json!(most);
    }
    list
}

fn text(most: Option<u32>) -> Value {
    match most {
        Some(most) => json!({"type": "string", "maxLength": most}),
        None => json!({"type": "string"}),
    }
}

fn ruled(mut schema: Value, rule: &str) -> Value {
    schema["x-kubernetes-validations"] = json!([{ "rule": rule }]);
    schema
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

/// Schemas of a field, and whether the API server refuses them.
fn cases() -> Vec<(Value, bool)> {
    let item = |most, rule: &str| ruled(object(json!({"name": text(most)})), rule);
    let map = |rule: &str| {
        ruled(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            rule,
        )
    };
    let lists = || object(json!({"a": list(text(None), None), "b": list(text(None), None)}));
    vec![
        (ruled(text(None), "self.matches('^[a-z]+$')"), false),
        (
            ruled(text(None), "self.contains('a') && self.startsWith('a')"),
            false,
        ),
        (
            ruled(list(text(None), None), "self.all(x, x.matches('^[a-z]+$'))"),
            true,
        ),
        (
            ruled(
                list(text(None), Some(100)),
                "self.all(x, x.matches('^[a-z]+$'))",
            ),
            true,
        ),
        (
            ruled(
                list(text(Some(63)), Some(100)),
                "self.all(x, x.matches('^[a-z]+$'))",
            ),
            false,
        ),
        (ruled(list(text(None), None), "self.size() > 1"), false),
        (
            ruled(list(text(None), None), "self.all(x, x != 'a')"),
            false,
        ),
        (
            ruled(list(text(None), None), "self.all(x, x.startsWith('a'))"),
            false,
        ),
        (
            ruled(lists(), "self.a.all(x, self.b.exists(y, x == y))"),
            true,
        ),
        (ruled(lists(), "self.a.size() == self.b.size()"), false),
        (list(item(None, "self.name.contains('a')"), None), true),
        (list(item(None, "self.name.contains('a')"), Some(10)), false),
        (
            list(
                item(None, "self.name.contains('abcdefghijklmnopqrstuvwxyz')"),
                Some(100),
            ),
            true,
        ),
        (
            list(item(Some(20), "self.name.matches('^[a-z]+$')"), None),
            true,
        ),
        (list(item(None, "self.name != 'a'"), None), false),
        (list(item(None, "has(self.name)"), None), false),
        (list(list(item(None, "has(self.name)"), None), None), false),
        (map("self.all(key, key.matches('^[a-z]+$'))"), false),
        (map("self.all(key, self[key].matches('^[a-z]+$'))"), true),
        (
            list(map("self.all(key, key.matches('^[a-z]+$'))"), None),
            true,
        ),
        (
            list(
                ruled(list(text(Some(9)), None), "self.all(x, x == 'a')"),
                None,
            ),
            true,
        ),
        (
            list(
                ruled(list(text(Some(9)), Some(9)), "self.all(x, x == 'a')"),
                Some(9),
            ),
            false,
        ),
        (
            ruled(
                json!({"type": "string", "enum": ["a", "b"]}),
                "self.matches('^a')",
            ),
            false,
        ),
    ]
}

/// The lint is to know every one of the everyday rules, and must not report what is accepted.
#[tokio::test]
async fn rules_that_cost_too_much_are_those_that_the_api_server_refuses()
-> kopgen_runtime::Result<()> {
    let Some(env) = TestEnv::start_or_skip().await? else {
        return Ok(());
    };
    let server = Server::new(env.client());
    let mut wrong = Vec::new();
    for (at, (schema, refused)) in cases().into_iter().enumerate() {
        let crd = crd(&format!("Cost{at}"), object(json!({"field": schema})));
        let found = lint::check(&Crd::from(crd.clone()));
        let verdict = server.define(&crd).await;
        if found.is_empty() == refused || verdict.is_ok() == refused {
            wrong.push(format!("{schema}: {found:?}, {verdict:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
