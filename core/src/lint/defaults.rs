//! The defaults of a schema, each against the schema that it stands in.

use serde_json::Value;

use super::structural::each_structural;
use super::validate::validate;
use crate::Problem;

/// Defaults that the API server would not take. It looks at each as it stands: the defaults of fields inside do not help.
pub fn check(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    each_structural(schema, "", &mut |path, node| {
        let Some(default) = node.get("default").filter(|it| !it.is_null()) else {
            return;
        };
        for problem in validate(default, node) {
            let place = problem
                .field
                .filter(|it| !it.is_empty())
                .map_or(String::new(), |it| format!(" at `{it}`"));
            let message = format!(
                "the default `{default}` does not fit{place}: {}",
                problem.message
            );
            let help = problem
                .help
                .unwrap_or_else(|| "change the default or the rule".into());
            problems.push(Problem::new(message).field(path).help(help));
        }
    });
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn defaults_fit_where_they_stand() {
        fn check_field(schema: Value, expected: &[&str]) {
            let found: Vec<_> = check(&json!({"type": "object", "properties": {"x": schema}}))
                .into_iter()
                .map(|it| it.to_string())
                .collect();
            assert_eq!(found, expected);
        }
        check_field(json!({"type": "integer", "minimum": 1, "default": 1}), &[]);
        check_field(
            json!({"type": "integer", "minimum": 1, "default": 0}),
            &[
                "`x`: the default `0` does not fit: 0 is less than 1\n  help: change the default or the rule",
            ],
        );
        check_field(
            json!({"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}, "default": {"nme": 1}}}),
            &[
                "`x[]`: the default `{\"nme\":1}` does not fit at `nme`: unknown field\n  help: did you mean `name`?",
            ],
        );
    }
}
