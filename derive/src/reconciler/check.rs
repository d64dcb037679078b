//! The rules that hold for what is written. Each complains at the token that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use kopgen_core::names::{self, ControllerName, NameProblem};
use syn::LitStr;

use super::grants::{Grants, key};
use super::model::{Derive, Namespace, Rbac, Reconciler, Uses, Verb};
use crate::errors::Errors;

pub fn check(reconciler: &Reconciler, errors: &mut Errors) {
    check_name(reconciler, errors);
    check_finalizer(reconciler, errors);
    check_owned_twice(reconciler, errors);
    check_owned(reconciler, errors);
    check_watched_twice(reconciler, errors);
    check_indices(reconciler, errors);
    check_granted_twice(reconciler, errors);
    check_narrowed(reconciler, errors);
    check_handles(reconciler, errors);
    check_names_and_namespaces(reconciler, errors);
    check_rbac(reconciler, errors);
}

/// The name is in the field manager and the finalizer, so it is a DNS label.
fn check_name(reconciler: &Reconciler, errors: &mut Errors) {
    let Err(problem) = reconciler.declared_name().parse::<ControllerName>() else {
        return;
    };
    let what = match reconciler.derive {
        Derive::Reconciler => problem.what,
        Derive::Permissions => "task name",
    };
    let problem = NameProblem { what, ..problem };
    match &reconciler.name {
        Some(name) => errors.at(name, problem.to_string()),
        None => {
            let attribute = reconciler.derive.attribute();
            let message =
                format!("{problem}\n  help: choose another name: `#[{attribute}(name = \"..\")]`");
            errors.at(&reconciler.ident, message);
        }
    }
}

/// A finalizer is a qualified name: a domain, `/`, and a name. The API server refuses others on the kinds that it knows.
fn check_finalizer(reconciler: &Reconciler, errors: &mut Errors) {
    let Some(name) = reconciler
        .finalizer
        .as_ref()
        .and_then(|finalizer| finalizer.name.as_ref())
    else {
        return;
    };
    let value = name.value();
    let is_name = |name: &str| {
        let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let outer = |c: char| c.is_ascii_alphanumeric();
        (1..=63).contains(&name.len())
            && name.chars().all(inner)
            && name.starts_with(outer)
            && name.ends_with(outer)
    };
    let qualified = value.split_once('/').is_some_and(|(domain, name)| {
        domain.contains('.') && domain.parse::<kopgen_core::names::Group>().is_ok() && is_name(name)
    });
    if !qualified {
        let help = reconciler.declared_name();
        let message = format!(
            "`{value}` is no finalizer: it must be a domain and a name, such as `webapp.example.com/{help}`"
        );
        errors.at(name, message);
    }
}

/// Owning a type twice would watch it twice.
fn check_owned_twice(reconciler: &Reconciler, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for owns in &reconciler.owns {
        if !seen.insert(key(&owns.object)) {
            errors.at(
                &owns.object,
                format!("`{}` is in `owns` already: remove one", key(&owns.object)),
            );
        }
    }
}

/// Options that contradict each other, and labels that an object can have.
fn check_owned(reconciler: &Reconciler, errors: &mut Errors) {
    // The options of one `owns` are those of each of its types.
    let mut seen = BTreeSet::new();
    for owns in &reconciler.owns {
        if let (Some(_), Some(span)) = (owns.creates, owns.adopts)
            && seen.insert(format!("{span:?}"))
        {
            errors.at_span(
                span,
                "`adopt` contradicts `create`: what exists already is applied over, and not created; remove one",
            );
        }
        if let Some(labels) = &owns.labels
            && seen.insert(format!("{:?}", labels.span()))
            && !labels.value().split(',').all(is_label)
        {
            errors.at(
                labels,
                "expected labels that each child gets, and by which the watch selects it: write them as `labels = \"app=guestbook\"`, \
                 with commas between several",
            );
        }
    }
}

/// Whether it is a label's key and value.
fn is_label(pair: &str) -> bool {
    let is_word = |word: &str, least: usize| {
        let inner = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        (least..=63).contains(&word.len())
            && word.chars().all(inner)
            && !word.starts_with(|c: char| !c.is_ascii_alphanumeric())
            && !word.ends_with(|c: char| !c.is_ascii_alphanumeric())
    };
    let Some((key, value)) = pair.split_once('=') else {
        return false;
    };
    let name = match key.split_once('/') {
        Some((prefix, name)) => match prefix.parse::<names::Domain>() {
            Ok(_) => name,
            Err(_) => return false,
        },
        None => key,
    };
    is_word(name, 1) && is_word(value, 0)
}

/// A type can be watched in several ways; the same way twice does everything twice.
fn check_watched_twice(reconciler: &Reconciler, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for watches in &reconciler.watches {
        if !seen.insert(watches.tokens.to_string()) {
            errors.at(&watches.tokens, "this is declared already: remove one");
        }
    }
}

/// Whether the field is there, `kopgen manifests` sees.
fn check_indices(reconciler: &Reconciler, errors: &mut Errors) {
    let indices = reconciler.watches.iter().filter_map(|it| it.index.as_ref());
    for index in indices {
        if let Err(problem) = index.value().parse::<kopgen_core::FieldPath>() {
            errors.at(index, problem);
        }
    }
}

/// What a declaration allows need not be declared again; a reader would look for the difference.
fn check_granted_twice(reconciler: &Reconciler, errors: &mut Errors) {
    let mut grants = Grants::of_wiring(reconciler);
    for object in &reconciler.reads {
        if let Some(by) = grants.declare(object, "reads", Verb::Get) {
            errors.at(
                object,
                format!(
                    "`{by}` allows to `get` `{}` already: remove this",
                    key(object)
                ),
            );
        }
    }
    for uses in &reconciler.uses {
        let mut own = BTreeSet::new();
        for (verb, span) in &uses.verbs {
            let (name, object) = (verb.as_str(), key(&uses.object));
            let before = if uses.is_narrowed() {
                None
            } else {
                grants.declare(&uses.object, "uses", *verb)
            };
            if !own.insert(*verb) {
                errors.at_span(
                    *span,
                    format!("`{name}` is in this list already: remove one"),
                );
            } else if let Some(by) = before {
                errors.at_span(
                    *span,
                    format!("`{by}` allows to `{name}` `{object}` already: remove the verb"),
                );
            }
        }
    }
    // Whole grants first: a narrowed one beside a whole one adds nothing, wherever it stands.
    for uses in reconciler.uses.iter().filter(|uses| uses.is_narrowed()) {
        for (verb, span) in &uses.verbs {
            let (name, object) = (verb.as_str(), key(&uses.object));
            if let Some(by) = Grants::of_all(reconciler).declare(&uses.object, "uses", *verb) {
                let message = format!(
                    "`{by}` allows to `{name}` every `{object}` already: remove the verb here, or that"
                );
                errors.at_span(*span, message);
            }
        }
    }
}

/// What RBAC can narrow, and what it cannot.
fn check_narrowed(reconciler: &Reconciler, errors: &mut Errors) {
    for uses in &reconciler.uses {
        let has = |wanted: Verb| uses.verbs.iter().any(|(verb, _)| *verb == wanted);
        for (verb, span) in uses.verbs.iter().filter(|_| !uses.names.is_empty()) {
            let message = match verb {
                Verb::Create if !has(Verb::Patch) => {
                    "RBAC cannot narrow a create to names: the request names no object. Add `patch` and apply the object, \
                     or leave `names` out"
                }
                Verb::DeleteCollection => {
                    "RBAC cannot narrow `deletecollection` to names: use `delete`"
                }
                Verb::List | Verb::Watch => {
                    "RBAC allows to list and watch an object of a name only to who selects it by the field `metadata.name`: use \
                     `get`"
                }
                _ => continue,
            };
            errors.at_span(*span, message);
        }
        if uses.is_narrowed() && !uses.has_handle {
            let message = "a narrowed grant needs a handle to call it by: add `handle = ..` with a name for the type, \
                           and write `cx.using(..)`";
            errors.at(&uses.tokens, message);
        }
        if let (false, Some(handle)) = (uses.is_narrowed(), &uses.handle) {
            let message = "a handle is for a grant that `names` or `namespace` narrow: remove it, and call the context itself";
            errors.at(handle, message);
        }
    }
}

/// Each handle is a type.
fn check_handles(reconciler: &Reconciler, errors: &mut Errors) {
    let mut seen = BTreeSet::new();
    for uses in &reconciler.uses {
        let Some(handle) = &uses.handle else { continue };
        if !seen.insert(handle.to_string()) {
            errors.at(
                handle,
                format!("`{handle}` is the handle of another `uses`: choose another name"),
            );
        }
        let mut variants = BTreeMap::new();
        for name in uses
            .names
            .iter()
            .filter(|name| uses.names.len() > 1 && is_object_name(name))
        {
            let Some(variant) = uses.variant(name) else {
                let message = format!(
                    "`{}` makes no variant of `{handle}`: declare it in a `uses` of its own",
                    name.value()
                );
                errors.at(name, message);
                continue;
            };
            let other = variants.insert(variant.to_string(), name.value());
            if other.is_some_and(|other| other != name.value()) {
                let message = format!(
                    "two names make the variant `{handle}::{variant}`: declare one in a `uses` of its own"
                );
                errors.at(name, message);
            }
        }
    }
}

/// The names of objects and of namespaces are DNS names.
fn check_names_and_namespaces(reconciler: &Reconciler, errors: &mut Errors) {
    let uses = reconciler
        .uses
        .iter()
        .map(|uses| (&uses.names, &uses.namespace));
    let rbac = reconciler
        .rbac
        .iter()
        .map(|rbac| (&rbac.names, &rbac.namespace));
    for (names, namespace) in uses.chain(rbac) {
        let mut seen = BTreeSet::new();
        for name in names {
            if let Err(problem) = names::check_segment("name of an object", &name.value()) {
                errors.at(name, problem.to_string());
            }
            if !seen.insert(name.value()) {
                errors.at(
                    name,
                    format!("`{}` is in this list already: remove one", name.value()),
                );
            }
        }
        if let Some(Namespace::Named(namespace)) = namespace
            && let Err(problem) = namespace.value().parse::<names::Namespace>()
        {
            errors.at(namespace, problem.to_string());
        }
    }
}

fn is_object_name(name: &LitStr) -> bool {
    names::check_segment("name of an object", &name.value()).is_ok()
}

fn check_rbac(reconciler: &Reconciler, errors: &mut Errors) {
    for rbac in &reconciler.rbac {
        let empty = |texts: &[LitStr]| texts.iter().find(|text| text.value().is_empty()).cloned();
        for (what, text) in [
            ("resource", empty(&rbac.resources)),
            ("verb", empty(&rbac.verbs)),
        ] {
            if let Some(text) = text {
                errors.at(text, format!("a {what} cannot be empty"));
            }
        }
        check_named(rbac, errors);
        if let (Some(span), Some(_)) = (rbac.cluster_scoped, &rbac.namespace) {
            errors.at_span(
                span,
                "`cluster_scoped` contradicts `namespace`: such objects live in none",
            );
        }
    }
}

/// What a rule with names never grants, as the request has no name that the API server could compare. That of a subresource
/// has: `serviceaccounts/token`.
fn check_named(rbac: &Rbac, errors: &mut Errors) {
    let has = |wanted: &str| rbac.verbs.iter().any(|verb| verb.value() == wanted);
    let mut resources = rbac.resources.iter().map(LitStr::value);
    if rbac.names.is_empty() || resources.all(|resource| resource.contains('/')) {
        return;
    }
    for verb in &rbac.verbs {
        let message = match verb.value().as_str() {
            "create" if !has("patch") => {
                "RBAC cannot narrow `create` to names, and this would never allow one: the request names no object. Add `patch` \
                 and apply the object, or write `create` in an `rbac` without `names`"
            }
            "deletecollection" => {
                "RBAC cannot narrow `deletecollection` to names, and this would never allow one: use `delete`, or write \
                 `deletecollection` in an `rbac` without `names`"
            }
            _ => continue,
        };
        errors.at(verb, message);
    }
}

impl Uses {
    /// Whether it is about some objects of the type only.
    pub fn is_narrowed(&self) -> bool {
        !self.names.is_empty() || self.namespace.is_some()
    }

    /// The handle's variant for one of its names: `db-password` gives `DbPassword`.
    pub fn variant(&self, name: &LitStr) -> Option<syn::Ident> {
        let value = name.value();
        let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
        let words = value
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty());
        let variant: String = words.map(capital).collect();
        let mut variant: syn::Ident = syn::parse_str(&variant).ok()?;
        variant.set_span(name.span());
        Some(variant)
    }
}
