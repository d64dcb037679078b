use serde_json::{Map, Value};

use super::{Node, each_node};

const COMBINATORS: [&str; 4] = ["allOf", "anyOf", "oneOf", "not"];
const STASH: &str = "x-kopgen-stash";

/// Puts the combinators that are structural already out of the rewriter's reach, which would take them for a Rust enum's.
///
/// An enum's branches have a type each, which no structural schema may have inside a combinator. What has none was
/// written as `#[schemars(extend("oneOf" = …))]`, and a `not` can come from nowhere else.
pub fn stash_combinators(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let found: Vec<_> = COMBINATORS
            .into_iter()
            .filter(|key| {
                node.get(*key)
                    .is_some_and(|branches| *key == "not" || structural(branches))
            })
            .collect();
        if found.is_empty() {
            return;
        }
        let stash: Node = found
            .into_iter()
            .filter_map(|key| node.remove_entry(key))
            .collect();
        node.insert(STASH.into(), stash.into());
    });
}

/// Takes back what [`stash_combinators`] put away.
pub fn unstash_combinators(schema: &mut Value) {
    each_node(schema, &mut |node| {
        if let Some(Value::Object(stash)) = node.remove(STASH) {
            node.extend(stash);
        }
    });
    // What was stashed may itself hold a stash.
    let mut left = false;
    each_node(schema, &mut |node| left |= node.contains_key(STASH));
    if left {
        unstash_combinators(schema);
    }
}

fn structural(branches: &Value) -> bool {
    let untyped = |branch: &Map<String, Value>| {
        let inner = COMBINATORS.into_iter().filter_map(|key| branch.get(key));
        !branch.contains_key("type")
            && !branch.contains_key("additionalProperties")
            && inner.into_iter().all(structural)
    };
    match branches {
        Value::Array(branches) => branches.iter().all(structural),
        Value::Object(branch) => untyped(branch),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::check;
    use super::*;

    #[test]
    fn what_was_written_by_hand_is_out_of_reach_and_comes_back() {
        let written = json!({"type": "object", "oneOf": [{"required": ["a"]}, {"properties": {"b": {"enum": [1]}}}], "not": {"type": "string"}});
        check(
            stash_combinators,
            written.clone(),
            json!({"type": "object", STASH: {"oneOf": written["oneOf"], "not": {"type": "string"}}}),
        );
        let nested = json!({"items": {"allOf": [{"not": {"anyOf": [{"required": ["a"]}]}}, {"oneOf": [{}]}]}});
        for mut schema in [written, nested] {
            let before = schema.clone();
            stash_combinators(&mut schema);
            assert_ne!(schema, before);
            unstash_combinators(&mut schema);
            assert_eq!(schema, before);
        }
    }

    #[test]
    fn an_enum_of_rust_is_left_to_the_rewriter() {
        for same in [
            json!({"oneOf": [{"type": "object", "required": ["a"]}, {"type": "string", "enum": ["b"]}]}),
            json!({"anyOf": [{"oneOf": [{"type": "object"}]}, {}]}),
        ] {
            check(stash_combinators, same.clone(), same);
        }
    }
}
