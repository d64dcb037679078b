use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use serde_path_to_error::Segment;

/// JSON that does not fit its type: where, and why.
#[derive(Debug)]
pub(crate) struct Unreadable {
    path: String,
    cause: serde_json::Error,
}

/// Reads JSON; what does not fit is told by its path.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Result<T, Unreadable> {
    serde_json::from_str(json).map_err(|cause| Unreadable {
        path: path(json, &cause),
        cause,
    })
}

/// Reads an object whose status may not fit. Such a status is left out: it is what an operator has written, perhaps one of another
/// version, and is written anew. Says why, then.
pub(crate) fn read_but_status<T>(json: &str) -> Result<(T, Option<Unreadable>), Unreadable>
where
    T: DeserializeOwned,
{
    let unreadable = match read(json) {
        Ok(object) => return Ok((object, None)),
        Err(unreadable) => unreadable,
    };
    let Ok(Value::Object(mut fields)) = serde_json::from_str(json) else {
        return Err(unreadable);
    };
    if fields.remove("status").is_none() {
        return Err(unreadable);
    }
    // What else does not fit is told of the whole object.
    match read(&Value::Object(fields).to_string()) {
        Ok(object) => Ok((object, Some(unreadable))),
        Err(without_status) => Err(without_status),
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, cause } = self;
        if cause.classify() != Category::Data {
            return cause.fmt(f);
        }
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        // Lines and columns are those of what the API server sent, which nobody sees.
        let place = format!(" at line {} column {}", cause.line(), cause.column());
        let cause = cause.to_string();
        f.write_str(cause.strip_suffix(&place).unwrap_or(&cause))
    }
}

impl std::error::Error for Unreadable {}

/// The path of the value that an error is about, such as `spec.ports[2].name`; of an object where one of its fields is missing.
///
/// The text is cut off in that value and read again, as JSON of no type: where it breaks then is the path. So neither does reading
/// what fits take longer, nor is code made for each type a second time, as it would be by `serde_path_to_error` around the type.
fn path(json: &str, error: &serde_json::Error) -> String {
    if error.classify() != Category::Data {
        return String::new();
    }
    let lines = json.split_inclusive('\n').map(str::len);
    let before: usize = lines.take(error.line().saturating_sub(1)).sum();
    let end = (before + error.column()).min(json.len());
    let mut cut = json.as_bytes()[..end].to_vec();
    match cut.last() {
        Some(b'"' | b'}' | b']') => _ = cut.pop(),
        _ => {
            while cut
                .pop_if(|it| it.is_ascii_alphanumeric() || b"+-.".contains(it))
                .is_some()
            {}
            // No value begins like this.
            cut.push(b'@');
        }
    }
    let mut cut = serde_json::Deserializer::from_slice(&cut);
    let Err(broken) = serde_path_to_error::deserialize::<_, Value>(&mut cut) else {
        return String::new();
    };
    let path = broken.path().to_string();
    // It broke where a key was to come, after the last of an object's.
    match broken.path().iter().next_back() {
        Some(Segment::Unknown) => {
            let path = path.strip_suffix('?').unwrap_or(&path);
            path.strip_suffix('.').unwrap_or(path).to_owned()
        }
        Some(_) => path,
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "they are read")]
    struct Object {
        spec: Spec,
        status: Option<Tide>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[allow(dead_code, reason = "they are read")]
    struct Spec {
        decks: Vec<Deck>,
        by_name: Option<BTreeMap<String, i32>>,
        tide: Option<Tide>,
        #[serde(default, deserialize_with = "crate::complete")]
        anchor: Option<LabelSelector>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "they are read")]
    struct Deck {
        name: String,
        seats: Option<u8>,
        open: Option<bool>,
    }

    #[derive(Debug, Deserialize)]
    enum Tide {
        High,
        Low,
    }

    #[track_caller]
    fn check(json: impl ToString, expected: &str) {
        let error = read::<Object>(&json.to_string()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }

    #[test]
    fn errors_name_the_path() {
        let spec = |spec: Value| json!({"kind": "Ferry \"[{", "metadata": {"a": [{}, "\\"]}, "spec": spec});
        let deck = |deck: Value| spec(json!({"decks": [{"name": "é\"]"}, deck]}));
        check(spec(json!({})), "spec: missing field `decks`");
        check(
            deck(json!({"seats": 1})),
            "spec.decks[1]: missing field `name`",
        );
        check(
            deck(json!({"name": "a", "seats": 300})),
            "spec.decks[1].seats: invalid value: integer `300`, expected u8",
        );
        check(
            deck(json!({"name": "a", "seats": -1.5e3})),
            "spec.decks[1].seats: invalid type: floating point `-1500.0`, expected u8",
        );
        check(
            deck(json!({"name": ["a"]})),
            "spec.decks[1].name: invalid type: sequence, expected a string",
        );
        check(
            deck(json!({"name": null})),
            "spec.decks[1].name: invalid type: null, expected a string",
        );
        check(
            deck(json!({"name": "a", "open": "true"})),
            "spec.decks[1].open: invalid type: string \"true\", expected a boolean",
        );
        check(
            deck(json!([])),
            "spec.decks[1]: invalid length 0, expected struct Deck with 3 elements",
        );
        check(
            deck(json!(7)),
            "spec.decks[1]: invalid type: integer `7`, expected struct Deck",
        );
        check(
            spec(json!({"decks": [], "byName": {"a.b/c": 1, "d": ""}})),
            "spec.byName.d: invalid type: string \"\", expected i32",
        );
        check(
            spec(json!({"decks": [], "tide": "Neap"})),
            "spec.tide: unknown variant `Neap`, expected `High` or `Low`",
        );
        check(
            spec(json!({"decks": [], "sails": 2})),
            "spec: unknown field `sails`, expected one of `decks`, `byName`, `tide`, `anchor`",
        );
    }

    #[test]
    fn kubernetes_own_types_are_named_wherever_they_stand() {
        let anchor = json!({"matchExpressions": [{"key": "a"}]});
        let expected = "spec.anchor: missing field `matchExpressions[0].operator`";
        let check = |spec: &str, expected: &str| check(format!(r#"{{"spec":{spec}}}"#), expected);
        check(&format!(r#"{{"decks":[],"anchor":{anchor}}}"#), expected);
        check(&format!(r#"{{"anchor":{anchor},"decks":[]}}"#), expected);
        check(
            r#"{"decks":[],"anchor":{"matchLabels":{"a":1}}}"#,
            "spec.anchor: matchLabels.a: invalid type: integer `1`, expected a string",
        );
        check(
            r#"{"decks":[],"anchor":7}"#,
            "spec.anchor: invalid type: integer `7`, expected LabelSelector",
        );
    }

    #[test]
    fn a_status_that_does_not_fit_is_left_out() {
        let read = |json: Value| read_but_status::<Object>(&json.to_string());
        let spec = json!({"decks": []});
        let (object, unreadable) = read(json!({"spec": spec, "status": "High"})).unwrap();
        assert!(object.status.is_some() && unreadable.is_none());
        let (object, unreadable) = read(json!({"spec": spec, "status": "Spring"})).unwrap();
        assert!(object.status.is_none());
        let expected = "status: unknown variant `Spring`, expected `High` or `Low`";
        assert_eq!(unreadable.unwrap().to_string(), expected);
        let error = read(json!({"spec": {}, "status": "Spring"})).unwrap_err();
        assert_eq!(error.to_string(), "spec: missing field `decks`");
    }

    #[test]
    fn white_space_does_not_matter() {
        let json = json!({"spec": {"decks": [{"name": "a"}]}, "status": "Spring"});
        let expected = "status: unknown variant `Spring`, expected `High` or `Low`";
        check(serde_json::to_string_pretty(&json).unwrap(), expected);
        check(
            r#"{ "spec" : { "decks" : [ 1 , 2 ] } }"#,
            "spec.decks[0]: invalid type: integer `1`, expected struct Deck",
        );
    }

    #[test]
    fn what_is_at_the_root_or_no_json_has_no_path() {
        check("{}", "missing field `spec`");
        check(
            "{\"spec\": ",
            "EOF while parsing a value at line 1 column 9",
        );
    }
}
