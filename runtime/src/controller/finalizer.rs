//! The finalizer of a controller, put on and taken off by patches that test the finalizers.
//!
//! A JSON patch tests the element that it is about, and the uid. It goes through whatever else others change of the object
//! meanwhile: bound to the version that was read, a slow cleanup beside a busy writer would never end.

use std::sync::Arc;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::RawObject;
use crate::Result;
use crate::call::Call;
use crate::request::{is_invalid, is_not_found, json_patch};

/// How often it is tried again after others changed the finalizers themselves.
const TRIES: usize = 5;

/// Gives the object with its finalizer; `None` when it has gone or is going.
pub(super) async fn add(
    call: &Call,
    object: Arc<RawObject>,
    finalizer: &str,
) -> Result<Option<Arc<RawObject>>> {
    let add = |object: &RawObject| match finalizers(object).first() {
        Some(first) => json!([
            { "op": "test", "path": "/metadata/finalizers/0", "value": first },
            { "op": "add", "path": "/metadata/finalizers/-", "value": finalizer },
        ]),
        // The API server takes null for what is absent, in a test.
        None => json!([
            { "op": "test", "path": "/metadata/finalizers", "value": null },
            { "op": "add", "path": "/metadata/finalizers", "value": [finalizer] },
        ]),
    };
    let is_wanted =
        |object: &RawObject| !object.is_being_deleted() && !object.has_finalizer(finalizer);
    let object = change(call, object, add, is_wanted)
        .await
        .context("cannot add the finalizer")?;
    Ok(object.filter(|object| !object.is_being_deleted()))
}

/// Returns when the object has no such finalizer any more.
pub(super) async fn remove(call: &Call, object: Arc<RawObject>, finalizer: &str) -> Result<()> {
    let remove = |object: &RawObject| {
        // From the last one on, so that the others keep their places.
        let places = finalizers(object).iter().enumerate().rev();
        let places = places.filter(|(_, known)| *known == finalizer);
        let operations = places.flat_map(|(place, _)| {
            let path = format!("/metadata/finalizers/{place}");
            [
                json!({ "op": "test", "path": path, "value": finalizer }),
                json!({ "op": "remove", "path": path }),
            ]
        });
        operations.collect()
    };
    let is_wanted = |object: &RawObject| object.has_finalizer(finalizer);
    change(call, object, remove, is_wanted)
        .await
        .context("cannot remove the finalizer")
        .map(drop)
}

/// Patches the finalizers of the object for as long as that `is_wanted`. Gives it as it is then, `None` when it has gone.
async fn change(
    call: &Call,
    mut object: Arc<RawObject>,
    operations: impl Fn(&RawObject) -> Value,
    is_wanted: impl Fn(&RawObject) -> bool,
) -> Result<Option<Arc<RawObject>>> {
    let uid = object.meta.uid.clone();
    // The reconcile goes on with the answer, so that it does not wake itself.
    let objects = call.own_objects(true);
    let name = call.reconciling().own.key.name();
    let mut tries = 0;
    loop {
        // The uid is tested as in every patch of this object.
        let patch = json_patch(operations(&object))?;
        let error = match objects.patch(&call.manager, name, &patch).await {
            Ok(json) => {
                let object = RawObject::parse(&json).context("cannot read the object")?;
                return Ok(Some(object.into()));
            }
            Err(error) if is_not_found(&error) => return Ok(None),
            Err(error) => error,
        };
        // A test that fails is answered with the status of an object that is not valid.
        tries += 1;
        if !is_invalid(&error) || tries > TRIES {
            return Err(error);
        }
        let tested = finalizers(&object).to_vec();
        match call.look(false).await? {
            Some(found) if found.meta.uid == uid => object = found,
            _ => return Ok(None),
        }
        if !is_wanted(&object) {
            return Ok(Some(object));
        }
        if finalizers(&object) == tested {
            return Err(error);
        }
    }
}

fn finalizers(object: &RawObject) -> &[String] {
    object.meta.finalizers.as_deref().unwrap_or_default()
}
