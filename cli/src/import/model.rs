//! The Rust types of one version of a CRD, as data: what [`super::print`] writes and [`super::schema`] evaluates.

use serde_json::{Map, Value};

/// A JSON object, such as a schema.
pub type Node = Map<String, Value>;

/// The types of a version.
#[derive(Debug, Default)]
pub struct Types {
    /// By [`TypeId`]; those that a type holds stand before it.
    pub all: Vec<TypeDef>,
    /// Facts that are stated once for all of them.
    pub said_once: SaidOnce,
}

/// Facts that a `transform` of the runtime states for a whole schema, in place of an attribute at each type or field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SaidOnce {
    /// Integers of 64 bits have no format, unless it is set.
    pub plain_integers: bool,
    /// `required` is in the order of the fields, and not sorted.
    pub required_in_order: bool,
}

/// The index of a type in [`Types`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub usize);

/// A type that the module defines.
#[derive(Debug)]
pub struct TypeDef {
    /// Its name; empty until [`super::naming`] has chosen it.
    pub name: String,
    /// The description of its schema.
    pub doc: Option<String>,
    /// What is written on the type.
    pub attributes: Attributes,
    /// What it is.
    pub body: Body,
    /// The schema that all this yields, after the passes of `kopgen_core::crd::schema_of`.
    pub schema: Node,
}

/// What a type is.
#[derive(Debug)]
pub enum Body {
    /// A struct of named fields.
    Struct {
        /// The fields.
        fields: Vec<Field>,
        /// What keeps unknown fields, where they are preserved.
        rest: Option<Rest>,
    },
    /// An enum of unit variants.
    Enum(
        /// The variants, in the order of the values.
        Vec<Variant>,
    ),
    /// A struct around one value.
    Newtype(Type),
    /// A type of Kubernetes, which the module imports. The name is that of its schema, which the module defines.
    Kubernetes(Kubernetes),
}

/// A type of Kubernetes.
#[derive(Debug)]
pub struct Kubernetes {
    /// Its module: `k8s_openapi::api::core::v1`.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// Whether the name alone stands for it: not where a type of the module must have that.
    pub is_imported: bool,
}

/// The flattened map that keeps unknown fields.
#[derive(Debug)]
pub struct Rest {
    /// Its name.
    pub ident: String,
    /// Whether the struct's fields stand at the root of the object, where `apiVersion` and `kind` are known.
    pub of_root: bool,
}

/// A variant and the value that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The variant's name.
    pub name: String,
    /// The value in JSON.
    pub value: String,
}

/// A field of a struct.
#[derive(Debug)]
pub struct Field {
    /// The property's name in JSON.
    pub key: String,
    /// The field's name, with `r#` where it is a keyword.
    pub ident: String,
    /// Its type, without what [`Presence`] puts around it.
    pub ty: Type,
    /// Whether it can be absent.
    pub presence: Presence,
    /// The description of the property.
    pub doc: Option<String>,
    /// What is written on it.
    pub attributes: Attributes,
}

/// Whether a field can be absent, and whether it can be null: each is kept apart, so that what is read is written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is always there: `T`.
    Required,
    /// It is always there, and may be null: `Option<T>`.
    RequiredNullable,
    /// It may be absent: `Option<T>`.
    Optional,
    /// It may be absent or null: `Nullable<T>`.
    OptionalNullable,
}

/// A Rust type as it stands at a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `serde_json::Number`: unlike `f64` it tells `3` from `3.0`.
    Number,
    /// `String`.
    String,
    /// `kopgen_runtime::DateTime`.
    DateTime,
    /// `kopgen_runtime::IntOrString`.
    IntOrString,
    /// `kopgen_runtime::Quantity`.
    Quantity,
    /// `serde_json::Value`.
    Any,
    /// `kopgen_runtime::JsonObject`.
    Object,
    /// `Vec`.
    List(Box<Type>),
    /// `BTreeMap` with keys of `String`.
    Map(Box<Type>),
    /// `Option`, inside of a list or a map.
    Option(Box<Type>),
    /// A type of the module.
    Named(TypeId),
}

/// What attributes say of a field or a type, beyond its doc comment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// `length`, `range` and `regex`.
    pub bounds: Bounds,
    /// The same of the items of a list: `inner(..)`.
    pub inner: Bounds,
    /// CEL rules.
    pub rules: Vec<Rule>,
    /// How server-side apply merges a list.
    pub merge: Option<Merge>,
    /// Facts that are stated once for all types; set on those of spec and status alone.
    pub said_once: SaidOnce,
    /// Keywords that are set, or removed with null.
    pub extend: Node,
    /// The same for what the passes would change on the way: it is set when they are done.
    pub set: Node,
}

/// The validation keywords that have an attribute of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// `minLength`, or `minItems` of a list.
    pub min_length: Option<Value>,
    /// `maxLength`, or `maxItems` of a list.
    pub max_length: Option<Value>,
    /// `minimum`.
    pub minimum: Option<Value>,
    /// `maximum`.
    pub maximum: Option<Value>,
    /// `pattern`.
    pub pattern: Option<String>,
}

/// A CEL rule, as `kube::core::Rule` has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The expression.
    pub rule: String,
    /// What is said when it does not hold.
    pub message: Option<Message>,
    /// `reason`, one of those that kube knows.
    pub reason: Option<String>,
    /// `fieldPath`.
    pub field_path: Option<String>,
    /// `optionalOldSelf`.
    pub optional_old_self: Option<bool>,
}

/// The text of a failed [`Rule`].
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// `message`.
    Text(String),
    /// `messageExpression`.
    Expression(String),
}

/// `x-kubernetes-list-type`.
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// `atomic`.
    Atomic,
    /// `set`.
    Set,
    /// `map`, by these keys.
    Map(Vec<String>),
}

impl Types {
    /// A type by its index.
    pub fn get(&self, id: TypeId) -> &TypeDef {
        &self.all[id.0]
    }

    /// Adds a type whose parts are there.
    pub fn push(&mut self, def: TypeDef) -> TypeId {
        self.all.push(def);
        TypeId(self.all.len() - 1)
    }
}

impl SaidOnce {
    /// The functions that say it.
    pub fn functions(self) -> impl Iterator<Item = &'static str> {
        let plain_integers = self.plain_integers.then_some("plain_integers");
        let required_in_order = self.required_in_order.then_some("required_in_order");
        plain_integers.into_iter().chain(required_in_order)
    }
}

impl Attributes {
    /// Whether they need `KubeSchema` in place of `JsonSchema`.
    pub fn need_kube(&self) -> bool {
        !self.rules.is_empty() || self.merge.is_some()
    }
}

impl Bounds {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
