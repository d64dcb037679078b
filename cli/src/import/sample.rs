//! The smallest object that a version takes: what is required, and nothing else.

mod minimal;
mod text;

use kopgen_core::crd::Crd;
use kopgen_core::{lint, yaml};
use serde_json::{Map, Value};

use minimal::minimal;

/// The text of a sample of a version; of comments alone where no valid object was found, or the version is not served.
pub fn sample(crd: &Crd, version: &Value, metadata: &Value) -> String {
    let name = version["name"].as_str().unwrap_or_default();
    let api_version = format!("{}/{name}", crd.group());
    let mut object = match minimal(&version["schema"]["openAPIV3Schema"]) {
        Value::Object(object) => object,
        _ => Map::new(),
    };
    object.remove("status");
    // What is seldom left out is shown, with what it requires.
    if let Some(spec) = version.pointer("/schema/openAPIV3Schema/properties/spec") {
        object.entry("spec").or_insert_with(|| minimal(spec));
    }
    object.insert("apiVersion".into(), api_version.clone().into());
    object.insert("kind".into(), crd.kind().into());
    object.insert("metadata".into(), metadata.clone());
    let object = Value::Object(object);
    let text = yaml::to_string(&object).unwrap_or_default();
    if lint::check_sample(crd, &object).is_empty() {
        let schema = &version["schema"]["openAPIV3Schema"];
        return unchecked(schema, &object) + &text;
    }
    let reason = if version["served"] == false {
        "The API server does not serve this version."
    } else {
        "TODO(user): complete the sample, which the schema does not take as it is."
    };
    let commented: String = text.lines().map(|line| format!("# {line}\n")).collect();
    format!("# {reason}\n{commented}")
}

/// Whether the API server surely takes what stands in the text of a sample: no rule that it has besides may refuse it.
pub fn is_certain(text: &str) -> bool {
    !text.contains(UNCHECKED)
}

/// What stands above the rules that kopgen does not evaluate.
const UNCHECKED: &str = "# The API server has rules besides, which the sample may break:";

/// Comments that name the rules which the API server evaluates on the sample, and kopgen does not.
fn unchecked(schema: &Value, object: &Value) -> String {
    let mut rules = Vec::new();
    collect_rules(schema, object, "", &mut rules);
    if rules.is_empty() {
        return String::new();
    }
    let lines: String = rules.iter().map(|rule| format!("#   {rule}\n")).collect();
    format!("{UNCHECKED}\n{lines}")
}

/// Adds the rules of the schemas that a value meets, but for those that compare with the object of before.
fn collect_rules(schema: &Value, value: &Value, path: &str, rules: &mut Vec<String>) {
    let own = schema["x-kubernetes-validations"].as_array();
    for rule in own.into_iter().flatten() {
        let expression = rule["rule"].as_str().unwrap_or_default();
        if expression.contains("oldSelf") && rule["optionalOldSelf"] != true {
            continue;
        }
        let text = rule["message"].as_str().unwrap_or(expression);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let path = if path.is_empty() { "." } else { path };
        rules.push(format!("{path}: {text}"));
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let property = schema["properties"].get(name);
                if let Some(schema) = property.or(schema.get("additionalProperties")) {
                    collect_rules(schema, value, &format!("{path}.{name}"), rules);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_rules(&schema["items"], item, &format!("{path}[{index}]"), rules);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_rules_that_the_sample_meets_are_named() {
        let rules = |rules: Value| json!({"type": "object", "x-kubernetes-validations": rules});
        let mut schema = rules(json!([{"rule": "has(self.spec)"}]));
        schema["properties"] = json!({
            "spec": rules(json!([
                {"rule": "self.a < self.b", "message": "a comes\nbefore b"},
                {"rule": "self.a == oldSelf.a"},
            ])),
            "absent": rules(json!([{"rule": "false"}])),
        });
        let comments = unchecked(&schema, &json!({"spec": {}}));
        assert!(!is_certain(&comments));
        assert_eq!(
            comments,
            "# The API server has rules besides, which the sample may break:\n\
             #   .: has(self.spec)\n\
             #   .spec: a comes before b\n"
        );
        assert_eq!(
            unchecked(&schema["properties"]["spec"]["x"], &json!({})),
            ""
        );
    }
}
