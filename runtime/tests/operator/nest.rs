//! A kind whose objects say which children to make, and the reconcilers that own them in different ways.

use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kopgen_runtime::{Action, Context, Kind, Reconcile, Reconciler, Result};
use kube::api::ListParams;
use kube::{CustomResource, KubeSchema, ResourceExt};
use serde::{Deserialize, Serialize};

use crate::shelf::Shelf;
use crate::world::Journal;

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Nest",
    plural = "nests",
    namespaced
)]
pub struct NestSpec {
    /// The name of the child.
    pub child: String,
    #[serde(default)]
    pub text: String,
}

pub fn nest(name: &str, child: &str) -> Nest {
    let (child, text) = (child.to_owned(), "egg".to_owned());
    Nest::new(name, NestSpec { child, text })
}

fn config_map(nest: &Nest) -> ConfigMap {
    let mut child = ConfigMap::default();
    child.metadata.name = Some(nest.spec.child.clone());
    child.data = Some([("text".to_owned(), nest.spec.text.clone())].into());
    child
}

/// How often each is reconciled, whatever the watches show.
const AGAIN: Duration = Duration::from_millis(200);

macro_rules! reconciler {
    ($type:ident, |$nest:ident, $cx:ident, $journal:ident| $reconcile:expr) => {
        impl Reconcile for $type {
            type State = Journal;

            async fn setup(journal: &Journal) -> Result<Self> {
                let journal = journal.clone();
                Ok(Self { journal })
            }

            async fn reconcile(&self, $nest: Arc<Nest>, $cx: Context<Self>) -> Result<Action> {
                let $journal = &self.journal;
                let result: Result<()> = async { $reconcile }.await;
                let name = $nest.name_any();
                match &result {
                    Ok(()) => self.journal.write(format!("{name}: done")),
                    Err(error) => self.journal.write(format!("{name}: {error:#}")),
                }
                Ok(Action::requeue(AGAIN))
            }
        }
    };
}

/// Applies the child.
#[derive(Reconciler)]
#[reconciler(kind = Nest, name = "applier", owns(ConfigMap))]
pub struct Applier {
    journal: Journal,
}
reconciler!(Applier, |nest, cx, _journal| cx
    .apply(&config_map(&nest))
    .await);

/// Applies the child, and takes over what is there.
#[derive(Reconciler)]
#[reconciler(kind = Nest, name = "adopter", owns(ConfigMap, adopt))]
pub struct Adopter {
    journal: Journal,
}
reconciler!(Adopter, |nest, cx, _journal| cx
    .apply(&config_map(&nest))
    .await);

/// Makes a child once, under a name that the API server chooses.
#[derive(Reconciler)]
#[reconciler(kind = Nest, name = "creator", owns(ConfigMap, create))]
pub struct Creator {
    journal: Journal,
}
reconciler!(Creator, |nest, cx, _journal| {
    // Not from memory: the watch may not have shown yet what was made by a request without an answer.
    let prefix = format!("{}-", nest.spec.child);
    let maps = cx.list::<ConfigMap>(&ListParams::default()).await?;
    if !maps.iter().any(|it| it.name_any().starts_with(&prefix)) {
        let mut child = config_map(&nest);
        child.metadata.name = None;
        child.metadata.generate_name = Some(prefix);
        cx.create(&child).await?;
    }
    Ok(())
});

/// Keeps a Secret that outlives the nest, and knows of no others.
#[derive(Reconciler)]
#[reconciler(kind = Nest, name = "saver", owns(Secret, orphan, cached, labels = "made-by=saver"))]
pub struct Saver {
    journal: Journal,
}
reconciler!(Saver, |nest, cx, journal| {
    let mut child = Secret::default();
    child.metadata.name = Some(nest.spec.child.clone());
    child.type_ = Some("example.com/nest".into());
    cx.apply(&child).await?;
    let owned: Vec<_> = cx
        .owned::<Secret>()?
        .iter()
        .map(ResourceExt::name_any)
        .collect();
    let other = cx.cached::<Secret>("other")?.is_some();
    journal.write(format!("owned {owned:?}, other {other}"));
    Ok(())
});

/// Deletes the child, and lists shelves.
#[derive(Reconciler)]
#[reconciler(kind = Nest, name = "robber", uses(ConfigMap, verbs(delete)), uses(Shelf, verbs(list)))]
pub struct Robber {
    journal: Journal,
}
reconciler!(Robber, |nest, cx, journal| {
    let shelves = cx.list::<Shelf>(&ListParams::default()).await?;
    let names: Vec<_> = shelves.iter().map(ResourceExt::name_any).collect();
    journal.write(format!("listed {names:?}"));
    cx.delete::<ConfigMap>(&nest.spec.child).await
});
