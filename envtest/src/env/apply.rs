//! Applying manifests, and waiting until what they bring is in force.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, ResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use k8s_openapi::api::rbac::v1::{
    ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject,
};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Client;
use kube::api::{Api, DynamicObject, Patch, PatchParams, PostParams};
use kube::core::GroupVersionKind;
use kube::discovery::{ApiCapabilities, ApiResource, Scope, pinned_kind};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::manifest::Manifest;
use crate::error::Doing;
use crate::{Error, Result};

/// The field manager of what is applied.
const MANAGER: &str = "kopgen-envtest";
const PERIOD: Duration = Duration::from_millis(20);
/// How long what was applied may take to be in force; it is a matter of milliseconds unless the machine is very busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Applies objects, and says whether there were CRDs among them.
pub(super) async fn apply(client: &Client, manifests: Vec<Manifest>) -> Result<bool> {
    let (first, rest): (Vec<_>, Vec<_>) = manifests.into_iter().partition(|manifest| {
        matches!(
            kind(&manifest.object),
            "Namespace" | "CustomResourceDefinition"
        )
    });
    let mut applier = Applier {
        client,
        kinds: BTreeMap::new(),
    };
    for manifest in &first {
        applier.apply(manifest).await?;
    }
    let crds = typed::<CustomResourceDefinition>(&first, "CustomResourceDefinition")?;
    for crd in &crds {
        wait_until_served(client, crd).await?;
    }
    for manifest in &rest {
        applier.apply(manifest).await?;
    }
    wait_until_allowed(client, &rest).await?;
    Ok(!crds.is_empty())
}

struct Applier<'a> {
    client: &'a Client,
    /// What is known of a kind, by its apiVersion and name.
    kinds: BTreeMap<(String, String), (ApiResource, ApiCapabilities)>,
}

impl Applier<'_> {
    async fn apply(&mut self, manifest: &Manifest) -> Result<()> {
        let object = &manifest.object;
        let doing = || format!("apply {} ({})", describe(object), manifest.path.display());
        let (resource, capabilities) = self.kind(object).await.doing(doing)?;
        let api: Api<DynamicObject> = match (capabilities.scope, &object.metadata.namespace) {
            (Scope::Cluster, _) => Api::all_with(self.client.clone(), &resource),
            (Scope::Namespaced, Some(namespace)) => {
                Api::namespaced_with(self.client.clone(), namespace, &resource)
            }
            (Scope::Namespaced, None) => {
                Api::default_namespaced_with(self.client.clone(), &resource)
            }
        };
        let name = object.metadata.name.as_deref().unwrap_or_default();
        let parameters = PatchParams::apply(MANAGER).force();
        api.patch(name, &parameters, &Patch::Apply(object))
            .await
            .doing(doing)?;
        Ok(())
    }

    async fn kind(
        &mut self,
        object: &DynamicObject,
    ) -> kube::Result<(ApiResource, ApiCapabilities)> {
        let types = object.types.clone().unwrap_or_default();
        let key = (types.api_version.clone(), types.kind.clone());
        if let Some(known) = self.kinds.get(&key) {
            return Ok(known.clone());
        }
        let (group, version) = types
            .api_version
            .split_once('/')
            .unwrap_or(("", &types.api_version));
        let kind = GroupVersionKind::gvk(group, version, &types.kind);
        let found = pinned_kind(self.client, &kind).await?;
        self.kinds.insert(key, found.clone());
        Ok(found)
    }
}

/// Waits until a CRD's objects can be read in each version that it serves, and found by discovery.
async fn wait_until_served(client: &Client, crd: &CustomResourceDefinition) -> Result<()> {
    let name = crd.metadata.name.as_deref().unwrap_or_default();
    let crds: Api<CustomResourceDefinition> = Api::all(client.clone());
    let deadline = Instant::now() + PATIENCE;
    let mut state = "has no status yet".to_owned();
    loop {
        let doing = || format!("read the CustomResourceDefinition {name}");
        let current = crds.get(name).await.doing(doing)?;
        let conditions = current
            .status
            .unwrap_or_default()
            .conditions
            .unwrap_or_default();
        let is_true = |kind: &str| {
            conditions
                .iter()
                .any(|c| c.type_ == kind && c.status == "True")
        };
        if is_true("Established") {
            if are_served(client, crd).await {
                return Ok(());
            }
            state = "is established, but its objects are not served".to_owned();
        } else if let Some(condition) = conditions.iter().find(|c| c.status == "False") {
            let message = condition.message.as_deref().unwrap_or_default();
            state = format!("has {}=False: {message}", condition.type_);
        }
        if Instant::now() > deadline {
            return Err(timeout(format!(
                "the CustomResourceDefinition {name} {state}"
            )));
        }
        tokio::time::sleep(PERIOD).await;
    }
}

async fn are_served(client: &Client, crd: &CustomResourceDefinition) -> bool {
    let (group, plural) = (&crd.spec.group, &crd.spec.names.plural);
    for version in crd.spec.versions.iter().filter(|version| version.served) {
        let path = format!("/apis/{group}/{}", version.name);
        let Ok(objects) = get(&format!("{path}/{plural}?limit=1")) else {
            return false;
        };
        let Ok(resources) = get(&path) else {
            return false;
        };
        let discovered = client.request::<Value>(resources).await.is_ok_and(|list| {
            let resources = list["resources"].as_array();
            resources.is_some_and(|all| all.iter().any(|one| one["name"] == plural.as_str()))
        });
        if !discovered || client.request::<Value>(objects).await.is_err() {
            return false;
        }
    }
    true
}

fn get(path: &str) -> http::Result<http::Request<Vec<u8>>> {
    http::Request::get(path).body(Vec::new())
}

/// Waits until each subject of the applied bindings may do what each rule of its role says; the authorizer learns of them some milliseconds after they are stored.
async fn wait_until_allowed(client: &Client, manifests: &[Manifest]) -> Result<()> {
    for binding in typed::<ClusterRoleBinding>(manifests, "ClusterRoleBinding")? {
        let subjects = binding.subjects.unwrap_or_default();
        wait_for_binding(client, None, &binding.role_ref, &subjects).await?;
    }
    for binding in typed::<RoleBinding>(manifests, "RoleBinding")? {
        let subjects = binding.subjects.unwrap_or_default();
        let namespace = binding
            .metadata
            .namespace
            .unwrap_or_else(|| "default".to_owned());
        wait_for_binding(client, Some(&namespace), &binding.role_ref, &subjects).await?;
    }
    Ok(())
}

async fn wait_for_binding(
    client: &Client,
    namespace: Option<&str>,
    role: &RoleRef,
    subjects: &[Subject],
) -> Result<()> {
    let doing = || format!("read the {} {}", role.kind, role.name);
    let rules = match (role.kind.as_str(), namespace) {
        ("Role", Some(namespace)) => {
            let roles: Api<Role> = Api::namespaced(client.clone(), namespace);
            roles
                .get_opt(&role.name)
                .await
                .doing(doing)?
                .and_then(|role| role.rules)
        }
        _ => {
            let roles: Api<ClusterRole> = Api::all(client.clone());
            roles
                .get_opt(&role.name)
                .await
                .doing(doing)?
                .and_then(|role| role.rules)
        }
    };
    for subject in subjects {
        for rule in rules.iter().flatten() {
            let Some(review) = review(subject, rule, namespace) else {
                continue;
            };
            let deadline = Instant::now() + PATIENCE;
            let doing = || format!("ask what {} {} may do", subject.kind, subject.name);
            while !allows(client, review.clone()).await.doing(doing)? {
                if Instant::now() > deadline {
                    return Err(timeout(format!(
                        "{} {} is not allowed what the {} {} says",
                        subject.kind, subject.name, role.kind, role.name
                    )));
                }
                tokio::time::sleep(PERIOD).await;
            }
        }
    }
    Ok(())
}

/// Asks for one thing that the rule allows; `None` when it allows nothing that can be asked for.
fn review(
    subject: &Subject,
    rule: &PolicyRule,
    namespace: Option<&str>,
) -> Option<SubjectAccessReviewSpec> {
    let first = |list: &Option<Vec<String>>| list.as_ref().and_then(|list| list.first().cloned());
    let verb = rule.verbs.first().cloned();
    let mut spec = SubjectAccessReviewSpec::default();
    match subject.kind.as_str() {
        "ServiceAccount" => {
            let home = subject.namespace.as_deref().or(namespace)?;
            spec.user = Some(format!("system:serviceaccount:{home}:{}", subject.name));
        }
        "User" => spec.user = Some(subject.name.clone()),
        "Group" => spec.groups = Some(vec![subject.name.clone()]),
        _ => return None,
    }
    if let Some(path) = first(&rule.non_resource_urls) {
        // Bound in a namespace such a rule allows nothing.
        if namespace.is_some() {
            return None;
        }
        spec.non_resource_attributes = Some(NonResourceAttributes {
            path: Some(path),
            verb,
        });
        return Some(spec);
    }
    let resource = first(&rule.resources)?;
    let (resource, subresource) = match resource.split_once('/') {
        Some((resource, subresource)) => (resource.to_owned(), Some(subresource.to_owned())),
        None => (resource, None),
    };
    spec.resource_attributes = Some(ResourceAttributes {
        group: first(&rule.api_groups),
        resource: Some(resource),
        subresource,
        name: first(&rule.resource_names),
        namespace: namespace.map(str::to_owned),
        verb,
        ..ResourceAttributes::default()
    });
    Some(spec)
}

/// Whether the API server would allow it.
async fn allows(client: &Client, spec: SubjectAccessReviewSpec) -> kube::Result<bool> {
    let review = SubjectAccessReview {
        spec,
        ..SubjectAccessReview::default()
    };
    let reviews: Api<SubjectAccessReview> = Api::all(client.clone());
    let answer = reviews.create(&PostParams::default(), &review).await?;
    Ok(answer.status.is_some_and(|status| status.allowed))
}

/// The objects of a kind, as its type.
fn typed<K: DeserializeOwned>(manifests: &[Manifest], wanted: &str) -> Result<Vec<K>> {
    let matching = manifests
        .iter()
        .filter(|manifest| kind(&manifest.object) == wanted);
    matching
        .map(|manifest| {
            serde_json::to_value(&manifest.object)
                .and_then(serde_json::from_value)
                .map_err(|error| Error::Manifest {
                    path: manifest.path.clone(),
                    problem: format!("{}: {error}", describe(&manifest.object)),
                })
        })
        .collect()
}

fn kind(object: &DynamicObject) -> &str {
    object.types.as_ref().map_or("", |types| &types.kind)
}

/// `Role shop/leader-election`.
fn describe(object: &DynamicObject) -> String {
    let name = object.metadata.name.as_deref().unwrap_or_default();
    match &object.metadata.namespace {
        Some(namespace) => format!("{} {namespace}/{name}", kind(object)),
        None => format!("{} {name}", kind(object)),
    }
}

fn timeout(what: String) -> Error {
    Error::Timeout {
        what,
        seconds: PATIENCE.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is asked for a rule of a role that is bound, in this namespace or cluster-wide, to a ServiceAccount.
    fn check(rule: Value, namespace: Option<&str>, expected: Option<Value>) {
        let rule: PolicyRule = serde_json::from_value(rule).unwrap();
        let subject = Subject {
            kind: "ServiceAccount".to_owned(),
            name: "brewer".to_owned(),
            namespace: Some("tea".to_owned()),
            ..Subject::default()
        };
        let asked = review(&subject, &rule, namespace).map(|spec| {
            assert_eq!(
                spec.user.as_deref(),
                Some("system:serviceaccount:tea:brewer")
            );
            match spec.resource_attributes {
                Some(attributes) => serde_json::to_value(attributes).unwrap(),
                None => serde_json::to_value(spec.non_resource_attributes).unwrap(),
            }
        });
        assert_eq!(asked, expected);
    }

    #[test]
    fn asks_for_what_a_rule_allows() {
        check(
            json!({"apiGroups": ["apps", ""], "resources": ["deployments/status", "pods"], "verbs": ["patch", "get"]}),
            Some("shop"),
            Some(
                json!({"group": "apps", "resource": "deployments", "subresource": "status", "verb": "patch", "namespace": "shop"}),
            ),
        );
        check(
            json!({"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a", "b"], "verbs": ["get"]}),
            None,
            Some(json!({"group": "", "resource": "secrets", "name": "a", "verb": "get"})),
        );
        let urls = json!({"nonResourceURLs": ["/metrics"], "verbs": ["get"]});
        check(
            urls.clone(),
            None,
            Some(json!({"path": "/metrics", "verb": "get"})),
        );
        check(urls, Some("shop"), None);
        check(json!({"verbs": ["get"]}), None, None);
    }
}
