//! A namespaced kind whose objects name others.

use std::sync::{Arc, Mutex};

use k8s_openapi::api::core::v1::{ConfigMap, Secret, ServiceAccount};
use kopgen_runtime::{Action, Context, Kind, Reconcile, Reconciler, Result};
use kube::{CustomResource, KubeSchema, ResourceExt};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::world::Journal;

#[derive(CustomResource, KubeSchema, Kind, Serialize, Deserialize, Clone, Debug, Default)]
#[kube(
    group = "test.example.com",
    version = "v1",
    kind = "Loan",
    plural = "loans",
    namespaced
)]
pub struct LoanSpec {
    /// The name of a Secret.
    #[serde(deserialize_with = "decoded")]
    pub card: String,
    #[serde(default)]
    pub books: Vec<Book>,
}

#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, Default)]
pub struct Book {
    /// The name of a ConfigMap.
    pub notes: Option<String>,
}

/// The card of each loan that was decoded.
pub static DECODED: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn decoded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let card = String::deserialize(deserializer)?;
    DECODED.lock().unwrap().push(card.clone());
    Ok(card)
}

#[derive(Reconciler)]
#[reconciler(
    kind = Loan,
    owns(ServiceAccount, cached),
    watches(Secret, index = "spec.card"),
    watches(ConfigMap, index = "spec.books[].notes", labels = "!ignored"),
)]
pub struct LoanReconciler {
    journal: Journal,
}

impl Reconcile for LoanReconciler {
    type State = Journal;

    async fn setup(journal: &Journal) -> Result<Self> {
        let journal = journal.clone();
        Ok(Self { journal })
    }

    async fn reconcile(&self, loan: Arc<Loan>, cx: Context<Self>) -> Result<Action> {
        let (namespace, name) = (loan.namespace().unwrap_or_default(), loan.name_any());
        self.journal.write(format!("reconcile {namespace}/{name};"));
        let owned: Vec<ServiceAccount> = cx.owned()?;
        if owned.is_empty() {
            let mut account = ServiceAccount::default();
            account.metadata.name = Some(name.clone());
            // By a field of its own the API server remembers who has made it.
            account.automount_service_account_token = Some(false);
            cx.apply(&account).await?;
        }
        // No rule allows to get one.
        let by_name: Option<ServiceAccount> = cx.cached(&name)?;
        let stranger: Option<ServiceAccount> = cx.cached("operator")?;
        let owned: Vec<_> = owned.iter().map(|account| account.name_any()).collect();
        let itself: Option<Loan> = cx.cached(&name)?;
        let elsewhere = cx.in_namespace("elsewhere").cached::<ServiceAccount>(&name);
        self.journal.write(format!(
            "read {name}: owns {owned:?}, note {:?}, managed {}, stranger {}, itself {}, elsewhere {}",
            by_name.as_ref().and_then(|it| it.annotations().get("note")),
            by_name.as_ref().is_some_and(|it| it.metadata.managed_fields.is_some()),
            stranger.is_some(),
            itself.is_some(),
            elsewhere.unwrap_err(),
        ));
        Ok(Action::await_change())
    }
}
