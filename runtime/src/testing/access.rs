//! What a request asks to do, in the words in which RBAC grants it.

use std::fmt;

use http::Method;
use kopgen_core::rbac::{PolicyRule, Scope};

/// The attributes that the API server's authorizer decides on. The rules by which they are read off a request are those of
/// Kubernetes' `RequestInfoFactory`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Access {
    /// To an object, or to all of a resource.
    Resource {
        verb: &'static str,
        group: String,
        /// In the plural, with a subresource as `deployments/status`.
        resource: String,
        /// Empty for every namespace, and for what lives in none.
        namespace: String,
        /// Empty for all of them.
        name: String,
    },
    /// To a path such as `/version`. Its verb is the method: `post`, and not `create`.
    Path { verb: String, path: String },
}

impl Access {
    /// What this request asks for.
    pub(super) fn of(method: &Method, path: &str, query: &str) -> Self {
        let segments: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (group, rest) = match segments[..] {
            ["api", _, ref rest @ ..] => ("", rest),
            ["apis", group, _, ref rest @ ..] => (group, rest),
            _ => ("", &[] as &[&str]),
        };
        let (namespace, rest) = match *rest {
            // `namespaces/x` and its subresources are about the namespace itself, which is in itself.
            ["namespaces", namespace] | ["namespaces", namespace, "status" | "finalize"] => {
                (namespace, rest)
            }
            ["namespaces", namespace, ref rest @ ..] => (namespace, rest),
            _ => ("", rest),
        };
        let (resource, name, subresource) = match *rest {
            [] => {
                return Self::Path {
                    verb: method.as_str().to_lowercase(),
                    path: path.to_owned(),
                };
            }
            [resource] => (resource, String::new(), None),
            [resource, name] => (resource, name.to_owned(), None),
            [resource, name, subresource, ..] => (resource, name.to_owned(), Some(subresource)),
        };
        let parameter = |wanted: &str| {
            form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == wanted)
                .map(|(_, value)| value.into_owned())
        };
        let watches = parameter("watch").is_some_and(|value| value != "false" && value != "0");
        let verb = verb(method, !name.is_empty(), watches);
        let name = match name.is_empty() {
            // A list of one object is an access to that object.
            true => parameter("fieldSelector").and_then(|selector| named(&selector)),
            false => Some(name),
        };
        Self::Resource {
            verb,
            group: group.to_owned(),
            resource: subresource.map_or_else(
                || resource.to_owned(),
                |subresource| format!("{resource}/{subresource}"),
            ),
            namespace: namespace.to_owned(),
            name: name.unwrap_or_default(),
        }
    }

    /// Whether a rule, needed in these namespaces, allows this. `own` is the operator's own namespace.
    pub(super) fn is_allowed_by(&self, rule: &PolicyRule, scope: &Scope, own: &str) -> bool {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                namespace,
                name,
            } => {
                let in_scope = match scope {
                    Scope::Everywhere => true,
                    Scope::Own => namespace == own,
                    Scope::Namespace(only) => namespace == only,
                };
                let names = &rule.resource_names;
                in_scope
                    && has(&rule.verbs, verb)
                    && has(&rule.api_groups, group)
                    && rule.resources.iter().any(|it| is_resource(it, resource))
                    && (names.is_empty() || names.contains(name))
            }
            Self::Path { verb, path } => {
                has(&rule.verbs, verb)
                    && rule
                        .non_resource_urls
                        .iter()
                        .any(|url| match url.strip_suffix('*') {
                            Some(start) => path.starts_with(start),
                            None => path == url,
                        })
            }
        }
    }

    /// What every account may, by the roles `system:discovery` and `system:basic-user` that come with Kubernetes.
    pub(super) fn is_everyones(&self) -> bool {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                ..
            } => {
                let reviews = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"];
                *verb == "create"
                    && (group == "authorization.k8s.io" && reviews.contains(&resource.as_str())
                        || group == "authentication.k8s.io" && resource == "selfsubjectreviews")
            }
            Self::Path { verb, path } => {
                let first = path.trim_start_matches('/').split('/').next();
                let open = [
                    "api", "apis", "healthz", "livez", "openapi", "readyz", "version",
                ];
                *verb == "get" && first.is_some_and(|first| open.contains(&first))
            }
        }
    }
}

/// `patch configmaps default/motto`
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource {
                verb,
                group,
                resource,
                namespace,
                name,
            } => {
                write!(f, "{verb} {}", in_group(resource, group))?;
                match (namespace.is_empty(), name.is_empty()) {
                    (true, true) => Ok(()),
                    (true, false) => write!(f, " {name}"),
                    (false, true) => write!(f, " in {namespace}"),
                    (false, false) => write!(f, " {namespace}/{name}"),
                }
            }
            Self::Path { verb, path } => write!(f, "{verb} {path}"),
        }
    }
}

/// `deployments.apps/status`, `pods`: as `kubectl auth can-i` takes it.
pub(super) fn in_group(resource: &str, group: &str) -> String {
    if group.is_empty() {
        return resource.to_owned();
    }
    match resource.split_once('/') {
        Some((resource, subresource)) => format!("{resource}.{group}/{subresource}"),
        None => format!("{resource}.{group}"),
    }
}

fn verb(method: &Method, is_named: bool, watches: bool) -> &'static str {
    match (method.as_str(), is_named) {
        ("GET" | "HEAD", true) => "get",
        ("GET" | "HEAD", false) if watches => "watch",
        ("GET" | "HEAD", false) => "list",
        ("POST", _) => "create",
        ("PUT", _) => "update",
        ("PATCH", _) => "patch",
        ("DELETE", true) => "delete",
        ("DELETE", false) => "deletecollection",
        _ => "",
    }
}

/// The name in `metadata.name=x`.
fn named(selector: &str) -> Option<String> {
    let terms = selector.split(',');
    let mut values = terms.filter_map(|term| term.strip_prefix("metadata.name="));
    let value = values.next()?;
    Some(value.trim_start_matches('=').to_owned())
}

fn has(list: &[String], wanted: &str) -> bool {
    list.iter().any(|it| it == "*" || it == wanted)
}

/// `*` stands for every resource and subresource, `*/scale` for that one of every resource.
fn is_resource(granted: &str, wanted: &str) -> bool {
    let subresource = |text: &str| text.split_once('/').map(|(_, sub)| sub.to_owned());
    granted == "*"
        || granted == wanted
        || granted.starts_with("*/") && subresource(granted) == subresource(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(method: &str, uri: &str) -> Access {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        Access::of(&method.parse().unwrap(), path, query)
    }

    #[test]
    fn a_request_is_read_as_the_api_server_reads_it() {
        let check = |method: &str, uri: &str, expected: &str| {
            assert_eq!(access(method, uri).to_string(), expected, "{method} {uri}");
        };
        check("GET", "/api/v1/pods", "list pods");
        check("GET", "/api/v1/pods?&watch=true", "watch pods");
        check("GET", "/api/v1/pods?watch=0", "list pods");
        check("GET", "/api/v1/namespaces/a/pods/b", "get pods a/b");
        check(
            "GET",
            "/api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Db",
            "list pods a/b",
        );
        check("GET", "/api/v1/namespaces", "list namespaces");
        check("GET", "/api/v1/namespaces/a", "get namespaces a/a");
        check(
            "PUT",
            "/api/v1/namespaces/a/finalize",
            "update namespaces/finalize a/a",
        );
        check(
            "POST",
            "/apis/apps/v1/namespaces/a/deployments",
            "create deployments.apps in a",
        );
        check(
            "PATCH",
            "/apis/apps/v1/namespaces/a/deployments/b/status?force=true",
            "patch deployments.apps/status a/b",
        );
        check("DELETE", "/apis/a.b/v1/things/x", "delete things.a.b x");
        check(
            "DELETE",
            "/apis/a.b/v1/things",
            "deletecollection things.a.b",
        );
        check("GET", "/version", "get /version");
        check("GET", "/apis/apps/v1", "get /apis/apps/v1");
        check("HEAD", "/healthz", "head /healthz");
        check("POST", "/hooks/a?b", "post /hooks/a");
        check("PUT", "/hooks/a", "put /hooks/a");
    }

    #[test]
    fn rules_allow_what_rbac_lets_them() {
        let rule = |group: &str, resource: &str, name: &str, verb: &str| PolicyRule {
            api_groups: vec![group.into()],
            resources: vec![resource.into()],
            resource_names: Some(name.to_owned())
                .filter(|name| !name.is_empty())
                .into_iter()
                .collect(),
            verbs: vec![verb.into()],
            ..Default::default()
        };
        let get = access("GET", "/apis/apps/v1/namespaces/a/deployments/b/scale");
        let is_allowed = |rule| get.is_allowed_by(&rule, &Scope::Everywhere, "own");
        for allows in [
            rule("apps", "deployments/scale", "", "get"),
            rule("*", "*", "", "*"),
            rule("apps", "*/scale", "b", "get"),
        ] {
            assert!(is_allowed(allows.clone()), "{allows:?}");
        }
        for refuses in [
            rule("apps", "deployments", "", "get"),
            rule("", "deployments/scale", "", "get"),
            rule("apps", "deployments/scale", "c", "get"),
            rule("apps", "*/status", "", "get"),
            rule("apps", "deployments/scale", "", "list"),
        ] {
            assert!(!is_allowed(refuses.clone()), "{refuses:?}");
        }
        let all = rule("*", "*", "", "*");
        assert!(get.is_allowed_by(&all, &Scope::Namespace("a".into()), "own"));
        assert!(!get.is_allowed_by(&all, &Scope::Namespace("b".into()), "own"));
        assert!(!get.is_allowed_by(&all, &Scope::Own, "own"));
        assert!(get.is_allowed_by(&all, &Scope::Own, "a"));
    }

    #[test]
    fn discovery_is_everyones() {
        assert!(access("GET", "/apis/apps/v1").is_everyones());
        assert!(!access("HEAD", "/version").is_everyones());
        assert!(!access("GET", "/metrics").is_everyones());
        assert!(!access("GET", "/api/v1/pods").is_everyones());
    }
}
