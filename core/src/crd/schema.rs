use kube::core::schema::StructuralSchemaRewriter;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{
    ReplaceConstValue, ReplacePrefixItems, ReplaceUnevaluatedProperties, SetSingleExample,
    Transform,
};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::{clashes, passes};
use crate::Problem;

/// The structural schema of a type, as a CRD holds it.
///
/// It differs from kube's in this: `nullable` stands only where it was asked for, int-or-string keeps its shape, keywords
/// that kube does not know survive, and so do combinators that were written by hand.
///
/// # Panics
/// Where kube's `StructuralSchemaRewriter` does; [`clashes_of`] says where that is.
///
/// ```
/// #[derive(schemars::JsonSchema)]
/// struct Spec {
///     /// How many to run.
///     replicas: Option<u8>,
/// }
///
/// let schema = kopgen_core::crd::schema_of::<Spec>();
/// assert_eq!(
///     schema["properties"]["replicas"],
///     serde_json::json!({"description": "How many to run.", "type": "integer", "format": "int32", "minimum": 0, "maximum": 255}),
/// );
/// ```
pub fn schema_of<T: JsonSchema>() -> Value {
    structural(generated::<T>())
}

/// The enums in a type whose variants no structural schema can hold, each with its field, the rule and what to write instead.
///
/// [`schema_of`] panics at some of them, and loses variants of the others: ask first.
///
/// ```
/// #[derive(schemars::JsonSchema)]
/// struct Spec {
///     source: Source,
/// }
///
/// #[derive(schemars::JsonSchema)]
/// #[serde(tag = "type")]
/// enum Source {
///     Git { url: String },
///     Image { image: String },
/// }
///
/// let problems = kopgen_core::crd::clashes_of::<Spec>();
/// assert_eq!(problems[0].field.as_deref(), Some("source"));
/// ```
pub fn clashes_of<T: JsonSchema>() -> Vec<Problem> {
    clashes::clashes(&prepared(generated::<T>()))
}

/// What schemars says of a type, three times: what is read, what is written, and what the types in it are called.
struct Generated {
    read: Value,
    written: Value,
    named: Value,
}

fn generated<T: JsonSchema>() -> Generated {
    let of = |settings| generator(settings).into_root_schema_for::<T>().to_value();
    let inlined = SchemaSettings::openapi3().with(|it| it.inline_subschemas = true);
    Generated {
        read: of(inlined.clone()),
        written: of(inlined.for_serialize()),
        named: of(SchemaSettings::openapi3()),
    }
}

// What follows knows nothing of the type: it is compiled once, and not again for each kind in the crate that lists them all.

fn generator(mut settings: SchemaSettings) -> SchemaGenerator {
    settings.meta_schema = None;
    // Schemars' own `AddNullable` would hide which nulls come from an `Option`.
    settings.transforms.clear();
    settings.into_generator()
}

fn structural(generated: Generated) -> Value {
    let mut schema = prepared(generated);
    transform(&mut schema, |schema| {
        StructuralSchemaRewriter.transform(schema)
    });
    // Before the combinators are back: in those an empty schema names a property that stands beside them.
    passes::keep_unknown_fields(&mut schema);
    passes::unstash_combinators(&mut schema);
    passes::hoist_all_of(&mut schema);
    passes::close_optional_variants(&mut schema);
    passes::rename_struct_type(&mut schema);
    passes::restore_int_or_string(&mut schema);
    passes::clean_defaults(&mut schema);
    passes::apply_overrides(&mut schema);
    passes::drop_unknown_keys(&mut schema);
    passes::drop_root_title(&mut schema);
    passes::write_integers(&mut schema);
    schema
}

/// The schema as schemars generates it, with what the rewriter must not see put away.
fn prepared(generated: Generated) -> Value {
    let mut schema = generated.read;
    passes::add_written_properties(&mut schema, &generated.written);
    passes::mark_kubernetes_types(&mut schema, &generated.named);
    passes::strip_null(&mut schema);
    passes::strip_type_descriptions(&mut schema);
    passes::describe_kubernetes_types(&mut schema);
    passes::keep_any_variant(&mut schema);
    transform(&mut schema, openapi);
    passes::write_out_booleans(&mut schema);
    passes::bound_integers(&mut schema);
    passes::translate_formats(&mut schema);
    passes::restrict_keys(&mut schema);
    passes::find_int_or_string(&mut schema);
    passes::settle_variants(&mut schema);
    passes::mark_optional_variants(&mut schema);
    passes::stash_combinators(&mut schema);
    schema
}

/// What `SchemaSettings::openapi3` would do, but for its `nullable`, and for boolean schemas, which are written out next.
fn openapi(schema: &mut Schema) {
    ReplaceUnevaluatedProperties::default().transform(schema);
    SetSingleExample::default().transform(schema);
    ReplaceConstValue::default().transform(schema);
    ReplacePrefixItems::default().transform(schema);
}

fn transform(value: &mut Value, with: impl FnOnce(&mut Schema)) {
    let mut schema =
        Schema::try_from(value.take()).expect("a type's schema is an object or a bool");
    with(&mut schema);
    *value = schema.to_value();
}
