use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use k8s_openapi::api::core::v1::ObjectReference;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kopgen_core::report::Resource;
use kube::core::{ApiResource, DynamicResourceScope};
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serializer};
use serde_json::value::RawValue;

use crate::object::api_version;
use crate::ownership::is_owner_annotation;

/// An object of any kind: its JSON as the API server wrote it, and of its metadata what the controller works with.
///
/// `metadata.managedFields` is dropped from both: it is more than half of many objects, and nobody's to read. Labels and
/// annotations, but for those that name an owner, are in the JSON alone. The typed object is decoded when it is reconciled, so that an object that does not
/// fit its type is an error of this object and not of the watch.
#[derive(Clone)]
pub(crate) struct RawObject {
    pub(crate) meta: ObjectMeta,
    pub(crate) json: Arc<str>,
}

impl RawObject {
    pub(crate) fn parse(json: &str) -> serde_json::Result<Self> {
        let fields: Fields<'_> = serde_json::from_str(json)?;
        let mut kept = serde_json::Serializer::new(Vec::with_capacity(json.len()));
        let mut meta = ObjectMeta::default();
        let mut map = (&mut kept).serialize_map(None)?;
        for (key, value) in &fields.0 {
            if key == "metadata" {
                let metadata = without_managed_fields(value.get())?;
                meta = serde_json::from_str(metadata.get())?;
                map.serialize_entry(key, &metadata)?;
            } else {
                map.serialize_entry(key, value)?;
            }
        }
        map.end()?;
        meta.labels = None;
        meta.annotations = meta.annotations.map(|mut annotations| {
            annotations.retain(|key, _| is_owner_annotation(key));
            annotations
        });
        meta.annotations = meta.annotations.filter(|it| !it.is_empty());
        let json = String::from_utf8(kept.into_inner()).map_err(serde_json::Error::custom)?;
        Ok(Self {
            meta,
            json: json.into(),
        })
    }

    pub(crate) fn is_being_deleted(&self) -> bool {
        self.meta.deletion_timestamp.is_some()
    }

    pub(crate) fn has_finalizer(&self, finalizer: &str) -> bool {
        self.meta
            .finalizers
            .iter()
            .flatten()
            .any(|known| known == finalizer)
    }

    pub(crate) fn reference(&self, kind: &Resource) -> ObjectReference {
        ObjectReference {
            api_version: Some(api_version(kind)),
            kind: Some(kind.kind.clone()),
            name: self.meta.name.clone(),
            namespace: self.meta.namespace.clone(),
            uid: self.meta.uid.clone(),
            ..Default::default()
        }
    }
}

fn without_managed_fields(metadata: &str) -> serde_json::Result<Box<RawValue>> {
    let fields: Fields<'_> = serde_json::from_str(metadata)?;
    let mut kept = serde_json::Serializer::new(Vec::with_capacity(metadata.len()));
    let mut map = (&mut kept).serialize_map(None)?;
    for (key, value) in fields.0.iter().filter(|(key, _)| key != "managedFields") {
        map.serialize_entry(key, value)?;
    }
    map.end()?;
    RawValue::from_string(String::from_utf8(kept.into_inner()).map_err(serde_json::Error::custom)?)
}

/// A JSON object's fields, in its order, their values unread.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    fields.push((key, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for RawObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(super::raw::Buffered(deserializer))?;
        Self::parse(raw.get()).map_err(D::Error::custom)
    }
}

impl kube::Resource for RawObject {
    type DynamicType = ApiResource;
    type Scope = DynamicResourceScope;

    fn kind(resource: &ApiResource) -> Cow<'_, str> {
        resource.kind.as_str().into()
    }

    fn group(resource: &ApiResource) -> Cow<'_, str> {
        resource.group.as_str().into()
    }

    fn version(resource: &ApiResource) -> Cow<'_, str> {
        resource.version.as_str().into()
    }

    fn api_version(resource: &ApiResource) -> Cow<'_, str> {
        resource.api_version.as_str().into()
    }

    fn plural(resource: &ApiResource) -> Cow<'_, str> {
        resource.plural.as_str().into()
    }

    fn meta(&self) -> &ObjectMeta {
        &self.meta
    }

    fn meta_mut(&mut self) -> &mut ObjectMeta {
        &mut self.meta
    }
}

impl fmt::Debug for RawObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawObject")
            .field("namespace", &self.meta.namespace)
            .field("name", &self.meta.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use kube::core::{ObjectList, WatchEvent};
    use serde_json::{Value, json};

    use super::*;

    const OBJECT: &str = r#"{"apiVersion":"v1","kind":"Thing","metadata":{"name":"a","namespace":"b","labels":{"l":"é\"\n"},
        "managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}],"generation":3,"resourceVersion":"7"},"spec":{"n":1.50,"managedFields":[]}}"#;

    fn check(object: &RawObject) {
        assert_eq!(object.meta.name.as_deref(), Some("a"));
        assert_eq!(object.meta.generation, Some(3));
        assert_eq!(object.meta.managed_fields, None);
        let json: Value = serde_json::from_str(&object.json).unwrap();
        let metadata = json!({"name": "a", "namespace": "b", "labels": {"l": "é\"\n"}, "generation": 3, "resourceVersion": "7"});
        assert_eq!(
            json,
            json!({"apiVersion": "v1", "kind": "Thing", "metadata": metadata, "spec": {"n": 1.5, "managedFields": []}})
        );
    }

    #[test]
    fn managed_fields_go_and_the_rest_stays() {
        let object = RawObject::parse(OBJECT).unwrap();
        check(&object);
        assert!(
            object.json.contains("1.50"),
            "numbers are kept as they are written"
        );
    }

    #[test]
    fn it_is_read_from_watch_events_in_either_order_and_from_lists() {
        for event in [
            format!(r#"{{"type":"ADDED","object":{OBJECT}}}"#),
            format!(r#"{{"object":{OBJECT},"type":"ADDED"}}"#),
        ] {
            match serde_json::from_str::<WatchEvent<RawObject>>(&event).unwrap() {
                WatchEvent::Added(object) => check(&object),
                other => panic!("{other:?}"),
            }
        }
        let list = format!(
            r#"{{"kind":"ThingList","apiVersion":"v1","metadata":{{"resourceVersion":"9"}},"items":[{OBJECT}]}}"#
        );
        let list: ObjectList<RawObject> = serde_json::from_str(&list).unwrap();
        check(&list.items[0]);
    }

    #[test]
    fn an_object_without_metadata_is_read() {
        assert_eq!(RawObject::parse("{}").unwrap().meta, ObjectMeta::default());
    }
}
