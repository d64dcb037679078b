//! What `#[kube(..)]` says, as far as there is something to check or to emit.
//!
//! kube's derive reads the same attribute and complains of its own: unknown, missing and repeated keys, and values of the
//! wrong sort. Nothing is said here of what it says, but noted, as there is no kind then.

use kopgen_core::crd::Outline;
use serde_json::{Map, Value as Json};
use syn::{DeriveInput, Ident, LitStr};

use crate::errors::Errors;
use crate::items::{Item, Value, items, items_of};

/// The keys of kube 5.
const ONCE: [&str; 17] = [
    "group",
    "version",
    "kind",
    "doc",
    "root",
    "plural",
    "singular",
    "namespaced",
    "no_spec",
    "schema",
    "status",
    "scale",
    "crates",
    "cel",
    "storage",
    "served",
    "deprecated",
];
const REPEATED: [&str; 9] = [
    "derive",
    "attr",
    "category",
    "shortname",
    "printcolumn",
    "selectable",
    "annotation",
    "label",
    "validation",
];

pub struct Kind {
    pub ident: Ident,
    pub group: Option<LitStr>,
    pub version: Option<LitStr>,
    pub kind: Option<LitStr>,
    pub root: Option<LitStr>,
    pub plural: Option<LitStr>,
    pub singular: Option<LitStr>,
    pub shortnames: Vec<LitStr>,
    pub categories: Vec<LitStr>,
    pub schema: Option<LitStr>,
    pub namespaced: bool,
    pub status: bool,
    pub scale: Option<Item>,
    pub columns: Vec<Column>,
    pub selectable: Vec<LitStr>,
    pub annotations: Vec<(LitStr, LitStr)>,
    pub labels: Vec<(LitStr, LitStr)>,
    pub storage: bool,
    pub served: bool,
    /// With the warning, where there is one.
    pub deprecated: Option<Option<LitStr>>,
    /// Whether kube's derive complains, and makes no kind.
    pub refused_by_kube: bool,
}

/// A printer column.
#[derive(Default)]
pub struct Column {
    pub name: Option<LitStr>,
    pub type_: Option<LitStr>,
    pub format: Option<LitStr>,
    pub json_path: Option<LitStr>,
    pub description: Option<LitStr>,
    pub priority: Option<i64>,
}

pub fn parse(input: &DeriveInput, errors: &mut Errors) -> Kind {
    let mut kind = Kind {
        ident: input.ident.clone(),
        group: None,
        version: None,
        kind: None,
        root: None,
        plural: None,
        singular: None,
        shortnames: Vec::new(),
        categories: Vec::new(),
        schema: None,
        namespaced: false,
        status: false,
        scale: None,
        columns: Vec::new(),
        selectable: Vec::new(),
        annotations: Vec::new(),
        labels: Vec::new(),
        storage: true,
        served: true,
        deprecated: None,
        refused_by_kube: false,
    };
    if !input
        .attrs
        .iter()
        .any(|attribute| attribute.path().is_ident("kube"))
    {
        let message = "`Kind` reads the attribute of `kube::CustomResource`: derive that too, and write \
                       `#[kube(group = \"..\", version = \"..\", kind = \"..\", plural = \"..\")]`";
        errors.at(&input.ident, message);
        kind.refused_by_kube = true;
        return kind;
    }
    let mut seen = Vec::new();
    // What does not parse as kube wants it is kube's to complain of.
    let mut kubes = Errors::new();
    for item in items_of(&input.attrs, "kube", &mut kubes) {
        let Some(key) = item.key.as_ref().map(Ident::to_string) else {
            kind.refused_by_kube = true;
            continue;
        };
        let twice = ONCE.contains(&key.as_str()) && seen.contains(&key);
        let known = ONCE.contains(&key.as_str()) || REPEATED.contains(&key.as_str());
        kind.refused_by_kube |= twice || !known;
        kind.read(&key, item);
        seen.push(key);
    }
    kind.refused_by_kube |= !kubes.finish().is_empty();
    kind.refused_by_kube |= ["group", "version", "kind"]
        .iter()
        .any(|needed| !seen.iter().any(|key| key == needed));
    kind.refused_by_kube |= kind
        .root_name()
        .is_some_and(|root| kind.ident == root.value());
    kind
}

impl Kind {
    fn read(&mut self, key: &str, item: Item) {
        let mut text = |item: &Item| {
            let text = text(item);
            self.refused_by_kube |= text.is_none();
            text
        };
        match key {
            "group" => self.group = text(&item),
            "version" => self.version = text(&item),
            "kind" => self.kind = text(&item),
            "root" => self.root = text(&item),
            "plural" => self.plural = text(&item),
            "singular" => self.singular = text(&item),
            "schema" => self.schema = text(&item),
            "shortname" => self.shortnames.extend(text(&item)),
            "category" => self.categories.extend(text(&item)),
            "selectable" => self.selectable.extend(text(&item)),
            "status" => self.status = true,
            "namespaced" => self.namespaced = flag(&item),
            "storage" => self.storage = flag(&item),
            "served" => self.served = flag(&item),
            "deprecated" => self.deprecated = Some(self::text(&item)),
            "scale" => self.scale = Some(item),
            "printcolumn" => self.columns.extend(column(&item)),
            "annotation" => self.annotations.extend(pair(&item)),
            "label" => self.labels.extend(pair(&item)),
            _ => {}
        }
    }

    /// The CRD that all this says, but for the schema.
    pub fn outline(&self) -> Outline {
        let value = |text: &Option<LitStr>| text.as_ref().map(LitStr::value);
        let string = |text: &Option<LitStr>| value(text).unwrap_or_default();
        let strings = |texts: &[LitStr]| texts.iter().map(LitStr::value).collect();
        let pairs = |pairs: &[(LitStr, LitStr)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| (key.value(), value.value()))
                .collect()
        };
        Outline {
            group: string(&self.group),
            version: string(&self.version),
            kind: string(&self.kind),
            plural: string(&self.plural),
            singular: value(&self.singular),
            short_names: strings(&self.shortnames),
            categories: strings(&self.categories),
            annotations: pairs(&self.annotations),
            labels: pairs(&self.labels),
            namespaced: self.namespaced,
            status: self.status,
            scale: self.scale.as_ref().map(scale),
            columns: self.columns.iter().map(Column::definition).collect(),
            selectable: strings(&self.selectable),
            storage: self.storage,
            served: self.served,
            deprecated: self.deprecated.as_ref().map(value),
        }
    }

    /// The name of the struct that kube's derive makes.
    pub fn root_name(&self) -> Option<&LitStr> {
        self.root.as_ref().or(self.kind.as_ref())
    }
}

impl Column {
    fn definition(&self) -> Map<String, Json> {
        let texts = [
            ("name", &self.name),
            ("type", &self.type_),
            ("format", &self.format),
            ("jsonPath", &self.json_path),
            ("description", &self.description),
        ];
        let texts = texts
            .into_iter()
            .filter_map(|(key, text)| Some((key, text.as_ref()?.value().into())));
        let priority = self.priority.map(|it| ("priority", it.into()));
        let fields = texts.chain(priority);
        fields.map(|(key, value)| (key.to_owned(), value)).collect()
    }
}

/// `scale(spec_replicas_path = "..", ..)`, or the older form, a JSON text.
fn scale(item: &Item) -> Map<String, Json> {
    const FIELDS: [(&str, &str); 3] = [
        ("spec_replicas_path", "specReplicasPath"),
        ("status_replicas_path", "statusReplicasPath"),
        ("label_selector_path", "labelSelectorPath"),
    ];
    let Value::List(list) = &item.value else {
        let json = text(item).and_then(|json| serde_json::from_str(&json.value()).ok());
        return json.unwrap_or_default();
    };
    let fields = items(list.stream());
    let named = FIELDS.into_iter().filter_map(|(key, name)| {
        let field = fields.iter().find(|it| it.is(key))?;
        Some((name.to_owned(), text(field)?.value().into()))
    });
    named.collect()
}

fn text(item: &Item) -> Option<LitStr> {
    match &item.value {
        Value::Is(value) => syn::parse2(value.clone()).ok(),
        _ => None,
    }
}

/// What a flag says: `key`, `key = true` or `key = "true"`.
fn flag(item: &Item) -> bool {
    match &item.value {
        Value::None => true,
        Value::Is(value) => match syn::parse2::<syn::Lit>(value.clone()) {
            Ok(syn::Lit::Bool(flag)) => flag.value,
            Ok(syn::Lit::Str(text)) => text.value() == "true",
            _ => false,
        },
        _ => false,
    }
}

/// Both texts of `annotation("key", "value")`.
fn pair(item: &Item) -> Option<(LitStr, LitStr)> {
    let Value::List(list) = &item.value else {
        return None;
    };
    let items = items(list.stream());
    let mut texts = items.iter().map(|it| syn::parse2(it.tokens.clone()).ok());
    Some((texts.next()??, texts.next()??))
}

/// `printcolumn(name = "..", ..)`; the older form, a JSON text, gives the whole text for each of its fields.
fn column(item: &Item) -> Option<Column> {
    let mut column = Column::default();
    match &item.value {
        Value::List(list) => {
            for field in items(list.stream()) {
                match field.key.as_ref().map(Ident::to_string).as_deref() {
                    Some("name") => column.name = text(&field),
                    Some("type_") => column.type_ = text(&field),
                    Some("format") => column.format = text(&field),
                    Some("json_path") => column.json_path = text(&field),
                    Some("description") => column.description = text(&field),
                    Some("priority") => column.priority = number(&field),
                    _ => {}
                }
            }
        }
        Value::Is(_) => {
            let json = text(item)?;
            let fields: serde_json::Value = serde_json::from_str(&json.value()).ok()?;
            let field = |name: &str| {
                fields[name]
                    .as_str()
                    .map(|value| LitStr::new(value, json.span()))
            };
            column = Column {
                name: field("name"),
                type_: field("type"),
                format: field("format"),
                json_path: field("jsonPath"),
                description: field("description"),
                priority: fields["priority"].as_i64(),
            };
        }
        _ => return None,
    }
    Some(column)
}

/// `key = 1` or `key = "1"`, with a minus or without.
fn number(item: &Item) -> Option<i64> {
    let Value::Is(value) = &item.value else {
        return None;
    };
    let text = value.to_string();
    text.replace([' ', '"'], "").parse().ok()
}
