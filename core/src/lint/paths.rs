//! The JSON paths of a version: its columns, its scale subresource and its selectable fields.

use std::collections::BTreeSet;

use serde_json::Value;

use super::json_path::resolve;
use crate::Problem;
use crate::report::IndexReport;

/// All paths that lead nowhere, or to a field that cannot be used there. Those in `dangling` are known to lead nowhere.
pub fn check(version: &Value, dangling: &[String]) -> Vec<Problem> {
    let schema = &version["schema"]["openAPIV3Schema"];
    let list = |key: &str| version[key].as_array().map_or(&[][..], Vec::as_slice);
    let mut problems = Vec::new();
    for column in list("additionalPrinterColumns") {
        problems.extend(check_column(schema, column, dangling));
    }
    if let Some(scale) = version["subresources"].get("scale") {
        problems.extend(check_scale(schema, scale, dangling));
    }
    problems.extend(check_selectable(schema, list("selectableFields")));
    problems.extend(check_dangling(version, dangling));
    problems
}

/// The paths of columns and scale that lead nowhere. The API server takes such a CRD: the column stays empty.
pub fn dangling(version: &Value) -> Vec<String> {
    let schema = &version["schema"]["openAPIV3Schema"];
    let columns = version["additionalPrinterColumns"].as_array();
    let columns = columns
        .into_iter()
        .flatten()
        .map(|column| &column["jsonPath"]);
    let scale = version["subresources"]["scale"].as_object();
    let paths = columns.chain(scale.into_iter().flat_map(|it| it.values()));
    let mut dangling: Vec<_> = paths
        .filter_map(Value::as_str)
        .filter(|path| resolve(schema, path).is_err())
        .map(str::to_owned)
        .collect();
    dangling.sort();
    dangling.dedup();
    dangling
}

/// Columns whose path may have several values: the API server prints the first.
pub fn doubtful(version: &Value) -> Vec<Problem> {
    let columns = version["additionalPrinterColumns"].as_array();
    let several = |path: &str| path.contains("[*]") || path.contains("..") || has_slice(path);
    let mut problems = Vec::new();
    for column in columns.into_iter().flatten() {
        let text = |key: &str| column[key].as_str().unwrap_or_default();
        let path = text("jsonPath");
        if several(path) {
            let message =
                format!("`{path}` may have several values, but a column shows the first alone");
            let help = "let the controller write what the column is to show into a field of the status, or point it to one item with `[0]`";
            let attribute = format!("printcolumn \"{}\"", text("name"));
            problems.push(Problem::new(message).field(attribute).help(help));
        }
    }
    problems
}

/// Whether there is a `[1:2]` in a path. A filter has its colons in quotes.
fn has_slice(path: &str) -> bool {
    let brackets = path
        .split('[')
        .skip(1)
        .filter_map(|it| it.split(']').next());
    let is_slice = |it: &str| {
        it.contains(':')
            && it
                .chars()
                .all(|c| c.is_ascii_digit() || c == ':' || c == '-')
    };
    let found: Vec<_> = brackets.collect();
    found.into_iter().any(is_slice)
}

/// What is wrong with a field that is to hold the names of watched objects.
pub fn check_index(schema: &Value, index: &IndexReport) -> Option<Problem> {
    let IndexReport { watched, path } = index;
    let (message, help) = match resolve(schema, &path.json_path()) {
        Err((message, help)) => (message, help),
        Ok(None) => return None,
        Ok(Some(found)) => match found["type"].as_str() {
            Some("string") => return None,
            Some("array") => (
                format!("`{path}` is a list"),
                format!("write `{path}[]` for its items"),
            ),
            other => (
                format!(
                    "`{path}` is of type {}, and a name is a string",
                    other.unwrap_or("unknown")
                ),
                format!(
                    "point it to the field that holds the name of a {watched}, or use `map = ..`"
                ),
            ),
        },
    };
    let attribute = format!("watches({watched}, index = \"{path}\")");
    Some(Problem::new(message).field(attribute).help(help))
}

fn check_dangling(version: &Value, stated: &[String]) -> Vec<Problem> {
    let found = dangling(version);
    let stale = stated.iter().filter(|path| !found.contains(path));
    stale
        .map(|path| {
            Problem::new(format!("`{path}` is said to dangle, and does not"))
                .field("dangling")
                .help("remove it there: it leads to a field, or no column and no scale has it")
        })
        .collect()
}

fn check_column(schema: &Value, column: &Value, dangling: &[String]) -> Vec<Problem> {
    const TYPES: &[&str] = &["boolean", "date", "integer", "number", "string"];
    const FORMATS: &[&str] = &[
        "byte",
        "date",
        "date-time",
        "double",
        "float",
        "int32",
        "int64",
        "password",
    ];
    let text = |key: &str| column[key].as_str().unwrap_or_default();
    let attribute = format!("printcolumn \"{}\"", text("name"));
    let mut problems = Vec::new();
    let mut problem = |message: String, help: String| {
        problems.push(Problem::new(message).field(&attribute).help(help))
    };
    if text("name").is_empty() {
        problem("a column has no name".into(), "give it a `name`".into());
    }
    for (key, argument, known) in [("type", "type_", TYPES), ("format", "format", FORMATS)] {
        let value = text(key);
        if !known.contains(&value) && (key == "type" || !value.is_empty()) {
            problem(
                format!("a column cannot be of {key} `{value}`"),
                format!("`{argument}` is one of {}", known.join(", ")),
            );
        }
    }
    if let Err((message, help)) = resolve(schema, text("jsonPath"))
        && !dangling.iter().any(|it| it == text("jsonPath"))
    {
        problem(message, help);
    }
    problems
}

fn check_scale(schema: &Value, scale: &Value, dangling: &[String]) -> Vec<Problem> {
    let paths = [
        (
            "specReplicasPath",
            "spec_replicas_path",
            &[".spec."][..],
            "integer",
        ),
        (
            "statusReplicasPath",
            "status_replicas_path",
            &[".status."],
            "integer",
        ),
        (
            "labelSelectorPath",
            "label_selector_path",
            &[".spec.", ".status."],
            "string",
        ),
    ];
    let mut problems = Vec::new();
    for (key, argument, roots, kind) in paths {
        let Some(path) = scale[key].as_str().filter(|it| !it.is_empty()) else {
            continue;
        };
        let mut problem = |message: String, help: String| {
            problems.push(
                Problem::new(message)
                    .field(format!("scale({argument})"))
                    .help(help),
            );
        };
        if !roots.iter().any(|root| path.starts_with(root)) {
            problem(
                format!("`{path}` is not below `{}`", roots.join("` or `")),
                "point it to a field there".into(),
            );
            continue;
        }
        match resolve(schema, path) {
            Err(_) if dangling.iter().any(|it| it == path) => {}
            Err((message, help)) => problem(message, help),
            Ok(Some(found)) if found["type"] != kind => {
                problem(
                    format!("`{path}` is of type {}, not {kind}", found["type"]),
                    format!("point it to a field of type {kind}"),
                );
            }
            Ok(_) => {}
        }
    }
    problems
}

fn check_selectable(schema: &Value, fields: &[Value]) -> Vec<Problem> {
    /// `MaxSelectableFields` of the API server.
    const MOST: usize = 8;
    let mut problems = Vec::new();
    let mut problem = |message: String, help: &str| {
        problems.push(Problem::new(message).field("selectable").help(help))
    };
    let mut seen = BTreeSet::new();
    for path in fields.iter().filter_map(|it| it["jsonPath"].as_str()) {
        if !seen.insert(path) {
            problem(format!("`{path}` is selectable twice"), "name it once");
        }
        match resolve(schema, path) {
            Err((message, help)) => problem(message, &help),
            Ok(_) if path.starts_with(".metadata") => problem(
                format!("`{path}` cannot be made selectable: it is in the metadata"),
                "leave it out: name and namespace are selectable anyway, labels have selectors of their own",
            ),
            Ok(found) => {
                let kind = found.and_then(|it| it["type"].as_str());
                if path.contains('[')
                    || !kind.is_some_and(|it| ["string", "boolean", "integer"].contains(&it))
                {
                    problem(
                        format!("`{path}` cannot be selected by"),
                        "point it to one string, boolean or integer, in no list",
                    );
                }
            }
        }
    }
    if seen.len() > MOST {
        problem(
            format!("{} fields are selectable", seen.len()),
            "name at most 8: the API server takes no more",
        );
    }
    problems
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The problems of a version with `key`, each as `field: message`.
    fn check_version(key: &str, value: Value, expected: &[&str]) {
        let schema = json!({"properties": {
            "spec": {"properties": {"replicas": {"type": "integer"}, "image": {"type": "string"}, "ports": {"type": "array", "items": {"type": "integer"}}}},
            "status": {"properties": {"replicas": {"type": "integer"}, "selector": {"type": "string"}}},
        }});
        let version = json!({"schema": {"openAPIV3Schema": schema}, key: value});
        let found: Vec<_> = check(&version, &[])
            .into_iter()
            .map(|it| {
                assert!(it.help.is_some());
                format!("{}: {}", it.field.unwrap(), it.message)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn columns() {
        let column = |name: &str, kind: &str, path: &str| json!({"name": name, "type": kind, "jsonPath": path});
        check_version(
            "additionalPrinterColumns",
            json!([
                column("Image", "string", ".spec.image"),
                column("Age", "date", ".metadata.creationTimestamp")
            ]),
            &[],
        );
        check_version(
            "additionalPrinterColumns",
            json!([
                column("Image", "text", ".spec.imge"),
                column("", "string", ".spec.image")
            ]),
            &[
                "printcolumn \"Image\": a column cannot be of type `text`",
                "printcolumn \"Image\": `.spec.imge` leads nowhere: `.spec` has no field `imge`",
                "printcolumn \"\": a column has no name",
            ],
        );
    }

    #[test]
    fn scale() {
        let scale = |spec: &str, status: &str, selector: &str| json!({"scale": {"specReplicasPath": spec, "statusReplicasPath": status, "labelSelectorPath": selector}});
        check_version(
            "subresources",
            scale(".spec.replicas", ".status.replicas", ".status.selector"),
            &[],
        );
        check_version(
            "subresources",
            scale(".spec.image", ".spec.replicas", ".status.slector"),
            &[
                "scale(spec_replicas_path): `.spec.image` is of type \"string\", not integer",
                "scale(status_replicas_path): `.spec.replicas` is not below `.status.`",
                "scale(label_selector_path): `.status.slector` leads nowhere: `.status` has no field `slector`",
            ],
        );
    }

    #[test]
    fn an_index_leads_to_names() {
        let schema = json!({"properties": {"spec": {"properties": {
            "secretName": {"type": "string"}, "replicas": {"type": "integer"}, "any": {"x-kubernetes-preserve-unknown-fields": true},
            "names": {"type": "array", "items": {"type": "string"}},
            "volumes": {"type": "array", "items": {"properties": {"secretName": {"type": "string"}}}},
        }}}});
        let check = |path: &str, expected: Option<&str>| {
            let watched = "Secret".to_owned();
            let index = IndexReport {
                watched,
                path: path.parse().unwrap(),
            };
            let found = check_index(&schema, &index);
            let found = found.map(|it| format!("{}; {}", it.message, it.help.unwrap()));
            assert_eq!(found.as_deref(), expected);
        };
        check("spec.secretName", None);
        check("spec.names[]", None);
        check("spec.volumes[].secretName", None);
        check("spec.any.name", None);
        check("metadata.name", None);
        check(
            "spec.secretNam",
            Some(
                "`.spec.secretNam` leads nowhere: `.spec` has no field `secretNam`; did you mean `secretName`?",
            ),
        );
        check(
            "spec.names",
            Some("`spec.names` is a list; write `spec.names[]` for its items"),
        );
        check(
            "spec.secretName[]",
            Some(
                "`.spec.secretName[*]` leads nowhere: `.spec.secretName` is no list; it is of type string",
            ),
        );
        check(
            "spec.replicas",
            Some(
                "`spec.replicas` is of type integer, and a name is a string; point it to the field that holds the name of a \
                 Secret, or use `map = ..`",
            ),
        );
    }

    #[test]
    fn what_is_said_to_dangle_may() {
        let version = json!({
            "schema": {"openAPIV3Schema": {"properties": {"spec": {"properties": {"image": {"type": "string"}}}}}},
            "additionalPrinterColumns": [
                {"name": "Image", "type": "string", "jsonPath": ".spec.image"},
                {"name": "Gone", "type": "string", "jsonPath": ".spec.gone"},
            ],
            "subresources": {"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}},
        });
        let found = dangling(&version);
        assert_eq!(found, [".spec.gone", ".spec.replicas", ".status.replicas"]);
        assert_eq!(check(&version, &found), []);
        assert_eq!(check(&version, &found[1..]).len(), 1);
        let stale = check(&version, &[found, vec![".spec.image".into()]].concat());
        assert_eq!(stale.len(), 1);
        assert_eq!(
            stale[0].message,
            "`.spec.image` is said to dangle, and does not"
        );
    }

    #[test]
    fn selectable_fields() {
        let fields = |paths: &[&str]| {
            paths
                .iter()
                .map(|path| json!({"jsonPath": path}))
                .collect::<Value>()
        };
        check_version("selectableFields", fields(&[".spec.image"]), &[]);
        check_version(
            "selectableFields",
            fields(&[
                ".spec.image",
                ".spec.image",
                ".metadata.name",
                ".spec.ports",
                ".spec.ports[0]",
                ".spec.imag",
            ]),
            &[
                "selectable: `.spec.image` is selectable twice",
                "selectable: `.metadata.name` cannot be made selectable: it is in the metadata",
                "selectable: `.spec.ports` cannot be selected by",
                "selectable: `.spec.ports[0]` cannot be selected by",
                "selectable: `.spec.imag` leads nowhere: `.spec` has no field `imag`",
            ],
        );
        let many: Vec<_> = (0..9).map(|at| format!(".spec.a{at}")).collect();
        let schema: serde_json::Map<_, _> = (0..9)
            .map(|at| (format!("a{at}"), json!({"type": "string"})))
            .collect();
        let schema = json!({"properties": {"spec": {"properties": schema}}});
        let paths: Vec<_> = many.iter().map(String::as_str).collect();
        let found = check(
            &json!({"schema": {"openAPIV3Schema": schema}, "selectableFields": fields(&paths)}),
            &[],
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].message, "9 fields are selectable");
    }
}
