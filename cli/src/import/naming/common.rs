//! What the fields at which a type stands have in common: the word for a type that is shared.

use std::collections::{HashMap, HashSet};

use super::parts::children;
use crate::import::model::{Body, Presence, Type, TypeId, Types};
use crate::import::words::{singular, words};

/// What the fields have in common where each type stands, if there is such a thing.
pub fn segments(types: &Types) -> HashMap<TypeId, Option<Vec<String>>> {
    let uses = Uses::of(types);
    let ids = uses.0.keys();
    ids.map(|id| (*id, uses.common(types, *id))).collect()
}

/// The types whose fields have nothing in common, or not all of them: a name for all would be wrong for some. What is too large
/// to be there several times is not among them.
pub fn unrelated(types: &Types) -> Vec<TypeId> {
    let uses = Uses::of(types);
    let is_unrelated = |id: &&TypeId| {
        let segments = uses.segments(**id);
        let lasts: HashSet<_> = segments.iter().map(|it| it.last()).collect();
        let copies = lasts.len() - 1;
        copies > 0
            && copies * size(types, **id) <= MOST_COPIED
            && uses.fitting(types, **id).is_none()
    };
    let mut found: Vec<_> = uses.0.keys().filter(is_unrelated).copied().collect();
    found.sort();
    found
}

/// How many lines of Rust one structure may come to more than once, about.
const MOST_COPIED: usize = 60;

/// How many lines a type is, about.
fn size(types: &Types, id: TypeId) -> usize {
    match &types.get(id).body {
        Body::Struct { fields, .. } => 1 + fields.len(),
        Body::Enum(variants) => 1 + variants.len() / 4,
        // Kubernetes' own have their names, and the others one use.
        Body::Newtype(_) | Body::Kubernetes(_) => usize::MAX / 1024,
    }
}

fn is_empty(types: &Types, id: TypeId) -> bool {
    matches!(&types.get(id).body, Body::Struct { fields, .. } if fields.is_empty())
}

/// The fields at which each type stands: the type that has the field, and the words of its name.
struct Uses(HashMap<TypeId, Vec<(TypeId, Vec<String>)>>);

impl Uses {
    fn of(types: &Types) -> Self {
        let mut uses = HashMap::<_, Vec<_>>::new();
        for index in 0..types.all.len() {
            let parent = TypeId(index);
            for (id, _, segment) in children(types, parent) {
                uses.entry(id).or_default().push((parent, segment));
            }
        }
        Self(uses)
    }

    fn segments(&self, id: TypeId) -> Vec<Vec<String>> {
        let uses = self.0.get(&id).into_iter().flatten();
        uses.map(|(_, segment)| segment.clone()).collect()
    }

    fn common(&self, types: &Types, id: TypeId) -> Option<Vec<String>> {
        self.fitting(types, id).or_else(|| first_parts(types, id))
    }

    /// A name that fits all fields: what they end with. A reference, such as a `SecretRef`, is one even where a field is called
    /// like what it refers to.
    fn fitting(&self, types: &Types, id: TypeId) -> Option<Vec<String>> {
        const REFERENCES: [&str; 3] = ["ref", "reference", "selector"];
        let segments = self.segments(id);
        let is_reference = |words: &Vec<String>| {
            words.len() > 1
                && words
                    .last()
                    .is_some_and(|it| REFERENCES.contains(&it.as_str()))
        };
        let is_fitting = |words: &Vec<String>| {
            is_reference(words) || segments.iter().all(|it| it.ends_with(words))
        };
        ending(&segments)
            .filter(is_fitting)
            .or_else(|| self.neutral(types, id))
    }

    /// A name that fits all fields, though they do not end alike.
    fn neutral(&self, types: &Types, id: TypeId) -> Option<Vec<String>> {
        let uses = &self.0[&id];
        let parent = uses[0].0;
        let of_siblings = || {
            let siblings = uses.iter().all(|(it, _)| *it == parent);
            let group = self.0.get(&parent).filter(|it| it.len() == 1);
            let name = || {
                group
                    .and_then(|it| one_of(&it[0].1))
                    .or_else(|| either(&self.segments(id)))
            };
            siblings.then(name).flatten()
        };
        // An empty structure has nothing in common with another.
        of_siblings()
            .filter(|_| !is_empty(types, id))
            .or_else(|| values(types, id))
            .or_else(|| parts(types, id))
    }
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

/// Two fields that are all that a struct has: `ConfigMapOrSecret` where each is a choice, otherwise `KeyAndName`.
fn parts(types: &Types, id: TypeId) -> Option<Vec<String>> {
    let Body::Struct { fields, rest: None } = &types.get(id).body else {
        return None;
    };
    let [one, other] = fields.as_slice() else {
        return None;
    };
    let is_choice = fields.iter().all(|it| {
        let is_struct =
            matches!(&it.ty, Type::Named(id) if matches!(types.get(*id).body, Body::Struct { .. }));
        is_struct && it.presence == Presence::Optional
    });
    let word = if is_choice { "or" } else { "and" };
    let words = [words(&one.key), vec![word.to_owned()], words(&other.key)].concat();
    (words.len() <= MOST_WORDS).then_some(words)
}

/// The first two parts of what is too large to be there for each of its fields: `ImageAndReplicas`.
fn first_parts(types: &Types, id: TypeId) -> Option<Vec<String>> {
    let (parts, word): (Vec<_>, _) = match &types.get(id).body {
        Body::Struct { fields, .. } => (fields.iter().map(|it| words(&it.key)).collect(), "and"),
        Body::Enum(variants) => (variants.iter().map(|it| words(&it.name)).collect(), "or"),
        Body::Newtype(_) | Body::Kubernetes(_) => return None,
    };
    let first: Vec<_> = parts.into_iter().take(2).collect();
    (!first.is_empty()).then(|| first.join(&word.to_owned()))
}

/// One of what a field in the plural groups: `Keystore` of `keystores`.
fn one_of(group: &[String]) -> Option<Vec<String>> {
    let (last, first) = group.split_last()?;
    let one = singular(last);
    (one != *last).then(|| [first, &[one]].concat())
}

/// Both of two fields: `WhenCanBorrowOrPreempt` of `whenCanBorrow` and `whenCanPreempt`.
fn either(uses: &[Vec<String>]) -> Option<Vec<String>> {
    let [one, other] = uses else {
        return None;
    };
    let shared = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let or = ["or".to_owned()];
    let words = [one, &or[..], &other[shared..]].concat();
    (words.len() <= MOST_WORDS).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::words::snake;

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
}
