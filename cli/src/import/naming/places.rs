//! Where types stand: the words of the fields from a root to each.

use std::collections::{HashSet, VecDeque};

use super::common::segments;
use super::parts::children;
use crate::import::model::{TypeId, Types};
use crate::import::words::words;

/// Where a type stands first, reading from the roots breadth first.
pub struct Place {
    /// The type.
    pub id: TypeId,
    /// The words of each segment from the root to it.
    pub path: Vec<Vec<String>>,
    /// The words of each field on the way, as they are written.
    pub fields: Vec<Vec<String>>,
}

impl Place {
    /// Whether it stands below the status.
    pub fn is_of_status(&self) -> bool {
        self.path[0] == ["status"]
    }
}

/// The places of all types, in the order of their depth. `roots` are those of [`super::types`].
pub fn places(types: &Types, roots: &[(TypeId, String, String)]) -> Vec<Place> {
    let segments = segments(types);
    let mut seen = HashSet::new();
    let mut places = Vec::new();
    let mut queue: VecDeque<_> = roots
        .iter()
        .map(|(id, _, word)| Place {
            id: *id,
            path: vec![words(word)],
            fields: vec![words(word)],
        })
        .collect();
    while let Some(place) = queue.pop_front() {
        if !seen.insert(place.id) {
            continue;
        }
        for (id, field, segment) in children(types, place.id) {
            let (mut path, mut fields) = (place.path.clone(), place.fields.clone());
            // What holds it may be called like that already.
            let common = segments[&id].clone();
            let common = common.filter(|it| path.last() != Some(it));
            path.push(common.unwrap_or(segment));
            fields.push(field);
            queue.push_back(Place { id, path, fields });
        }
        places.push(place);
    }
    places
}
