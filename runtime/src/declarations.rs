use std::sync::Arc;

use anyhow::{Context as _, bail};
use futures::FutureExt;
use futures::future::BoxFuture;
use kopgen_core::FieldPath;
use kopgen_core::rbac::{PolicyRule, Scope, ScopedRule};
use kopgen_core::report::{ControllerReport, IndexReport, Problem, Resource};
use kube::runtime::reflector::ObjectRef;

use crate::controller::{CONCURRENCY, Key};
use crate::object::{LivesUnder, resource_of};
use crate::rules::{rule, rules_of};
use crate::{Cleaned, Cleanup, Context, Object, Permissions, Reconciler, Result};

/// Collects what a reconciler declares beside its [`Rules`](crate::Rules); [`Reconciler`](macro@Reconciler) writes the calls.
pub struct Declarations<R: Reconciler> {
    pub(crate) controller: Declared,
    pub(crate) cleanup: Option<CleanupFn<R>>,
}

/// The options of `owns(T, ..)`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owning {
    /// `create`: they are made once, and not applied.
    pub creates: bool,
    /// `delete`: they may be deleted.
    pub deletes: bool,
    /// `cached`: they are kept, to be read without a call.
    pub cached: bool,
    /// `orphan`: they have no owner reference, and outlive their owner.
    pub orphans: bool,
    /// `adopt`: those that somebody else has made are taken over.
    pub adopts: bool,
    /// `labels = "a=b,c=d"`: which of the type's objects they are.
    pub labels: Option<&'static str>,
}

/// What narrows a watch, in Kubernetes' syntax for selectors.
#[derive(Clone, Debug, Default)]
pub struct Selectors {
    /// A label selector: `app=guestbook,tier!=cache`.
    pub labels: Option<&'static str>,
    /// A field selector: `type=Opaque`.
    pub fields: Option<&'static str>,
}

pub(crate) type CleanupFn<R> =
    for<'a> fn(&'a R, Arc<<R as Permissions>::Kind>, Context<R>) -> BoxFuture<'a, Result<Cleaned>>;

/// What a controller declares, without its types.
#[derive(Clone)]
pub(crate) struct Declared {
    pub(crate) report: ControllerReport,
    pub(crate) watches: Vec<Watch>,
    pub(crate) owned: Vec<Owned>,
    pub(crate) writes_status: bool,
    pub(crate) publishes_events: bool,
    pub(crate) finalizer: Option<String>,
    /// How many objects are reconciled at a time; at least 1.
    pub(crate) concurrency: usize,
    pub(crate) problems: Vec<Problem>,
}

/// A type in `owns(..)`.
#[derive(Clone)]
pub(crate) struct Owned {
    pub(crate) resource: Resource,
    /// What each object has, and the watch selects.
    pub(crate) labels: Vec<(&'static str, &'static str)>,
    /// Whether the objects outlive their owner, and name it by an annotation.
    pub(crate) orphans: bool,
    /// Whether objects that somebody else has made are taken over.
    pub(crate) adopts: bool,
}

/// A watch beside the one of the controller's own kind.
#[derive(Clone)]
pub(crate) struct Watch {
    pub(crate) resource: Resource,
    pub(crate) selectors: Selectors,
    pub(crate) mapper: Mapper,
    /// Of a type in `owns(.., orphan)`: its objects name their owner by an annotation.
    pub(crate) orphans: bool,
}

impl Watch {
    /// Whether the watch of a type in `owns(..)` shows this object.
    #[cfg(feature = "testing")]
    pub(crate) fn selects(&self, object: &serde_json::Value) -> bool {
        let labels = self.selectors.labels.into_iter();
        let mut pairs = labels
            .flat_map(|labels| labels.split(','))
            .filter_map(|pair| pair.split_once('='));
        pairs.all(|(key, value)| object["metadata"]["labels"][key] == value)
    }
}

/// How a changed object leads to the objects to reconcile.
#[derive(Clone)]
pub(crate) enum Mapper {
    /// To its owner, by the owner reference or the annotation; its metadata is all that is watched.
    Owner,
    /// The same, and the whole objects are kept for the reconciler to read.
    CachedOwner,
    /// To the objects that name it in this field; its metadata is all that is watched.
    Index(FieldPath),
    /// By the user's function, on the object's JSON.
    Function(Arc<MapFn>),
}

type MapFn = dyn Fn(&str) -> Result<Vec<Key>> + Send + Sync;

impl<R: Reconciler> Declarations<R> {
    pub(crate) fn of_reconciler() -> Self {
        let kind = resource_of::<R::Kind>();
        let report = ControllerReport {
            source: R::source(),
            name: R::NAME.into(),
            kind: kind.clone(),
            rules: Vec::new(),
            indices: Vec::new(),
        };
        let mut declarations = Self {
            controller: Declared {
                report,
                watches: Vec::new(),
                owned: Vec::new(),
                writes_status: false,
                publishes_events: false,
                finalizer: None,
                concurrency: CONCURRENCY,
                problems: Vec::new(),
            },
            cleanup: None,
        };
        declarations
            .controller
            .allow(&kind, None, &["list", "watch"]);
        R::declare(&mut declarations);
        let rules = &mut declarations.controller.report.rules;
        rules.extend(rules_of::<R>());
        declarations
    }

    /// `status`: patches the status of the kind.
    pub fn status(&mut self) {
        let kind = self.controller.report.kind.clone();
        self.controller.writes_status = true;
        self.controller.allow(&kind, Some("status"), &["patch"]);
    }

    /// `finalizer`: keeps an object that is being deleted until its cleanup has succeeded.
    ///
    /// Without a name the finalizer is `<group of the kind>/<name of the controller>`.
    pub fn finalizer(&mut self, name: Option<&str>)
    where
        R: Cleanup,
    {
        let kind = self.controller.report.kind.clone();
        if name.is_none() && !kind.group.contains('.') {
            let problem = format!(
                "{}: the finalizer needs a name, as the group `{}` is no domain",
                R::NAME,
                kind.group
            );
            let help = format!("write `finalizer = \"<your domain>/{}\"`", R::NAME);
            self.controller
                .problems
                .push(Problem::new(problem).source(R::source()).help(help));
        }
        self.controller.finalizer =
            Some(name.map_or_else(|| format!("{}/{}", kind.group, R::NAME), str::to_owned));
        self.controller.allow(&kind, None, &["patch"]);
        self.cleanup = Some(|reconciler, object, cx| reconciler.cleanup(object, cx).boxed());
    }

    /// `concurrency = 4`: reconciles so many objects at a time at most, at least 1; without it, 16.
    pub fn concurrency(&mut self, most: u16) {
        self.controller.concurrency = most.into();
    }

    /// `owns(T, ..)`: applies or creates objects of this type, and reconciles their owner when they change.
    pub fn owns<T: Object>(&mut self, owning: Owning)
    where
        T::Scope: LivesUnder<<R::Kind as kube::Resource>::Scope>,
    {
        self.controller.owns(resource_of::<T>(), owning);
    }

    /// `watches(T, map = ..)`: reconciles what `map` gives for a changed object, as it is and as it was.
    pub fn watches<T, M, I>(&mut self, selectors: Selectors, map: M)
    where
        T: Object,
        M: Fn(&T) -> I + Send + Sync + 'static,
        I: IntoIterator<Item = ObjectRef<R::Kind>>,
    {
        let namespaced = self.controller.report.kind.namespaced;
        let mapper = move |json: &str| -> Result<Vec<Key>> {
            let object: T =
                crate::decode::read(json).with_context(|| format!("no valid {}", T::kind(&())))?;
            let keys = map(&object).into_iter().map(|target| {
                if namespaced && target.namespace.is_none() {
                    bail!(
                        "the mapper names `{}` in no namespace: add `.within(..)`",
                        target.name
                    );
                }
                Ok(Key::new(
                    namespaced,
                    target.namespace.as_deref(),
                    &target.name,
                ))
            });
            keys.collect()
        };
        self.controller.watches(
            resource_of::<T>(),
            selectors,
            Mapper::Function(Arc::new(mapper)),
        );
    }

    /// `watches(T, index = "spec.secretName")`: reconciles the objects that name a changed object in this field.
    ///
    /// # Panics
    ///
    /// When the path is malformed, which the derive has excluded.
    pub fn watches_by_index<T: Object>(&mut self, selectors: Selectors, path: &str) {
        let path: FieldPath = path.parse().unwrap_or_else(|error| panic!("{error}"));
        let resource = resource_of::<T>();
        self.controller.report.indices.push(IndexReport {
            watched: resource.kind.clone(),
            path: path.clone(),
        });
        self.controller
            .watches(resource, selectors, Mapper::Index(path));
    }

    /// `events`: publishes events.
    pub fn events(&mut self) {
        self.controller.publishes_events = true;
        let rule = PolicyRule {
            api_groups: vec!["events.k8s.io".into()],
            resources: vec!["events".into()],
            // kube's recorder patches an event that repeats.
            verbs: vec!["create".into(), "patch".into()],
            ..Default::default()
        };
        self.controller.report.rules.push(ScopedRule {
            scope: Scope::Everywhere,
            cluster_scoped: false,
            rule,
        });
    }
}

impl Declared {
    fn owns(&mut self, resource: Resource, owning: Owning) {
        let Owning {
            creates,
            deletes,
            cached,
            orphans,
            adopts,
            labels,
        } = owning;
        let mut verbs = vec!["list", "watch", "create"];
        verbs.extend((!creates).then_some("patch"));
        verbs.extend((deletes || adopts).then_some("delete"));
        self.allow(&resource, None, &verbs);
        if !orphans && self.owned.iter().all(|owned| owned.orphans) {
            // An owner reference with `blockOwnerDeletion` asks for it, where the admission plugin
            // OwnerReferencesPermissionEnforcement is on.
            let kind = self.report.kind.clone();
            self.allow(&kind, Some("finalizers"), &["update"]);
        }
        let pairs = labels.into_iter().flat_map(|labels| labels.split(','));
        self.owned.push(Owned {
            resource: resource.clone(),
            labels: pairs.filter_map(|pair| pair.split_once('=')).collect(),
            orphans,
            adopts,
        });
        let fields = None;
        self.watches.push(Watch {
            resource,
            selectors: Selectors { labels, fields },
            mapper: match cached {
                true => Mapper::CachedOwner,
                false => Mapper::Owner,
            },
            orphans,
        });
    }

    fn watches(&mut self, resource: Resource, selectors: Selectors, mapper: Mapper) {
        self.allow(&resource, None, &["list", "watch"]);
        self.watches.push(Watch {
            resource,
            selectors,
            mapper,
            orphans: false,
        });
    }

    fn allow(&mut self, resource: &Resource, subresource: Option<&str>, verbs: &[&str]) {
        let rule = rule(resource, subresource, Vec::new(), verbs);
        self.report.rules.push(rule);
    }
}
