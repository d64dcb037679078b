//! The schemas of Kubernetes' types, as this CRD has them.

use serde_json::Value;

use super::literals::{self, compact};
use crate::import::model::{Body, Node, Types};

/// Prints all of them, by name.
pub fn print(text: &mut String, types: &Types) {
    let mut schemas: Vec<_> = types
        .all
        .iter()
        .filter(|def| matches!(def.body, Body::Kubernetes(_)))
        .collect();
    schemas.sort_by_key(|def| &def.name);
    if schemas.is_empty() {
        return;
    }
    text.push_str("\n// What this CRD says of Kubernetes' own types.\nkopgen_runtime::schema! {\n");
    for def in schemas {
        let json = literals::raw(&layout(&def.schema));
        text.push_str(&format!("    {} = {json};\n", def.name));
    }
    text.push_str("}\n");
}

/// A schema with a line for each keyword and each of its properties: a change of the CRD shows where it is, and the rest does not
/// get in the way.
fn layout(schema: &Node) -> String {
    let lines = |map: &Node, pad: &str, print: &dyn Fn(&str, &Value) -> String| {
        let lines: Vec<_> = map
            .iter()
            .map(|(key, value)| {
                format!(
                    "{pad}{}: {}",
                    compact(&key.as_str().into()),
                    print(key, value)
                )
            })
            .collect();
        lines.join(",\n")
    };
    let keywords = lines(schema, "        ", &|key, value| match (key, value) {
        ("properties", Value::Object(properties)) => {
            let properties = lines(properties, "            ", &|_, it| compact(it));
            format!("{{\n{properties}\n        }}")
        }
        _ => compact(value),
    });
    format!("{{\n{keywords}\n    }}")
}
