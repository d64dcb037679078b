//! Kubernetes' own types in a CRD: where a schema has just the fields of one, that type stands in the field.
//!
//! `kubernetes.json` says what each type has, and is made of k8s-openapi's schemas by the test below. Only those types are in it that
//! write what they have read: without dates, of which k8s-openapi drops fractions and time zones, quantities, which it makes
//! texts of, and ports, for which it has 32 bits. A `Condition` is read as the runtime's own. A required field that is missing they
//! read as an empty one, so `kopgen_runtime::complete` stands at a field of theirs.

use std::sync::LazyLock;

use serde_json::Value;

use super::model::{Kubernetes, Node, SaidOnce};
use super::residual;

/// The type that has just the fields of a schema, of the same types, and requires the same ones; nothing where there are two.
pub fn find(wanted: &Node) -> Option<Kubernetes> {
    let fields = wanted.get("properties")?.as_object()?;
    let mut fitting = TYPES.iter().filter(|(_, known)| {
        known["properties"].as_object().map(Node::len) == Some(fields.len())
            && fits(known, wanted)
            && is_meant(known, fields)
    });
    let (path, _) = fitting.next()?;
    // Nothing tells a PodAffinity from a PodAntiAffinity.
    if fitting.next().is_some() {
        return None;
    }
    let (module, name) = path.rsplit_once("::")?;
    residual::comes_through(wanted, SaidOnce::default()).then(|| Kubernetes {
        module: match name {
            "Condition" => "kopgen_runtime".to_owned(),
            _ => format!("k8s_openapi::{module}"),
        },
        name: name.to_owned(),
        is_imported: true,
    })
}

static TYPES: LazyLock<Node> = LazyLock::new(|| {
    serde_json::from_str(include_str!("kubernetes.json")).expect("the table is JSON")
});

/// Whether fields of such names are likely to be those of a type. With names like `type` and `role` others may have them by chance:
/// the table has the texts then, and one of them must stand in the schema.
fn is_meant(known: &Value, fields: &Node) -> bool {
    let words = |schema: &Value| {
        let text = schema["description"].as_str().unwrap_or_default();
        let words = text.split_whitespace().map(str::to_lowercase);
        words.collect::<Vec<_>>()
    };
    let texts = || {
        let known = known["properties"].as_object().into_iter().flatten();
        known.filter(|(_, it)| it["description"].is_string())
    };
    texts().next().is_none() || texts().any(|(name, it)| words(it) == words(&fields[name]))
}

/// Whether a known type reads and writes everything that a schema lets through.
fn fits(known: &Value, wanted: &Node) -> bool {
    const OTHER: [&str; 4] = [
        "nullable",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
        "x-kubernetes-preserve-unknown-fields",
    ];
    let get = |key: &str| wanted.get(key).unwrap_or(&Value::Null);
    let below = |key: &str| {
        let below = get(key).as_object();
        below.is_some_and(|it| fits(&known[key], it))
    };
    if OTHER.iter().any(|key| *get(key) == true)
        || known["type"] != *get("type")
        || sorted(&known["enum"]) != sorted(get("enum"))
    {
        return false;
    }
    match known["type"].as_str() {
        Some("object") if known["properties"].is_object() => {
            let none = Node::new();
            let fields = get("properties").as_object().unwrap_or(&none);
            let has = |(name, known): (&String, &Value)| {
                let field = fields.get(name).and_then(Value::as_object);
                field.is_some_and(|it| fits(known, it))
            };
            let known_fields = known["properties"].as_object().unwrap_or(&none);
            let required = sorted(get("required"));
            get("additionalProperties").is_null()
                && fields.len() == known_fields.len()
                && known_fields.iter().all(has)
                && sorted(&known["required"]) == required
        }
        Some("object") => get("properties").is_null() && below("additionalProperties"),
        Some("array") => below("items"),
        Some("integer") => (known["format"] == "int32") == (*get("format") == "int32"),
        _ => known["format"] == *get("format"),
    }
}

fn sorted(texts: &Value) -> Vec<&str> {
    let texts = texts.as_array().into_iter().flatten();
    let mut texts: Vec<_> = texts.filter_map(Value::as_str).collect();
    texts.sort_unstable();
    texts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::project::core_types;

    /// The names of Kubernetes' types are those of their Go packages.
    const PACKAGES: [(&str, &str); 2] = [
        ("io.k8s.api.core.v1.", "api::core::v1::"),
        (
            "io.k8s.apimachinery.pkg.apis.meta.v1.",
            "apimachinery::pkg::apis::meta::v1::",
        ),
    ];

    /// What fewer fields are like may be chance.
    const LEAST_FIELDS: usize = 4;

    /// `SNAPSHOTS=overwrite` writes it anew, for a newer k8s-openapi.
    #[test]
    fn the_table_is_what_k8s_openapi_has() {
        let schemas = core_types::schemas();
        let mut lines = Vec::new();
        for (package, module) in PACKAGES {
            for (name, schema) in &schemas {
                let Some(name) = name.strip_prefix(package) else {
                    continue;
                };
                let Some(known) = known(&schemas, schema, 0) else {
                    continue;
                };
                if known["properties"].is_object() && fields(&known) >= LEAST_FIELDS {
                    let known = with_texts_if_common(known, schema);
                    lines.push(format!("\"{module}{name}\": {known}"));
                }
            }
        }
        let mut condition =
            without_texts(&schemas["io.k8s.apimachinery.pkg.apis.meta.v1.Condition"]);
        condition["properties"]["lastTransitionTime"] =
            json!({"type": "string", "format": "date-time"});
        // The runtime's has an enum there.
        condition["properties"]["status"]["enum"] = json!(["True", "False", "Unknown"]);
        lines.push(format!(
            "\"apimachinery::pkg::apis::meta::v1::Condition\": {condition}"
        ));
        let table = format!("{{\n{}\n}}\n", lines.join(",\n"));
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/import/kubernetes.json");
        snapbox::assert_data_eq!(table, snapbox::Data::read_from(Path::new(path), None).raw());
    }

    /// The schema of a type with all that it refers to, if it writes whatever it reads.
    fn known(schemas: &Node, schema: &Value, depth: usize) -> Option<Value> {
        // Only what holds itself is deeper.
        if depth > 20 {
            return None;
        }
        let reference = schema["$ref"]
            .as_str()
            .or_else(|| schema["allOf"][0]["$ref"].as_str());
        if let Some(reference) = reference {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return known(schemas, &schemas[name], depth + 1);
        }
        let mut plain = without_texts(schema);
        match schema["type"].as_str() {
            Some("boolean" | "integer") => {}
            Some("string") if schema.get("format").is_none() => {}
            Some("array") => plain["items"] = known(schemas, &schema["items"], depth + 1)?,
            Some("object") => match (&schema["properties"], &schema["additionalProperties"]) {
                (Value::Object(fields), _) => {
                    for (name, field) in fields {
                        plain["properties"][name] = known(schemas, field, depth + 1)?;
                    }
                }
                (_, values @ Value::Object(_)) => {
                    plain["additionalProperties"] = known(schemas, values, depth + 1)?;
                }
                _ => return None,
            },
            _ => return None,
        }
        Some(plain)
    }

    /// With the texts of its fields if the name of each is a single word.
    fn with_texts_if_common(mut known: Value, schema: &Value) -> Value {
        let fields = known["properties"].as_object_mut().unwrap();
        let is_common = |name: &String| name.chars().all(|c| c.is_ascii_lowercase());
        if fields.keys().all(is_common) {
            for (name, field) in fields {
                field["description"] = schema["properties"][name]["description"].clone();
            }
        }
        known
    }

    fn without_texts(schema: &Value) -> Value {
        let mut schema = schema.clone();
        schema.as_object_mut().unwrap().remove("description");
        if let Some(fields) = schema["properties"].as_object_mut() {
            fields.values_mut().for_each(|it| *it = without_texts(it));
        }
        schema
            .as_object_mut()
            .unwrap()
            .retain(|_, it| !it.is_null());
        schema
    }

    fn fields(known: &Value) -> usize {
        let properties = known["properties"].as_object();
        let below = [&known["items"], &known["additionalProperties"]];
        let nested = below.into_iter().filter(|it| it.is_object()).map(fields);
        let own = properties.into_iter().flatten();
        own.map(|(_, it)| 1 + fields(it)).sum::<usize>() + nested.sum::<usize>()
    }

    #[test]
    fn a_type_is_found_where_nothing_of_it_would_be_lost() {
        let port = |format: &str| {
            json!({
                "type": "object",
                "required": ["containerPort"],
                "properties": {
                    "containerPort": {"type": "integer", "format": format},
                    "hostIP": {"type": "string"},
                    "hostPort": {"type": "integer", "format": "int32"},
                    "name": {"type": "string"},
                    "protocol": {"type": "string", "default": "TCP"},
                },
            })
        };
        let name = |schema: Value| find(schema.as_object().unwrap()).map(|it| it.name);
        assert_eq!(name(port("int32")).as_deref(), Some("ContainerPort"));
        assert_eq!(name(port("int64")), None);
        for (pointer, value) in [
            ("/required", json!([])),
            ("/properties/name/nullable", json!(true)),
            ("/properties/name/enum", json!(["a"])),
            ("/properties/more", json!({"type": "string"})),
            ("/x-kubernetes-preserve-unknown-fields", json!(true)),
        ] {
            let mut schema = port("int32");
            let (parent, key) = pointer.rsplit_once('/').unwrap();
            schema.pointer_mut(parent).unwrap()[key] = value;
            assert_eq!(name(schema), None, "{pointer}");
        }
    }

    #[test]
    fn common_names_alone_are_chance() {
        let of = |text: &str| {
            let field = json!({"type": "string"});
            let role = json!({"type": "string", "description": text});
            json!({"type": "object", "properties": {"level": field, "role": role, "type": field, "user": field}})
        };
        let name = |schema: Value| find(schema.as_object().unwrap()).map(|it| it.name);
        assert_eq!(name(of("What they may do.")), None);
        assert_eq!(
            name(of(
                "Role is a SELinux role label that\napplies to the container."
            ))
            .as_deref(),
            Some("SELinuxOptions")
        );
    }
}
