//! CEL rules that the API server refuses for what they may cost.
//!
//! It estimates the cost of a rule before there is any object: by how long the strings, lists and maps may be that the rule looks at,
//! and by how often the rule runs (`k8s.io/apiserver/pkg/cel`, and the cost estimator of `cel-go`). What has no bound counts as the
//! longest that fits into a request. Here is a lower bound of that estimate, of the calls that make rules dear: whatever is reported
//! the API server refuses, but not everything that it refuses is reported.

mod expression;

use std::collections::BTreeSet;

use serde_json::Value;

use self::expression::{Argument, Expression};
use super::below;
use crate::Problem;

/// `PerCallLimit` of a rule: `StaticEstimatedCostLimit`.
const LIMIT: f64 = 10_000_000.0;
/// `MaxRequestSizeBytes`.
const REQUEST: f64 = 3_145_728.0;
/// What cel-go counts for each character that is looked at, and for each of a regular expression.
const PER_CHARACTER: f64 = 0.1;
const PER_PATTERN_CHARACTER: f64 = 0.25;

/// All rules of a schema that cost too much, each with the bounds that are missing.
pub fn check(schema: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    look(
        "",
        schema,
        &Runs {
            times: 1.0,
            unbounded: Vec::new(),
        },
        &mut problems,
    );
    problems
}

/// How often the rules at a schema run for one object at most.
#[derive(Clone)]
struct Runs {
    times: f64,
    /// The lists and maps around that have no bound.
    unbounded: Vec<Missing>,
}

/// A bound that is missing: the field and the keyword.
type Missing = (String, &'static str);

fn look(path: &str, schema: &Value, runs: &Runs, problems: &mut Vec<Problem>) {
    let rules = schema["x-kubernetes-validations"].as_array();
    for rule in rules
        .into_iter()
        .flatten()
        .filter_map(|it| it["rule"].as_str())
    {
        problems.extend(check_rule(path, schema, rule, runs));
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        look(&below(path, name), property, runs, problems);
    }
    for (key, mark, bound) in [
        ("items", "[]", "maxItems"),
        ("additionalProperties", "{}", "maxProperties"),
    ] {
        let Some(inner) = schema.get(key).filter(|it| it.is_object()) else {
            continue;
        };
        let mut runs = runs.clone();
        match schema[bound].as_f64() {
            Some(most) if runs.unbounded.is_empty() => runs.times *= most,
            // Then the size of a request is the only bound, whatever else there is.
            Some(_) => {}
            None => {
                runs.times = most_in_a_request(inner);
                runs.unbounded.push((path.to_owned(), bound));
            }
        }
        look(&format!("{path}{mark}"), inner, &runs, problems);
    }
}

fn check_rule(path: &str, schema: &Value, rule: &str, runs: &Runs) -> Option<Problem> {
    let mut estimate = Estimate {
        cost: 0.0,
        missing: BTreeSet::new(),
    };
    let me = Some(Located {
        path: path.to_owned(),
        schema,
    });
    let scope = vec![("self".to_owned(), me.clone()), ("oldSelf".to_owned(), me)];
    for expression in Expression::parse(rule)? {
        estimate.add(&expression, &scope, 1.0, &mut BTreeSet::new());
    }
    let cost = estimate.cost.max(1.0) * runs.times;
    if cost <= LIMIT {
        return None;
    }
    let missing: BTreeSet<_> = estimate
        .missing
        .into_iter()
        .chain(runs.unbounded.clone())
        .collect();
    let named = |(path, bound): &Missing| match path.as_str() {
        "" => format!("`{bound}`"),
        path => format!("`{bound}` on `{path}`"),
    };
    let list: Vec<_> = missing.iter().map(named).collect();
    let times = (cost / LIMIT).ceil();
    let message = format!(
        "the API server refuses the rule `{rule}`: its estimated cost is more than {times} times what a rule may cost"
    );
    let help = match list.as_slice() {
        [] => "lower the bounds of what the rule looks at".to_owned(),
        list => format!(
            "set {}: `#[schemars(length(max = ..))]`, or `extend(\"maxProperties\" = ..)` for a map",
            list.join(" and ")
        ),
    };
    Some(Problem::new(message).field(path).help(help))
}

/// A schema, and the path that leads there.
#[derive(Clone)]
struct Located<'a> {
    path: String,
    schema: &'a Value,
}

impl<'a> Located<'a> {
    fn field(&self, name: &str) -> Option<Self> {
        // Names that CEL cannot have are escaped there.
        let name = name
            .replace("__dash__", "-")
            .replace("__dot__", ".")
            .replace("__slash__", "/");
        let schema = self.schema["properties"].get(&name)?;
        Some(Self {
            path: below(&self.path, &name),
            schema,
        })
    }

    /// What is in a list or map: with how many there may be, and the bound that is missing.
    fn inside(&self) -> Option<(Self, f64, Option<Missing>)> {
        let (key, mark, bound) = match self.schema["type"].as_str()? {
            "array" => ("items", "[]", "maxItems"),
            "object" => ("additionalProperties", "{}", "maxProperties"),
            _ => return None,
        };
        let schema = self.schema.get(key).filter(|it| it.is_object())?;
        let inside = Self {
            path: format!("{}{mark}", self.path),
            schema,
        };
        Some(match self.schema[bound].as_f64() {
            Some(most) => (inside, most, None),
            None => (
                inside,
                most_in_a_request(schema),
                Some((self.path.clone(), bound)),
            ),
        })
    }

    /// The length of a string, and the bound that is missing.
    fn length(&self) -> Option<(f64, Option<Missing>)> {
        let is_plain = self.schema["type"] == "string"
            && self.schema.get("enum").is_none()
            && self.schema.get("format").is_none();
        if !is_plain {
            return None;
        }
        Some(match self.schema["maxLength"].as_f64() {
            // A character has up to four bytes.
            Some(most) => ((4.0 * most).min(REQUEST), None),
            None => (REQUEST - 2.0, Some((self.path.clone(), "maxLength"))),
        })
    }
}

type Scope<'a> = Vec<(String, Option<Located<'a>>)>;

struct Estimate {
    cost: f64,
    missing: BTreeSet<Missing>,
}

impl Estimate {
    /// Adds what an expression costs that runs so many times. `around` are the missing bounds that it runs so often for.
    fn add<'a>(
        &mut self,
        expression: &Expression,
        scope: &Scope<'a>,
        times: f64,
        around: &mut BTreeSet<Missing>,
    ) -> Option<Located<'a>> {
        match expression {
            Expression::Name(name) => {
                let found = scope.iter().rev().find(|(known, _)| known == name)?;
                found.1.clone()
            }
            Expression::Group(inner) => {
                let mut last = None;
                for expression in inner {
                    last = self.add(expression, scope, times, around);
                }
                last.filter(|_| inner.len() == 1)
            }
            Expression::Field(of, name) => self.add(of, scope, times, around)?.field(name),
            Expression::Index(of, index) => {
                for expression in index {
                    self.add(expression, scope, times, around);
                }
                let (inside, ..) = self.add(of, scope, times, around)?.inside()?;
                Some(inside)
            }
            Expression::Call(of, name, arguments) => {
                let of = of
                    .as_ref()
                    .and_then(|of| self.add(of, scope, times, around));
                if let (
                    Some(of),
                    "all" | "exists" | "exists_one" | "filter" | "map",
                    [
                        Argument {
                            name: Some(variable),
                            ..
                        },
                        body @ ..,
                    ],
                ) = (&of, name.as_str(), arguments.as_slice())
                {
                    self.add_loop(of, variable, body, scope, times, around);
                    return (name == "filter").then(|| of.clone());
                }
                if let Some(of) = &of {
                    self.add_call(of, name, arguments, times, around);
                }
                for expression in arguments.iter().flat_map(|it| &it.expressions) {
                    self.add(expression, scope, times, around);
                }
                None
            }
            Expression::Text(_) => None,
        }
    }

    fn add_loop<'a>(
        &mut self,
        of: &Located<'a>,
        variable: &str,
        body: &[Argument],
        scope: &Scope<'a>,
        times: f64,
        around: &BTreeSet<Missing>,
    ) {
        let Some((inside, most, missing)) = of.inside() else {
            return;
        };
        let times = times * most;
        let mut around = around.clone();
        around.extend(missing);
        self.spend(times, &around);
        let mut scope = scope.clone();
        // The variable of a map is the key, of which no schema tells.
        let is_list = of.schema["type"] == "array";
        scope.push((variable.to_owned(), is_list.then_some(inside)));
        for expression in body.iter().flat_map(|it| &it.expressions) {
            self.add(expression, &scope, times, &mut around);
        }
    }

    /// A function that looks at every character of a string.
    fn add_call(
        &mut self,
        of: &Located<'_>,
        name: &str,
        arguments: &[Argument],
        times: f64,
        around: &BTreeSet<Missing>,
    ) {
        let Some((length, missing)) = of.length() else {
            return;
        };
        let factor = match (name, arguments) {
            ("matches", [Argument { expressions, .. }]) => match expressions.as_slice() {
                [Expression::Text(pattern)] => {
                    pattern.chars().count() as f64 * PER_PATTERN_CHARACTER
                }
                _ => return,
            },
            (
                "contains" | "find" | "findAll" | "split" | "replace" | "lowerAscii" | "upperAscii"
                | "trim" | "indexOf" | "lastIndexOf",
                _,
            ) => 1.0,
            _ => return,
        };
        let mut around = around.clone();
        around.extend(missing);
        self.spend(times * (length * PER_CHARACTER * factor.max(1.0)), &around);
    }

    fn spend(&mut self, cost: f64, missing: &BTreeSet<Missing>) {
        self.cost += cost;
        self.missing.extend(missing.iter().cloned());
    }
}

/// How many values of a schema fit into a request, by the API server's count or less.
fn most_in_a_request(schema: &Value) -> f64 {
    (REQUEST - 2.0) / (smallest(schema) + 1.0)
}

/// The bytes of the smallest value, and never less than the API server counts.
fn smallest(schema: &Value) -> f64 {
    let of_values = |values: &Vec<Value>| {
        values
            .iter()
            .map(|it| it.to_string().len())
            .max()
            .unwrap_or(2) as f64
    };
    if let Some(values) = schema["enum"].as_array() {
        return of_values(values);
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str);
            let of_field =
                |name: &str| name.len() as f64 + 4.0 + smallest(&schema["properties"][name]);
            2.0 + required.map(of_field).sum::<f64>()
        }
        Some("string") if schema.get("format").is_some() => 40.0,
        Some("string") => 2.0 + schema["minLength"].as_f64().unwrap_or(0.0),
        Some("array") => {
            2.0 + schema["minItems"].as_f64().unwrap_or(0.0) * (smallest(&schema["items"]) + 1.0)
        }
        _ => 5.0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The missing bounds of the rules of a schema.
    fn check_schema(schema: Value, expected: &[&str]) {
        let found = check(&schema);
        let helps: Vec<_> = found.iter().filter_map(|it| it.help.as_deref()).collect();
        let helps: Vec<_> = helps
            .iter()
            .map(|it| it.split(": `#").next().unwrap())
            .collect();
        assert_eq!(helps, expected, "{found:#?}");
    }

    fn rule(mut schema: Value, rule: &str) -> Value {
        schema["x-kubernetes-validations"] = json!([{"rule": rule}]);
        json!({"type": "object", "properties": {"spec": schema}})
    }

    #[test]
    fn missing_bounds_are_named() {
        let texts = || json!({"type": "array", "items": {"type": "string"}});
        check_schema(
            rule(texts(), "self.all(x, x.matches('^[a-z]+$'))"),
            &["set `maxItems` on `spec` and `maxLength` on `spec[]`"],
        );
        let mut bounded = texts();
        bounded["maxItems"] = json!(100);
        check_schema(
            rule(bounded.clone(), "self.all(x, x.matches('^[a-z]+$'))"),
            &["set `maxLength` on `spec[]`"],
        );
        bounded["items"]["maxLength"] = json!(100);
        check_schema(rule(bounded, "self.all(x, x.matches('^[a-z]+$'))"), &[]);
        check_schema(rule(texts(), "self.all(x, x != 'a')"), &[]);
        check_schema(rule(texts(), "self.size() < 3"), &[]);
        let lists = json!({"type": "object", "properties": {"a": texts(), "b": texts()}});
        check_schema(
            rule(lists.clone(), "self.a.all(x, self.b.exists(y, y == x))"),
            &["set `maxItems` on `spec.a` and `maxItems` on `spec.b`"],
        );
        check_schema(
            rule(lists, "self.a.size() < 3 && self.b.all(x, x == '')"),
            &[],
        );
    }

    #[test]
    fn a_rule_in_a_list_runs_for_each_item() {
        let item = json!({"type": "object", "properties": {"name": {"type": "string"}}, "x-kubernetes-validations": [
            {"rule": "self.name.contains('a')"},
            {"rule": "self.name != 'a'"},
        ]});
        let list = |most: Option<u32>| {
            let mut list = json!({"type": "array", "items": item});
            if let Some(most) = most {
                list["maxItems"] = json!(most);
            }
            json!({"type": "object", "properties": {"list": list}})
        };
        check_schema(
            list(None),
            &["set `maxItems` on `list` and `maxLength` on `list[].name`"],
        );
        check_schema(list(Some(10)), &[]);
    }
}
