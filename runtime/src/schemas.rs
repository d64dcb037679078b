use kopgen_core::crd::passes;
use schemars::Schema;

/// Names a schema that is given as JSON, for `#[schemars(with = "..")]` on a field whose type has another one.
///
/// `kopgen create api --from-crd` writes it where a type of k8s-openapi stands in a field: the schema is the CRD's, to the word.
///
/// ```
/// use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
/// use schemars::{JsonSchema, schema_for};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(JsonSchema, Serialize, Deserialize)]
/// struct Spec {
///     #[schemars(with = "LabelSelectorSchema")]
///     selector: LabelSelector,
/// }
///
/// kopgen_runtime::schema! {
///     LabelSelectorSchema = r#"{"type": "object", "x-kubernetes-map-type": "atomic"}"#;
/// }
///
/// let schema = schema_for!(Spec);
/// assert_eq!(schema.get("properties").unwrap()["selector"]["x-kubernetes-map-type"], "atomic");
/// ```
///
/// # Panics
///
/// When the schema is asked for, if the text is no schema.
#[macro_export]
macro_rules! schema {
    ($($name:ident = $json:literal;)*) => {
        $(enum $name {}

        impl $crate::__schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::__schemars::SchemaGenerator) -> $crate::__schemars::Schema {
                $crate::__schema($json)
            }
        })*
    };
}

/// For [`schema!`].
#[doc(hidden)]
pub fn schema_of(json: &str) -> Schema {
    serde_json::from_str(json).expect("the schema is one")
}

/// Takes `format: int64` away from every integer of a schema: for a type whose CRD has integers without a format, as those have that
/// controller-gen did not write. What is set by `x-kopgen-set` stays.
///
/// ```
/// use schemars::{JsonSchema, schema_for};
///
/// #[derive(JsonSchema)]
/// #[schemars(transform = kopgen_runtime::plain_integers)]
/// struct Spec {
///     replicas: Option<i64>,
/// }
///
/// assert_eq!(schema_for!(Spec).get("properties").unwrap()["replicas"].get("format"), None);
/// ```
pub fn plain_integers(schema: &mut Schema) {
    apply(passes::plain_integers, schema);
}

/// Has `required` in the order in which the fields stand in each struct of a schema, which is sorted otherwise: for a type whose CRD
/// has another order, which the API server keeps.
///
/// ```
/// use kopgen_runtime::core::crd::schema_of;
/// use schemars::JsonSchema;
///
/// #[derive(JsonSchema)]
/// #[schemars(transform = kopgen_runtime::required_in_order)]
/// struct Port {
///     number: i32,
///     name: String,
/// }
///
/// assert_eq!(schema_of::<Port>()["required"].to_string(), r#"["number","name"]"#);
/// ```
pub fn required_in_order(schema: &mut Schema) {
    apply(passes::keep_required_order, schema);
}

fn apply(pass: fn(&mut serde_json::Value), schema: &mut Schema) {
    let mut value = std::mem::take(schema).to_value();
    pass(&mut value);
    *schema = value.try_into().expect("it was a schema");
}
