use serde_json::{Value, json};

use super::{Node, each_node};

const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
const SET: &str = "x-kopgen-set";

/// Writes out boolean schemas: `true`, as `serde_json::Value` has it, is `{}`, and `false` is `{"not": {}}`. What a map's values are
/// stays a boolean, which kube's rewriter knows, and so does [`keep_unknown_fields`].
///
/// schemars' `ReplaceBoolSchemas` does not look below `additionalProperties` where it leaves that as it is.
pub fn write_out_booleans(schema: &mut Value) {
    write_out(schema);
    each_node(schema, &mut |node| {
        for (key, value) in node.iter_mut() {
            match (key.as_str(), value) {
                ("properties" | "patternProperties", Value::Object(schemas)) => {
                    schemas.values_mut().for_each(write_out);
                }
                ("allOf" | "anyOf" | "oneOf" | "items" | "prefixItems", Value::Array(schemas)) => {
                    schemas.iter_mut().for_each(write_out)
                }
                ("items" | "additionalItems" | "not", schema) => write_out(schema),
                _ => {}
            }
        }
    });
}

fn write_out(schema: &mut Value) {
    match schema {
        Value::Bool(true) => *schema = json!({}),
        Value::Bool(false) => *schema = json!({"not": {}}),
        _ => {}
    }
}

/// Keeps the fields of what may be anything: the API server prunes those that no schema names.
///
/// A schema that says nothing, as `serde_json::Value` has it, and the values of a map of such get
/// `x-kubernetes-preserve-unknown-fields`. `additionalProperties: false` goes, for no structural schema may have it: the
/// API server prunes, or refuses with `kubectl --validate=strict`.
pub fn keep_unknown_fields(schema: &mut Value) {
    each_node(schema, &mut |node| {
        match node.get_mut("additionalProperties") {
            Some(Value::Bool(false)) => drop(node.remove("additionalProperties")),
            Some(values @ Value::Bool(true)) => *values = json!({PRESERVE: true}),
            Some(Value::Object(values)) => keep(values),
            _ => {}
        }
        if let Some(Value::Object(items)) = node.get_mut("items") {
            keep(items);
        }
        if let Some(Value::Object(properties)) = node.get_mut("properties") {
            properties
                .values_mut()
                .filter_map(Value::as_object_mut)
                .for_each(keep);
        }
    });
}

/// [`keep_unknown_fields`] for one schema that is not the root, and not for those in it.
pub fn keep(node: &mut Node) {
    const SAYING_NOTHING: [&str; 7] = [
        "title",
        "description",
        "default",
        "example",
        "nullable",
        "externalDocs",
        "x-kubernetes-validations",
    ];
    if node
        .keys()
        .all(|key| SAYING_NOTHING.contains(&key.as_str()))
    {
        node.insert(PRESERVE.into(), true.into());
    }
}

/// Gives kube's `StructMerge` the name that the API server knows it by: a CRD's structs take `x-kubernetes-map-type`.
pub fn rename_struct_type(schema: &mut Value) {
    each_node(schema, &mut |node| {
        if let Some(merge) = node.remove("x-kubernetes-struct-type") {
            node.insert("x-kubernetes-map-type".into(), merge);
        }
    });
}

/// Applies what no attribute can say: the keys of `x-kopgen-set` replace the schema's own, and those that are null remove
/// them.
///
/// ```
/// # use kopgen_core::crd::schema_of;
/// #[derive(schemars::JsonSchema)]
/// #[schemars(extend("x-kopgen-set" = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}], "description": null}))]
/// /// Either.
/// struct Either {
///     a: Option<String>,
///     b: Option<String>,
/// }
/// let schema = schema_of::<Either>();
/// assert_eq!(schema["oneOf"][1]["required"][0], "b");
/// assert!(schema.get("description").is_none());
/// ```
pub fn apply_overrides(schema: &mut Value) {
    each_node(schema, &mut overrule);
}

/// [`apply_overrides`] for one schema, and not for those in it.
pub fn overrule(node: &mut Node) {
    let Some(Value::Object(set)) = node.remove(SET) else {
        return;
    };
    for (key, value) in set {
        if value.is_null() {
            node.remove(&key);
        } else {
            node.insert(key, value);
        }
    }
}

/// Drops what the API server would drop: keywords that `JSONSchemaProps` does not have, and those set to null.
pub fn drop_unknown_keys(schema: &mut Value) {
    each_node(schema, &mut drop_unknown);
}

/// [`drop_unknown_keys`] for one schema, and not for those in it.
pub fn drop_unknown(node: &mut Node) {
    node.retain(|key, value| KNOWN.contains(&key.as_str()) && !value.is_null());
}

/// Drops the title that schemars gives to every root: the name of the Rust type.
pub fn drop_root_title(schema: &mut Value) {
    if let Value::Object(root) = schema {
        root.remove("title");
    }
}

/// The fields of `JSONSchemaProps` in `apiextensions.k8s.io/v1`.
const KNOWN: &[&str] = &[
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "definitions",
    "dependencies",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "id",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn booleans_are_written_out_below_maps_too() {
        let with = |any: Value, never: Value| {
            let fields = json!({"properties": {"any": any, "never": never}, "items": any, "anyOf": [any, {"not": never}]});
            json!({"additionalProperties": {"items": {"additionalProperties": fields}}})
        };
        check(
            write_out_booleans,
            with(json!(true), json!(false)),
            with(json!({}), json!({"not": {}})),
        );
        check(write_out_booleans, json!(true), json!({}));
        for same in [
            json!({"additionalProperties": true, "properties": {"a": {"additionalProperties": false}}}),
            json!({"default": {"items": true}, "enum": [true], "nullable": true}),
        ] {
            check(write_out_booleans, same.clone(), same);
        }
    }

    #[test]
    fn what_may_be_anything_keeps_its_fields() {
        check(
            keep_unknown_fields,
            json!({"properties": {
                "any": {"description": "What you like."},
                "map": {"type": "object", "additionalProperties": true},
                "maps": {"type": "object", "additionalProperties": {}},
                "list": {"type": "array", "items": {}},
                "strict": {"type": "object", "additionalProperties": false},
                "port": {"x-kubernetes-int-or-string": true},
            }}),
            json!({"properties": {
                "any": {"description": "What you like.", PRESERVE: true},
                "map": {"type": "object", "additionalProperties": {PRESERVE: true}},
                "maps": {"type": "object", "additionalProperties": {PRESERVE: true}},
                "list": {"type": "array", "items": {PRESERVE: true}},
                "strict": {"type": "object"},
                "port": {"x-kubernetes-int-or-string": true},
            }}),
        );
    }

    #[test]
    fn a_struct_merges_by_the_name_of_a_map() {
        check(
            rename_struct_type,
            json!({"properties": {"a": {"x-kubernetes-struct-type": "atomic"}}}),
            json!({"properties": {"a": {"x-kubernetes-map-type": "atomic"}}}),
        );
    }

    #[test]
    fn overrides_replace_add_and_remove() {
        check(
            apply_overrides,
            json!({"type": "string", "enum": ["a"], "format": "x", SET: {"enum": ["a", null], "format": null, "nullable": true}}),
            json!({"type": "string", "enum": ["a", null], "nullable": true}),
        );
    }

    #[test]
    fn keys_that_the_api_server_does_not_know_go() {
        check(
            drop_unknown_keys,
            json!({"$comment": "x", "readOnly": true, "format": null, "properties": {"readOnly": {"type": "string", "deprecated": true}}, "default": {"readOnly": 1}}),
            json!({"properties": {"readOnly": {"type": "string"}}, "default": {"readOnly": 1}}),
        );
        check(
            drop_root_title,
            json!({"title": "A", "items": {"title": "B"}}),
            json!({"items": {"title": "B"}}),
        );
    }
}
