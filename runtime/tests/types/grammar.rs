//! Rust types from a grammar of what serde and schemars offer, as source text.

use std::fmt::Write as _;

use crate::random::Random;

/// A module with so many types of one seed, and the list of them.
pub fn module(seed: u64, count: usize) -> String {
    let mut text = format!(
        "//! {count} types of seed {seed}, from `grammar.rs`: `SNAPSHOTS=overwrite cargo test -p kopgen-runtime --test types` renews them.\n\
         #![allow(dead_code, unused_imports, unused_variables, clippy::all)]\n\n\
         use crate::case::Generated;\nuse crate::prelude::*;\n\n\
         pub fn types() -> Vec<Generated> {{\n    vec![\n"
    );
    for at in 0..count {
        writeln!(text, "        Generated::of::<t{at}::Top>(\"t{at}\"),").unwrap();
    }
    text.push_str("    ]\n}\n");
    for at in 0..count {
        let mut grammar = Grammar {
            random: Random(seed.wrapping_mul(1_000_003).wrapping_add(at as u64)),
            names: 0,
            items: String::new(),
        };
        grammar.top();
        write!(
            text,
            "\nmod t{at} {{\n    use super::*;\n{}}}\n",
            grammar.items
        )
        .unwrap();
    }
    text
}

struct Grammar {
    random: Random,
    /// How many names there are already: none comes twice in a module, so that whatever is flattened fits together.
    names: usize,
    items: String,
}

/// A type, and how a value of it is made.
struct Type {
    name: String,
    any: String,
    /// Attributes on a field of it, its rules.
    attributes: Vec<String>,
    has_default: bool,
    is_option: bool,
}

impl Type {
    fn plain(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            any: format!("<{name}>::any(random)"),
            name,
            attributes: Vec::new(),
            has_default: false,
            is_option: false,
        }
    }
}

const DERIVES: &str = "    #[derive(Serialize, Deserialize, JsonSchema)]\n";

impl Grammar {
    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn top(&mut self) {
        let top = match self.random.below(4) {
            0 => self.enumeration(3),
            _ => self.structure(3),
        };
        writeln!(self.items, "    pub type Top = {top};").unwrap();
    }

    fn ty(&mut self, depth: u64) -> Type {
        const SCALARS: [&str; 14] = [
            "bool", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "String",
            "char", "String",
        ];
        const KUBERNETES: [&str; 6] = [
            "Value",
            "IpAddr",
            "Ipv4Addr",
            "Quantity",
            "IntOrString",
            "RawExtension",
        ];
        match self.random.below(if depth == 0 { 6 } else { 14 }) {
            0..=2 => {
                let name = *self.random.pick(&SCALARS);
                Type {
                    has_default: name != "char",
                    ..Type::plain(name)
                }
            }
            3 => self.ruled(),
            4 => Type::plain(*self.random.pick(&KUBERNETES)),
            5 => {
                let name = self.names_only();
                Type::plain(name)
            }
            6 | 7 => {
                let inner = self.ty(depth - 1);
                let name = format!("Option<{}>", inner.name);
                let any = format!(
                    "if random.one_in(2) {{ None }} else {{ Some({}) }}",
                    inner.any
                );
                Type {
                    name,
                    any,
                    attributes: inner.attributes,
                    has_default: true,
                    is_option: true,
                }
            }
            8 => {
                let inner = self.ty(depth - 1).name;
                Type {
                    has_default: true,
                    ..Type::plain(format!("Vec<{inner}>"))
                }
            }
            9 => {
                let inner = self.ty(depth - 1).name;
                let map =
                    *self
                        .random
                        .pick(&["BTreeMap<String, ", "HashMap<String, ", "BTreeMap<u16, "]);
                Type {
                    has_default: true,
                    ..Type::plain(format!("{map}{inner}>"))
                }
            }
            10 => {
                let inner = self.ty(depth - 1).name;
                Type::plain(format!("Box<{inner}>"))
            }
            11 => Type {
                has_default: true,
                ..Type::plain("BTreeSet<String>")
            },
            12 => {
                let name = self.structure(depth - 1);
                Type::plain(name)
            }
            _ => {
                let name = self.enumeration(depth - 1);
                Type::plain(name)
            }
        }
    }

    /// A type with a rule.
    fn ruled(&mut self) -> Type {
        let least = 1 + self.random.below(3);
        let most = least + self.random.below(6);
        match self.random.below(5) {
            0 => {
                let name = *self.random.pick(&["i32", "u16", "i64"]);
                Type {
                    any: format!("random.int({least}, {most}) as {name}"),
                    attributes: vec![format!("#[schemars(range(min = {least}, max = {most}))]")],
                    ..Type::plain(name)
                }
            }
            1 => Type {
                any: format!("random.word({least}, {most})"),
                attributes: vec![format!("#[schemars(length(min = {least}, max = {most}))]")],
                ..Type::plain("String")
            },
            2 => Type {
                any: "random.word(1, 9)".into(),
                attributes: vec!["#[schemars(regex(pattern = \"^[a-z]+$\"))]".into()],
                ..Type::plain("String")
            },
            3 => Type {
                any: format!("(0..random.below({most} + 1)).map(|_| random.word(1, {most})).collect()"),
                attributes: vec![format!("#[schemars(length(max = {most}), inner(length(min = 1, max = {most})))]")],
                ..Type::plain("Vec<String>")
            },
            _ => Type {
                any: "random.word(3, 9)".into(),
                attributes: vec!["#[schemars(extend(\"x-kubernetes-validations\" = [{\"rule\": \"self.size() > 2\"}]))]".into()],
                ..Type::plain("String")
            },
        }
    }

    /// A struct; its name.
    fn structure(&mut self, depth: u64) -> String {
        let name = self.name("S");
        if self.random.one_in(8) {
            let inner = self.ty(depth);
            let attributes = inner.attributes.join(" ");
            let transparent = if self.random.one_in(2) {
                "    #[serde(transparent)]\n"
            } else {
                ""
            };
            write!(
                self.items,
                "{DERIVES}{transparent}    pub struct {name}({attributes} {});\n    impl Any for {name} {{\n        fn any(random: &mut Random) -> Self {{\n            Self({})\n        }}\n    }}\n",
                inner.name, inner.any
            )
            .unwrap();
            return name;
        }
        let (fields, anys, flattens) = self.fields(depth, true, "pub ");
        let mut container = String::new();
        if self.random.one_in(3) {
            container.push_str("    #[serde(rename_all = \"camelCase\")]\n");
        }
        if !flattens && self.random.one_in(5) {
            container.push_str("    #[serde(deny_unknown_fields)]\n");
        }
        if self.random.one_in(3) {
            container.push_str("    /// A struct.\n");
        }
        write!(
            self.items,
            "{DERIVES}{container}    pub struct {name} {{\n{fields}    }}\n    impl Any for {name} {{\n        fn any(random: &mut Random) -> Self {{\n            Self {{ {anys} }}\n        }}\n    }}\n"
        )
        .unwrap();
        name
    }

    /// Fields, how their values are made, and whether one is flattened.
    fn fields(
        &mut self,
        depth: u64,
        may_flatten: bool,
        visibility: &str,
    ) -> (String, String, bool) {
        let (mut fields, mut anys, mut flattens) = (String::new(), String::new(), false);
        for _ in 0..self.random.below(5) {
            let name = self.name("field_");
            if may_flatten && depth > 0 && self.random.one_in(7) {
                let ty = self.flattened(depth - 1);
                flattens = true;
                writeln!(
                    fields,
                    "        #[serde(flatten)]\n        {visibility}{name}: {},",
                    ty.name
                )
                .unwrap();
                write!(anys, "{name}: {}, ", ty.any).unwrap();
                continue;
            }
            let ty = self.ty(depth);
            let mut serde = Vec::new();
            if self.random.one_in(6) {
                serde.push(format!("rename = \"{}\"", self.name("renamed-")));
            }
            if self.random.one_in(8) {
                serde.push(format!("alias = \"{}\"", self.name("alias")));
            }
            if ty.has_default && ty.attributes.is_empty() {
                match self.random.below(5) {
                    0 => serde.push("default".into()),
                    1 if ty.is_option => {
                        serde.push("default, skip_serializing_if = \"Option::is_none\"".into())
                    }
                    2 if self.random.one_in(2) => serde.push("skip_deserializing".into()),
                    _ => {}
                }
            }
            if self.random.one_in(3) {
                fields.push_str("        /// A field.\n");
            }
            for attribute in &ty.attributes {
                writeln!(fields, "        {attribute}").unwrap();
            }
            if !serde.is_empty() {
                writeln!(fields, "        #[serde({})]", serde.join(", ")).unwrap();
            }
            writeln!(fields, "        {visibility}{name}: {},", ty.name).unwrap();
            write!(anys, "{name}: {}, ", ty.any).unwrap();
        }
        (fields, anys, flattens)
    }

    /// What `#[serde(flatten)]` takes.
    fn flattened(&mut self, depth: u64) -> Type {
        match self.random.below(5) {
            0 => Type::plain(self.structure_of_fields(depth)),
            1 => Type::plain(self.external(depth, false)),
            2 => {
                let name = self.external(depth, false);
                Type::plain(format!("Option<{name}>"))
            }
            3 => Type {
                any: "(0..random.below(3)).map(|_| (random.word(3, 8), random.json(2))).collect()"
                    .into(),
                ..Type::plain("BTreeMap<String, Value>")
            },
            _ => Type::plain(self.structure_of_fields(depth)),
        }
    }

    fn structure_of_fields(&mut self, depth: u64) -> String {
        let name = self.name("S");
        let (fields, anys, _) = self.fields(depth, false, "pub ");
        write!(
            self.items,
            "{DERIVES}    pub struct {name} {{\n{fields}    }}\n    impl Any for {name} {{\n        fn any(random: &mut Random) -> Self {{\n            Self {{ {anys} }}\n        }}\n    }}\n"
        )
        .unwrap();
        name
    }

    /// An enum; its name.
    fn enumeration(&mut self, depth: u64) -> String {
        match self.random.below(9) {
            0 | 1 => self.names_only(),
            2..=4 => {
                let with_names = self.random.one_in(5);
                self.external(depth, with_names)
            }
            5 | 6 => self.variants(depth, "    #[serde(untagged)]\n", false),
            7 => self.variants(depth, "    #[serde(tag = \"type\")]\n", false),
            _ => self.variants(
                depth,
                "    #[serde(tag = \"type\", content = \"content\")]\n",
                false,
            ),
        }
    }

    /// An enum of names.
    fn names_only(&mut self) -> String {
        let name = self.name("E");
        let documented = self.random.one_in(2);
        let variants: Vec<_> = (0..=self.random.below(3))
            .map(|_| self.name("Name"))
            .collect();
        let doc = if documented {
            "        /// A name.\n"
        } else {
            ""
        };
        let listed: String = variants
            .iter()
            .map(|it| format!("{doc}        {it},\n"))
            .collect();
        let anys: Vec<_> = variants
            .iter()
            .enumerate()
            .map(|(at, it)| format!("{at} => Self::{it}"))
            .collect();
        let last = variants.last().map_or("", String::as_str);
        write!(
            self.items,
            "{DERIVES}    pub enum {name} {{\n{listed}    }}\n    impl Any for {name} {{\n        fn any(random: &mut Random) -> Self {{\n            match random.below({}) {{ {}, _ => Self::{last} }}\n        }}\n    }}\n",
            variants.len(),
            anys.join(", ")
        )
        .unwrap();
        name
    }

    fn external(&mut self, depth: u64, with_names: bool) -> String {
        let container = if self.random.one_in(2) {
            "    #[serde(rename_all = \"camelCase\")]\n"
        } else {
            ""
        };
        self.variants(depth, container, with_names)
    }

    fn variants(&mut self, depth: u64, container: &str, with_names: bool) -> String {
        let name = self.name("E");
        let (mut listed, mut anys) = (String::new(), Vec::new());
        let is_internal = container.contains("tag =") && !container.contains("content");
        let count = 1 + self.random.below(3);
        for at in 0..count {
            let variant = self.name("Variant");
            if self.random.one_in(3) {
                listed.push_str("        /// A variant.\n");
            }
            if with_names && self.random.one_in(2) {
                writeln!(listed, "        {variant},").unwrap();
                anys.push(format!("{at} => Self::{variant}"));
            } else if !is_internal && self.random.one_in(2) {
                let ty = self.ty(depth.saturating_sub(1));
                writeln!(
                    listed,
                    "        {variant}({} {}),",
                    ty.attributes.join(" "),
                    ty.name
                )
                .unwrap();
                anys.push(format!("{at} => Self::{variant}({})", ty.any));
            } else {
                let (fields, of_fields, _) = self.fields(depth.saturating_sub(1), false, "");
                write!(listed, "        {variant} {{\n{fields}        }},\n").unwrap();
                anys.push(format!("{at} => Self::{variant} {{ {of_fields} }}"));
            }
        }
        write!(
            self.items,
            "{DERIVES}{container}    pub enum {name} {{\n{listed}    }}\n    impl Any for {name} {{\n        fn any(random: &mut Random) -> Self {{\n            match random.below({count}) {{ {}, _ => unreachable!() }}\n        }}\n    }}\n",
            anys.join(", ")
        )
        .unwrap();
        name
    }
}
