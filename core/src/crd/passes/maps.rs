use serde_json::{Value, json};

use super::{each_node, join::join};

/// Writes a map whose keys have a pattern, such as those of a map by numbers, as a map with a CEL rule: a CRD has no
/// `patternProperties`.
pub fn restrict_keys(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let closed = node.get("additionalProperties") == Some(&json!(false));
        let Some(Value::Object(by_pattern)) = node.get("patternProperties") else {
            return;
        };
        let mut values = by_pattern.values();
        let Some(first) = values.next().cloned() else {
            return;
        };
        if !closed || node.contains_key("properties") || values.any(|value| *value != first) {
            return;
        }
        let patterns: Vec<_> = by_pattern.keys().cloned().collect();
        let matching = |pattern: &String| format!("key.matches({})", json!(pattern));
        let rule = patterns
            .iter()
            .map(matching)
            .collect::<Vec<_>>()
            .join(" || ");
        let rule = json!({
            "rule": format!("self.all(key, {rule})"),
            "message": format!("keys must match {}", patterns.join(" or ")),
        });
        node.remove("patternProperties");
        node.insert("additionalProperties".into(), first);
        let rules = json!({"x-kubernetes-validations": [rule]});
        if let Value::Object(rules) = rules {
            *node = join(rules, std::mem::take(node));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn a_pattern_of_keys_is_a_rule() {
        check(
            restrict_keys,
            json!({"type": "object", "additionalProperties": false, "patternProperties": {r"^\d+$": {"type": "string"}}, "x-kubernetes-validations": [{"rule": "a"}]}),
            json!({"type": "object", "additionalProperties": {"type": "string"}, "x-kubernetes-validations": [
                {"rule": r#"self.all(key, key.matches("^\\d+$"))"#, "message": r"keys must match ^\d+$"},
                {"rule": "a"},
            ]}),
        );
        let both =
            json!({"type": "object", "additionalProperties": {}, "patternProperties": {"a": {}}});
        check(restrict_keys, both.clone(), both);
    }
}
