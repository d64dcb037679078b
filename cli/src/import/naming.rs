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
/// A type is called as the last segment of the path where it stands first, in the singular inside a list or map, and as what the
/// fields have in common where it stands at several; where that is taken, the segments above it come before. Of two that want a
/// name, the one that stands less deep has it; when they stand equally deep, neither. What comes out the same all the way up is told
/// apart by the fields as they are written: `header` and `headers`; and in the end by a number.
pub fn types(types: &mut Types, kind: &str, roots: &[(TypeId, String, String)]) {
    let mut taken: BTreeSet<String> = [RESERVED, VAGUE]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect();
    taken.insert(kind.to_owned());
    for (id, name, _) in roots {
        taken.insert(name.clone());
        types.all[id.0].name = name.clone();
    }
    name_schemas(types, &mut taken);
    let places = places(types, roots);
    let mut unnamed: Vec<_> = places.iter().collect();
    let longest = places.iter().map(|it| it.path.len()).max().unwrap_or(0);
    let by_what_is_common = (1..=longest).map(|length| (length, false));
    let by_fields = (1..=longest).map(|length| (length, true));
    for (length, is_by_fields) in by_what_is_common.chain(by_fields) {
        unnamed.retain(|place| types.get(place.id).name.is_empty());
        let mut wanting = BTreeMap::<String, Vec<&Place>>::new();
        for place in &unnamed {
            let path = if is_by_fields {
                &place.fields
            } else {
                &place.path
            };
            let name = spelled_as(kind, candidate(path, length));
            if usable(&name) && name.len() <= LONGEST && !taken.contains(&name) {
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
    }
    unnamed.retain(|place| types.get(place.id).name.is_empty());
    for place in unnamed {
        let mut path = place.path.clone();
        if path[0] != words(kind) {
            path.insert(0, words(kind));
        }
        let whole = spelled_as(kind, candidate(&path, path.len()));
        let name = match whole.len() <= LONGEST {
            true => whole,
            false => spelled_as(
                kind,
                candidate(&[path[0].clone(), path[path.len() - 1].clone()], 2),
            ),
        };
        types.all[place.id.0].name = unique(&name, |name| taken.insert(name.to_owned()), "");
    }
}

/// The longest name of a type that leaves room for a list of it in a line. What nests deeper is numbered.
const LONGEST: usize = 80;

/// Names the schemas of Kubernetes' types, and keeps the names of those.
fn name_schemas(types: &mut Types, taken: &mut BTreeSet<String>) {
    let mut imported = BTreeSet::new();
    for def in &mut types.all {
        if let Body::Kubernetes(known) = &mut def.body {
            known.is_imported = !taken.contains(&known.name);
            imported.insert(known.name.clone());
        }
    }
    taken.extend(imported);
    for def in &mut types.all {
        if let Body::Kubernetes(known) = &def.body {
            let name = format!("{}Schema", known.name);
            def.name = unique(&name, |name| taken.insert(name.to_owned()), "");
        }
    }
}

/// Where a type stands first, reading from the roots breadth first.
struct Place {
    id: TypeId,
    /// The words of each segment from the root to it.
    path: Vec<Vec<String>>,
    /// The words of each field on the way, as they are written.
    fields: Vec<Vec<String>>,
}

fn places(types: &Types, roots: &[(TypeId, String, String)]) -> Vec<Place> {
    let segments = segments(types);
    let mut seen = HashSet::new();
    let mut places = Vec::new();
    let mut queue: VecDeque<_> = roots
        .iter()
        .map(|(id, _, word)| Place {
            id: *id,
            path: vec![words(word)],
            fields: vec![words(word)],
        })
        .collect();
    while let Some(place) = queue.pop_front() {
        if !seen.insert(place.id) {
            continue;
        }
        for (id, field, segment) in children(types, place.id) {
            let (mut path, mut fields) = (place.path.clone(), place.fields.clone());
            // What holds it may be called like that already.
            let common = segments[&id].clone();
            let common = common.filter(|it| path.last() != Some(it));
            path.push(common.unwrap_or(segment));
            fields.push(field);
            queue.push_back(Place { id, path, fields });
        }
        places.push(place);
    }
    places
}

/// The types that a type holds, with the words of the field where each stands: as they are written, and in the singular inside of a
/// list or map.
fn children(types: &Types, id: TypeId) -> Vec<(TypeId, Vec<String>, Vec<String>)> {
    match &types.get(id).body {
        Body::Struct { fields, .. } => fields
            .iter()
            .filter_map(|field| {
                let (id, inner) = named(&field.ty)?;
                let written = words(&field.key);
                let mut segment = written.clone();
                if let Some(last) = segment.last_mut().filter(|_| inner) {
                    *last = singular(last);
                }
                Some((id, written, segment))
            })
            .collect(),
        Body::Newtype(ty) => named(ty)
            .map(|(id, _)| (id, vec!["item".to_owned()], vec!["item".to_owned()]))
            .into_iter()
            .collect(),
        Body::Enum(_) | Body::Kubernetes(_) => Vec::new(),
    }
}

/// What the fields have in common where each type stands, if there is such a thing.
fn segments(types: &Types) -> HashMap<TypeId, Option<Vec<String>>> {
    let mut uses = HashMap::<_, Vec<_>>::new();
    for index in 0..types.all.len() {
        for (id, _, segment) in children(types, TypeId(index)) {
            uses.entry(id).or_default().push((index, segment));
        }
    }
    uses.into_iter()
        .map(|(id, uses)| {
            let siblings = uses.iter().all(|(parent, _)| *parent == uses[0].0);
            let uses: Vec<_> = uses.into_iter().map(|(_, segment)| segment).collect();
            let either = || either(&uses).filter(|_| siblings);
            let common = ending(&uses).or_else(either);
            (id, common.or_else(|| values(types, id)))
        })
        .collect()
}

/// The words that most fields end with: `ProtocolVersion` of `minProtocolVersion` and `maxProtocolVersion`.
fn ending(uses: &[Vec<String>]) -> Option<Vec<String>> {
    let ending = |words: &[String]| uses.iter().filter(|it| it.ends_with(words)).count();
    let (_, _, words) = uses
        .iter()
        .flat_map(|segment| (0..segment.len()).map(|start| &segment[start..]))
        .map(|words| (ending(words), words.len(), words))
        .filter(|(count, ..)| 2 * count > uses.len())
        .max()?;
    Some(words.to_vec())
}

/// With more words a name is no shorter than what it stands for.
const MOST_WORDS: usize = 6;

/// All that an enum can be: `EnabledOrDisabled`.
fn values(types: &Types, id: TypeId) -> Option<Vec<String>> {
    let Body::Enum(variants) = &types.get(id).body else {
        return None;
    };
    let values: Vec<_> = variants.iter().map(|it| words(&it.name)).collect();
    let words = values.join(&"or".to_owned());
    (words.len() <= MOST_WORDS).then_some(words)
}

/// Both of two fields: `ScaleDownOrUp` of `scaleDown` and `scaleUp`.
fn either(uses: &[Vec<String>]) -> Option<Vec<String>> {
    let [one, other] = uses else {
        return None;
    };
    let shared = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let or = ["or".to_owned()];
    let words = [one, &or[..], &other[shared..]].concat();
    (words.len() <= MOST_WORDS).then_some(words)
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
        let repeated = (0..=name.len().min(segment.len()))
            .rev()
            .filter(|count| *count < segment.len() || *count == name.len())
            .find(|count| name.ends_with(&segment[..*count]));
        name.extend(segment[repeated.unwrap_or(0)..].iter().cloned());
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
/// into the function that it generates.
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

/// What a type is never called without what it is of: alone they say nothing, and a CRD that comes to have two of one name would
/// rename the first.
const VAGUE: &[&str] = &[
    "Action", "Config", "Data", "Format", "Info", "Level", "Method", "Mode", "Name", "Operator",
    "Options", "Phase", "Policy", "Spec", "State", "Status", "Type",
];

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::extract::Extractor;

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
    fn what_fields_have_in_common_names_their_type() {
        for (fields, of_ending, of_both) in [
            (
                &["minProtocolVersion", "maxProtocolVersion"][..],
                "protocol_version",
                "",
            ),
            (
                &["proxySecretRef", "secretRef", "repository"],
                "secret_ref",
                "",
            ),
            (&["secretRef", "secretRef", "secretRef"], "secret_ref", ""),
            (&["scaleDown", "scaleUp"], "", "scale_down_or_up"),
            (&["excluded", "permitted"], "", "excluded_or_permitted"),
        ] {
            let uses: Vec<_> = fields.iter().map(|it| words(it)).collect();
            let name = |words: Option<Vec<String>>| snake(&words.unwrap_or_default());
            assert_eq!(name(ending(&uses)), of_ending);
            assert_eq!(name(either(&uses)), of_both);
        }
    }

    /// The names of the types of an object with these properties.
    fn names_of_types(properties: Value) -> Vec<String> {
        let wanted = json!({"type": "object", "properties": properties});
        let mut extractor = Extractor::default();
        let root = extractor.root(wanted.as_object().unwrap());
        let mut made = extractor.finish();
        types(
            &mut made,
            "Wall",
            &[(root, "WallSpec".into(), "Wall".into())],
        );
        made.all.into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn an_enum_of_unlike_fields_is_called_like_its_values() {
        let switch = json!({"type": "string", "enum": ["Enabled", "Disabled"]});
        assert_eq!(
            names_of_types(json!({"bgp": switch, "fipsMode": switch, "hostPorts": switch})),
            ["EnabledOrDisabled", "WallSpec"]
        );
        let nullable = json!({"type": "string", "nullable": true, "enum": ["red", null]});
        assert_eq!(
            names_of_types(json!({"colour": nullable})),
            ["Colour", "WallSpec"]
        );
    }

    #[test]
    fn fields_that_differ_in_number_alone_tell_their_types_apart() {
        let object =
            |field: &str| json!({"type": "object", "properties": {field: {"type": "string"}}});
        let list = json!({"type": "array", "items": object("b")});
        assert_eq!(
            names_of_types(json!({"header": object("a"), "headers": list})),
            ["Header", "Headers", "WallSpec"]
        );
    }

    #[test]
    fn what_nests_in_itself_is_numbered() {
        let mut group = json!({"type": "object", "properties": {"level0": {"type": "string"}}});
        for level in 1..15 {
            let fields = json!({"subGroup": group, format!("level{level}"): {"type": "string"}});
            group = json!({"type": "object", "properties": fields});
        }
        let names = names_of_types(json!({"subGroup": group}));
        assert!(names.iter().all(|it| it.len() <= LONGEST), "{names:?}");
        assert_eq!(names[..2], ["WallSubGroup6", "WallSubGroup5"]);
    }

    #[test]
    fn what_a_segment_repeats_is_said_once() {
        for (path, expected) in [
            (&["status", "parent", "parentRef"][..], "StatusParentRef"),
            (&["rule", "ruleMessage"], "RuleMessage"),
            (&["spec", "claimRef", "ref"], "SpecClaimRefRef"),
        ] {
            let path: Vec<_> = path.iter().map(|it| words(it)).collect();
            assert_eq!(candidate(&path, path.len()), expected);
        }
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
