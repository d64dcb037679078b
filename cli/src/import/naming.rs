//! The names of fields, variants and types: those that a person would choose, unique and the same every time.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use super::model::{Body, Type, TypeId, Types};
use super::words::{pascal, singular, snake, words};

/// The names of the fields for a struct's properties, in their order. Two that come out the same are numbered.
pub fn fields<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut taken = HashSet::new();
    keys.map(|key| {
        let name = field(key);
        unique(&name, |name| taken.insert(name.to_owned()), "_")
    })
    .collect()
}

/// The name of the map that keeps what no field names.
pub fn rest<'a>(idents: impl Iterator<Item = &'a str>) -> String {
    let idents: HashSet<_> = idents.collect();
    ["rest", "other", "unknown_fields"]
        .into_iter()
        .find(|name| !idents.contains(name))
        .map_or_else(
            || unique("rest", |name| !idents.contains(name), "_"),
            str::to_owned,
        )
}

/// The names of the variants for an enum's values, in their order.
pub fn variants(values: &[String]) -> Vec<String> {
    let short: Vec<_> = values.iter().map(|value| variant(value, false)).collect();
    let mut count = HashMap::new();
    for name in &short {
        *count.entry(name.as_str()).or_insert(0) += 1;
    }
    let mut taken: HashSet<String> = short
        .iter()
        .filter(|name| count[name.as_str()] == 1)
        .cloned()
        .collect();
    values
        .iter()
        .zip(&short)
        .map(|(value, name)| {
            if count[name.as_str()] == 1 {
                return name.clone();
            }
            let spelled = variant(value, true);
            let same_letters = value.eq_ignore_ascii_case(name);
            let candidates = [
                (*value == *name || spelled != *name).then_some(spelled),
                (same_letters && is_all(value, char::is_lowercase))
                    .then(|| format!("{name}Lowercase")),
                (same_letters && is_all(value, char::is_uppercase))
                    .then(|| format!("{name}Uppercase")),
            ];
            candidates
                .into_iter()
                .flatten()
                .find(|it| taken.insert(it.clone()))
                .unwrap_or_else(|| unique(name, |name| taken.insert(name.to_owned()), ""))
        })
        .collect()
}

/// Chooses the names of all types. `roots` have theirs, each with the word that says where it stands; `kind` is the kind's.
///
/// A type is called as the last segment of the path where it stands first, in the singular inside a list or map; where
/// that is taken, the segments above it come before, then the kind, then a number. Of two that want a name, the one that
/// stands less deep has it; when they stand equally deep, neither.
pub fn types(types: &mut Types, kind: &str, roots: &[(TypeId, String, String)]) {
    let mut taken: BTreeSet<String> = RESERVED.iter().map(|it| (*it).to_owned()).collect();
    taken.insert(kind.to_owned());
    for (id, name, _) in roots {
        taken.insert(name.clone());
        types.all[id.0].name = name.clone();
    }
    let places = places(types, roots);
    let mut unnamed: Vec<_> = places
        .iter()
        .filter(|place| types.get(place.id).name.is_empty())
        .collect();
    let longest = places.iter().map(|it| it.path.len()).max().unwrap_or(0);
    for length in 1..=longest {
        let mut wanting = BTreeMap::<String, Vec<&Place>>::new();
        for place in &unnamed {
            let name = spelled_as(kind, candidate(&place.path, length));
            if usable(&name) && !taken.contains(&name) {
                wanting.entry(name).or_default().push(place);
            }
        }
        for (name, places) in wanting {
            let depth = |place: &Place| place.path.len();
            // They are in the order of depth.
            if places.len() == 1 || depth(places[0]) < depth(places[1]) {
                types.all[places[0].id.0].name = name.clone();
                taken.insert(name);
            }
        }
        unnamed.retain(|place| types.get(place.id).name.is_empty());
    }
    for place in unnamed {
        let name = candidate(&place.path, place.path.len());
        let name = spelled_as(kind, format!("{}{name}", pascal(&words(kind))));
        types.all[place.id.0].name = unique(&name, |name| taken.insert(name.to_owned()), "");
    }
}

/// Where a type stands first, reading from the roots breadth first.
struct Place {
    id: TypeId,
    /// The words of each segment from the root to it.
    path: Vec<Vec<String>>,
}

fn places(types: &Types, roots: &[(TypeId, String, String)]) -> Vec<Place> {
    let mut seen = HashSet::new();
    let mut places = Vec::new();
    let mut queue: VecDeque<_> = roots
        .iter()
        .map(|(id, _, word)| Place {
            id: *id,
            path: vec![words(word)],
        })
        .collect();
    while let Some(place) = queue.pop_front() {
        if !seen.insert(place.id) {
            continue;
        }
        let mut children = Vec::new();
        match &types.get(place.id).body {
            Body::Struct { fields, .. } => {
                for field in fields {
                    let segment = words(&field.key);
                    if let Some((id, inner)) = named(&field.ty) {
                        children.push((id, segment, inner));
                    }
                }
            }
            Body::Newtype(ty) => {
                children.extend(named(ty).map(|(id, _)| (id, vec!["item".to_owned()], false)))
            }
            Body::Enum(_) => {}
        }
        for (id, mut segment, inner) in children {
            if let Some(last) = segment.last_mut().filter(|_| inner) {
                *last = singular(last);
            }
            let mut path = place.path.clone();
            path.push(segment);
            queue.push_back(Place { id, path });
        }
        places.push(place);
    }
    places
}

/// The type of the module that a type is made of, and whether it stands inside of a list or map.
fn named(ty: &Type) -> Option<(TypeId, bool)> {
    match ty {
        Type::Named(id) => Some((*id, false)),
        Type::Option(inner) => named(inner),
        Type::List(inner) | Type::Map(inner) => named(inner).map(|(id, _)| (id, true)),
        _ => None,
    }
}

/// The name of the last `length` segments. What a segment repeats of the one above it is said once.
fn candidate(path: &[Vec<String>], length: usize) -> String {
    let from = path.len().saturating_sub(length);
    let mut name: Vec<String> = Vec::new();
    for segment in &path[from..] {
        if segment.starts_with(&name) {
            name.clear();
        }
        name.extend(segment.iter().cloned());
    }
    pascal(&name)
}

/// A name that starts with the kind, as the kind is spelled: `HTTPRouteRule` of `HttpRouteRule`.
fn spelled_as(kind: &str, name: String) -> String {
    match name.strip_prefix(&pascal(&words(kind))) {
        // Not of `Routers`, which starts with no word `Route`.
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => format!("{kind}{rest}"),
        _ => name,
    }
}

fn usable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.ends_with("Validated")
}

fn field(key: &str) -> String {
    let name = snake(&words(key));
    match name.as_str() {
        "" => "field".to_owned(),
        "self" | "super" | "crate" => name + "_",
        keyword if KEYWORDS.contains(&keyword) => format!("r#{name}"),
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name,
    }
}

/// The name of one variant; with `spell`, with the names of its symbols.
fn variant(value: &str, spell: bool) -> String {
    let text = if spell || words(value).is_empty() {
        spelled(value)
    } else {
        value.to_owned()
    };
    let name = pascal(&words(&text));
    match name.as_str() {
        "" if value.is_empty() => "Empty".to_owned(),
        "" => "Value".to_owned(),
        "Self" => "SelfValue".to_owned(),
        digit if digit.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

fn spelled(value: &str) -> String {
    value
        .chars()
        .map(|c| {
            SYMBOLS
                .iter()
                .find(|(symbol, _)| *symbol == c)
                .map_or_else(|| c.to_string(), |(_, name)| format!(" {name} "))
        })
        .collect()
}

fn is_all(value: &str, is: fn(char) -> bool) -> bool {
    value.chars().filter(|c| c.is_alphabetic()).all(is)
}

/// The name itself, or with the first number from 2 on that `take` takes.
fn unique(name: &str, mut take: impl FnMut(&str) -> bool, separator: &str) -> String {
    if take(name) {
        return name.to_owned();
    }
    let base = name.trim_start_matches("r#");
    (2..)
        .map(|number| format!("{base}{separator}{number}"))
        .find(|name| take(name))
        .unwrap_or_default()
}

const SYMBOLS: [(char, &str); 30] = [
    ('=', "Equal"),
    ('!', "Not"),
    ('<', "Less"),
    ('>', "Greater"),
    ('*', "Asterisk"),
    ('+', "Plus"),
    ('-', "Minus"),
    ('/', "Slash"),
    ('\\', "Backslash"),
    ('.', "Dot"),
    (',', "Comma"),
    (':', "Colon"),
    (';', "Semicolon"),
    ('~', "Tilde"),
    ('&', "And"),
    ('|', "Or"),
    ('%', "Percent"),
    ('$', "Dollar"),
    ('#', "Hash"),
    ('@', "At"),
    ('?', "Question"),
    ('^', "Caret"),
    ('_', "Underscore"),
    (' ', "Space"),
    ('(', "Open"),
    (')', "Close"),
    ('[', "OpenBracket"),
    (']', "CloseBracket"),
    ('"', "Quote"),
    ('\'', "Apostrophe"),
];

/// The keywords of edition 2024 that can be raw identifiers.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// What a type of the module cannot be called: the prelude, what the module imports, and what kube's `KubeSchema` imports
/// into the function that it generates. `Spec` and `Status` alone would say nothing.
const RESERVED: &[&str] = &[
    "AsMut",
    "AsRef",
    "BTreeMap",
    "Box",
    "Clone",
    "Copy",
    "CustomResource",
    "DateTime",
    "Debug",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "IntOrString",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "JsonObject",
    "JsonSchema",
    "Kind",
    "KubeSchema",
    "ListMerge",
    "MapMerge",
    "Message",
    "None",
    "Nullable",
    "Number",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Quantity",
    "Reason",
    "Result",
    "Rule",
    "Self",
    "Send",
    "Serialize",
    "Deserialize",
    "Sized",
    "Some",
    "Spec",
    "Status",
    "String",
    "StructMerge",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Value",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(make: impl Fn(&[String]) -> Vec<String>, from: &[&str]) -> String {
        make(&from.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).join(" ")
    }

    #[test]
    fn fields_are_snake_case_and_unique() {
        for (keys, expected) in [
            (&["matchLabels", "podIPs"][..], "match_labels pod_ips"),
            (&["type", "self", "gen"], "r#type self_ r#gen"),
            (&["3scale", "$ref", "x-y", "é"], "_3scale r#ref x_y field"),
            (
                &["proxyURL", "proxyUrl", "proxy_url"],
                "proxy_url proxy_url_2 proxy_url_3",
            ),
            (&["type", "Type"], "r#type type_2"),
        ] {
            assert_eq!(names(|keys| fields(keys.iter()), keys), expected);
        }
        assert_eq!(rest(["rest", "a"].into_iter()), "other");
    }

    #[test]
    fn kinds_keep_their_spelling() {
        for (kind, name, expected) in [
            ("GRPCRoute", "GrpcRouteRule", "GRPCRouteRule"),
            ("HTTPFlavor", "Flavor", "Flavor"),
            ("IP", "Ipv4", "Ipv4"),
        ] {
            assert_eq!(spelled_as(kind, name.into()), expected);
        }
    }

    #[test]
    fn variants_are_pascal_case_and_unique() {
        for (values, expected) in [
            (&["Always", "IfNotPresent"][..], "Always IfNotPresent"),
            (&["", "on", "off"], "Empty On Off"),
            (
                &["=", "!=", "=~", "!~"],
                "Equal NotEqual EqualTilde NotTilde",
            ),
            (&["replace", "Replace"], "ReplaceLowercase Replace"),
            (&["TLS1.2", "1.2", "1.12"], "Tls1_2 V1_2 V1_12"),
            (&["a-b", "a.b"], "AMinusB ADotB"),
            (&["self", "é", "ü"], "SelfValue Value Value2"),
            (&["*", "GET"], "Asterisk Get"),
        ] {
            assert_eq!(names(variants, values), expected);
        }
    }
}
