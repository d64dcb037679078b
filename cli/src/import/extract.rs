//! From the schemas of a version to Rust types: the idiomatic type of each place, one for each distinct structure.

use std::collections::{HashMap, HashSet};

use kopgen_core::crd::QUANTITY;
use serde_json::Value;

use super::model::{
    Attributes, Body, Field, Node, Presence, Rest, SaidOnce, Type, TypeDef, TypeId, Types, Variant,
};
use super::residual::is_sorted;
use super::words::{singular, words};
use super::{kubernetes, naming, residual};

/// Makes types of schemas.
#[derive(Default)]
pub struct Extractor {
    types: Types,
    /// By what a structure is, and by its word where it is one of [`apart`](Self::apart).
    shared: HashMap<(String, String), TypeId>,
    /// The structures of which there is one type for each word of their fields.
    apart: HashSet<String>,
}

/// What is said where a struct is used, and so is no part of what the struct is.
const OF_THE_USE: [&str; 6] = [
    "default",
    "description",
    "example",
    "externalDocs",
    "nullable",
    "title",
];

/// Where a schema stands, and the last word of the field's name.
#[derive(Clone, PartialEq)]
enum Place {
    /// At a field, whose attributes say what is [`OF_THE_USE`].
    Field(String),
    /// In a list or a map, where only the type can say it.
    Inner(String),
}

impl Place {
    fn field(key: &str) -> Self {
        Self::Field(words(key).pop().unwrap_or_default())
    }

    /// The place of a list's items and a map's values.
    fn inner(&self) -> Self {
        match self {
            Self::Field(word) => Self::Inner(singular(word)),
            Self::Inner(_) => self.clone(),
        }
    }

    fn word(&self) -> &str {
        let (Self::Field(word) | Self::Inner(word)) = self;
        word
    }

    fn is_inner(&self) -> bool {
        matches!(self, Self::Inner(_))
    }
}

/// Makes the types of a version with `extract`, of which `said_once` is said, if that can be.
///
/// `extract` is called again when structures turn out to be shared by fields that have nothing in common: each of those gets a type of
/// its own.
pub fn types<T>(mut said_once: SaidOnce, extract: impl Fn(&mut Extractor) -> T) -> (Types, T) {
    let mut apart = HashSet::new();
    loop {
        let mut extractor = Extractor {
            apart: apart.clone(),
            ..Extractor::default()
        };
        extractor.types.said_once = said_once;
        let made = extract(&mut extractor);
        // The schemas of Kubernetes' types are as they are.
        let is_formatted = |def: &TypeDef| {
            matches!(def.body, Body::Kubernetes(_)) && Count::of(&def.schema).formatted > 0
        };
        if said_once.plain_integers && extractor.types.all.iter().any(is_formatted) {
            said_once.plain_integers = false;
            continue;
        }
        let unrelated: HashSet<_> = naming::unrelated(&extractor.types).into_iter().collect();
        let known = apart.len();
        let structures = extractor.shared.iter();
        let structures = structures.filter(|(_, id)| unrelated.contains(*id));
        apart.extend(structures.map(|((structure, _), _)| structure.clone()));
        // Each round tells more apart, or is the last.
        if apart.len() == known {
            return (extractor.types, made);
        }
    }
}

impl Extractor {
    /// Makes the type that stands at `spec`, at `status` or in the place of both. No other place shares it.
    pub fn root(&mut self, wanted: &Node) -> TypeId {
        let body = if is_struct(wanted) {
            self.body_of_struct(wanted, false)
        } else {
            Body::Newtype(self.type_of(wanted, &Place::Field(String::new())))
        };
        self.push_root(body, wanted)
    }

    /// Makes the struct of the fields that stand at the root of an object, beside the status.
    pub fn fields_of_root(&mut self, wanted: &Node) -> TypeId {
        let body = self.body_of_struct(wanted, true);
        self.push_root(body, wanted)
    }

    /// The idiomatic type for a schema.
    fn type_of(&mut self, wanted: &Node, place: &Place) -> Type {
        let ty = self.plain_type_of(wanted, place);
        if place.is_inner() && wanted.get("nullable") == Some(&Value::Bool(true)) {
            Type::Option(Box::new(ty))
        } else {
            ty
        }
    }

    fn plain_type_of(&mut self, wanted: &Node, place: &Place) -> Type {
        let is = |key: &str| wanted.get(key) == Some(&Value::Bool(true));
        let text = |key: &str| wanted.get(key).and_then(Value::as_str);
        if is("x-kubernetes-int-or-string") {
            return match text("pattern") {
                Some(QUANTITY) => Type::Quantity,
                _ => Type::IntOrString,
            };
        }
        match text("type") {
            Some("boolean") => Type::Bool,
            Some("integer") if text("format") == Some("int32") => Type::I32,
            Some("integer") => Type::I64,
            Some("number") => Type::Number,
            Some("string") => match values_of_enum(wanted) {
                Some(values) => {
                    let said = wanted.get("description").filter(|_| place.is_inner());
                    Type::Named(self.enum_of(values, said, place))
                }
                None if text("format") == Some("date-time") => Type::DateTime,
                None => Type::String,
            },
            Some("array") => match wanted.get("items") {
                Some(Value::Object(items)) => {
                    Type::List(Box::new(self.type_of(items, &place.inner())))
                }
                _ => Type::List(Box::new(Type::Any)),
            },
            Some("object") if is_struct(wanted) => Type::Named(self.struct_of(wanted, place)),
            Some("object") => match wanted.get("additionalProperties") {
                Some(Value::Object(values)) => {
                    Type::Map(Box::new(self.type_of(values, &place.inner())))
                }
                Some(Value::Bool(true)) => Type::Map(Box::new(Type::Any)),
                _ => Type::Object,
            },
            _ => Type::Any,
        }
    }

    fn struct_of(&mut self, wanted: &Node, place: &Place) -> TypeId {
        let mut wanted = wanted.clone();
        if !place.is_inner() {
            OF_THE_USE.iter().for_each(|key| drop(wanted.remove(*key)));
        }
        let identity = self.identity(Value::Object(wanted.clone()).to_string(), place);
        if let Some(id) = self.shared.get(&identity) {
            return *id;
        }
        let id = match kubernetes::find(&wanted) {
            Some(known) => self.types.push(TypeDef {
                name: String::new(),
                doc: None,
                attributes: Attributes::default(),
                body: Body::Kubernetes(known),
                schema: wanted,
            }),
            None => {
                let body = self.body_of_struct(&wanted, false);
                self.push(body, &wanted)
            }
        };
        self.shared.insert(identity, id);
        id
    }

    /// The key under which equal structures share a type: the structure and, where it is kept apart, the word of its place.
    fn identity(&self, structure: String, place: &Place) -> (String, String) {
        let is_apart = self.apart.contains(&structure);
        let word = if is_apart { place.word() } else { "" };
        (structure, word.to_owned())
    }

    fn enum_of(&mut self, values: Vec<String>, said: Option<&Value>, place: &Place) -> TypeId {
        let mut wanted = Node::from_iter([
            ("type".to_owned(), Value::from("string")),
            ("enum".to_owned(), values.clone().into()),
        ]);
        wanted.extend(said.map(|it| ("description".to_owned(), it.clone())));
        let identity = self.identity(Value::Object(wanted.clone()).to_string(), place);
        if let Some(id) = self.shared.get(&identity) {
            return *id;
        }
        let names = naming::variants(&values);
        let variants = names.into_iter().zip(values);
        let variants = variants.map(|(name, value)| Variant { name, value });
        let body = Body::Enum(variants.collect());
        let id = self.push(body, &wanted);
        self.shared.insert(identity, id);
        id
    }

    fn body_of_struct(&mut self, wanted: &Node, of_root: bool) -> Body {
        let none = Node::new();
        let properties = wanted
            .get("properties")
            .and_then(Value::as_object)
            .unwrap_or(&none);
        let required = |key: &str| {
            wanted
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|required| required.iter().any(|it| it == key))
        };
        let is_embedded = wanted.get("x-kubernetes-embedded-resource") == Some(&Value::Bool(true));
        let mut idents = naming::fields(properties.keys()).into_iter();
        let mut fields = Vec::new();
        for (key, schema) in properties {
            let schema = schema.as_object().unwrap_or(&none);
            // Of an embedded resource all metadata is kept, whatever is said of it.
            let ty = match key.as_str() {
                "metadata" if is_embedded => Type::Object,
                _ => self.type_of(schema, &Place::field(key)),
            };
            let mut field = Field {
                key: key.clone(),
                ident: idents.next().unwrap_or_default(),
                presence: presence(schema, required(key)),
                ty,
                doc: None,
                attributes: Attributes::default(),
            };
            residual::complete_field(&self.types, &mut field, schema);
            fields.push(field);
        }
        if self.types.said_once.required_in_order {
            fields = in_order(fields, wanted.get("required"));
        }
        let rest = keeps_unknown(wanted).then(|| Rest {
            ident: naming::rest(fields.iter().map(|field| field.ident.as_str())),
            of_root,
        });
        Body::Struct { fields, rest }
    }

    fn push_root(&mut self, body: Body, wanted: &Node) -> TypeId {
        let id = self.push(body, wanted);
        let (said_once, count) = (self.types.said_once, Count::of(wanted));
        self.types.all[id.0].attributes.said_once = SaidOnce {
            plain_integers: said_once.plain_integers && count.plain > 0,
            required_in_order: said_once.required_in_order && count.unsorted > 0,
        };
        id
    }

    fn push(&mut self, body: Body, wanted: &Node) -> TypeId {
        let mut def = TypeDef {
            name: String::new(),
            doc: None,
            attributes: Attributes::default(),
            body,
            schema: Node::new(),
        };
        residual::complete_type(&self.types, &mut def, wanted);
        self.types.push(def)
    }
}

/// The fields with those that are required in the order of `required`, in the places that they had.
fn in_order(fields: Vec<Field>, required: Option<&Value>) -> Vec<Field> {
    let required = required.and_then(Value::as_array).into_iter().flatten();
    let place: HashMap<_, _> = required
        .enumerate()
        .filter_map(|(at, key)| Some((key.as_str()?, at)))
        .collect();
    let is_required: Vec<_> = fields
        .iter()
        .map(|field| place.contains_key(field.key.as_str()))
        .collect();
    let (mut required, other): (Vec<_>, Vec<_>) = fields
        .into_iter()
        .partition(|field| place.contains_key(field.key.as_str()));
    required.sort_by_key(|field| place[field.key.as_str()]);
    let (mut required, mut other) = (required.into_iter(), other.into_iter());
    let ordered = is_required.into_iter().filter_map(|is_required| {
        let fields = if is_required {
            &mut required
        } else {
            &mut other
        };
        fields.next()
    });
    ordered.collect()
}

/// How much of a schema is as Rust's types do not have it by themselves.
#[derive(Clone, Copy, Default)]
pub struct Count {
    /// Integers without a format.
    plain: usize,
    /// Integers with `format: int64`, as they do have it.
    formatted: usize,
    /// Objects whose `required` is not sorted.
    unsorted: usize,
}

impl Count {
    /// Those of a schema and of those in it.
    pub fn of(schema: &Node) -> Self {
        let mut all = Self::default();
        all.count(schema);
        all
    }

    fn count(&mut self, schema: &Node) {
        let is = |key: &str, value: &str| schema.get(key).is_some_and(|it| it == value);
        if is("type", "integer") {
            self.plain += usize::from(!schema.contains_key("format"));
            self.formatted += usize::from(is("format", "int64"));
        }
        self.unsorted += usize::from(schema.get("required").is_some_and(|it| !is_sorted(it)));
        let properties = schema.get("properties").and_then(Value::as_object);
        let inner = ["items", "additionalProperties"].map(|key| schema.get(key));
        let schemas = properties.into_iter().flat_map(Node::values);
        for schema in schemas.chain(inner.into_iter().flatten()) {
            schema.as_object().into_iter().for_each(|it| self.count(it));
        }
    }

    /// Returns the facts that are shorter to state once for the schema than at each place.
    pub fn said_once(self) -> SaidOnce {
        SaidOnce {
            plain_integers: self.plain > self.formatted + 2,
            required_in_order: self.unsorted > 1,
        }
    }
}

/// Whether a field can be absent. A default is the API server's to fill in: in Rust the field is absent then, so that it
/// is written as it was read.
fn presence(schema: &Node, required: bool) -> Presence {
    let nullable = schema.get("nullable") == Some(&Value::Bool(true));
    match (required, nullable) {
        (true, false) => Presence::Required,
        (true, true) => Presence::RequiredNullable,
        (false, false) => Presence::Optional,
        (false, true) => Presence::OptionalNullable,
    }
}

/// Whether an object may have fields that its schema does not name.
fn keeps_unknown(wanted: &Node) -> bool {
    let is = |key: &str| wanted.get(key) == Some(&Value::Bool(true));
    let other = wanted.get("additionalProperties");
    // An embedded resource has `apiVersion`, `kind` and `metadata` whether or not they are properties.
    is("x-kubernetes-preserve-unknown-fields")
        || is("x-kubernetes-embedded-resource")
        || other.is_some_and(|it| *it != false)
}

/// Whether a schema is an object of known properties, or of none at all.
fn is_struct(wanted: &Node) -> bool {
    let has_properties = wanted
        .get("properties")
        .and_then(Value::as_object)
        .is_some_and(|it| !it.is_empty());
    let is_empty = !wanted.contains_key("additionalProperties")
        && !wanted.contains_key("x-kubernetes-preserve-unknown-fields")
        && !wanted.contains_key("x-kubernetes-embedded-resource");
    wanted.get("type").is_some_and(|it| it == "object") && (has_properties || is_empty)
}

/// The values of an enum, if each can be a variant.
fn values_of_enum(wanted: &Node) -> Option<Vec<String>> {
    let values: Vec<_> = wanted
        .get("enum")?
        .as_array()?
        .iter()
        // Whether it may be null is said by the field.
        .filter(|value| !value.is_null())
        .map(|value| value.as_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    let mut distinct = values.clone();
    distinct.sort();
    distinct.dedup();
    (distinct.len() == values.len() && !values.is_empty()).then_some(values)
}
