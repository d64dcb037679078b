//! What the fields at which a type stands have in common: the word for a type that is shared.

use std::collections::HashMap;

use super::parts::children;
use crate::import::model::{Body, TypeId, Types};
use crate::import::words::words;

/// What the fields have in common where each type stands, if there is such a thing.
pub fn segments(types: &Types) -> HashMap<TypeId, Option<Vec<String>>> {
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
