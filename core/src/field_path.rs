use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// A path to strings of an object: `spec.secretName`, or `spec.volumes[].secretName` for one in each item of a list.
///
/// ```
/// use kopgen_core::FieldPath;
///
/// let path: FieldPath = "spec.volumes[].secretName".parse().unwrap();
/// let names = path.strings(r#"{"spec": {"volumes": [{"secretName": "a"}, {"name": "b"}, {"secretName": "c"}]}}"#);
/// assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "c"]);
/// assert_eq!(path.json_path(), ".spec.volumes[*].secretName");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// `.name`
    Field(String),
    /// `[]`: each item of a list.
    Items,
}

impl FieldPath {
    /// The strings that the path leads to in an object's JSON, each once. What is not there, or is no string, is left out;
    /// so is the empty string, which is no object's name.
    pub fn strings(&self, json: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let walk = Walk {
            steps: &self.0,
            found: &mut found,
        };
        // An object comes from the API server: it is JSON.
        let _ = walk.deserialize(&mut serde_json::Deserializer::from_str(json));
        found
    }

    /// The same as kubectl writes it: `.spec.volumes[*].secretName`.
    pub fn json_path(&self) -> String {
        let step = |step: &Step| match step {
            Step::Field(name) => format!(".{name}"),
            Step::Items => "[*]".to_owned(),
        };
        self.0.iter().map(step).collect()
    }
}

impl FromStr for FieldPath {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("the path is empty: write it as `spec.secretName`".into());
        }
        if let Some(rest) = text.strip_prefix('.') {
            return Err(format!("a path begins with a field: write `{rest}`"));
        }
        let mut steps = Vec::new();
        for segment in text.split('.') {
            let name = segment.trim_end_matches("[]");
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-$".contains(c);
            if segment.is_empty() {
                return Err(format!("`{text}` has two dots, or one at its end"));
            }
            if name.is_empty() || !name.chars().all(is_plain) {
                return Err(format!(
                    "`{segment}` is no field: write the path as `spec.secretName`, or as `spec.volumes[].secretName` for each \
                     item of a list"
                ));
            }
            steps.push(Step::Field(name.to_owned()));
            let lists = (segment.len() - name.len()) / "[]".len();
            steps.extend(std::iter::repeat_n(Step::Items, lists));
        }
        Ok(Self(steps))
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if at == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Items => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for FieldPath {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<FieldPath> for String {
    fn from(path: FieldPath) -> Self {
        path.to_string()
    }
}

/// Reads of a JSON value what the steps lead to, and skips the rest.
struct Walk<'a> {
    steps: &'a [Step],
    found: &'a mut BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        if self.steps.is_empty() && !text.is_empty() {
            self.found.insert(text.to_owned());
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match self.steps.split_first() {
                Some((Step::Field(name), steps)) if *name == key => map.next_value_seed(Walk {
                    steps,
                    found: &mut *self.found,
                })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        if let Some((Step::Items, steps)) = self.steps.split_first() {
            let found = self.found;
            while let Some(()) = items.next_element_seed(Walk {
                steps,
                found: &mut *found,
            })? {}
        } else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_leads_to_strings() {
        let json = r#"{"kind": "a", "spec": {"n": 1, "f": 1.5, "b": true, "none": null, "name": "x", "empty": "",
            "names": ["a", 2, null, "b\n", "a"], "deep": [[{"name": "y"}], [{"name": "z"}, {"other": "w"}, 3]],
            "after": {"name": "last"}}, "status": {"name": "s"}}"#;
        let check = |path: &str, expected: &[&str]| {
            let path: FieldPath = path.parse().unwrap();
            assert_eq!(Vec::from_iter(path.strings(json)), expected, "{path}");
        };
        check("spec.name", &["x"]);
        check("status.name", &["s"]);
        check("spec.after.name", &["last"]);
        check("spec.names[]", &["a", "b\n"]);
        check("spec.deep[][].name", &["y", "z"]);
        for nothing in [
            "spec",
            "spec.n",
            "spec.f",
            "spec.b",
            "spec.none",
            "spec.empty",
            "spec.gone",
            "spec.names",
            "spec.name[]",
            "spec.name.x",
            "spec.deep[].name",
            "name",
        ] {
            check(nothing, &[]);
        }
    }

    #[test]
    fn what_is_malformed_is_told() {
        let check = |path: &str, expected: &str| {
            let error = path.parse::<FieldPath>().unwrap_err();
            assert!(error.contains(expected), "{path}: {error}");
        };
        check("", "empty");
        check(".spec.name", "write `spec.name`");
        check("spec..name", "two dots");
        check("spec.name.", "two dots");
        check("spec.names[*]", "`names[*]` is no field");
        check("spec.names[0]", "`names[0]` is no field");
        check("spec.[].name", "`[]` is no field");
        check("spec.a b", "`a b` is no field");
        check("spec.a[]b", "`a[]b` is no field");
    }

    #[test]
    fn it_is_written_as_it_is_read() {
        for text in ["a", "spec.secretName", "spec.a-b[][].c_d", "spec.$ref[]"] {
            let path: FieldPath = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
            let json = serde_json::to_string(&path).unwrap();
            assert_eq!(serde_json::from_str::<FieldPath>(&json).unwrap(), path);
        }
        assert!(serde_json::from_str::<FieldPath>(r#"".a""#).is_err());
    }
}
