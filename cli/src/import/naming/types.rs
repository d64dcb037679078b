//! The names of a module's types.

use std::collections::{BTreeMap, BTreeSet};

use super::places::{Place, places};
use super::unique;
use crate::import::model::{Body, TypeId, Types};
use crate::import::words::{pascal, words};

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
}
