//! Rules in the source that do not reach the CRD: schemars drops a rule that its type cannot have, and kube's `KubeSchema` does not
//! read garde's. Neither leaves a trace in the schema, so the attributes themselves are read.

mod attribute;
mod types;

use attribute::{Attribute, Rule};
use types::{Class, Item, Types};

use crate::diagnostic::Diagnostic;
use crate::edit::rust;
use crate::plan::RelPath;
use crate::workspace::Snapshot;

/// What is found in the sources.
#[derive(Debug, Default)]
pub struct Findings {
    /// Rules that the CRD would lack.
    pub problems: Vec<Diagnostic>,
    /// What the CRD says otherwise than it was probably meant.
    pub warnings: Vec<Diagnostic>,
}

/// Looks at all types that the project's kinds are made of.
pub fn findings(snapshot: &Snapshot) -> Findings {
    let mut types = Types::default();
    for (path, text) in sources(snapshot) {
        // It has been compiled or is not part of a crate: either way its syntax is none of kopgen's business.
        if let Ok(file) = rust::file(path, text) {
            types.add(path, text, file);
        }
    }
    let mut findings = Findings::default();
    for item in types.of_kinds() {
        Check {
            types: &types,
            item,
            findings: &mut findings,
        }
        .check();
    }
    findings
}

/// Every Rust file but those that a build makes.
fn sources(snapshot: &Snapshot) -> impl Iterator<Item = (&RelPath, &str)> {
    let is_source = |path: &RelPath| {
        path.extension() == Some("rs") && !path.as_str().split('/').any(|part| part == "target")
    };
    let files = snapshot.entries().map(|(path, _)| path);
    let sources = files.filter(move |path| is_source(path));
    sources.filter_map(|path| Some((path, snapshot.text(path)?)))
}

struct Check<'a> {
    types: &'a Types,
    item: &'a Item,
    findings: &'a mut Findings,
}

impl Check<'_> {
    fn check(mut self) {
        if let syn::Item::Enum(item) = &self.item.item {
            let closed = !self.item.has_schema_of_its_own() && !attribute::is_untagged(&item.attrs);
            for variant in item.variants.iter().filter(|_| closed) {
                self.check_other(variant);
            }
        }
        for field in self.item.fields() {
            self.check_field(field);
        }
    }

    fn check_other(&mut self, variant: &syn::Variant) {
        if !attribute::is_set(&variant.attrs, "serde", "other") {
            return;
        }
        let name = &variant.ident;
        let message = format!(
            "`{name}` is to stand for every other value, but the CRD admits no other value"
        );
        let note = "schemars writes `#[serde(other)]` as a value like the others";
        let help = "write `#[schemars(with = \"String\")]` on the enum to admit every value, or remove `#[serde(other)]`";
        let warning = self.at(message, name.span()).note(note).help(help);
        self.findings.warnings.push(warning);
    }

    fn check_field(&mut self, field: &syn::Field) {
        let name = field.ident.as_ref().map_or_else(
            || format!("a field of `{}`", self.item.name()),
            |name| format!("`{}.{name}`", self.item.name()),
        );
        let attributes = attribute::all(&field.attrs);
        if attributes.iter().any(Attribute::hides_type) {
            return;
        }
        let with = attributes.iter().find_map(Attribute::with);
        let ty = with.as_ref().unwrap_or(&field.ty);
        self.check_keys(&name, ty);
        for found in attributes.iter().flat_map(Attribute::rules) {
            if found.of_garde && self.item.derives("KubeSchema") {
                self.push_garde(&name, &found);
            } else {
                self.check_rule(&name, ty, &found);
            }
        }
    }

    fn check_rule(&mut self, name: &str, ty: &syn::Type, found: &Rule) {
        let class = self.types.class(ty, self.item);
        if found.name == "inner" {
            match (&class, types::item_of(ty)) {
                (Class::List, Some(of_items)) => {
                    let name = format!("the items of {name}");
                    for rule in &found.inner {
                        self.check_rule(&name, &of_items, rule);
                    }
                }
                (Class::List | Class::Unknown | Class::Any, _) => {}
                (class, _) => self.push_rule(name, found, class),
            }
            return;
        }
        if !applies(&found.name, &class) {
            self.push_rule(name, found, &class);
        }
    }

    fn push_rule(&mut self, name: &str, found: &Rule, class: &Class) {
        let rule = &found.name;
        let message = format!(
            "`{rule}` is not in the CRD: {name} is {}",
            class.described()
        );
        let note = match rule.as_str() {
            "length" => "`length` bounds strings and lists",
            "range" => "`range` bounds numbers",
            "inner" => "`inner` is about the items of a list",
            "regex" | "pattern" | "contains" => "a pattern is matched against a string",
            _ => "a format is one of a string",
        };
        let problem = self
            .at(message, found.span)
            .note(note)
            .help(help(rule, class));
        self.findings.problems.push(problem);
    }

    fn push_garde(&mut self, name: &str, found: &Rule) {
        let rule = &found.name;
        let message = format!("`garde({rule})` of {name} is not in the CRD");
        let help = format!(
            "write `#[schemars({rule}(..))]` beside it, or `#[validate({rule}(..))]` in its place"
        );
        let warning = self
            .at(message, found.span)
            .note("`KubeSchema` reads the attributes `schemars` and `validate`, but not `garde`")
            .help(help);
        self.findings.warnings.push(warning);
    }

    /// A map by an enum has a field for each value; by one with documented variants, schemars makes it an open map.
    fn check_keys(&mut self, name: &str, ty: &syn::Type) {
        let Some(key) = types::key_of(ty) else { return };
        let Some(of_key) = self.types.resolve(&key, self.item) else {
            return;
        };
        let syn::Item::Enum(of_key) = &of_key.item else {
            return;
        };
        let is_documented =
            |variant: &syn::Variant| variant.attrs.iter().any(|it| it.path().is_ident("doc"));
        if !of_key.variants.iter().any(is_documented) {
            return;
        }
        let message = format!(
            "the CRD admits any key in {name}, but `{}` can be read from its own values alone",
            of_key.ident
        );
        let help = "write the comments of the variants with `//`, or check the keys with a CEL rule: \
                    `#[x_kube(validation = \"self.all(key, key in ['..'])\")]`";
        let span = syn::spanned::Spanned::span(ty);
        let warning = self
            .at(message, span)
            .note("schemars closes a map by an enum only where no variant has a doc comment")
            .help(help);
        self.findings.warnings.push(warning);
    }

    fn at(&self, message: String, span: proc_macro2::Span) -> Diagnostic {
        Diagnostic::new(message).at(
            &self.item.path,
            self.types.text(self.item),
            span.byte_range(),
            "",
        )
    }
}

/// Whether schemars writes a rule for a field of this class.
fn applies(rule: &str, class: &Class) -> bool {
    match (rule, class) {
        (_, Class::Unknown) => true,
        ("length", Class::String | Class::List) => true,
        ("range", Class::Number) => true,
        ("length" | "range", _) => false,
        (_, class) => *class == Class::String,
    }
}

/// What is meant, where that can be said.
fn help(rule: &str, class: &Class) -> &'static str {
    match (rule, class) {
        ("length", Class::Map) => {
            "write `#[schemars(extend(\"minProperties\" = .., \"maxProperties\" = ..))]`"
        }
        ("length", Class::Number) => "write `range(min = .., max = ..)`",
        ("range", Class::String | Class::List) => "write `length(min = .., max = ..)`",
        ("range", Class::Map) => {
            "write `#[schemars(extend(\"minProperties\" = .., \"maxProperties\" = ..))]`"
        }
        ("range", Class::IntOrString) => {
            "bound the integer alone with `#[schemars(extend(\"minimum\" = ..))]`, or both with a CEL rule"
        }
        ("range", Class::Quantity) => {
            "compare it with a CEL rule: `quantity(string(self)).compareTo(quantity('..')) >= 0`"
        }
        ("regex" | "pattern" | "contains", Class::IntOrString | Class::Quantity) => {
            "match the string with `#[schemars(extend(\"pattern\" = \"..\"))]`"
        }
        ("inner", Class::Map) => {
            "give the values a type of their own, `struct Name(#[schemars(..)] String)`"
        }
        (_, Class::List) => "write `inner(..)` for its items",
        _ => "remove it, or check the field with a CEL rule: `#[x_kube(validation = \"..\")]`",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, problems: &[&str], warnings: &[&str]) {
        let kind = "
            #[derive(CustomResource, KubeSchema, Kind)]
            #[kube(group = \"a.io\", version = \"v1\", kind = \"Foo\", status = \"FooStatus\")]
            struct FooSpec { inner: Option<Vec<Inner>> }
        ";
        let snapshot = Snapshot::from_files([
            ("api/src/v1/foo.rs", kind),
            ("api/src/v1/inner.rs", source),
            ("operator/src/odd.rs", "struct {"),
        ]);
        let found = findings(&snapshot);
        let texts = |found: &[Diagnostic]| -> Vec<String> {
            found.iter().map(|it| it.message.clone()).collect()
        };
        assert_eq!(texts(&found.problems), problems, "{:#?}", found.problems);
        assert_eq!(texts(&found.warnings), warnings, "{:#?}", found.warnings);
        assert!(
            found
                .problems
                .iter()
                .chain(&found.warnings)
                .all(|it| it.label.is_some() && it.help.is_some())
        );
    }

    #[test]
    fn a_rule_that_the_type_cannot_have_is_an_error() {
        check(
            r#"
            type Names = Vec<String>;
            #[derive(JsonSchema)]
            struct Small(#[schemars(range(max = 9))] u8);
            #[derive(JsonSchema)]
            enum Size { Small, Large }
            #[derive(JsonSchema)]
            struct Inner {
                #[schemars(range(min = 1))]
                text: String,
                #[schemars(range(min = 1))]
                port: Option<IntOrString>,
                #[validate(length(min = 1))]
                count: Box<u16>,
                #[schemars(length(max = 3))]
                labels: BTreeMap<String, String>,
                #[schemars(regex(pattern = "x"))]
                list: Names,
                #[garde(pattern("x"))]
                amount: Quantity,
                #[schemars(inner(length(max = 3)))]
                map: HashMap<String, String>,
                #[schemars(email)]
                number: Small,
                #[schemars(inner(range(max = 3)))]
                names: Option<Names>,
                #[schemars(inner(range(max = 3)))]
                texts: Option<Vec<String>>,
                #[schemars(length(max = 3))]
                other: Other,
            }
            #[derive(JsonSchema)]
            struct Other {
                #[schemars(length(max = 3))]
                flag: bool,
            }
            "#,
            &[
                "`range` is not in the CRD: `Inner.text` is a string",
                "`range` is not in the CRD: `Inner.port` is an int-or-string",
                "`length` is not in the CRD: `Inner.count` is a number",
                "`length` is not in the CRD: `Inner.labels` is a map",
                "`regex` is not in the CRD: `Inner.list` is a list",
                "`pattern` is not in the CRD: `Inner.amount` is a quantity",
                "`inner` is not in the CRD: `Inner.map` is a map",
                "`email` is not in the CRD: `Inner.number` is a number",
                "`range` is not in the CRD: the items of `Inner.texts` is a string",
                "`length` is not in the CRD: `Inner.other` is an object",
                "`length` is not in the CRD: `Other.flag` is a bool",
            ],
            &[],
        );
    }

    #[test]
    fn rules_that_are_in_the_crd_pass() {
        check(
            r#"
            #[derive(JsonSchema)]
            struct Inner<T> {
                #[schemars(length(min = 1), regex(pattern = "x"), email)]
                text: Option<String>,
                #[schemars(range(min = 1))]
                number: f32,
                #[schemars(length(min = 1), inner(length(max = 3), inner(range(max = 3))))]
                lists: Vec<Vec<u8>>,
                #[schemars(length(max = 3))]
                generic: T,
                #[schemars(length(max = 3))]
                foreign: other::Unknown,
                #[schemars(with = "String", length(max = 3))]
                with: Quantity,
                #[schemars(schema_with = "schema", length(max = 3))]
                schema_with: bool,
                #[schemars(length(max = 3))]
                kind: Kind,
            }
            #[derive(JsonSchema)]
            enum Kind { A, B }
            struct Unused { #[validate(length(max = 3))] flag: bool }
            #[derive(JsonSchema)]
            struct NotOfAKind { #[schemars(length(max = 3))] flag: bool }
            "#,
            &[],
            &[],
        );
    }

    #[test]
    fn what_the_crd_says_otherwise_is_a_warning() {
        check(
            r#"
            #[derive(KubeSchema)]
            struct Inner {
                #[garde(length(min = 1), skip)]
                text: String,
                by_size: BTreeMap<Size, String>,
                open: BTreeMap<Open, String>,
            }
            #[derive(JsonSchema)]
            enum Size {
                /// Small.
                Small,
                #[serde(other)]
                Other,
            }
            #[derive(JsonSchema)]
            #[schemars(with = "String")]
            enum Open {
                A,
                #[serde(other)]
                Other,
            }
            "#,
            &[],
            &[
                "`garde(length)` of `Inner.text` is not in the CRD",
                "the CRD admits any key in `Inner.by_size`, but `Size` can be read from its own values alone",
                "`Other` is to stand for every other value, but the CRD admits no other value",
            ],
        );
    }
}
