use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::Type;

use super::model::{Reconciler, Verb};

/// The verbs that are declared on each type, whatever the declaration. Types are told apart as they are written.
pub struct Grants<'a>(BTreeMap<String, Grant<'a>>);

pub struct Grant<'a> {
    pub object: &'a Type,
    /// Each verb, with what declares it.
    pub verbs: BTreeMap<Verb, &'static str>,
}

impl<'a> Grants<'a> {
    /// Those of the declarations that say what the reconciler does, and not which verbs it needs.
    pub fn of_wiring(reconciler: &'a Reconciler) -> Self {
        let mut grants = Self(BTreeMap::new());
        if let Some(kind) = &reconciler.kind {
            grants.add(kind, "kind", [Verb::List, Verb::Watch]);
            if reconciler.finalizer.is_some() {
                grants.add(kind, "finalizer", [Verb::Patch]);
            }
        }
        for owns in &reconciler.owns {
            let verbs = [Verb::List, Verb::Watch, Verb::Create];
            grants.add(&owns.object, "owns", verbs);
            if owns.creates.is_none() {
                grants.add(&owns.object, "owns", [Verb::Patch]);
            }
            if owns.deletes {
                grants.add(&owns.object, "owns", [Verb::Delete]);
            }
        }
        for watches in &reconciler.watches {
            grants.add(&watches.object, "watches", [Verb::List, Verb::Watch]);
        }
        grants
    }

    pub fn of_all(reconciler: &'a Reconciler) -> Self {
        let mut grants = Self::of_wiring(reconciler);
        for object in &reconciler.reads {
            grants.add(object, "reads", [Verb::Get]);
        }
        for uses in reconciler.uses.iter().filter(|uses| !uses.is_narrowed()) {
            grants.add(
                &uses.object,
                "uses",
                uses.verbs.iter().map(|(verb, _)| *verb),
            );
        }
        grants
    }

    /// What declares the verb on this type, unless it is the first to do so.
    pub fn declare(
        &mut self,
        object: &'a Type,
        by: &'static str,
        verb: Verb,
    ) -> Option<&'static str> {
        let grant = self.0.entry(key(object)).or_insert_with(|| Grant {
            object,
            verbs: BTreeMap::new(),
        });
        let before = grant.verbs.get(&verb).copied();
        grant.verbs.entry(verb).or_insert(by);
        before
    }

    pub fn iter(&self) -> impl Iterator<Item = &Grant<'a>> {
        self.0.values()
    }

    fn add(&mut self, object: &'a Type, by: &'static str, verbs: impl IntoIterator<Item = Verb>) {
        for verb in verbs {
            self.declare(object, by, verb);
        }
    }
}

impl Grant<'_> {
    /// The names in `kopgen_runtime::verb`.
    pub fn verb_types(&self) -> Vec<&'static str> {
        verb_types(&self.verbs.keys().copied().collect())
    }
}

/// The names in `kopgen_runtime::verb`; create and patch make an apply.
pub fn verb_types(verbs: &BTreeSet<Verb>) -> Vec<&'static str> {
    let apply = [Verb::Create, Verb::Patch]
        .iter()
        .all(|verb| verbs.contains(verb));
    verbs
        .iter()
        .map(|verb| verb.type_name())
        .chain(apply.then_some("Apply"))
        .collect()
}

/// A type as it is written.
pub fn key(object: &Type) -> String {
    object.to_token_stream().to_string()
}
