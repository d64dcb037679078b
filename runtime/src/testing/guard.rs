use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use anyhow::bail;
use http::{Request, Response, StatusCode, header};
use kopgen_core::rbac::{PolicyRule, Scope, ScopedRule};
use kube::Client;
use kube::client::Body;
use tower::service_fn;

use super::access::{Access, in_group};
use crate::{Operator, Permissions, Result};

/// Compares what an operator does with what it has declared, in both directions.
///
/// Its [`client`](Self::client) answers 403 to a request that no declaration allows, whatever the account may: a call
/// through `cx.client()`, which the compiler cannot judge, or an account with more rights than the operator's own.
/// Afterwards [`check`](Self::check) names these requests, and the permissions that were declared and never used.
///
/// ```
/// # use kopgen_runtime::{Operator, Reconciler, Result, testing::{Guard, TestEnv}};
/// # async fn test<GuestbookReconciler: Reconciler>(env: &TestEnv, operator: fn() -> Operator<()>) -> Result<()> {
/// let guard = Guard::of(&operator());
/// let client = env.service_account("guestbook-system", "guestbook-controller-manager").await?;
/// let running = operator().start(guard.client(client), async |_| Ok(())).await?;
/// // What the operator is for …
/// running.stop().await?;
/// guard.check::<GuestbookReconciler>()
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Guard {
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug)]
struct Seen {
    permissions: Vec<Permission>,
    refused: BTreeSet<Access>,
}

/// One verb on one thing, the smallest that can be declared and then not used.
#[derive(Debug)]
struct Permission {
    scope: Scope,
    rule: PolicyRule,
    /// The controllers and tasks that declare it.
    declared_by: BTreeSet<String>,
    used: bool,
}

impl Guard {
    /// One for the declarations of this operator's controllers and tasks.
    pub fn of<State: Send + Sync + 'static>(operator: &Operator<State>) -> Self {
        let controllers = operator.listed.controllers.iter();
        let controllers = controllers.map(|it| (&it.report.name, &it.report.rules));
        let tasks = operator.listed.tasks.iter();
        let tasks = tasks.map(|it| (&it.report.name, &it.report.rules));
        let rules = controllers
            .chain(tasks)
            .flat_map(|(name, rules)| rules.iter().map(|rule| (name.as_str(), rule)));
        let guard = Self::with(rules);
        let owned = operator.listed.controllers.iter().flat_map(|it| &it.owned);
        for adopted in owned.filter(|owned| owned.adopts) {
            let mut seen = guard.lock();
            let deletes = seen.permissions.iter_mut().filter(|it| {
                it.rule.verbs == ["delete"]
                    && it.rule.resources == [adopted.resource.plural.as_str()]
                    && it.rule.api_groups == [adopted.resource.group.as_str()]
            });
            // Admission asks for it where an owner is put in.
            deletes.for_each(|it| it.used = true);
        }
        guard
    }

    pub(super) fn with<'a>(rules: impl IntoIterator<Item = (&'a str, &'a ScopedRule)>) -> Self {
        let mut permissions = BTreeMap::<_, BTreeSet<String>>::new();
        for (name, ScopedRule { scope, rule, .. }) in rules {
            for rule in split(rule) {
                let declared_by = permissions.entry((scope.clone(), rule)).or_default();
                declared_by.insert(name.to_owned());
            }
        }
        let permissions = permissions
            .into_iter()
            .map(|((scope, rule), declared_by)| Permission {
                scope,
                // Asked for by the API server's admission, and by no request.
                used: rule.resources.iter().all(|it| it.ends_with("/finalizers"))
                    && !rule.resources.is_empty(),
                rule,
                declared_by,
            })
            .collect();
        let refused = BTreeSet::new();
        Self {
            seen: Arc::new(Mutex::new(Seen {
                permissions,
                refused,
            })),
        }
    }

    /// A client that passes on to `inner` what is declared. The operator's own namespace is the default one of `inner`.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn client(&self, inner: Client) -> Client {
        let own = inner.default_namespace().to_owned();
        let guard = self.clone();
        let service = {
            let own = own.clone();
            service_fn(move |request: Request<Body>| {
                let (guard, inner) = (guard.clone(), inner.clone());
                let refusal = guard.judge(&request, &own);
                async move {
                    match refusal {
                        Some(refusal) => Ok(refusal),
                        None => inner.send(request).await,
                    }
                }
            })
        };
        Client::new(service, own)
    }

    /// Least privilege: that nothing undeclared was asked for, and nothing that `P` declares was left unused.
    ///
    /// Other controllers' and tasks' unused permissions are their tests' business.
    ///
    /// # Errors
    ///
    /// With each request that was refused, and each permission of `P` that was never used.
    pub fn check<P: Permissions>(&self) -> Result<()> {
        let seen = self.lock();
        let refused = seen.refused.iter().map(|access| {
            format!(
                "{access}: refused, as no controller or task declares it; declare it, or leave the call out"
            )
        });
        let unused = seen
            .permissions
            .iter()
            .filter(|it| !it.used && it.declared_by.contains(P::NAME));
        let unused = unused.map(|it| {
            format!(
                "{}: declared by {}, and never used; take the declaration out, or have the test need it",
                describe(it),
                P::source().type_name
            )
        });
        let problems = refused.chain(unused).collect::<Vec<_>>();
        if !problems.is_empty() {
            bail!(
                "the operator's declarations are not what it does:\n{}",
                problems.join("\n")
            );
        }
        Ok(())
    }

    /// The answer to a request that no declaration allows.
    fn judge(&self, request: &Request<Body>, own: &str) -> Option<Response<Body>> {
        let uri = request.uri();
        let access = Access::of(
            request.method(),
            uri.path(),
            uri.query().unwrap_or_default(),
        );
        if access.is_everyones() {
            return None;
        }
        let mut seen = self.lock();
        let mut is_allowed = false;
        for used in accesses(request, &access) {
            for permission in &mut seen.permissions {
                if used.is_allowed_by(&permission.rule, &permission.scope, own) {
                    permission.used = true;
                    is_allowed |= used == access;
                }
            }
        }
        if is_allowed {
            return None;
        }
        let refusal = forbidden(&access);
        seen.refused.insert(access);
        Some(refusal)
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("nothing panics under this lock")
    }
}

/// What a request needs, or may come to need next time: an apply creates what is not there, and of an event that is
/// created the repetitions are patched.
fn accesses(request: &Request<Body>, access: &Access) -> Vec<Access> {
    let mut accesses = vec![access.clone()];
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let applies =
        content_type.is_some_and(|it| it.as_bytes().starts_with(b"application/apply-patch"));
    if let Access::Resource {
        verb,
        group,
        resource,
        ..
    } = access
    {
        let implied = match (*verb, group.as_str(), resource.as_str()) {
            ("patch", _, _) if applies => Some("create"),
            ("create", "events.k8s.io", "events") => Some("patch"),
            _ => None,
        };
        if let Some(implied) = implied {
            let mut other = access.clone();
            if let Access::Resource { verb, .. } = &mut other {
                *verb = implied;
            }
            accesses.push(other);
        }
    }
    accesses
}

/// By group, resource, path and verb.
fn split(rule: &PolicyRule) -> Vec<PolicyRule> {
    let mut rules = Vec::new();
    for verb in &rule.verbs {
        let verbs = vec![verb.clone()];
        for url in &rule.non_resource_urls {
            rules.push(PolicyRule {
                non_resource_urls: vec![url.clone()],
                verbs: verbs.clone(),
                ..Default::default()
            });
        }
        for group in &rule.api_groups {
            // As `rbac(..)` may write the core group.
            let group = if group == "core" { "" } else { group };
            for resource in &rule.resources {
                rules.push(PolicyRule {
                    api_groups: vec![group.to_owned()],
                    resources: vec![resource.clone()],
                    resource_names: rule.resource_names.clone(),
                    non_resource_urls: Vec::new(),
                    verbs: verbs.clone(),
                });
            }
        }
    }
    rules
}

/// `delete deployments.apps`, with what it is narrowed to.
fn describe(Permission { scope, rule, .. }: &Permission) -> String {
    let resources = rule.resources.iter().zip(&rule.api_groups);
    let resources = resources.map(|(resource, group)| in_group(resource, group));
    let things = resources.chain(rule.non_resource_urls.iter().cloned());
    let mut text = format!(
        "{} {}",
        rule.verbs.join(", "),
        things.collect::<Vec<_>>().join(", ")
    );
    if !rule.resource_names.is_empty() {
        text += &format!(" named {}", rule.resource_names.join(", "));
    }
    match scope {
        Scope::Everywhere => {}
        Scope::Own => text += " in the operator's own namespace",
        Scope::Namespace(namespace) => text += &format!(" in {namespace}"),
    }
    text
}

/// As the API server says it.
fn forbidden(access: &Access) -> Response<Body> {
    let status = serde_json::json!({
        "apiVersion": "v1",
        "kind": "Status",
        "metadata": {},
        "status": "Failure",
        "reason": "Forbidden",
        "message": format!("{access} is forbidden: nothing in the operator declares it"),
        "code": 403,
    });
    let mut response = Response::new(Body::from(status.to_string().into_bytes()));
    *response.status_mut() = StatusCode::FORBIDDEN;
    let json = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
