use std::marker::PhantomData;

use kopgen_core::rbac::{PolicyRule, Scope, ScopedRule};
use kopgen_core::report::Resource;

use crate::object::{InNamespaces, resource_of};
use crate::{Grant, Object, Permissions};

/// Collects what is allowed in so many words; the derives of [`Permissions`](macro@Permissions) and
/// [`Reconciler`](macro@crate::Reconciler) write the calls.
pub struct Rules<P> {
    rules: Vec<ScopedRule>,
    permissions: PhantomData<fn() -> P>,
}

impl<P: Permissions> Rules<P> {
    /// `reads(T)`: gets objects of this type.
    pub fn reads<T: Object>(&mut self) {
        self.rules
            .push(rule(&resource_of::<T>(), None, Vec::new(), &["get"]));
    }

    /// `uses(T, verbs(..))`: these verbs on every object of this type.
    pub fn uses<T: Object>(&mut self, verbs: &[&str]) {
        self.rules
            .push(rule(&resource_of::<T>(), None, Vec::new(), verbs));
    }

    /// `uses(T, verbs(..), names(..), namespace = .., handle = ..)`: these verbs on these objects only.
    pub fn uses_only<G: Grant<P>>(&mut self, verbs: &[&str]) {
        let names = G::NAMES.iter().map(|&name| name.to_owned()).collect();
        self.rules.push(ScopedRule {
            scope: G::scope(),
            ..rule(&resource_of::<G::Object>(), None, names, verbs)
        });
    }

    /// The same, with a `namespace`.
    pub fn uses_only_in<G: Grant<P>>(&mut self, verbs: &[&str])
    where
        <G::Object as kube::Resource>::Scope: InNamespaces,
    {
        self.uses_only::<G>(verbs);
    }

    /// `rbac(..)`: a rule in Kubernetes' own words, for what has no Rust type.
    pub fn rbac(&mut self, rule: ScopedRule) {
        self.rules.push(rule);
    }
}

/// What `P` is allowed in so many words.
pub(crate) fn rules_of<P: Permissions>() -> Vec<ScopedRule> {
    let mut rules = Rules {
        rules: Vec::new(),
        permissions: PhantomData,
    };
    P::permit(&mut rules);
    rules.rules
}

/// These verbs on the objects of these names, or on all of them, wherever the operator works.
pub(crate) fn rule(
    resource: &Resource,
    subresource: Option<&str>,
    names: Vec<String>,
    verbs: &[&str],
) -> ScopedRule {
    let resources = subresource.map_or_else(
        || resource.plural.clone(),
        |sub| format!("{}/{sub}", resource.plural),
    );
    ScopedRule {
        scope: Scope::Everywhere,
        cluster_scoped: !resource.namespaced,
        rule: PolicyRule {
            api_groups: vec![resource.group.clone()],
            resources: vec![resources],
            resource_names: names,
            verbs: verbs.iter().map(|&verb| verb.to_owned()).collect(),
            ..Default::default()
        },
    }
}
