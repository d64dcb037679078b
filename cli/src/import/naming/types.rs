//! The names of a module's types.

use std::collections::{BTreeMap, BTreeSet};

use super::places::{Place, places};
use super::reserved::{RESERVED, VAGUE};
use super::{kubernetes, unique};
use crate::import::model::{Body, TypeId, Types};
use crate::import::words::{pascal, words};

/// Chooses the names of all types. `roots` have theirs, each with the word that says where it stands; `kind` is the kind's.
///
/// A type is called as the last segment of the path where it stands first, in the singular inside a list or map, and as what the
/// fields have in common where it stands at several; where that is taken, the segments above it come before. Of two that want a
/// name, the one that stands less deep has it; when they stand equally deep, that of the spec, beside whose `Listener` the status has
/// a `ListenerStatus`; otherwise neither. What comes out the same all the way up is told apart by the fields as they are written:
/// `header` and `headers`; and in the end by a number. But what has the fields of a type of Kubernetes' is called as it.
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
    for place in &places {
        if let Some(name) = of_kubernetes(types, place.id)
            && taken.insert(name.to_owned())
        {
            types.all[place.id.0].name = name.to_owned();
        }
    }
    let mut unnamed: Vec<_> = places.iter().collect();
    let longest = places.iter().map(|it| it.path.len()).max().unwrap_or(0);
    for length in 1..=longest {
        give(types, &mut unnamed, &mut taken, |place| {
            Some(spelled_as(kind, candidate(&place.path, length)))
        });
        if length == 1 {
            let of_spec = places.iter().filter(|it| !it.is_of_status());
            let of_spec: BTreeSet<_> = of_spec.map(|it| types.get(it.id).name.clone()).collect();
            give(types, &mut unnamed, &mut taken, |place| {
                let name = top_of_status(place).filter(|it| of_spec.contains(it));
                name.map(|it| it + "Status")
            });
        }
    }
    for length in 1..=longest {
        give(types, &mut unnamed, &mut taken, |place| {
            Some(spelled_as(kind, candidate(&place.fields, length)))
        });
    }
    for place in unnamed {
        let name = whole(kind, place, &taken);
        types.all[place.id.0].name = unique(&name, |name| taken.insert(name.to_owned()), "");
    }
}

/// The name of Kubernetes' own type that has the same fields.
fn of_kubernetes(types: &Types, id: TypeId) -> Option<&'static str> {
    match &types.get(id).body {
        Body::Struct { fields, rest: None } if types.get(id).name.is_empty() => {
            kubernetes::name_of(fields)
        }
        _ => None,
    }
}

/// What stands right below the status, but for references: `Listener`.
fn top_of_status(place: &Place) -> Option<String> {
    let is_top = place.is_of_status() && place.path.len() == 2;
    let name = is_top.then(|| candidate(&place.path, 1));
    name.filter(|it| !it.ends_with("Ref"))
}

/// The name of the whole path; where it is taken or too long, one to be numbered.
fn whole(kind: &str, place: &Place, taken: &BTreeSet<String>) -> String {
    let kind_words = words(kind);
    let mut path = place.path.clone();
    if path[0] != kind_words {
        path.insert(0, kind_words.clone());
    }
    let of = |path: &[Vec<String>]| spelled_as(kind, candidate(path, path.len()));
    let mut names = vec![of(&path)];
    // What is called like the kind itself: `KafkaSpecKafka`.
    if !place.is_of_status() {
        let mut path = path.clone();
        path[0].push("spec".to_owned());
        names.push(of(&path));
    }
    names.retain(|it| it.len() <= LONGEST);
    let free = names.iter().find(|it| !taken.contains(*it));
    let numbered = || of(&[path[0].clone(), path[path.len() - 1].clone()]);
    let name = free.or(names.first()).cloned();
    name.unwrap_or_else(numbered)
}

/// Gives the types without a name what `wanted` says, where it is free and wanted by one alone.
fn give(
    types: &mut Types,
    unnamed: &mut Vec<&Place>,
    taken: &mut BTreeSet<String>,
    wanted: impl Fn(&Place) -> Option<String>,
) {
    unnamed.retain(|place| types.get(place.id).name.is_empty());
    let mut wanting = BTreeMap::<String, Vec<&Place>>::new();
    for place in &*unnamed {
        let name = wanted(place)
            .filter(|name| usable(name) && name.len() <= LONGEST && !taken.contains(name));
        if let Some(name) = name {
            wanting.entry(name).or_default().push(place);
        }
    }
    for (name, places) in wanting {
        let rank = |place: &Place| (place.path.len(), place.is_of_status());
        // They are in the order of depth, and those of the spec come first.
        if places.len() == 1 || rank(places[0]) < rank(places[1]) {
            types.all[places[0].id.0].name = name.clone();
            taken.insert(name);
        }
    }
    unnamed.retain(|place| types.get(place.id).name.is_empty());
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::import::extract;

    /// The names of the types of a kind `Wall` with these properties, but for those of its spec and status.
    fn names(spec: &Value, status: &Value) -> Vec<String> {
        let (mut made, roots) = extract::types(|extractor| {
            let mut root = |properties: &Value| {
                let wanted = json!({"type": "object", "properties": properties});
                extractor.root(wanted.as_object().unwrap())
            };
            [
                (root(spec), "WallSpec".to_owned(), "Wall".to_owned()),
                (root(status), "WallStatus".to_owned(), "status".to_owned()),
            ]
        });
        types(&mut made, "Wall", &roots);
        let names = made.all.into_iter().map(|it| it.name);
        names
            .filter(|it| !["WallSpec", "WallStatus"].contains(&it.as_str()))
            .collect()
    }

    #[test]
    fn names_are_what_a_person_would_choose() {
        let object = |properties: Value| json!({"type": "object", "properties": properties});
        let list = |items: Value| json!({"type": "array", "items": items});
        let text = |description: &str| json!({"type": "string", "description": description});
        let switch = json!({"type": "string", "enum": ["Enabled", "Disabled"]});
        let nullable = json!({"type": "string", "nullable": true, "enum": ["red", null]});
        let one = object(json!({"a": text("")}));
        let other = object(json!({"b": text("")}));
        let file = object(json!({"key": text(""), "name": text("")}));
        let secret = object(json!({"name": text("Name of the referent.")}));
        let nothing = json!({"type": "object"});
        let three = object(json!({"a": text(""), "b": text(""), "c": text("")}));
        let large: serde_json::Map<_, _> = (0..50)
            .map(|at| (format!("field{at:02}"), text("")))
            .collect();
        let large = object(large.into());
        let source = object(json!({"file": one, "secret": other}));
        for (spec, status, expected) in [
            (
                json!({"bgp": switch, "fips": switch, "ports": switch}),
                json!({}),
                &["EnabledOrDisabled"][..],
            ),
            (json!({"colour": nullable}), json!({}), &["Colour"]),
            (json!({"bricks": list(one.clone())}), json!({}), &["Brick"]),
            (
                json!({"header": one, "headers": list(other.clone())}),
                json!({}),
                &["Header", "Headers"],
            ),
            // The status of what the spec has; but a reference has none.
            (
                json!({"gates": list(one.clone())}),
                json!({"gates": list(other.clone())}),
                &["Gate", "GateStatus"],
            ),
            (
                json!({"gateRef": one}),
                json!({"gateRef": other}),
                &["GateRef", "StatusGateRef"],
            ),
            // As the kind is called.
            (json!({"wall": one}), json!({}), &["WallSpecWall"]),
            // What a plural groups.
            (
                json!({"ends": object(json!({"left": one, "right": one}))}),
                json!({}),
                &["End", "Ends"],
            ),
            (
                json!({"left": one, "right": one}),
                json!({}),
                &["LeftOrRight"],
            ),
            // Users that have nothing in common have a type each; those that do share it.
            (
                json!({"boost": three, "history": three, "bowLine": three, "lines": list(three.clone())}),
                json!({}),
                &["Boost", "Line", "History"],
            ),
            (
                json!({"boost": one, "history": one, "more": object(json!({"boost": one}))}),
                json!({}),
                &["Boost", "History", "More"],
            ),
            (
                json!({"always": nothing, "never": nothing}),
                json!({}),
                &["Always", "Never"],
            ),
            // But for what is large.
            (
                json!({"master": large, "worker": large, "standby": list(large.clone())}),
                json!({}),
                &["Field00AndField01"],
            ),
            // What has nothing in common but its own fields.
            (
                json!({"a": file, "b": file, "c": file}),
                json!({}),
                &["KeyAndName"],
            ),
            (
                json!({"a": source, "b": source, "c": source}),
                json!({}),
                &["File", "Secret", "FileOrSecret"],
            ),
            // As Kubernetes calls it.
            (
                json!({"owner": secret}),
                json!({}),
                &["LocalObjectReference"],
            ),
        ] {
            assert_eq!(names(&spec, &status), expected, "{spec} {status}");
        }
    }

    #[test]
    fn what_nests_in_itself_is_numbered() {
        let mut group = json!({"type": "object", "properties": {"level0": {"type": "string"}}});
        for level in 1..15 {
            let fields = json!({"subGroup": group, format!("level{level}"): {"type": "string"}});
            group = json!({"type": "object", "properties": fields});
        }
        let names = names(&json!({"subGroup": group}), &json!({}));
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
}
