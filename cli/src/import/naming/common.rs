//! What the fields at which a type stands have in common: the word for a type that is shared.

use std::collections::HashMap;

use super::parts::children;
use crate::import::model::{Body, Presence, Type, TypeId, Types};
use crate::import::words::{singular, words};

/// What the fields have in common where each type stands, if there is such a thing.
pub fn segments(types: &Types) -> HashMap<TypeId, Option<Vec<String>>> {
    let mut uses = HashMap::<_, Vec<_>>::new();
    for index in 0..types.all.len() {
        let parent = TypeId(index);
        for (id, _, segment) in children(types, parent) {
            uses.entry(id).or_default().push((parent, segment));
        }
    }
    uses.iter()
        .map(|(id, all)| {
            let parent = all[0].0;
            let siblings = all.iter().all(|(it, _)| *it == parent);
            let segments: Vec<_> = all.iter().map(|(_, segment)| segment.clone()).collect();
            let of_siblings = || {
                let group = uses.get(&parent).filter(|it| it.len() == 1);
                group
                    .and_then(|it| one_of(&it[0].1))
                    .or_else(|| either(&segments))
            };
            let common = ending(&segments)
                .or_else(|| of_siblings().filter(|_| siblings))
                .or_else(|| values(types, *id))
                .or_else(|| parts(types, *id));
            (*id, common)
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
