//! The one place that reads and writes YAML.
//!
//! Go's YAML, which kubectl and the API server read with, takes the plain words `on`, `y` and `no` for booleans. What is
//! written here quotes them.

mod indent;

use std::fmt;

use serde::de::DeserializeOwned;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// YAML that could not be read or written: where and why.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// One document: of the outermost keys `apiVersion`, `kind`, `metadata`, `spec` and `status` first, everything else sorted.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let value = serde_json::to_value(value).map_err(|error| Error(error.to_string()))?;
    let options = serde_saphyr::ser_options! { folded_wrap_chars: usize::MAX };
    let ordered = Ordered {
        value: &value,
        first: FIRST,
    };
    let text = serde_saphyr::to_string_with_options(&ordered, options)
        .map_err(|error| Error(error.to_string()))?;
    Ok(if has_blank_line(&value) {
        text
    } else {
        strip_blank_lines(&text)
    })
}

/// Takes the indentation away that serde-saphyr gives to the empty lines of a text.
fn strip_blank_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            if line.trim_matches(' ') == "\n" {
                "\n"
            } else {
                line
            }
        })
        .collect()
}

/// Whether a text has a line of nothing but spaces, which has to stay.
fn has_blank_line(value: &Value) -> bool {
    match value {
        Value::String(text) => text
            .lines()
            .any(|line| !line.is_empty() && line.trim_matches(' ').is_empty()),
        Value::Array(items) => items.iter().any(has_blank_line),
        Value::Object(map) => map.values().any(has_blank_line),
        _ => false,
    }
}

/// Reads a text of one document.
///
/// # Errors
///
/// As [`documents`]'s, and a text that does not fit `T`.
pub fn from_str<T: DeserializeOwned + Send>(text: &str) -> Result<T, Error> {
    bounded(|options| serde_saphyr::from_str_with_options(text, options))
}

/// How deep lists and maps may nest in what [`documents`] reads: as deep as in what serde_json reads. Schemas of published
/// CRDs stay below 80.
pub const DEEPEST: usize = 128;

/// Every document of a text, without the empty ones.
///
/// # Errors
///
/// It is no YAML, nests deeper than [`DEEPEST`], or repeats itself by aliases far beyond its own size.
pub fn documents(text: &str) -> Result<Vec<Value>, Error> {
    let read = |text: &str| -> Result<Vec<Value>, Error> {
        bounded(|options| serde_saphyr::from_multiple_with_options(text, options))
    };
    let documents = read(text).or_else(|error| {
        let deeper = indent::deeper(text);
        deeper.and_then(|it| read(&it).ok()).ok_or(error)
    })?;
    Ok(documents
        .into_iter()
        .filter(|document| !document.is_null())
        .collect())
}

/// Reads on this thread what its stack can surely take, and the rest on one with a stack for the deepest.
fn bounded<T: Send>(
    read: impl Fn(serde_saphyr::Options) -> Result<T, serde_saphyr::Error> + Sync,
) -> Result<T, Error> {
    const SHALLOW: usize = 64;
    /// In bytes; a level takes up to 25 kB in a build without optimisation.
    const STACK: usize = DEEPEST * (64 << 10);
    match read(options(SHALLOW)) {
        Err(error) if is_depth(&error) => std::thread::scope(|scope| {
            let reader = std::thread::Builder::new().stack_size(STACK);
            let reader = reader.spawn_scoped(scope, || read(options(DEEPEST)).map_err(explained));
            let reader = reader.map_err(|error| Error(error.to_string()))?;
            reader.join().expect("reading YAML does not panic")
        }),
        read => read.map_err(explained),
    }
}

/// The text's own length bounds what is not repeated by an alias, and aliases have limits of their own.
fn options(depth: usize) -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: depth,
            max_events: usize::MAX,
            max_nodes: usize::MAX,
            max_documents: usize::MAX,
            max_recorded_anchor_events: 100_000,
            // A list that says one thing a thousand times is no bomb: what comes of the aliases is limited.
            enforce_alias_anchor_ratio: false,
        },
    }
}

fn is_depth(error: &serde_saphyr::Error) -> bool {
    use serde_saphyr::Error;
    use serde_saphyr::budget::BudgetBreach;
    matches!(
        error.without_snippet(),
        Error::Budget {
            breach: BudgetBreach::Depth { .. },
            ..
        }
    )
}

fn explained(error: serde_saphyr::Error) -> Error {
    match error.location() {
        Some(location) if is_depth(&error) => Error(format!(
            "line {} nests deeper than {DEEPEST} levels",
            location.line()
        )),
        _ => Error(error.to_string()),
    }
}

const FIRST: &[&str] = &["apiVersion", "kind", "metadata", "spec", "status"];

/// A value whose maps are written in a fixed order, whatever order serde_json's features make them keep.
struct Ordered<'a> {
    value: &'a Value,
    first: &'static [&'static str],
}

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |value| Ordered { value, first: &[] };
        match self.value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                let rank = |key: &str| {
                    self.first
                        .iter()
                        .position(|first| *first == key)
                        .unwrap_or(self.first.len())
                };
                entries.sort_by_key(|(key, _)| (rank(key), *key));
                let mut output = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    output.serialize_entry(key, &inner(value))?;
                }
                output.end()
            }
            Value::Array(items) => {
                let mut output = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    output.serialize_element(&inner(item))?;
                }
                output.end()
            }
            scalar => scalar.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value, expected: &str) {
        let text = to_string(&value).unwrap();
        assert_eq!(text, expected);
        assert_eq!(from_str::<Value>(&text).unwrap(), value, "{text}");
    }

    #[test]
    fn documents_have_the_order_that_kubectl_users_know() {
        check(
            json!({"status": {}, "data": {"b": "1", "a": "2"}, "spec": {"kind": "x", "apiVersion": "w"}, "metadata": {"name": "z"}, "kind": "K", "apiVersion": "v1"}),
            "apiVersion: v1\nkind: K\nmetadata:\n  name: z\nspec:\n  apiVersion: w\n  kind: x\nstatus: {}\ndata:\n  a: \"2\"\n  b: \"1\"\n",
        );
        check(
            json!({"a": [{"b": 1, "c": [true, null]}, "x"]}),
            "a:\n- b: 1\n  c:\n  - true\n  - null\n- x\n",
        );
    }

    #[test]
    fn strings_that_yaml_1_1_takes_for_something_else_are_quoted() {
        for tricky in [
            "on",
            "off",
            "y",
            "n",
            "yes",
            "no",
            "On",
            "OFF",
            "Y",
            "true",
            "False",
            "null",
            "Null",
            "~",
            "",
            "=",
            "<<",
            "1.0",
            "1",
            "0x1f",
            "0o7",
            "010",
            "1e3",
            "1_000",
            ".inf",
            ".nan",
            "+1",
            "190:20:30",
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#a",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a",
            "[a",
            "{a",
            "'a",
            "\"a",
            "|",
            ">",
            "a:",
            ":a",
            " a",
            "a ",
            "\ta",
            "?",
            "? a",
            "---",
            "...",
            "\u{feff}a",
            "a\u{7f}",
        ] {
            let quoted = |text: &str| text.starts_with(['"', '\'', '|']);
            let key = to_string(&json!({tricky: 1})).unwrap();
            assert!(quoted(&key), "{key}");
            let value = to_string(&json!({"a": tricky})).unwrap();
            assert!(quoted(&value["a: ".len()..]), "{value}");
            assert_eq!(from_str::<Value>(&key).unwrap(), json!({tricky: 1}));
            assert_eq!(from_str::<Value>(&value).unwrap(), json!({"a": tricky}));
        }
        for plain in [
            "a",
            "onward",
            "a-b",
            "example.com/v1",
            "10Gi",
            "-a",
            ".spec.replicas",
            "a=b",
            "v1.2.3",
            "100m",
        ] {
            check(json!({ "a": plain }), &format!("a: {plain}\n"));
        }
    }

    #[test]
    fn long_strings_stay_on_their_line_and_line_breaks_stay() {
        let long = "word ".repeat(60).trim_end().to_owned();
        check(json!({ "a": long }), &format!("a: {long}\n"));
        check(
            json!({"a": "one\ntwo\n\nfour"}),
            "a: |-\n  one\n  two\n\n  four\n",
        );
        check(json!({"a": "one\n"}), "a: |\n  one\n");
        for odd in [
            "\n",
            " a\nb",
            "a\n\n",
            "a \n b\n",
            "\ta\nb",
            "a\r\nb",
            "a\u{2028}b\n",
            "a\n\n  b\nc",
        ] {
            let text = to_string(&json!({"a": {"b": odd}})).unwrap();
            assert_eq!(
                from_str::<Value>(&text).unwrap(),
                json!({"a": {"b": odd}}),
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_stay_what_they_are() {
        for number in [
            json!(0),
            json!(-1),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(0.1),
            json!(1e300),
            json!(-2.5e-7),
            json!(1.0),
        ] {
            let text = to_string(&json!({ "a": number })).unwrap();
            let read = from_str::<Value>(&text).unwrap();
            assert_eq!(read["a"].as_f64(), number.as_f64(), "{text}");
            assert_eq!(read["a"].is_f64(), number.is_f64(), "{text}");
        }
    }

    #[test]
    fn a_text_may_hold_several_documents() {
        fn check(text: &str, expected: &[Value]) {
            assert_eq!(documents(text).unwrap(), expected, "{text}");
        }
        check("", &[]);
        check("# nothing\n", &[]);
        check("a: 1\n", &[json!({"a": 1})]);
        check(
            "---\na: 1\n---\n---\n# none\n---\nb: 2\n...\n",
            &[json!({"a": 1}), json!({"b": 2})],
        );
        check("a: |\n  x\n  --- y\n", &[json!({"a": "x\n--- y\n"})]);
        check(
            "\u{feff}a: 1\r\nb:\r\n- |\r\n  x\r\n  y\r\n---\r\nc: 1\r\n",
            &[json!({"a": 1, "b": ["x\ny\n"]}), json!({"c": 1})],
        );
    }

    #[test]
    fn what_go_reads_is_read() {
        let text = "a: 'one\ntwo\nb: three'\nc: {d: e}\n";
        let expected = [json!({"a": "one two b: three", "c": {"d": "e"}})];
        assert_eq!(documents(text).unwrap(), expected);
        let often = format!("a: &a [x]\nb:\n{}", "- *a\n".repeat(300));
        assert_eq!(documents(&often).unwrap()[0]["b"][299], json!(["x"]));
    }

    #[test]
    fn what_is_broken_says_where() {
        let error = from_str::<Value>("a: 1\nb: [").unwrap_err().to_string();
        assert!(error.contains("line 2"), "{error}");
        let error = from_str::<Value>("a: 1\na: 2").unwrap_err().to_string();
        assert!(
            error.contains('a') && error.contains("duplicate"),
            "{error}"
        );
        assert!(documents("a: 1\n---\nb: {\n").is_err());
    }

    #[test]
    fn depth_and_repetition_are_bounded() {
        let nested = |depth: usize| "a: ".to_owned() + &"[".repeat(depth) + &"]".repeat(depth);
        assert!(documents(&nested(DEEPEST - 1)).is_ok());
        let error = documents(&nested(DEEPEST)).unwrap_err().to_string();
        assert_eq!(error, "line 1 nests deeper than 128 levels");
        let error = documents(&("a:\n ".to_owned() + &"- ".repeat(100_000)));
        assert!(error.is_err());
        assert!(documents(&nested(100_000)).is_err());
        let bomb = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
            text + &format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1)
        });
        assert!(documents(&bomb).is_err());
        assert_eq!(documents(&"---\na: 1\n".repeat(2000)).unwrap().len(), 2000);
    }
}
