//! What the API server's protocol is to a reconciler, on objects in memory.

use std::collections::BTreeMap;

use kopgen_core::report::Resource;
use serde_json::{Map, Value, json};

use crate::json::metadata;
use crate::object::api_version;

/// A request that a [`Mock`](super::Mock) got.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The HTTP method: `GET`, `POST`, `PUT`, `PATCH`, `DELETE`.
    pub method: String,
    /// The path: `/apis/apps/v1/namespaces/default/deployments/web`.
    pub path: String,
    /// The query: `force=true&fieldManager=guestbook%2Fguestbook`.
    pub query: String,
    /// The type of the body, which tells the kinds of patches apart: `application/apply-patch+yaml`.
    pub content_type: String,
    /// The body; `null` where there is none.
    pub body: Value,
}

#[derive(Default)]
pub(super) struct Server {
    /// By their paths.
    objects: BTreeMap<String, Value>,
    pub(super) requests: Vec<Request>,
    /// Method, part of the path, and the status to answer with.
    pub(super) failures: Vec<(String, String, u16)>,
    /// The uids of the owner references that each field manager has applied, by the object's path.
    appliers: BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    /// The last resource version, and the last uid.
    counter: u64,
}

/// The path of an object.
pub(super) fn path(resource: &Resource, namespace: Option<&str>, name: &str) -> String {
    let root = if resource.group.is_empty() {
        "api"
    } else {
        "apis"
    };
    let namespace = namespace
        .filter(|_| resource.namespaced)
        .map(|namespace| format!("namespaces/{namespace}/"));
    format!(
        "/{root}/{}/{}{}/{name}",
        api_version(resource),
        namespace.unwrap_or_default(),
        resource.plural
    )
}

/// What a path names.
enum Target {
    Collection,
    Object,
    Status(String),
}

type Answer = (u16, Value);

impl Server {
    pub(super) fn object(&self, path: &str) -> Option<&Value> {
        self.objects.get(path)
    }

    /// All objects of a type.
    pub(super) fn objects(&self, resource: &Resource) -> impl Iterator<Item = &Value> {
        let api_version = api_version(resource);
        let is_of_it = move |object: &&Value| {
            object["kind"] == *resource.kind && object["apiVersion"] == *api_version
        };
        self.objects.values().filter(is_of_it)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    pub(super) fn put(&mut self, path: &str, object: Value) {
        let mut merged = self.objects.get(path).cloned().unwrap_or_default();
        merge(&mut merged, object);
        self.store(path, merged);
    }

    pub(super) fn answer(&mut self, request: Request) -> Answer {
        self.requests.push(request.clone());
        let failure = self
            .failures
            .iter()
            .find(|(method, path, _)| *method == request.method && request.path.contains(path));
        if let Some((_, _, status)) = failure {
            return refusal(*status, reason(*status), "the test asked for this error");
        }
        let Some(target) = target(&request.path) else {
            return refusal(404, "NotFound", "no path of an object");
        };
        match (request.method.as_str(), target) {
            ("GET", Target::Object) => self.found(&request.path),
            ("GET", Target::Collection) => self.list(&request),
            ("POST", Target::Collection) => self.create(&request),
            ("PUT", Target::Object) => self.replace(&request),
            ("PATCH", Target::Object) => self.patch(&request.path, &request, false),
            ("PATCH", Target::Status(object)) => self.patch(&object, &request, true),
            ("DELETE", Target::Object) => self.delete(&request.path),
            ("DELETE", Target::Collection) => match self.selected(&request) {
                Ok(paths) => {
                    paths.iter().for_each(|path| drop(self.delete(path)));
                    (
                        200,
                        json!({ "kind": "Status", "apiVersion": "v1", "status": "Success" }),
                    )
                }
                Err(answer) => answer,
            },
            (method, _) => refusal(
                405,
                "MethodNotAllowed",
                &format!("the mock knows no {method} here"),
            ),
        }
    }

    fn found(&self, path: &str) -> Answer {
        self.objects
            .get(path)
            .map_or_else(|| not_found(path), |object| (200, object.clone()))
    }

    fn list(&self, request: &Request) -> Answer {
        match self.selected(request) {
            Ok(paths) => {
                let items = paths.iter().filter_map(|path| self.listed(path));
                let items: Vec<_> = items.collect();
                let version = self.counter.to_string();
                (
                    200,
                    json!({ "kind": "List", "apiVersion": "v1", "metadata": { "resourceVersion": version }, "items": items }),
                )
            }
            Err(answer) => answer,
        }
    }

    /// With those who have applied it.
    fn listed(&self, path: &str) -> Option<Value> {
        let mut object = self.objects.get(path)?.clone();
        if let Some(appliers) = self.appliers.get(path) {
            let managers = appliers.keys();
            let managed: Vec<_> = managers
                .map(|manager| json!({ "manager": manager, "operation": "Apply" }))
                .collect();
            metadata(&mut object).insert("managedFields".into(), managed.into());
        }
        Some(object)
    }

    fn create(&mut self, request: &Request) -> Answer {
        let mut object = request.body.clone();
        let known = self.counter;
        let metadata = metadata(&mut object);
        if let (None, Some(prefix)) = (
            metadata.get("name"),
            metadata.get("generateName").and_then(Value::as_str),
        ) {
            let name = format!("{prefix}{known}");
            metadata.insert("name".into(), name.into());
        }
        let Some(name) = metadata.get("name").and_then(Value::as_str) else {
            return refusal(422, "Invalid", "metadata.name is missing");
        };
        let path = format!("{}/{name}", request.path);
        if let Some(refusal) = two_controllers(&object) {
            return refusal;
        }
        drop_nulls(&mut object);
        if self.objects.contains_key(&path) {
            return refusal(409, "AlreadyExists", &format!("{path} is there already"));
        }
        (201, self.store(&path, object))
    }

    fn replace(&mut self, request: &Request) -> Answer {
        let Some(known) = self.objects.get(&request.path) else {
            return not_found(&request.path);
        };
        if let Some(conflict) = conflict(known, &request.body) {
            return conflict;
        }
        if let Some(refusal) = two_controllers(&request.body) {
            return refusal;
        }
        let mut object = request.body.clone();
        object["status"] = known["status"].clone();
        drop_nulls(&mut object);
        (200, self.store(&request.path, without_empty_status(object)))
    }

    fn patch(&mut self, path: &str, request: &Request, only_status: bool) -> Answer {
        let is = |type_: &str| request.content_type.starts_with(type_);
        let applies = is("application/apply-patch");
        let known = match self.objects.get(path) {
            Some(known) => known.clone(),
            None if applies && !only_status => Value::Null,
            None => return not_found(path),
        };
        let uid = &request.body["metadata"]["uid"];
        if applies && known.is_null() && !uid.is_null() {
            let what = "the provided object specified uid";
            let message = format!("uid mismatch: {what} {uid}, and no existing object was found");
            return refusal(409, "Conflict", &message);
        }
        if applies
            && is_custom(path)
            && let Some(field) = null_field(&request.body)
        {
            let message = format!(
                "{field}: Invalid value: \"null\": the mock takes every field for one that may not be null"
            );
            return refusal(422, "Invalid", &message);
        }
        let mut object = known.clone();
        if is("application/json-patch") {
            if patch_json(&mut object, &request.body).is_none() {
                let message = "the server rejected our request due to an error in our request";
                return refusal(422, "Invalid", message);
            }
        } else {
            if applies && only_status {
                // The fields that an apply of a status has are those that it names: there is nothing else in it.
                object["status"] = Value::Null;
            }
            let mut change = request.body.clone();
            if applies && !only_status {
                let owners = object["metadata"]["ownerReferences"].take();
                self.apply_owners(path, request, owners, &mut change);
            }
            merge(&mut object, change);
        }
        if let Some(refusal) = two_controllers(&object) {
            return refusal;
        }
        if !known.is_null() {
            if let Some(conflict) = conflict(&known, &object) {
                return conflict;
            }
            if !only_status && known["metadata"]["uid"] != object["metadata"]["uid"] {
                let message = "metadata.uid: Invalid value: field is immutable";
                return refusal(422, "Invalid", message);
            }
        }
        // What else is in the patch of a status is left alone, and so is the status in that of the object.
        let object = if only_status {
            let status = object["status"].take();
            let mut object = known;
            object["status"] = status;
            object
        } else {
            object["status"] = known["status"].clone();
            object
        };
        let mut object = without_empty_status(object);
        drop_nulls(&mut object);
        (200, self.store(path, object))
    }

    /// Merges the owner references that are applied into those that are there, by their uid, as the API server does: those that this
    /// field manager has applied before and does not name any more go.
    fn apply_owners(&mut self, path: &str, request: &Request, known: Value, change: &mut Value) {
        let parameters: BTreeMap<_, _> = form_urlencoded::parse(request.query.as_bytes()).collect();
        let manager = parameters.get("fieldManager").map(|it| it.to_string());
        let applied = change["metadata"]["ownerReferences"].as_array().cloned();
        let applied = applied.unwrap_or_default();
        let uids: Vec<_> = applied.iter().map(|owner| owner["uid"].clone()).collect();
        let appliers = self.appliers.entry(path.to_owned()).or_default();
        let before = appliers.insert(manager.unwrap_or_default(), uids.clone());
        let before = before.unwrap_or_default();
        let mut owners = known.as_array().cloned().unwrap_or_default();
        owners.retain(|owner| !uids.contains(&owner["uid"]) && !before.contains(&owner["uid"]));
        owners.extend(applied);
        if !owners.is_empty() || !known.is_null() {
            change["metadata"]["ownerReferences"] = owners.into();
        }
    }

    fn delete(&mut self, path: &str) -> Answer {
        let Some(mut object) = self.objects.get(path).cloned() else {
            return not_found(path);
        };
        if finalizers(&object).is_empty() {
            self.objects.remove(path);
            self.appliers.remove(path);
            return (200, object);
        }
        metadata(&mut object)
            .entry("deletionTimestamp")
            .or_insert_with(|| "2026-01-01T00:00:00Z".into());
        (200, self.store(path, object))
    }

    /// The paths of a collection's objects that the selector selects.
    fn selected(&self, request: &Request) -> Result<Vec<String>, Answer> {
        let parameters: BTreeMap<_, _> = form_urlencoded::parse(request.query.as_bytes()).collect();
        let fields = parameters.get("fieldSelector");
        let name = fields.map(|selector| selector.strip_prefix("metadata.name="));
        if name == Some(None) {
            let message = "the mock knows only field selectors like `metadata.name=a`";
            return Err(refusal(400, "BadRequest", message));
        }
        let selector = parameters
            .get("labelSelector")
            .map(|selector| &**selector)
            .unwrap_or_default();
        let requirements: Vec<_> = selector
            .split(',')
            .filter(|requirement| !requirement.is_empty())
            .collect();
        if requirements
            .iter()
            .any(|requirement| requirement.contains(['(', ' ', '!']) && !requirement.contains("!="))
        {
            return Err(refusal(
                400,
                "BadRequest",
                "the mock knows only label selectors like `a=b,c!=d,e`",
            ));
        }
        let (version, plural) = request.path.rsplit_once('/').unwrap_or_default();
        let is_of_it = |path: &str| {
            let Some((collection, _)) = path.rsplit_once('/') else {
                return false;
            };
            // The collection of all namespaces holds those of each.
            let everywhere = !version.contains("/namespaces/")
                && collection.strip_prefix(version).is_some_and(|rest| {
                    rest.starts_with("/namespaces/")
                        && rest.matches('/').count() == 3
                        && rest.ends_with(&format!("/{plural}"))
                });
            collection == request.path || everywhere
        };
        let selects = |object: &Value| {
            let is_named = |name: &str| object["metadata"]["name"] == name;
            name.flatten().is_none_or(is_named)
                && requirements.iter().all(|requirement| {
                    let label = |name: &str| object["metadata"]["labels"][name].as_str();
                    match (requirement.split_once("!="), requirement.split_once('=')) {
                        (Some((name, value)), _) => label(name) != Some(value),
                        (None, Some((name, value))) => {
                            label(name.trim_end_matches('=')) == Some(value.trim_start_matches('='))
                        }
                        (None, None) => label(requirement).is_some(),
                    }
                })
        };
        let objects = self
            .objects
            .iter()
            .filter(|(path, object)| is_of_it(path) && selects(object));
        Ok(objects.map(|(path, _)| path.clone()).collect())
    }

    /// Stores an object and gives it as it is then. One that changed gets a new resource version, and one whose spec did a
    /// new generation; one that was only waiting for its last finalizer goes.
    fn store(&mut self, path: &str, mut object: Value) -> Value {
        let known = self.objects.get(path).cloned().unwrap_or_default();
        if known == object {
            return object;
        }
        self.counter += 1;
        let generation = known["metadata"]["generation"].as_i64().unwrap_or_default();
        let changed = specified(&known) != specified(&object);
        let uid = known["metadata"]["uid"]
            .as_str()
            .map_or_else(|| format!("uid-{}", self.counter), str::to_owned);
        let version = self.counter.to_string();
        let metadata = metadata(&mut object);
        metadata.insert("uid".into(), uid.into());
        metadata.insert("resourceVersion".into(), version.into());
        metadata.insert(
            "generation".into(),
            (generation + i64::from(changed)).into(),
        );
        if !object["metadata"]["deletionTimestamp"].is_null() && finalizers(&object).is_empty() {
            self.objects.remove(path);
            self.appliers.remove(path);
        } else {
            self.objects.insert(path.to_owned(), object.clone());
        }
        object
    }
}

fn target(path: &str) -> Option<Target> {
    let segments: Vec<_> = path.split('/').skip(1).collect();
    let rest = match segments[..] {
        ["api", _, ref rest @ ..] | ["apis", _, _, ref rest @ ..] => rest,
        _ => return None,
    };
    let rest = match rest {
        ["namespaces", _, rest @ ..] if !rest.is_empty() => rest,
        rest => rest,
    };
    match rest {
        [_] => Some(Target::Collection),
        [_, _] => Some(Target::Object),
        [_, _, "status"] => path
            .strip_suffix("/status")
            .map(|object| Target::Status(object.to_owned())),
        _ => None,
    }
}

/// JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    for (key, value) in patch {
        match value {
            Value::Null => drop(
                target
                    .as_object_mut()
                    .and_then(|target| target.remove(&key)),
            ),
            value => merge(&mut target[key], value),
        }
    }
}

/// JSON patch (RFC 6902), in which a test for null holds where there is nothing: as the API server's library has it. `None` where it
/// cannot be applied.
fn patch_json(target: &mut Value, patch: &Value) -> Option<()> {
    for operation in patch.as_array()? {
        let path = operation["path"].as_str()?;
        let tests_absence = operation["op"] == "test" && operation["value"].is_null();
        if tests_absence && target.pointer(path).is_none() {
            continue;
        }
        let operation: json_patch::Patch = serde_json::from_value(json!([operation])).ok()?;
        json_patch::patch(target, &operation).ok()?;
    }
    Some(())
}

/// Whether the path is of a resource that a CRD defines.
fn is_custom(path: &str) -> bool {
    let group = path
        .strip_prefix("/apis/")
        .and_then(|path| path.split('/').next());
    group.is_some_and(|group| group.contains('.') && !group.ends_with(".k8s.io"))
}

/// The path of a null below the root, but for the metadata's, which have no schema of their own.
fn null_field(object: &Value) -> Option<String> {
    let fields = object.as_object()?.iter();
    let mut fields = fields.filter(|(name, _)| *name != "metadata");
    fields.find_map(|(name, value)| Some(format!("{name}{}", null_within(value)?)))
}

fn null_within(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Object(map) => map
            .iter()
            .find_map(|(name, value)| Some(format!(".{name}{}", null_within(value)?))),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(at, item)| Some(format!("[{at}]{}", null_within(item)?))),
        _ => None,
    }
}

/// Takes away the fields that are null.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// What a generation counts the changes of.
fn specified(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(object) = object.as_object_mut() {
        object.remove("metadata");
        object.remove("status");
    }
    object
}

fn without_empty_status(mut object: Value) -> Value {
    if object["status"].is_null()
        && let Some(object) = object.as_object_mut()
    {
        object.remove("status");
    }
    object
}

fn finalizers(object: &Value) -> &[Value] {
    object["metadata"]["finalizers"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The answer to a write that is bound to another version of the object.
fn conflict(known: &Value, written: &Value) -> Option<Answer> {
    let version = &written["metadata"]["resourceVersion"];
    let conflicts =
        !version.is_null() && !known.is_null() && *version != known["metadata"]["resourceVersion"];
    conflicts.then(|| refusal(409, "Conflict", "the object has been modified"))
}

/// The answer to a write that makes two owners the controlling one.
fn two_controllers(object: &Value) -> Option<Answer> {
    let owners = object["metadata"]["ownerReferences"].as_array()?;
    let controllers = owners.iter().filter(|owner| owner["controller"] == true);
    let message = "metadata.ownerReferences: Invalid value: Only one reference can have Controller set to true";
    (controllers.count() > 1).then(|| refusal(422, "Invalid", message))
}

fn not_found(path: &str) -> Answer {
    refusal(404, "NotFound", &format!("there is no {path}"))
}

/// The reason that the API server gives with an HTTP status.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        410 => "Expired",
        422 => "Invalid",
        429 => "TooManyRequests",
        500 => "InternalError",
        503 => "ServiceUnavailable",
        504 => "Timeout",
        _ => "",
    }
}

fn refusal(code: u16, reason: &str, message: &str) -> Answer {
    let status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "status": "Failure",
        "reason": reason,
        "message": message,
        "code": code,
    });
    (code, status)
}
