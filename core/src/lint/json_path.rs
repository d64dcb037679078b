//! The JSON paths of printer columns, scale and selectable fields, as kubectl's `k8s.io/client-go/util/jsonpath` reads
//! them.

use serde_json::Value;

use super::among;

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// `.name` or `['name']`.
    Field(String),
    /// `[0]`, `[*]`, `[1:2]`: some of a list's items.
    Items,
    /// `[?(…)]`: those for which it holds; with the paths that it looks at in each.
    Filter(Vec<Vec<Step>>),
    /// `..`: whatever is below.
    Anywhere,
}

/// Follows `path` from the root of an object, and gives the schema where it ends; none where anything may be.
///
/// # Errors
/// A path that cannot be read, or a step that leads nowhere: what is wrong, and the way out.
pub fn resolve<'a>(schema: &'a Value, path: &str) -> Result<Option<&'a Value>, (String, String)> {
    let dotted = || {
        (
            format!("`{path}` is no JSON path from the root of the object"),
            "begin it with `.`, as `.spec.replicas`".to_owned(),
        )
    };
    if !path.starts_with('.') {
        return Err(dotted());
    }
    let steps = parse(path).ok_or_else(|| {
        (
            format!("`{path}` is no JSON path"),
            "write it as `.spec.replicas` or `.status.conditions[?(@.type==\"Ready\")].status`"
                .to_owned(),
        )
    })?;
    follow(schema, &steps, path, "")
}

fn follow<'a>(
    mut schema: &'a Value,
    steps: &[Step],
    path: &str,
    start: &str,
) -> Result<Option<&'a Value>, (String, String)> {
    let mut at = start.to_owned();
    for step in steps {
        let anything = schema["x-kubernetes-preserve-unknown-fields"] == true;
        let found = match step {
            Step::Anywhere => return Ok(None),
            Step::Field(name) if at.is_empty() && name == "metadata" => {
                return metadata(steps, path);
            }
            Step::Field(name) => field(schema, name),
            Step::Items => schema.get("items"),
            Step::Filter(paths) => {
                let items = schema.get("items");
                if let Some(items) = items {
                    for inner in paths {
                        follow(items, inner, path, &format!("{at}[]"))?;
                    }
                }
                items
            }
        };
        schema = match (found, step) {
            (Some(found), _) => found,
            (None, _) if anything => return Ok(None),
            (None, Step::Field(name)) => {
                let place = if at.is_empty() {
                    "the object".to_owned()
                } else {
                    format!("`{at}`")
                };
                let message = format!("`{path}` leads nowhere: {place} has no field `{name}`");
                return Err((message, among(name, fields(schema))));
            }
            (None, _) => {
                let message = format!("`{path}` leads nowhere: `{at}` is no list");
                return Err((
                    message,
                    format!(
                        "it is of type {}",
                        schema["type"].as_str().unwrap_or("unknown")
                    ),
                ));
            }
        };
        match step {
            Step::Field(name) => at = format!("{at}.{name}"),
            _ => at.push_str("[]"),
        }
    }
    Ok(Some(schema))
}

fn field<'a>(schema: &'a Value, name: &str) -> Option<&'a Value> {
    let own = schema.get("properties").and_then(|it| it.get(name));
    own.or_else(|| {
        schema
            .get("additionalProperties")
            .filter(|it| it.is_object())
    })
}

fn fields(schema: &Value) -> impl Iterator<Item = &str> + Clone {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|it| it.keys().map(String::as_str))
}

/// The fields of `ObjectMeta`, which no CRD's schema lists.
fn metadata<'a>(steps: &[Step], path: &str) -> Result<Option<&'a Value>, (String, String)> {
    const FIELDS: [&str; 14] = [
        "annotations",
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "finalizers",
        "generateName",
        "generation",
        "labels",
        "managedFields",
        "name",
        "namespace",
        "ownerReferences",
        "resourceVersion",
        "uid",
    ];
    match steps.get(1) {
        Some(Step::Field(name)) if !FIELDS.contains(&name.as_str()) => Err((
            format!("`{path}` leads nowhere: `.metadata` has no field `{name}`"),
            among(name, FIELDS.into_iter()),
        )),
        _ => Ok(None),
    }
}

fn parse(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        match next {
            '.' if rest.starts_with('.') => steps.push(Step::Anywhere),
            // A path may be `.` alone, and may go from `.` straight to `[`.
            '.' => {
                let (name, after) = take_name(rest);
                if !name.is_empty() {
                    steps.push(if name == "*" {
                        Step::Anywhere
                    } else {
                        Step::Field(name)
                    });
                } else if !(after.is_empty() && steps.is_empty()
                    || after.starts_with('[')
                    || matches!(steps.last(), Some(Step::Anywhere)))
                {
                    return None;
                }
                rest = after;
            }
            '[' => {
                let (inside, after) = take_brackets(rest)?;
                steps.push(bracketed(inside)?);
                rest = after;
            }
            _ => return None,
        }
    }
    Some(steps)
}

/// A name up to the next `.` or `[`; a backslash takes their meaning away.
fn take_name(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => name.extend(chars.next().map(|(_, c)| c)),
            '.' | '[' => return (name, &text[at..]),
            c => name.push(c),
        }
    }
    (name, "")
}

/// What is up to the closing bracket that belongs to an open one; brackets in quotes do not count.
fn take_brackets(text: &str) -> Option<(&str, &str)> {
    let (mut depth, mut quote) = (1, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '[') => depth += 1,
            (None, ']') => {
                depth -= 1;
                if depth == 0 {
                    return Some((&text[..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

fn bracketed(inside: &str) -> Option<Step> {
    if let Some(filter) = inside.strip_prefix("?(") {
        return Some(Step::Filter(paths_of(filter.strip_suffix(')')?)?));
    }
    for quote in ['\'', '"'] {
        if let Some(name) = inside
            .strip_prefix(quote)
            .and_then(|it| it.strip_suffix(quote))
        {
            return Some(Step::Field(name.replace('\\', "")));
        }
    }
    let range = |c: char| c.is_ascii_digit() || "-:,".contains(c);
    (inside == "*" || !inside.is_empty() && inside.chars().all(range)).then_some(Step::Items)
}

/// The paths of a filter: what follows each `@` outside of quotes, up to an operator.
fn paths_of(filter: &str) -> Option<Vec<Vec<Step>>> {
    let (mut paths, mut quote) = (Vec::new(), None);
    for (at, c) in filter.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '@') => {
                let path = &filter[at + 1..];
                let end = path
                    .find(|c: char| "=!<> )&|".contains(c))
                    .unwrap_or(path.len());
                paths.push(parse(&path[..end])?);
            }
            _ => {}
        }
    }
    Some(paths)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_somewhere_or_say_where_they_stop() {
        let schema = json!({"properties": {
            "metadata": {"type": "object"},
            "spec": {"type": "object", "properties": {
                "replicas": {"type": "integer"},
                "a.b": {"type": "string"},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "any": {"x-kubernetes-preserve-unknown-fields": true},
            }},
            "status": {"type": "object", "properties": {
                "conditions": {"type": "array", "items": {"type": "object", "properties": {
                    "type": {"type": "string"}, "status": {"type": "string"},
                }}},
            }},
        }});
        // The type where it ends, or the message and the help.
        let check = |path: &str, expected: Result<Option<&str>, (&str, &str)>| {
            let found = resolve(&schema, path);
            let found = found
                .as_ref()
                .map(|it| it.map(|it| it["type"].as_str().unwrap()))
                .map_err(|(a, b)| (a.as_str(), b.as_str()));
            assert_eq!(found, expected, "{path}");
        };
        check(".spec.replicas", Ok(Some("integer")));
        check(".spec.labels.app", Ok(Some("string")));
        check(
            ".spec.labels['app\\.kubernetes\\.io/name']",
            Ok(Some("string")),
        );
        check(
            ".spec.labels.app\\.kubernetes\\.io/name",
            Ok(Some("string")),
        );
        check(".spec.a\\.b", Ok(Some("string")));
        check(".spec.any.thing[0].below", Ok(None));
        check(
            ".status.conditions[?(@.type==\"Ready\")].status",
            Ok(Some("string")),
        );
        check(
            ".status.conditions[?(@.type=='a]b')].status",
            Ok(Some("string")),
        );
        check(".status.conditions[0].type", Ok(Some("string")));
        check(".status.conditions[*].type", Ok(Some("string")));
        check(".status.conditions[-1:].type", Ok(Some("string")));
        check(".metadata.creationTimestamp", Ok(None));
        check(".metadata.labels.app", Ok(None));
        check("..replicas", Ok(None));
        check(
            ".spec.replica",
            Err((
                "`.spec.replica` leads nowhere: `.spec` has no field `replica`",
                "did you mean `replicas`?",
            )),
        );
        check(
            ".sepc.replicas",
            Err((
                "`.sepc.replicas` leads nowhere: the object has no field `sepc`",
                "did you mean `spec`?",
            )),
        );
        check(
            ".spec.replicas[0]",
            Err((
                "`.spec.replicas[0]` leads nowhere: `.spec.replicas` is no list",
                "it is of type integer",
            )),
        );
        check(
            ".status.conditions[?(@.typ==\"Ready\")].status",
            Err((
                "`.status.conditions[?(@.typ==\"Ready\")].status` leads nowhere: `.status.conditions[]` has no field `typ`",
                "did you mean `type`?",
            )),
        );
        check(
            ".status.conditions.status",
            Err((
                "`.status.conditions.status` leads nowhere: `.status.conditions` has no field `status`",
                "it has no fields",
            )),
        );
        check(
            ".metadata.creationTime",
            Err((
                "`.metadata.creationTime` leads nowhere: `.metadata` has no field `creationTime`",
                "did you mean `creationTimestamp`?",
            )),
        );
        for unreadable in [".spec[", ".spec[]", ".spec.[x]", ".spec[?(@.a=='x)]"] {
            let (message, help) = resolve(&schema, unreadable).unwrap_err();
            assert!(
                message.ends_with("is no JSON path") && help.contains("write it as"),
                "{message}"
            );
        }
        assert!(
            resolve(&schema, "spec.replicas")
                .unwrap_err()
                .1
                .contains("begin it with `.`")
        );
    }
}
