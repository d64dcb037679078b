//! The schema that a Rust type yields, by the rules of schemars' and kube's derives and of `kopgen_core::crd::schema_of`.
//!
//! [`super::residual`] compares it with the schema that is wanted and writes the rest as attributes; what is evaluated here
//! in the end is what `kopgen manifests` will print.

use kopgen_core::crd::QUANTITY;
use kopgen_core::crd::passes::of_node;
use serde_json::{Value, json};

use super::model::{
    Attributes, Body, Bounds, Field, Merge, Message, Node, Presence, Rule, Type, TypeDef, Types,
};

/// What a type yields before the passes have seen where it stands.
pub fn of_type(types: &Types, ty: &Type) -> Node {
    match ty {
        Type::Bool => node(json!({ "type": "boolean" })),
        Type::I32 => node(json!({ "type": "integer", "format": "int32" })),
        Type::I64 => node(json!({ "type": "integer", "format": "int64" })),
        Type::Number => node(json!({ "type": "number" })),
        Type::String => node(json!({ "type": "string" })),
        Type::DateTime => node(json!({ "type": "string", "format": "date-time" })),
        Type::IntOrString => node(json!({ "x-kubernetes-int-or-string": true })),
        Type::Quantity => node(json!({ "x-kubernetes-int-or-string": true, "pattern": QUANTITY })),
        Type::Any => Node::new(),
        Type::Object => {
            node(json!({ "type": "object", "x-kubernetes-preserve-unknown-fields": true }))
        }
        Type::List(inner) => {
            node(json!({ "type": "array", "items": finish(of_type(types, inner)) }))
        }
        Type::Map(inner) => {
            node(json!({ "type": "object", "additionalProperties": finish(of_type(types, inner)) }))
        }
        Type::Option(inner) => of_type(types, inner),
        Type::Named(id) => types.get(*id).schema.clone(),
    }
}

/// What a field yields.
pub fn of_field(types: &Types, field: &Field) -> Node {
    let mut schema = of_type(types, &field.ty);
    if field.presence == Presence::OptionalNullable {
        schema.insert("nullable".into(), true.into());
    }
    describe(&mut schema, field.doc.as_ref());
    apply_bounds(&mut schema, &field.attributes.bounds);
    if let Some(items) = schema.get_mut("items").and_then(Value::as_object_mut) {
        apply_bounds(items, &field.attributes.inner);
    }
    apply(schema, &field.attributes)
}

/// What a type of the module yields.
pub fn of_def(types: &Types, def: &TypeDef) -> Node {
    let mut schema = match &def.body {
        Body::Struct { fields, rest } => of_struct(types, fields, rest.is_some()),
        Body::Enum(variants) => {
            let values: Vec<_> = variants.iter().map(|it| it.value.as_str()).collect();
            node(json!({ "type": "string", "enum": values }))
        }
        Body::Newtype(inner) => of_type(types, inner),
        Body::Kubernetes(_) => return def.schema.clone(),
    };
    describe(&mut schema, def.doc.as_ref());
    apply(schema, &def.attributes)
}

fn of_struct(types: &Types, fields: &[Field], rest: bool) -> Node {
    let mut schema = node(json!({ "type": "object" }));
    let mut required = Vec::new();
    let mut properties = Node::new();
    for field in fields {
        properties.insert(field.key.clone(), of_field(types, field).into());
        if matches!(
            field.presence,
            Presence::Required | Presence::RequiredNullable
        ) {
            required.push(Value::from(field.key.as_str()));
        }
    }
    if !properties.is_empty() {
        schema.insert("properties".into(), properties.into());
    }
    if !required.is_empty() {
        // As kube's rewriter does.
        required.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        schema.insert("required".into(), required.into());
    }
    if rest {
        schema.insert("x-kubernetes-preserve-unknown-fields".into(), true.into());
    }
    schema
}

fn describe(schema: &mut Node, doc: Option<&String>) {
    if let Some(doc) = doc {
        schema.insert("description".into(), doc.as_str().into());
    }
}

/// schemars writes a bound only where the type has it.
fn apply_bounds(schema: &mut Node, bounds: &Bounds) {
    let (length, number) = match schema.get("type").and_then(Value::as_str) {
        Some("string") => (Some(("minLength", "maxLength")), false),
        Some("array") => (Some(("minItems", "maxItems")), false),
        Some("integer" | "number") => (None, true),
        _ => (None, false),
    };
    let mut set = |key: &str, value: &Option<Value>| {
        if let Some(value) = value {
            schema.insert(key.into(), value.clone());
        }
    };
    if let Some((min, max)) = length {
        set(min, &bounds.min_length);
        set(max, &bounds.max_length);
    }
    if number {
        set("minimum", &bounds.minimum);
        set("maximum", &bounds.maximum);
    }
    if schema.get("type").is_some_and(|it| it == "string")
        && let Some(pattern) = &bounds.pattern
    {
        schema.insert("pattern".into(), pattern.as_str().into());
    }
}

fn apply(mut schema: Node, attributes: &Attributes) -> Node {
    for (key, value) in &attributes.extend {
        schema.insert(key.clone(), value.clone());
    }
    if !attributes.rules.is_empty() {
        // A field's come behind those of its type.
        let rules = schema
            .entry("x-kubernetes-validations")
            .or_insert_with(|| json!([]));
        if let Value::Array(rules) = rules {
            rules.extend(attributes.rules.iter().map(rule));
        }
    }
    match &attributes.merge {
        None => {}
        Some(Merge::Atomic) => set_list_type(&mut schema, "atomic"),
        Some(Merge::Set) => set_list_type(&mut schema, "set"),
        Some(Merge::Map(keys)) => {
            set_list_type(&mut schema, "map");
            schema.insert("x-kubernetes-list-map-keys".into(), keys.clone().into());
        }
    }
    if !attributes.set.is_empty() {
        schema.insert("x-kopgen-set".into(), attributes.set.clone().into());
    }
    finish(schema)
}

fn set_list_type(schema: &mut Node, name: &str) {
    schema.insert("x-kubernetes-list-type".into(), name.into());
}

/// A CEL rule in a schema.
pub fn rule(rule: &Rule) -> Value {
    let mut value = Node::new();
    value.insert("rule".into(), rule.rule.as_str().into());
    let mut set = |key: &str, text: Option<Value>| {
        if let Some(text) = text {
            value.insert(key.into(), text);
        }
    };
    match &rule.message {
        None => {}
        Some(Message::Text(text)) => set("message", Some(text.as_str().into())),
        Some(Message::Expression(text)) => set("messageExpression", Some(text.as_str().into())),
    }
    set("reason", rule.reason.as_deref().map(Value::from));
    set("fieldPath", rule.field_path.as_deref().map(Value::from));
    set("optionalOldSelf", rule.optional_old_self.map(Value::from));
    value.into()
}

/// What the passes do to a schema once all is said at the place where it stands.
fn finish(mut schema: Node) -> Node {
    of_node::keep_unknown_fields(&mut schema);
    of_node::restore_int_or_string(&mut schema);
    of_node::apply_overrides(&mut schema);
    of_node::drop_unknown_keys(&mut schema);
    schema
}

fn node(value: Value) -> Node {
    match value {
        Value::Object(node) => node,
        _ => Node::new(),
    }
}
