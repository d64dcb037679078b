//! The passes that turn a type's schema into a structural one, each a function alone; [`schema_of`](super::schema_of) is
//! their order.
//!
//! Keywords that begin with `x-kopgen-` are kopgen's own, and never reach the CRD. One is written by users: `x-kopgen-set` (see
//! [`apply_overrides`]).

mod combinators;
mod defaults;
mod formats;
mod int_or_string;
mod join;
mod keywords;
mod kubernetes;
mod maps;
mod nulls;
mod numbers;
mod variants;
mod written;

pub use combinators::{stash_combinators, unstash_combinators};
pub use defaults::clean_defaults;
pub use formats::translate_formats;
pub use int_or_string::{find_int_or_string, restore_int_or_string};
pub use keywords::{
    apply_overrides, drop_root_title, drop_unknown_keys, keep_unknown_fields, rename_struct_type,
    write_out_booleans,
};
pub use kubernetes::{describe_kubernetes_types, mark_kubernetes_types, strip_type_descriptions};
pub use maps::restrict_keys;
pub use nulls::strip_null;
pub use numbers::{bound_integers, write_integers};
pub use variants::{
    close_optional_variants, hoist_all_of, keep_any_variant, mark_optional_variants,
    settle_variants,
};
pub use written::add_written_properties;

/// Passes for one schema alone, for who evaluates schemas from the inside out.
pub mod of_node {
    pub use super::int_or_string::restore as restore_int_or_string;
    pub use super::keywords::{
        drop_unknown as drop_unknown_keys, keep as keep_unknown_fields, overrule as apply_overrides,
    };
}

use serde_json::{Map, Value};

type Node = Map<String, Value>;

/// Calls `visit` with every schema below and with `schema` itself, the inner ones first. Values that are no schemas
/// (`default`, `enum`, `example`, …) are not looked into.
fn each_node(schema: &mut Value, visit: &mut impl FnMut(&mut Node)) {
    let Value::Object(node) = schema else { return };
    for (key, value) in node.iter_mut() {
        match (key.as_str(), value) {
            ("properties" | "patternProperties", Value::Object(schemas)) => {
                schemas
                    .values_mut()
                    .for_each(|schema| each_node(schema, visit));
            }
            ("allOf" | "anyOf" | "oneOf" | "items" | "prefixItems", Value::Array(schemas)) => {
                schemas
                    .iter_mut()
                    .for_each(|schema| each_node(schema, visit));
            }
            ("items" | "additionalProperties" | "additionalItems" | "not", schema) => {
                each_node(schema, visit)
            }
            _ => {}
        }
    }
    visit(node);
}

#[cfg(test)]
fn check(pass: fn(&mut Value), mut input: Value, expected: Value) {
    pass(&mut input);
    assert_eq!(input, expected);
}
