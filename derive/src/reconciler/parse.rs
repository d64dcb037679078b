//! The attribute as it is written: its syntax, and nothing of what it means.

use std::num::NonZeroU16;

use kopgen_core::names::suggest;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{DeriveInput, Ident, LitInt, LitStr, Type};

use super::model::{Derive, Finalizer, Namespace, Owns, Rbac, Reconciler, Uses, Verb, Watches};
use crate::errors::Errors;
use crate::items::{Item, Value, items_of};

const KEYS: [&str; 11] = [
    "kind",
    "name",
    "status",
    "finalizer",
    "concurrency",
    "owns",
    "watches",
    "reads",
    "uses",
    "events",
    "rbac",
];

/// What a task can declare, too.
const KEYS_OF_PERMISSIONS: [&str; 4] = ["name", "reads", "uses", "rbac"];

pub fn parse(derive: Derive, input: &DeriveInput, errors: &mut Errors) -> Reconciler {
    let mut reconciler = Reconciler {
        derive,
        ident: input.ident.clone(),
        visibility: input.vis.clone(),
        generics: input.generics.clone(),
        kind: None,
        name: None,
        status: None,
        events: None,
        finalizer: None,
        concurrency: None,
        owns: Vec::new(),
        watches: Vec::new(),
        reads: Vec::new(),
        uses: Vec::new(),
        rbac: Vec::new(),
    };
    let mut seen = Vec::new();
    for item in items_of(&input.attrs, derive.attribute(), errors) {
        if derive == Derive::Permissions && is_a_reconcilers(&item, errors) {
            continue;
        }
        let keys: &[_] = match derive {
            Derive::Reconciler => &KEYS,
            Derive::Permissions => &KEYS_OF_PERMISSIONS,
        };
        let Some(key) = known(&item, keys, "a declaration", errors) else {
            continue;
        };
        let once = [
            "kind",
            "name",
            "status",
            "finalizer",
            "concurrency",
            "events",
        ];
        if once.contains(&key) && seen.contains(&key) {
            errors.at_span(
                item.span(),
                format!("`{key}` is declared twice: remove one"),
            );
            continue;
        }
        seen.push(key);
        declare(&mut reconciler, key, &item, errors);
    }
    if derive == Derive::Reconciler && !seen.contains(&"kind") {
        let message = format!(
            "which kind does it reconcile? Write `#[reconciler(kind = ..)]` on `{}`",
            input.ident
        );
        errors.at(&input.ident, message);
    }
    reconciler
}

/// Complains of a declaration that only a reconciler has a use for.
fn is_a_reconcilers(item: &Item, errors: &mut Errors) -> bool {
    let mut keys = KEYS.iter().filter(|key| !KEYS_OF_PERMISSIONS.contains(key));
    let Some(key) = keys.find(|key| item.is(key)) else {
        return false;
    };
    let way_out = match *key {
        "owns" | "watches" => "write `uses(.., verbs(..))`",
        _ => "remove it, or derive `Reconciler`",
    };
    errors.at_span(
        item.span(),
        format!("`{key}` is for reconcilers, and this reconciles nothing: {way_out}"),
    );
    true
}

fn declare(reconciler: &mut Reconciler, key: &str, item: &Item, errors: &mut Errors) {
    match key {
        "kind" => reconciler.kind = item.value("kind = v1::Guestbook", errors),
        "name" => reconciler.name = item.text("name = \"guestbook\"", errors),
        "status" => reconciler.status = Some(item.flag(errors)),
        "events" => reconciler.events = Some(item.flag(errors)),
        "finalizer" => {
            let named = !matches!(item.value, Value::None);
            let name = if named {
                item.text("finalizer = \"example.com/cleanup\"", errors)
            } else {
                None
            };
            reconciler.finalizer = Some(Finalizer {
                span: item.span(),
                name,
            });
        }
        "concurrency" => reconciler.concurrency = concurrency(item, errors),
        "owns" => owns(reconciler, item, errors),
        "watches" => reconciler.watches.extend(watches(item, errors)),
        "reads" => {
            let objects = item.list("reads(ConfigMap)", errors).unwrap_or_default();
            reconciler.reads.extend(
                objects
                    .iter()
                    .filter_map(|object| object_type(object, errors)),
            );
        }
        "uses" => reconciler.uses.extend(uses(item, errors)),
        "rbac" => reconciler.rbac.push(rbac(item, errors)),
        _ => unreachable!("one of KEYS"),
    }
}

/// The key of the item, or the one that it must mean.
fn known(
    item: &Item,
    keys: &[&'static str],
    what: &str,
    errors: &mut Errors,
) -> Option<&'static str> {
    let list = || {
        keys.iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let Some(key) = &item.key else {
        errors.at(&item.tokens, format!("expected {what}: one of {}", list()));
        return None;
    };
    let key = key.to_string();
    if let Some(known) = keys.iter().find(|known| **known == key) {
        return Some(known);
    }
    let meant = suggest(&key, keys.iter().copied());
    let meant = meant.and_then(|meant| keys.iter().find(|known| **known == meant).copied());
    match meant {
        Some(meant) => errors.at_span(
            item.span(),
            format!("`{key}` is not {what}: did you mean `{meant}`?"),
        ),
        None => errors.at_span(
            item.span(),
            format!("`{key}` is not {what}: one of {}", list()),
        ),
    }
    meant
}

fn concurrency(item: &Item, errors: &mut Errors) -> Option<NonZeroU16> {
    let (number, at) = match &item.value {
        Value::Is(value) if !value.is_empty() => {
            let number = syn::parse2::<LitInt>(value.clone());
            (number.and_then(|it| it.base10_parse()).ok(), value)
        }
        _ => (None, &item.tokens),
    };
    if number.is_none() {
        let message = "`concurrency` is how many objects are reconciled at a time at most: a whole number from 1 to 65535. \
                       Write it as `concurrency = 4`";
        errors.at(at, message);
    }
    number
}

fn owns(reconciler: &mut Reconciler, item: &Item, errors: &mut Errors) {
    let list = item
        .list("owns(Deployment, Service)", errors)
        .unwrap_or_default();
    let (options, objects): (Vec<_>, Vec<_>) = list.iter().partition(|item| is_option(item));
    let (mut deletes, mut cached) = (false, false);
    let (mut creates, mut orphans, mut adopts, mut labels) = (None, None, None, None);
    let keys = ["create", "delete", "cached", "orphan", "adopt", "labels"];
    for option in options {
        let span = Some(option.span());
        match known(option, &keys, "an option of `owns`", errors) {
            Some("create") => creates = span,
            Some("delete") => deletes = true,
            Some("cached") => cached = true,
            Some("orphan") => orphans = span,
            Some("adopt") => adopts = span,
            Some(_) => labels = option.text("labels = \"app=guestbook\"", errors),
            None => {}
        }
    }
    if objects.is_empty() && !list.is_empty() {
        errors.at(&item.tokens, "`owns` which types? Write `owns(Deployment)`");
    }
    let objects = objects
        .into_iter()
        .filter_map(|object| object_type(object, errors));
    reconciler.owns.extend(objects.map(|object| Owns {
        object,
        creates,
        deletes,
        cached,
        orphans,
        adopts,
        labels: labels.clone(),
    }));
}

fn watches(item: &Item, errors: &mut Errors) -> Option<Watches> {
    let like = "watches(Secret, map = by_secret)";
    let (object, options) = object_and_options(item, like, errors)?;
    let mut watches = Watches {
        object,
        map: None,
        index: None,
        labels: None,
        fields: None,
        tokens: item.tokens.clone(),
    };
    let (mut all_known, mut leads) = (true, 0);
    for option in &options {
        let key = known(
            option,
            &["map", "index", "labels", "fields"],
            "an option of `watches`",
            errors,
        );
        all_known &= key.is_some();
        leads += usize::from(matches!(key, Some("map" | "index")));
        match key {
            Some("map") => watches.map = option.value("map = by_secret", errors),
            Some("index") => {
                watches.index = option.text("index = \"spec.secretName\"", errors);
            }
            Some("labels") => watches.labels = option.text("labels = \"app=guestbook\"", errors),
            Some("fields") => watches.fields = option.text("fields = \"type=Opaque\"", errors),
            _ => {}
        }
    }
    match leads {
        0 if all_known => {
            let message = "which objects are to be reconciled when one changes? Add `index = \"spec.secretName\"`, the field \
                           that names it; or `map = f`, with `fn f(changed: &T) -> Vec<ObjectRef<K>>`; or `owns(T)`, if the \
                           reconciler makes them";
            errors.at(&item.tokens, message);
        }
        0 | 1 => {}
        _ => {
            let message = "`map` and `index` each say which objects are to be reconciled: write one, or two `watches`";
            errors.at(&item.tokens, message);
        }
    }
    Some(watches)
}

fn uses(item: &Item, errors: &mut Errors) -> Option<Uses> {
    let like = "uses(ConfigMap, verbs(get, list))";
    let (object, options) = object_and_options(item, like, errors)?;
    let mut uses = Uses {
        object,
        verbs: Vec::new(),
        names: Vec::new(),
        namespace: None,
        handle: None,
        has_handle: false,
        tokens: item.tokens.clone(),
    };
    let mut has_verbs = false;
    let mut all_known = true;
    for option in &options {
        let key = known(
            option,
            &["verbs", "names", "namespace", "handle"],
            "an option of `uses`",
            errors,
        );
        all_known &= key.is_some();
        match key {
            Some("verbs") => {
                has_verbs = true;
                let verbs = option.list("verbs(get, list)", errors).unwrap_or_default();
                uses.verbs
                    .extend(verbs.iter().filter_map(|item| verb(item, errors)));
            }
            Some("names") => uses.names.extend(option.texts("names(\"tuning\")", errors)),
            Some("namespace") => uses.namespace = namespace(option, errors),
            Some("handle") => {
                uses.has_handle = true;
                uses.handle = option.value("handle = Tuning", errors);
            }
            _ => {}
        }
    }
    if all_known && !has_verbs {
        errors.at(&item.tokens, format!("which verbs? Write it as `{like}`"));
    }
    Some(uses)
}

fn verb(item: &Item, errors: &mut Errors) -> Option<(Verb, Span)> {
    if item.is("apply") {
        errors.at(
            &item.tokens,
            "`apply` is no verb of Kubernetes: a server-side apply needs `create` and `patch`",
        );
        return None;
    }
    let names = Verb::ALL.map(|(name, _)| name);
    let name = known(item, &names, "a verb", errors)?;
    Verb::ALL
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, verb)| (*verb, item.span()))
}

fn rbac(item: &Item, errors: &mut Errors) -> Rbac {
    let like = "rbac(group = \"metrics.k8s.io\", resources(\"pods\"), verbs(\"get\"))";
    let mut rbac = Rbac {
        group: None,
        resources: Vec::new(),
        verbs: Vec::new(),
        names: Vec::new(),
        namespace: None,
        cluster_scoped: None,
    };
    let keys = [
        "group",
        "resources",
        "verbs",
        "names",
        "namespace",
        "cluster_scoped",
    ];
    let mut seen = Vec::new();
    let Some(options) = item.list(like, errors) else {
        return rbac;
    };
    for option in &options {
        let Some(key) = known(option, &keys, "an option of `rbac`", errors) else {
            continue;
        };
        seen.push(key);
        match key {
            "group" => rbac.group = option.text("group = \"metrics.k8s.io\"", errors),
            "resources" => rbac
                .resources
                .extend(option.texts("resources(\"pods\")", errors)),
            "verbs" => rbac.verbs.extend(option.texts("verbs(\"get\")", errors)),
            "names" => rbac.names.extend(option.texts("names(\"tuning\")", errors)),
            "namespace" => rbac.namespace = namespace(option, errors),
            _ => rbac.cluster_scoped = Some(option.flag(errors)),
        }
    }
    // One that is not known may be meant to be the missing one.
    let all_known = seen.len() == options.len();
    let needed = ["group", "resources", "verbs"];
    for missing in needed
        .iter()
        .filter(|needed| all_known && !seen.contains(*needed))
    {
        errors.at(
            &item.tokens,
            format!("`{missing}` is missing: write it as `{like}`"),
        );
    }
    rbac
}

fn namespace(item: &Item, errors: &mut Errors) -> Option<Namespace> {
    let like = "namespace = \"kube-system\"` or `namespace = own";
    let Value::Is(value) = &item.value else {
        errors.at(&item.tokens, format!("write it as `{like}`"));
        return None;
    };
    match syn::parse2::<Ident>(value.clone()) {
        Ok(ident) if ident == "own" => Some(Namespace::Own),
        _ => item.value::<LitStr>(like, errors).map(Namespace::Named),
    }
}

/// The type that a declaration starts with, and the rest.
fn object_and_options(item: &Item, like: &str, errors: &mut Errors) -> Option<(Type, Vec<Item>)> {
    let mut list = item.list(like, errors)?;
    let first = list.remove(0);
    let is_type = matches!(first.value, Value::None | Value::Other) && !is_option(&first);
    if !is_type {
        errors.at(
            &first.tokens,
            format!("the type comes first: write it as `{like}`"),
        );
        return None;
    }
    let object = object_type(&first, errors)?;
    let (options, types): (Vec<_>, Vec<_>) = list.into_iter().partition(|item| {
        item.key.is_some() && (is_option(item) || !matches!(item.value, Value::None))
    });
    for other in types {
        errors.at(
            &other.tokens,
            format!(
                "one type at a time: write another `{}`",
                like.split('(').next().unwrap_or_default()
            ),
        );
    }
    Some((object, options))
}

fn object_type(item: &Item, errors: &mut Errors) -> Option<Type> {
    let object: Type = item.parse("expected a type, such as `Deployment`", errors)?;
    match object {
        Type::Path(_) => Some(object),
        _ => {
            errors.at_span(
                object.span(),
                "expected the type of an object, such as `Deployment`",
            );
            None
        }
    }
}

/// A word in lower case: no type is named like this.
fn is_option(item: &Item) -> bool {
    let lower = |key: &Ident| {
        key.to_string()
            .starts_with(|first: char| first.is_lowercase())
    };
    item.key.as_ref().is_some_and(lower)
}
