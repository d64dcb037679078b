use serde_json::{Value, json};

use super::each_node;

/// Gives integers the formats that the API server knows, `int32` and `int64`, and says as bounds what the Rust type says.
///
/// Bounds that are there already stay. There is none for what a 64-bit type allows: an `int64` is all that there can be.
pub fn bound_integers(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let (format, minimum, maximum) = match node.get("format").and_then(Value::as_str) {
            Some("int8") => ("int32", Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))),
            Some("int16") => (
                "int32",
                Some(i64::from(i16::MIN)),
                Some(i64::from(i16::MAX)),
            ),
            Some("int" | "int128") => ("int64", None, None),
            Some("uint8") => ("int32", Some(0), Some(i64::from(u8::MAX))),
            Some("uint16") => ("int32", Some(0), Some(i64::from(u16::MAX))),
            Some("uint32") => ("int64", Some(0), Some(i64::from(u32::MAX))),
            Some("uint" | "uint64" | "uint128") => ("int64", Some(0), None),
            _ => return,
        };
        node.insert("format".into(), format.into());
        for (key, bound) in [("minimum", minimum), ("maximum", maximum)] {
            if let Some(bound) = bound {
                node.entry(key).or_insert(bound.into());
            }
        }
    });
}

/// Takes the format away from integers of 64 bits, for CRDs whose integers have none.
pub fn plain_integers(schema: &mut Value) {
    each_node(schema, &mut |node| {
        let is_integer = match node.get("type") {
            Some(Value::Array(types)) => types.iter().any(|it| it == "integer"),
            Some(name) => name == "integer",
            None => false,
        };
        if is_integer && node.get("format").is_some_and(|it| it == "int64") {
            node.remove("format");
        }
    });
}

/// Writes whole numbers as integers: `31.0` becomes `31`, in bounds as in defaults. YAML would tell them apart, JSON does not.
pub fn write_integers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(write_integers),
        Value::Object(map) => map.values_mut().for_each(write_integers),
        Value::Number(number) if number.is_f64() => {
            // Above 2^53 a double does not say which integer was meant.
            const EXACT: f64 = 9_007_199_254_740_992.0;
            let float = number.as_f64().unwrap_or(f64::NAN);
            if float.fract() == 0.0 && float.abs() <= EXACT {
                *value = json!(float as i64);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn integers_have_formats_and_bounds() {
        check(
            bound_integers,
            json!({"properties": {"a": {"type": "integer", "format": "uint8", "minimum": 0}, "b": {"format": "uint32", "minimum": 1, "maximum": 9}}}),
            json!({"properties": {"a": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 255}, "b": {"format": "int64", "minimum": 1, "maximum": 9}}}),
        );
        check(
            bound_integers,
            json!({"format": "uint32"}),
            json!({"format": "int64", "minimum": 0, "maximum": 4294967295_u32}),
        );
        check(
            bound_integers,
            json!({"format": "uint64"}),
            json!({"format": "int64", "minimum": 0}),
        );
        check(
            bound_integers,
            json!({"format": "int16"}),
            json!({"format": "int32", "minimum": -32768, "maximum": 32767}),
        );
        for same in [
            json!({"format": "int32"}),
            json!({"format": "double"}),
            json!({"default": {"format": "uint8"}}),
        ] {
            check(bound_integers, same.clone(), same);
        }
    }

    #[test]
    fn plain_integers_have_no_format() {
        check(
            plain_integers,
            json!({"items": {"type": ["integer", "null"], "format": "int64"}, "type": "integer", "format": "int64", "minimum": 0}),
            json!({"items": {"type": ["integer", "null"]}, "type": "integer", "minimum": 0}),
        );
        for same in [
            json!({"type": "integer", "format": "int32"}),
            json!({"type": "string", "format": "int64"}),
            json!({"default": {"type": "integer", "format": "int64"}}),
        ] {
            check(plain_integers, same.clone(), same);
        }
    }

    #[test]
    fn whole_numbers_are_integers() {
        check(
            write_integers,
            json!({"minimum": 31.0, "default": [{"a": -2.0}]}),
            json!({"minimum": 31, "default": [{"a": -2}]}),
        );
        for same in [json!(0.5), json!(1e300), json!("31.0"), json!(u64::MAX)] {
            check(write_integers, same.clone(), same);
        }
    }
}
